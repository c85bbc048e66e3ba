"""Pictures of cohorts: a frame in, a figure out, and the finding that stands above it."""

from textwrap import shorten
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import each_row
from portal.words import theme
from portal.words.wording import NEEDS_ORDERS, money_short, number, percent, symbol

NO_COHORTS = "No cohort of enough customers is known."
LONGEST, MOST_ROWS, MOST_LINES = 26, 24, 8
FEWEST = 10
"""Customers of a cohort below which its months say little: it gives no finding."""


class Shown(NamedTuple):
    """A measure of cohorts: its column, its title, whether it is a share or money."""

    column: str
    title: str
    is_share: bool = False
    is_money: bool = False


MEASURES = {
    "retention": Shown("retention", "Customers who ordered in the month", is_share=True),
    "orders": Shown("orders_each", "Orders a customer in the month"),
    "revenue": Shown("revenue_each", "Revenue a customer in the month", is_money=True),
    "cumulative": Shown(
        "cumulative_revenue_per_customer", "Revenue a customer so far", is_money=True
    ),
    "average_order": Shown("average_order", "Average order in the month", is_money=True),
}


def measured(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what is told of each customer of a cohort, whoever ordered."""
    return rows.assign(
        orders_each=rows["orders"] / rows["customers"],
        revenue_each=rows["revenue"] / rows["customers"],
    )


def heatmap(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show a measure by cohort and month since the first order; months in part are left out."""
    measure = MEASURES[str(scope.choices.get("measure") or "retention")]
    whole = measured(rows[rows["complete"].astype(bool)]) if len(rows) else rows
    finding = finding_of(whole, measure, currency=scope.currency)
    figure = go.Figure()
    if len(whole):
        names = list(dict.fromkeys(whole["cohort"]))[-MOST_ROWS:]
        table = whole.pivot_table(index="cohort", columns="month", values=measure.column)
        table = table.reindex(names)
        sizes = rows[rows["month"] == 0].set_index("cohort")["customers"]
        labels = [
            f"{shorten(name, LONGEST, placeholder='…')} ({number(sizes.get(name))})"
            for name in names
        ]
        values = table.to_numpy(dtype=float)
        spared = values.copy()
        if measure.is_share and values.shape[1] > 1:
            spared[:, 0] = float("nan")  # all of them ordered in it: it says nothing
        figure.add_heatmap(
            z=spared,
            x=[int(month) for month in table.columns],
            y=labels,
            colorscale=theme.RECEDING,
            customdata=[
                [[name, _written(value, measure, scope.currency)] for value in line]
                for name, line in zip(names, values, strict=True)
            ],
            hovertemplate="%{customdata[0]}, month %{x}: %{customdata[1]}<extra></extra>",
            hoverongaps=False,
            xgap=1,
            ygap=1,
            colorbar={
                "tickformat": ".0%" if measure.is_share else "~s",
                "thickness": 10,
                "tickprefix": symbol(scope.currency) if measure.is_money else "",
            },
        )
        figure.update_layout(
            xaxis={"title": {"text": "Months since the first order"}, "dtick": 3},
            yaxis={"title": {"text": ""}, "autorange": "reversed", "type": "category"},
        )
    return Chart(
        figure,
        finding,
        f"Heatmap of {measure.title.lower()} by cohort. {finding}.",
        NO_COHORTS if scope.has.orders else NEEDS_ORDERS,
    )


def curves(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show a measure over the months since the first order, and the mean of all cohorts."""
    measure = MEASURES[str(scope.choices.get("measure") or "retention")]
    whole = measured(rows[rows["complete"].astype(bool)]) if len(rows) else rows
    figure = go.Figure()
    if len(whole):
        sizes = rows[rows["month"] == 0].sort_values("customers", ascending=False)
        for name in sizes["cohort"].head(MOST_LINES):
            own = whole[whole["cohort"] == name]
            own = own[own["month"] > 0] if measure.is_share else own
            figure.add_scatter(
                x=own["month"], y=own[measure.column], mode="lines", opacity=0.7,
                name=shorten(str(name), LONGEST, placeholder="…"), line={"width": 1.25},
                hovertemplate=f"{name}, month %{{x}}: %{{y{_format(measure)}}}<extra></extra>",
            )  # fmt: skip
        mean = mean_line(whole[whole["month"] <= last_fair_month(whole)], measure)
        mean = mean[mean["month"] > 0] if measure.is_share else mean
        figure.add_scatter(
            x=mean["month"], y=mean["mean"], mode="lines", name="All together",
            line={"width": 3.5, "color": theme.MAIN},
            hovertemplate=f"All together, month %{{x}}: %{{y{_format(measure)}}}"
            "<extra></extra>",
        )  # fmt: skip
        figure.update_layout(
            showlegend=True,
            xaxis={"title": {"text": "Months since the first order"}},
            yaxis={
                "title": {"text": measure.title},
                "tickformat": ".0%" if measure.is_share else "~s",
                "tickprefix": symbol(scope.currency) if measure.is_money else "",
                "rangemode": "tozero",
            },
        )
    title = f"{measure.title}, by cohort and all together"
    return Chart(figure, title, f"Lines of {title.lower()}.",
                 NO_COHORTS if scope.has.orders else NEEDS_ORDERS)  # fmt: skip


def mean_line(whole: pd.DataFrame, measure: Shown) -> pd.DataFrame:
    """Give the mean of all cohorts by month, each customer counting alike.

    Columns `month` and `mean`; a month has the cohorts that the data covers so far.
    """
    column = measure.column
    of_orders = column == "average_order"
    weight = whole["orders"] if of_orders else whole["customers"]
    is_known = whole[column].notna()
    sums = pd.DataFrame(
        {
            "month": whole.loc[is_known, "month"],
            "weighted": (whole[column] * weight)[is_known],
            "weight": weight[is_known],
        }
    )
    totals = sums.groupby("month", as_index=False).sum()
    return pd.DataFrame(
        {"month": totals["month"], "mean": totals["weighted"] / totals["weight"]}
    )


def last_fair_month(whole: pd.DataFrame) -> int:
    """Give the latest month that at least half of the cohorts have reached, 0 if none.

    Beyond it the mean is that of the oldest cohorts, and a trend would be theirs.
    """
    reached = whole.groupby("month")["cohort"].nunique()
    fair = reached[reached >= reached.max() / 2]
    return int(fair.index.max()) if len(fair) else 0


def finding_of(whole: pd.DataFrame, measure: Shown, *, currency: str) -> str:
    """Say what all cohorts come to in the same month, and which of them was best by then.

    The month is the latest that at least half of the cohorts have reached, so that equal
    horizons are compared.
    """
    if whole.empty:
        return "Cohorts by their first order"
    month = last_fair_month(whole)
    large = whole[whole["customers"] >= FEWEST]
    if not month or large.empty:
        return "Cohorts by their first order"
    at = large[(large["month"] == month) & large[measure.column].notna()]
    if at.empty:
        return "Cohorts by their first order"
    mean = mean_line(whole, measure).set_index("month")["mean"].loc[month]
    best = at.sort_values([measure.column, "cohort"], ascending=[False, True]).iloc[0]
    unit = {
        "retention": "of customers ordered",
        "orders_each": "orders a customer",
        "revenue_each": "a customer",
        "cumulative_revenue_per_customer": "a customer so far",
        "average_order": "an order",
    }[measure.column]
    amount = _written(mean, measure, currency)
    if len(at) == 1:
        return f"In month {month} after the first order: {amount} {unit}"
    return (
        f"In month {month} after the first order: {amount} {unit}; most of {best['cohort']},"
        f" {_written(best[measure.column], measure, currency)}"
    )


def waiting(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show which share has ordered again by when, with its 95 % range."""
    figure = go.Figure()
    sizes = rows.groupby("level")["at_risk"].max() if len(rows) else pd.Series(dtype=float)
    names = list(sizes.sort_values(ascending=False).index[:MOST_LINES])
    is_segment = scope.choices.get("whose") == "segment"
    colours = (
        theme.colours([str(name) for name in names], scope.segments)
        if is_segment
        else [theme.COLORWAY[place % len(theme.COLORWAY)] for place in range(len(names))]
    )
    for name, colour in zip(names, colours, strict=True):
        own = rows[rows["level"] == name]
        if len(names) == 1:
            figure.add_scatter(
                x=[*own["day"], *own["day"][::-1]], y=[*own["high"], *own["low"][::-1]],
                fill="toself", fillcolor="rgba(74,116,201,0.18)", line={"width": 0},
                hoverinfo="skip", name="95 % range",
            )  # fmt: skip
        figure.add_scatter(
            x=own["day"], y=own["ordered"], mode="lines", line={"color": colour, "shape": "hv"},
            name=shorten(str(name), LONGEST, placeholder="…"),
            customdata=[f"{percent(row.low)} to {percent(row.high)}" for row in each_row(own)],
            hovertemplate=f"{name}: %{{y:.0%}} had ordered after %{{x}} days (%{{customdata}})"
            "<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        showlegend=len(names) > 1,
        xaxis={"title": {"text": "Days since the order before"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "Share that had ordered"}, "tickformat": ".0%",
               "rangemode": "tozero"},
    )  # fmt: skip
    finding = waiting_finding(rows, str(scope.choices.get("wait") or "second"))
    return Chart(
        figure, finding, f"Curves of the share that had ordered, by days. {finding}.",
        NO_COHORTS if scope.has.orders else NEEDS_ORDERS,
    )  # fmt: skip


def waiting_finding(rows: pd.DataFrame, wait: str) -> str:
    """Say which share orders again within half a year and within a year."""
    everyone = rows[rows["level"] == rows["level"].iloc[0]] if len(rows) else rows
    if everyone.empty or len(set(rows["level"])) > 1:
        return "How soon customers order again, by group"
    occasion = "a second time" if wait == "second" else "again"
    shares = [
        f"{percent(float(reached['ordered'].iloc[-1]))} within {days} days"
        for days in (90, 180, 365)
        if len(reached := everyone[everyone["day"] <= days]) and everyone["day"].max() >= days
    ]
    if not shares:
        return f"How soon customers order {occasion}"
    return f"Customers order {occasion}: {', '.join(shares)}"


def _written(value: Any, measure: Shown, currency: str) -> str:
    if value is None or pd.isna(value):
        return "not known"
    if measure.is_share:
        return percent(float(value), 1)
    if measure.is_money:
        return money_short(float(value), currency)
    return number(float(value), 2)


def _format(measure: Shown) -> str:
    return ":.1%" if measure.is_share else ":,.2f"
