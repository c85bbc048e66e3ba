"""How well intervals held what came, by repeat orders and check."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.pages.value.weeks_aside import not_held_out
from portal.reading.rows import each_row
from portal.words import theme
from portal.words.wording import count, date, money, percent

INTERVAL, LEAST, MOST_ABOVE = 0.90, 0.85, 0.10
NEEDS_HOLDOUT = (
    "Nothing was kept aside: a longer history, or the next update, brings this check."
)
ENOUGH = 100
"""Customers of a group from which its shares tell more than chance."""
COLOURS = (theme.MAIN, theme.SECOND, theme.QUIET)


def intervals(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the coverage of what is served by group of repeat orders, a mark per check."""
    finding = intervals_finding(rows)
    text = f"Marks of coverage by repeat orders. {finding}."
    figure = coverage_by_group(rows, currency=scope.currency)
    missing = not_held_out(rows, scope) if rows.columns.empty else NEEDS_HOLDOUT
    return Chart(figure, finding, text, missing)


def intervals_finding(rows: pd.DataFrame) -> str:
    """Say in how many groups the interval held what it should."""
    if rows.empty:
        return "How well intervals held what came"
    served = rows[rows["chosen"].astype(bool)]
    cuts = count(served["as_of"].nunique(), "check")
    large = served[served["customers"] >= ENOUGH]
    if large.empty:
        return f"No group of repeat orders had {ENOUGH} customers on {cuts}: too few to tell"
    missed = large[(large["coverage"] < LEAST) | (large["above"] > MOST_ABOVE)]
    if len(missed):
        return (
            f"In {len(missed)} of {count(len(large), 'group')} on {cuts} the"
            f" {percent(INTERVAL)} interval was too narrow"
        )
    return (
        f"The {percent(INTERVAL)} interval held at least {percent(large['coverage'].min())} of"
        f" the customers in each of {count(len(large), 'group')} on {cuts}"
    )


def coverage_by_group(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw shares within the interval; `rows` are those of every model, the served is drawn."""
    if rows.empty:
        return go.Figure()
    served = rows[rows["chosen"].astype(bool)]
    figure = go.Figure()
    for place, (day, some) in enumerate(served.groupby("as_of", sort=True)):
        figure.add_scatter(
            x=some["repeat_orders"].to_numpy(),
            y=some["coverage"].to_numpy(dtype=float),
            mode="markers",
            name=f"From {date(pd.Timestamp(str(day)).date())}",
            marker={"color": COLOURS[place % len(COLOURS)], "size": 11},
            customdata=[
                f"{count(row.customers, 'customer')}: {percent(row.coverage, 1)} within,"
                f" {percent(row.above, 1)} above; {money(row.expected_revenue, currency)}"
                f" expected, {money(row.revenue, currency)} came"
                for row in each_row(some)
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.add_hline(y=INTERVAL, line={"color": theme.QUIET, "dash": "dot"})
    figure.update_xaxes(
        title={"text": "Repeat orders before the check"}, type="category",
        categoryorder="array", categoryarray=["0", "1-2", "3-6", "7+"],
    )  # fmt: skip
    figure.update_yaxes(
        title={"text": "Within the interval"}, tickformat=".0%",
        range=[min(0.7, float(served["coverage"].min()) - 0.05), 1.02],
    )  # fmt: skip
    return figure
