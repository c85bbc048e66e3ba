"""Who is a VIP, passive or promotional by thresholds, and what they spend."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.words import praise, theme
from portal.words.wording import count, money_short, number, percent

LABELS = {"vip": "VIP", "passive": "Passive", "promotional": "Promotional"}


def labels(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the customers by their labels."""
    finding = label_finding(rows)
    return Chart(
        label_bars(rows, currency=scope.currency),
        finding,
        f"Bars of customers and spend by label. {finding}.",
    )


def label_bars(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw how many customers have each combination of labels, and what they spend."""
    figure = go.Figure()
    if rows.empty:
        return figure
    names = [
        " + ".join(name for label, name in LABELS.items() if row[label]) or "None of these"
        for row in rows.to_dict("records")
    ]
    for name, column, colour, measure in (
        ("Share of customers", "share", theme.QUIET, "customers"),
        ("Share of spend", "spend_share", theme.MAIN, "spend"),
    ):
        amounts = [
            number(value) if measure == "customers" else money_short(value, currency)
            for value in rows[measure]
        ]
        figure.add_bar(
            y=names,
            x=rows[column],
            orientation="h",
            name=name,
            marker={"color": colour},
            text=amounts,
            textposition="outside",
            cliponaxis=False,
            hovertemplate=f"%{{y}}: %{{text}}, %{{x:.1%}} of {measure}<extra></extra>",
        )
    figure.update_layout(
        barmode="group",
        xaxis={"title": {"text": "Share"}, "tickformat": ".0%", "range": [0, 1.12]},
        yaxis={"title": {"text": ""}, "autorange": "reversed"},
        legend={"traceorder": "normal"},
    )
    return figure


def label_finding(rows: pd.DataFrame) -> str:
    """Say what VIP bring."""
    if rows.empty:
        return "This data set tells no spend"
    vip = rows[rows["vip"]]
    both = rows[rows[list(LABELS)].sum(axis=1) > 1]
    if vip["customers"].sum() < praise.LEAST_CUSTOMERS:
        return (
            f"Fewer than {praise.LEAST_CUSTOMERS} VIP customers: too few to say what they bring"
        )
    return (
        f"{count(vip['customers'].sum(), 'VIP customer')} bring"
        f" {percent(vip['spend_share'].sum())} of spend;"
        f" {count(both['customers'].sum(), 'customer has', 'customers have')} two labels"
    )
