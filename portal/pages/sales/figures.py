"""Pictures of sales: a frame in, a figure out, and the finding that stands above it."""

import pandas as pd
import plotly.graph_objects as go

from portal.kit.ahead import next_month, with_months_ahead
from portal.kit.drawing.chart import NOTHING_LEFT, Chart, Scope
from portal.reading.rows import each_row, highest
from portal.words import theme
from portal.words.wording import (
    NEEDS_ORDERS,
    change,
    count,
    money,
    money_short,
    month,
    number,
    of_money,
    percent,
    symbol,
)

PARTIAL = "partial month"
LINES = 6
"""Countries that have a line of their own."""
KINDS = {
    "new": ("New", theme.MAIN),
    "kept": ("Kept", theme.GOOD),
    "back": ("Back", theme.SECOND),
}


def months(rows: pd.DataFrame, scope: Scope, *, ahead: pd.DataFrame) -> Chart:
    """Show revenue by month, what came back in it where that is known, and what is expected."""
    rows = rows.assign(is_complete=rows["is_complete"].astype(bool)) if len(rows) else rows
    finding = month_finding(rows, currency=scope.currency)
    expected = next_month(ahead, scope.as_of, scope.currency)
    finding = f"{finding}; {expected}" if expected else finding
    figure = month_bars(rows, currency=scope.currency)
    with_months_ahead(figure, ahead, currency=scope.currency)
    return Chart(
        figure,
        finding,
        f"Bars of revenue in {count(len(rows), 'month')}. {finding}.",
        NOTHING_LEFT if scope.has.orders else NEEDS_ORDERS,
    )


def month_bars(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw revenue as bars, a month that is covered in part hatched, returns below 0."""
    figure = go.Figure()
    if rows.empty or rows["revenue"].sum() <= 0:
        return figure
    figure.add_bar(
        x=rows["month"],
        y=rows["revenue"],
        name="Revenue",
        showlegend=False,
        marker={
            "color": [theme.MAIN if whole else theme.QUIET for whole in rows["is_complete"]],
            "pattern": {"shape": ["" if whole else "/" for whole in rows["is_complete"]]},
        },
        customdata=[
            [_month(row), money(row.revenue, currency), row.orders,
             "" if row.is_complete else PARTIAL]
            for row in each_row(rows)
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} from %{customdata[2]:,} orders"
        "<extra>%{customdata[3]}</extra>",
    )  # fmt: skip
    has_returns = "returned_revenue" in rows and bool((rows["returned_revenue"] > 0).any())
    if has_returns:
        figure.add_bar(
            x=rows["month"],
            y=-rows["returned_revenue"],
            name="Came back in the month",
            marker={"color": theme.SECOND},
            customdata=[[_month(row), money(row.returned_revenue, currency)]
                        for row in each_row(rows)],
            hovertemplate="%{customdata[0]}: %{customdata[1]} came back<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        barmode="relative",
        showlegend=has_returns,
        xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": "Month"}},
        yaxis={
            "title": {"text": of_money("Revenue", currency)},
            "tickprefix": symbol(currency),
            "tickformat": "~s",
        },
    )
    return figure


def month_finding(rows: pd.DataFrame, *, currency: str) -> str:
    """Say what the latest whole month brought, beside the month and the year before."""
    whole = rows[rows["is_complete"]].reset_index(drop=True) if len(rows) else rows
    if len(whole) < 2 or whole["revenue"].sum() <= 0:
        return "Revenue by month"
    latest, before = whole.iloc[-1], whole.iloc[-2]
    at = pd.Timestamp(latest["month"])
    days = pd.to_datetime(whole["month"])
    year_ago = whole[days == at - pd.DateOffset(years=1)]
    beside = (
        f", {change(latest['revenue'], year_ago['revenue'].iloc[0])} on a year before"
        if len(year_ago) and year_ago["revenue"].iloc[0] > 0
        else ""
    )
    return (
        f"{month(at.date())} brought {money_short(latest['revenue'], currency)},"
        f" {change(latest['revenue'], before['revenue'])} on the month before{beside}"
    )


def trend(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show revenue by month of the countries with most."""
    whole = rows[rows["is_complete"].astype(bool)] if len(rows) else rows
    lines = leading(whole)
    finding = trend_finding(whole)
    return Chart(
        trend_lines(whole, lines, currency=scope.currency),
        finding,
        f"Lines of revenue by month of {count(len(lines), 'country', 'countries')}. {finding}.",
        "No country is known of these sales.",
    )


def leading(rows: pd.DataFrame) -> list[str]:
    """Name the countries with most revenue beside the first, and the first."""
    if rows.empty:
        return []
    totals = rows.groupby("country")["revenue"].sum().sort_values(ascending=False)
    return [str(name) for name in totals.index[:LINES]]


def trend_lines(rows: pd.DataFrame, lines: list[str], *, currency: str) -> go.Figure:
    """Draw a line a country, on a logarithmic scale so that the small ones show."""
    figure = go.Figure()
    for name in lines:
        own = rows[(rows["country"] == name) & (rows["revenue"] > 0)]
        figure.add_scatter(
            x=own["month"],
            y=own["revenue"],
            name=name,
            mode="lines",
            customdata=[[_month(row), money(row.revenue, currency)] for row in each_row(own)],
            hovertemplate=f"{name}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    figure.update_layout(
        showlegend=True,
        xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": "Month"}},
        yaxis={
            "type": "log",
            "title": {"text": of_money("Revenue", currency) + ", logarithmic scale"},
            "tickprefix": symbol(currency),
            "tickformat": "~s",
            "dtick": 1,
        },
    )
    return figure


def trend_finding(rows: pd.DataFrame) -> str:
    """Say which of the leading countries grew most from the first half to the second."""
    title = "Revenue of the leading countries by month"
    if rows.empty:
        return title
    days = sorted(rows["month"].unique())
    if len(days) < 4:
        return title
    middle = days[len(days) // 2]
    lines = leading(rows)
    leading_rows = rows[rows["country"].isin(lines)]
    earlier = leading_rows[leading_rows["month"] < middle].groupby("country")["revenue"].sum()
    later = leading_rows[leading_rows["month"] >= middle].groupby("country")["revenue"].sum()
    both = pd.DataFrame({"earlier": earlier, "later": later}).dropna()
    both = both[both["earlier"] > 0].reset_index()
    if both.empty:
        return title
    both["grown"] = both["later"] / both["earlier"]
    best = highest(both, "grown")
    moved = change(best["later"], best["earlier"])
    grew = "grew most" if best["grown"] > 1 else "held best"
    since = month(pd.Timestamp(middle).date())
    return f"{best['country']} {grew} of the leading countries: {moved} since {since}"


def activity(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show by month who was new, kept, back or stayed away."""
    finding = activity_finding(rows)
    return Chart(
        activity_bars(rows),
        finding,
        f"Bars of new, kept, returned and lapsed customers by month. {finding}.",
        NEEDS_ORDERS,
    )


def activity_bars(rows: pd.DataFrame) -> go.Figure:
    """Draw who ordered above 0 and who had stayed away too long below it."""
    figure = go.Figure()
    if rows.empty:
        return figure
    for column, (title, colour) in KINDS.items():
        figure.add_bar(
            x=rows["month"], y=rows[column], name=title, marker={"color": colour},
            customdata=[_month(row) for row in each_row(rows)],
            hovertemplate=f"%{{customdata}}: %{{y:,}} {title.lower()}<extra></extra>",
        )  # fmt: skip
    lapsed = rows[rows["lapsed"].notna()]
    figure.add_bar(
        x=lapsed["month"], y=-lapsed["lapsed"].astype(float), name="Lapsed",
        marker={"color": theme.QUIET},
        customdata=[[_month(row), number(row.lapsed)] for row in each_row(lapsed)],
        hovertemplate="%{customdata[0]}: %{customdata[1]} lapsed<extra></extra>",
    )  # fmt: skip
    figure.update_layout(
        barmode="relative",
        showlegend=True,
        xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": "Month"}},
        yaxis={"title": {"text": "Customers"}, "tickformat": ",d"},
    )
    return figure


def activity_finding(rows: pd.DataFrame) -> str:
    """Say whether more came than stayed away in the latest whole month."""
    whole = (
        rows[rows["is_complete"].astype(bool) & rows["lapsed"].notna()] if len(rows) else rows
    )
    if whole.empty:
        return "Who came and who stayed away, by month"
    latest = whole.iloc[-1]
    came, gone = int(latest["new"] + latest["back"]), int(latest["lapsed"])
    verb = (
        "more came than stayed away"
        if came > gone
        else ("more stayed away than came" if came < gone else "as many came as stayed away")
    )
    at = month(pd.Timestamp(latest["month"]).date())
    return f"In {at} {verb}: {number(came)} new or back, {number(gone)} lapsed"


def returned_by_month(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show which share of what was sold came back, by month."""
    months = rows.copy()
    if len(months) and "returned_revenue" in months:
        gross = months["revenue"] + months["returned_revenue"]
        months["share"] = months["returned_revenue"] / gross.where(gross > 0)
        months = months[months["share"].notna()]
    else:
        months = months.iloc[:0]
    has_any = len(months) > 0 and bool((months["returned_revenue"] > 0).any())
    finding = returned_finding(months) if has_any else "What came back, by month"
    figure = go.Figure()
    if has_any:
        figure.add_scatter(
            x=months["month"], y=months["share"], mode="lines+markers",
            line={"color": theme.SECOND},
            customdata=[[_month(row), money(row.returned_revenue, scope.currency)]
                        for row in each_row(months)],
            hovertemplate="%{customdata[0]}: %{y:.1%} came back, %{customdata[1]}"
            "<extra></extra>",
        )  # fmt: skip
        figure.update_layout(
            showlegend=False,
            xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": "Month"}},
            yaxis={"title": {"text": "Came back, of all sold"}, "tickformat": ".0%",
                   "rangemode": "tozero"},
        )  # fmt: skip
    return Chart(
        figure,
        finding,
        f"Line of the share of sales that came back by month. {finding}.",
        "Nothing came back in these sales, or the source doesn't tell.",
    )


def returned_finding(months: pd.DataFrame) -> str:
    """Say which month most came back in."""
    most = highest(months.reset_index(drop=True), "share")
    total = months["returned_revenue"].sum() / (
        months["revenue"].sum() + months["returned_revenue"].sum()
    )
    at = month(pd.Timestamp(most["month"]).date())
    peak = percent(most["share"], 1)
    return f"{percent(total, 1)} of what was sold came back; most in {at}, {peak}"


def _month(row: object) -> str:
    return month(pd.Timestamp(row.month).date())  # type: ignore[attr-defined]
