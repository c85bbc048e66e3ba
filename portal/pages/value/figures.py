"""Pictures of what customers are worth, and of how well that was foretold before."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import NOTHING_LEFT, Chart, Scope
from portal.reading.rows import each_row
from portal.words import praise, theme
from portal.words.has import Has
from portal.words.wording import NEEDS_ORDERS, money_short, number, percent, symbol

TOO_THIN = "There are too few orders or days for a model of value: more history brings it."
NEEDS_RISK = "The chance of leaving is not known of these customers."
NAMES = {
    "pareto_nbd": "Pareto/NBD",
    "bg_nbd": "BG/NBD",
    "mbg_nbd": "MBG/NBD",
    "nbd": "NBD, nobody leaves",
    "gamma_gamma": "Gamma-Gamma",
    "historic_rate": "Historic rate",
    "everybody_mean": "Everybody the mean",
    "last_period": "Last period again",
    "actual": "What came",
}


def name_of(model: str) -> str:
    """Name a model or a simple rule as people would."""
    return NAMES.get(model, model.replace("_", " ").capitalize())


def missing(has: Has, *, is_valued: bool) -> str:
    """Say why there are no values to show; `is_valued` is a run that has some."""
    if not has.orders:
        return NEEDS_ORDERS
    return NOTHING_LEFT if is_valued else TOO_THIN


def nothing_left(rows: pd.DataFrame, scope: Scope) -> str:
    """Say why there are no rows; those of a run without values have no columns either."""
    return missing(scope.has, is_valued=not rows.columns.empty)


def segments(
    rows: pd.DataFrame, scope: Scope, *, spread: tuple[float, float] | None = None
) -> Chart:
    """Show the value of each segment, with the range of all in proportion."""
    finding = segments_finding(rows, currency=scope.currency)
    figure = value_by_segment(
        rows, order=scope.segments, currency=scope.currency, spread=spread
    )
    text = f"Bars of value by segment. {finding}."
    return Chart(figure, finding, text, nothing_left(rows, scope))


def spread(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show how values are spread."""
    finding = spread_finding(rows, currency=scope.currency)
    figure = histogram(rows, currency=scope.currency)
    return Chart(figure, finding, f"Histogram of values. {finding}.", nothing_left(rows, scope))


def concentration(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show how values are concentrated."""
    finding = concentration_finding(rows)
    text = f"Curve of concentration. {finding}."
    return Chart(concentration_curve(rows), finding, text, nothing_left(rows, scope))


def risk(rows: pd.DataFrame, scope: Scope, *, has_values: bool) -> Chart:
    """Show value against risk."""
    finding = risk_finding(rows, currency=scope.currency)
    return Chart(
        risk_and_value(rows, currency=scope.currency),
        finding,
        f"Customers by risk and value. {finding}.",
        NEEDS_RISK if has_values else nothing_left(rows, scope),
    )


def alive(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show who is still a customer by orders and silence."""
    finding = alive_finding(rows)
    title = "still customers with a probability of"
    figure = matrix(rows, share=".0%", title=title, most=1)
    text = f"Matrix by orders and silence. {finding}."
    return Chart(figure, finding, text, nothing_left(rows, scope))


def orders(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show expected orders by orders so far and silence."""
    finding = orders_finding(rows)
    figure = matrix(rows, share=".2f", title="expected orders in 90 days")
    text = f"Matrix by orders and silence. {finding}."
    return Chart(figure, finding, text, nothing_left(rows, scope))


def histogram(bins: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw how many customers are worth how much, on a log scale."""
    if bins.empty:
        return go.Figure()
    bins = bins.iloc[int(np.flatnonzero(bins["customers"])[0]) :]
    names = [
        f"{symbol(currency)}{low:,.0f} to {symbol(currency)}{high:,.0f}"
        for low, high in zip(bins["low"], bins["high"], strict=True)
    ]
    left_edges = np.log10(np.maximum(bins["low"].to_numpy(), 0.5))
    right_edges = np.log10(bins["high"].to_numpy())
    figure = go.Figure(
        go.Bar(
            x=(left_edges + right_edges) / 2,
            width=(right_edges - left_edges) * 0.96,
            y=bins["customers"].to_numpy(),
            marker={"color": theme.MAIN},
            customdata=names,
            hovertemplate="%{y:,} customers are worth %{customdata}<extra></extra>",
        )
    )
    powers = np.arange(
        max(int(np.floor(left_edges.min())), 0), int(np.floor(right_edges.max())) + 1
    )
    figure.update_xaxes(
        title={"text": f"Expected revenue of 12 months ({currency or 'money'})"},
        tickvals=powers,
        ticktext=[f"{symbol(currency)}{_step(10.0**power)}" for power in powers],
    )
    figure.update_yaxes(title={"text": "Customers"}, tickformat=",", rangemode="tozero")
    return figure.update_layout(bargap=0)


def spread_finding(bins: pd.DataFrame, *, currency: str) -> str:
    """Say where half of the customers lie."""
    if bins.empty or not bins["customers"].sum():
        return "How values are spread"
    reached = bins["customers"].cumsum() / bins["customers"].sum()
    middle = bins[reached >= 0.5].iloc[0]
    return f"Half of the customers are worth less than {money_short(middle['high'], currency)}"


def concentration_curve(curve: pd.DataFrame) -> go.Figure:
    """Draw which share of the value the best customers bring."""
    if curve.empty:
        return go.Figure()
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": theme.QUIET, "dash": "dot"},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=curve["customers"].to_numpy(),
        y=curve["value"].to_numpy(),
        mode="lines",
        line={"color": theme.MAIN, "width": 2.5},
        hovertemplate="The best %{x:.0%} bring %{y:.1%}<extra></extra>",
        showlegend=False,
    )
    figure.update_xaxes(title={"text": "Share of customers, the best first"}, tickformat=".0%")
    figure.update_yaxes(title={"text": "Share of the value"}, tickformat=".0%")
    return figure


def concentration_finding(curve: pd.DataFrame) -> str:
    """Say what the best fifth brings."""
    if curve.empty:
        return "How values are concentrated"
    reached = float(np.interp(0.2, curve["customers"], curve["value"]))
    return f"20 % of customers bring {percent(reached)} of the expected revenue"


def value_by_segment(
    rows: pd.DataFrame,
    *,
    order: Sequence[str],
    currency: str,
    spread: tuple[float, float] | None = None,
) -> go.Figure:
    """Draw the value of each segment with its range, and that of the simple formula.

    `spread` is the range as shares of the value.
    """
    if rows.empty:
        return go.Figure()
    down = rows.iloc[::-1]
    figure = go.Figure()
    figure.add_bar(
        y=down["segment"], x=down["historic"], orientation="h", name="Historic formula",
        marker={"color": theme.QUIET},
        hovertemplate=f"%{{y}}: {symbol(currency)}%{{x:,.0f}} by the historic formula"
        "<extra></extra>",
    )  # fmt: skip
    figure.add_bar(
        y=down["segment"],
        x=down["value"],
        orientation="h",
        name="Expected",
        marker={"color": theme.colours(list(down["segment"]), order)},
        error_x=_reach(down["value"], spread),
        customdata=[
            f"{row.segment}: {money_short(row.value, currency)} expected,"
            f" {percent(row.share)} of it all{_between(row.value, spread, currency)}"
            for row in each_row(down)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
    )
    farthest = 1.0 if spread is None else spread[1]
    most = float(np.nanmax(rows[["value", "historic"]].to_numpy())) * farthest
    for row in each_row(down):
        figure.add_annotation(
            x=float(max(row.value * farthest, row.historic or 0)), y=row.segment,
            text=f"{money_short(row.value, currency)} · {percent(row.share)}",
            xanchor="left", xshift=8,
        )  # fmt: skip
    figure.update_xaxes(
        title={"text": f"Revenue of 12 months ({currency or 'money'})"},
        tickprefix=symbol(currency),
        tickformat="~s",
        range=[0, most * 1.25],
        nticks=5,
    )
    return figure.update_layout(barmode="group", bargap=0.25)


def _reach(
    values: "pd.Series[float]", spread: tuple[float, float] | None
) -> dict[str, object] | None:
    if spread is None:
        return None
    low, high = spread
    return theme.whiskers(values, values * low, values * high, color=theme.QUIET)


def _between(value: float, spread: tuple[float, float] | None, currency: str) -> str:
    if spread is None:
        return ""
    low, high = (money_short(value * factor, currency) for factor in spread)
    return f"; {low} to {high} must be reckoned with"


def segments_finding(rows: pd.DataFrame, *, currency: str) -> str:
    """Name the segment that brings most."""
    if rows.empty:
        return "Value by segment"
    best = rows.iloc[0]
    return (
        f"{best['segment']} bring {percent(best['share'])} of it:"
        f" {money_short(best['mean'], currency)} per customer"
    )


def matrix(
    cells: pd.DataFrame, *, share: str, title: str, most: float | None = None
) -> go.Figure:
    """Draw a mean by orders so far and days since the last.

    `share` is how it is written, `most` where its colours end.
    """
    if cells.empty:
        return go.Figure()
    rows = sorted(set(cells["recency_place"]))
    columns = sorted(set(cells["frequency_place"]))
    mean = cells.pivot_table(index="recency_place", columns="frequency_place", values="mean")
    many = cells.pivot_table(
        index="recency_place", columns="frequency_place", values="customers"
    )
    down = cells.drop_duplicates("recency_place").set_index("recency_place")["recency"]
    across = cells.drop_duplicates("frequency_place").set_index("frequency_place")["frequency"]
    values = mean.reindex(index=rows, columns=columns).to_numpy(dtype=float)
    figure = go.Figure(
        go.Heatmap(
            x=[across[place] for place in columns],
            y=[down[place] for place in rows],
            z=values,
            zmin=0,
            zmax=most if most is not None else float(np.nanmax(values)),
            customdata=many.reindex(index=rows, columns=columns).to_numpy(dtype=float),
            texttemplate=f"%{{z:{share}}}",
            autocolorscale=True,
            xgap=2,
            ygap=2,
            showscale=False,
            hoverongaps=False,
            hovertemplate=f"%{{customdata:,}} with %{{x}} orders, the last %{{y}} days"
            f" ago: {title} %{{z:{share}}} on average<extra></extra>",
        )
    )
    figure.update_xaxes(title={"text": "Orders so far"}, type="category", showgrid=False)
    figure.update_yaxes(
        title={"text": "Days since the last order"}, type="category", autorange="reversed",
        showgrid=False,
    )  # fmt: skip
    return figure


def alive_finding(cells: pd.DataFrame) -> str:
    """Say whether the model tells customers apart by their silence."""
    if cells.empty:
        return "Who is still a customer"
    if float(cells["mean"].min()) >= 0.995:
        return "The model in use takes everyone for a customer still"
    large = praise.enough(cells)
    if large.empty:
        return "Who is still a customer"
    low = large.sort_values(["mean", "customers"]).iloc[0]
    return (
        f"{low['frequency']} orders and {low['recency']} days of silence:"
        f" {percent(low['mean'])} are still customers"
    )


def orders_finding(cells: pd.DataFrame) -> str:
    """Name the cell from which most orders per customer are expected."""
    if cells.empty:
        return "Expected orders"
    large = praise.enough(cells)
    if large.empty:
        return "Expected orders"
    best = large.sort_values("mean").iloc[-1]
    return (
        f"{number(best['mean'], 1)} orders in 90 days from customers with"
        f" {best['frequency']} orders, the last {best['recency']} days ago"
    )


def risk_and_value(cells: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw how many customers have which chance of leaving and value."""
    if cells.empty:
        return go.Figure()
    across = sorted(set(cells["risk_low"]))
    lowest = cells.drop_duplicates("value_high").sort_values("value_high")
    ends = lowest["value_high"].to_numpy()
    wide = cells.pivot_table(index="value_high", columns="risk_low", values="customers")
    many = wide.reindex(index=ends, columns=across).to_numpy(dtype=float)
    sums = cells.pivot_table(index="value_high", columns="risk_low", values="value")
    figure = go.Figure(
        go.Heatmap(
            x=np.array(across) + 0.025,
            y=np.log10(ends) - 0.05,
            z=np.log10(many),
            customdata=np.dstack(
                [many, sums.reindex(index=ends, columns=across).to_numpy(dtype=float)]
            ),
            colorscale=theme.RECEDING,
            showscale=False,
            hoverongaps=False,
            xgap=1,
            ygap=1,
            hovertemplate="%{customdata[0]:,} customers about %{x:.0%} likely to leave:"
            f" {symbol(currency)}%{{customdata[1]:,.0f}} together<extra></extra>",
        )
    )
    powers = np.arange(0, int(np.floor(np.log10(ends.max()))) + 1)
    figure.update_xaxes(
        title={"text": "Chance of leaving, 90 days"}, tickformat=".0%", range=[0, 1],
        showgrid=False,
    )  # fmt: skip
    figure.update_yaxes(
        title={"text": f"Value of 12 months ({currency or 'money'})"},
        tickvals=powers,
        ticktext=[f"{symbol(currency)}{_step(10.0**power)}" for power in powers],
        showgrid=False,
    )
    return figure


def risk_finding(cells: pd.DataFrame, *, currency: str) -> str:
    """Say how much value is with customers who are more likely to leave than to stay."""
    if cells.empty:
        return "Value against risk"
    lost = cells[cells["risk_low"] >= 0.5]
    share = lost["value"].sum() / cells["value"].sum()
    amount = money_short(lost["value"].sum(), currency)
    return f"{amount} ({percent(share)}) is with customers who leave more likely than not"


def _step(value: float) -> str:
    for step, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if value >= step:
            return f"{value / step:,.0f}{letter}"
    return f"{value:,.0f}"
