"""Which rules for alerts fired, and what drifted since the update before."""

import pandas as pd
from dash import html

from portal.kit.cards import Panel, grid
from portal.kit.drawing.chart import Scope
from portal.kit.tables.plain_table import plain_table
from portal.kit.tabs import Tab
from portal.pages.history import rules
from portal.pages.history.declared import PAGE
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.statements import Statement
from portal.reading.trade import watched
from portal.words.titles import title
from portal.words.wording import count, number

NO_ALERTS = "No rule fired in this update."
NO_DRIFT = "There is no earlier update of other records with enough customers to compare with."
LEVELS = {"same": "as before", "some": "somewhat changed", "much": "much changed"}
MOST = 15
"""Rows of drift in view."""


def alerts(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per rule that fired."""
    return watched.alerts(run)


def drift(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per thing compared with the update before."""
    return watched.drift(run)


def alert_list(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """List the sentences of the alerts, each with its rule."""
    if rows.empty:
        return Panel(html.P(NO_ALERTS, className="quiet"), "Alerts")
    lines = [
        html.Li([row.sentence, html.Br(), html.Span(f"Rule: {row.rule}", className="quiet")])
        for row in each_row(rows)
    ]
    return Panel(html.Ul(lines, className="alert-list"), f"{count(len(rows), 'rule')} fired")


def drift_table(rows: pd.DataFrame, _scope: Scope) -> Panel:
    """List what drifted most, with its middle then and now."""
    if rows.empty:
        return Panel(html.P(NO_DRIFT, className="quiet"), "Drift since the update before")
    table = plain_table(
        ("What", "Then", "Now", "Stability index", "Reads"),
        (
            (
                title(row.name),
                row.before,
                row.now,
                number(row.stability_index, 3),
                LEVELS.get(row.level, row.level),
            )
            for row in each_row(rows.head(MOST))
        ),
        label="Drift",
        words=("Then", "Now", "Reads"),
    )
    return Panel(table, drift_finding(rows))


def drift_finding(rows: pd.DataFrame) -> str:
    """Say how much of what is watched changed much, and what most."""
    changed = rows[rows["level"] == "much"]
    if changed.empty:
        return f"Nothing of {count(len(rows), 'thing')} watched changed much"
    most = title(changed.iloc[0]["name"])
    return f"{number(len(changed))} of {number(len(rows))} watched changed much, “{most}” most"


ALERTS = PAGE.panel(
    "history-alerts",
    query=alerts,
    draw=alert_list,
    source="published_alert",
    note="Rules are kept for each data set and looked at before an update is published.",
    title="Alerts",
    columns=12,
)
DRIFT = PAGE.panel(
    "history-drift",
    query=drift,
    draw=drift_table,
    source="published_drift",
    note="The population stability index compares how customers are spread: up to 0.1 as"
    " before, above 0.25 much changed. Computing the same records anew is no update.",
    title="Drift since the update before",
    columns=12,
)
rules.follow_rules(PAGE)
TAB = Tab("alerts", "Alerts and drift", lambda: grid(ALERTS, rules.layout(), DRIFT))
