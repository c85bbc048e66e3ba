"""Pictures of the weeks kept aside: orders that models of value expected, and what came."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.pages.value.figures import missing
from portal.words import theme
from portal.words.wording import number, percent

NEEDS_HOLDOUT = (
    "The records are too short to keep their end aside: a longer history brings this check."
)


def not_held_out(rows: pd.DataFrame, scope: Scope) -> str:
    """Say why there is no check: nothing was fitted, or nothing could be held out."""
    return missing(scope.has, is_valued=False) if rows.columns.empty else NEEDS_HOLDOUT


def tracking(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show orders week by week."""
    finding = tracking_finding(rows)
    text = f"Lines by week. {finding}."
    return Chart(weeks_of_orders(rows), finding, text, not_held_out(rows, scope))


def frequency(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show expected and actual orders by frequency."""
    finding = frequency_finding(rows)
    text = f"Bars by frequency. {finding}."
    return Chart(orders_by_frequency(rows), finding, text, not_held_out(rows, scope))


def weeks_of_orders(weeks: pd.DataFrame) -> go.Figure:
    """Draw repeat orders week by week: as they came, as expected, by the historic rate."""
    if weeks.empty:
        return go.Figure()
    figure = go.Figure()
    for column, name, colour, dash in (
        ("actual", "Actual", theme.MAIN, "solid"),
        ("expected", "Expected by the model", theme.SECOND, "dash"),
        ("naive", "Historic rate going on", theme.QUIET, "dot"),
    ):
        figure.add_scatter(
            x=weeks["week"].to_numpy(),
            y=weeks[column].to_numpy(dtype=float),
            mode="lines",
            name=name,
            line={"color": colour, "dash": dash, "width": 2},
            hovertemplate=f"Week %{{x}}: %{{y:,.0f}} repeat orders, {name.lower()}"
            "<extra></extra>",
        )
    holdout_weeks = weeks[weeks["is_holdout"].astype(bool)]
    if len(holdout_weeks):
        figure.add_vrect(
            x0=int(holdout_weeks["week"].min()) - 0.5,
            x1=int(holdout_weeks["week"].max()) + 0.5,
            fillcolor=theme.QUIET, opacity=0.12, line={"width": 0},
        )  # fmt: skip
        figure.add_annotation(
            x=int(holdout_weeks["week"].min()), y=1, yref="paper", text="not seen by the model",
            xanchor="left", yanchor="top", xshift=4,
        )  # fmt: skip
    figure.update_xaxes(title={"text": "Weeks since the first order"})
    figure.update_yaxes(
        title={"text": "Repeat orders so far"}, tickformat=",", rangemode="tozero"
    )
    return figure


def tracking_finding(weeks: pd.DataFrame) -> str:
    """Say how far the total was off at the end of the check."""
    if weeks.empty:
        return "Orders week by week"
    holdout_weeks = weeks[weeks["is_holdout"].astype(bool)]
    if holdout_weeks.empty:
        return "Orders week by week"
    began = weeks[~weeks["is_holdout"].astype(bool)]["actual"].max()
    last = holdout_weeks.iloc[-1]
    came, foretold = last["actual"] - began, last["expected"] - began
    if not came > 0:
        return "No order came in the weeks kept aside"
    error = foretold / came - 1
    side = "fewer" if error < 0 else "more"
    return (
        f"In the {len(holdout_weeks)} whole weeks kept aside the model expected"
        f" {percent(abs(error))} {side} orders than came"
    )


def orders_by_frequency(rows: pd.DataFrame) -> go.Figure:
    """Draw orders in the check by repeat orders before it, expected and actual."""
    if rows.empty:
        return go.Figure()
    names = [str(value) for value in rows["repeat_orders"]]
    names[-1] += " +"
    figure = go.Figure()
    for column, name, colour in (
        ("actual", "Actual", theme.MAIN),
        ("expected", "Expected", theme.SECOND),
    ):
        figure.add_bar(
            x=names,
            y=rows[column].to_numpy(),
            name=name,
            marker={"color": colour},
            customdata=rows["customers"].to_numpy(),
            hovertemplate=f"%{{customdata:,}} customers with %{{x}} repeat orders: %{{y:.2f}}"
            f" {name.lower()}<extra></extra>",
        )
    figure.update_xaxes(
        title={"text": "Repeat orders before the weeks kept aside"}, type="category"
    )
    figure.update_yaxes(title={"text": "Orders per customer in these weeks"})
    return figure.update_layout(barmode="group")


def frequency_finding(rows: pd.DataFrame) -> str:
    """Say where expected and actual are furthest apart."""
    if rows.empty:
        return "Expected and actual orders"
    off = (rows["expected"] - rows["actual"]).abs().to_numpy()
    worst = rows.iloc[int(off.argmax())]
    more = " or more" if int(off.argmax()) == len(rows) - 1 else ""
    return (
        f"Furthest off at {number(worst['repeat_orders'])}{more} repeat orders:"
        f" {number(worst['expected'], 1)} expected, {number(worst['actual'], 1)} came"
    )
