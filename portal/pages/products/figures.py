"""Pictures of products: a frame in, a figure out, and the finding that stands above it."""

from textwrap import shorten

import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import each_row
from portal.words import theme
from portal.words.wording import (
    count,
    money,
    money_short,
    month,
    number,
    of_money,
    percent,
    symbol,
)

NO_PRODUCTS = "This data set names no products."
BEST, LONGEST, LINES = 12, 26, 5
CLASS_COLOURS = {"A": theme.MAIN, "B": theme.SECOND, "C": theme.QUIET}
CLASS_MEANS = {"A": "up to 80 % of revenue", "B": "80 to 95 %", "C": "the last 5 %"}


def best_sellers(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the products that bring most."""
    rows = rows.assign(description=rows["description"].fillna(rows["product"]))
    best = rows.sort_values(["revenue", "product"], ascending=[False, True]).head(BEST)
    finding = best_finding(rows, currency=scope.currency)
    figure = go.Figure()
    if len(best):
        bottom_up = best.iloc[::-1]
        classes_of = list(bottom_up["abc"])
        figure.add_bar(
            y=[shorten(text, LONGEST, placeholder="…") for text in bottom_up["description"]],
            x=bottom_up["revenue"],
            orientation="h",
            marker={"color": [CLASS_COLOURS.get(class_, theme.QUIET) for class_ in classes_of]},
            customdata=[
                [row.description, money(row.revenue, scope.currency), number(row.items),
                 number(row.orders), number(row.customers)]
                for row in each_row(bottom_up)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]}, %{customdata[2]} pieces in"
            " %{customdata[3]} orders of %{customdata[4]} customers<extra></extra>",
        )  # fmt: skip
        figure.update_layout(
            showlegend=False,
            xaxis={
                "title": {"text": of_money("Revenue", scope.currency)},
                "tickprefix": symbol(scope.currency), "tickformat": "~s", "nticks": 4,
                "tickangle": 0,
            },
            yaxis={"title": {"text": ""}},
        )  # fmt: skip
    return Chart(
        figure,
        finding,
        f"Bars of the {len(best)} products that bring most. {finding}.",
        NO_PRODUCTS,
    )


def best_finding(rows: pd.DataFrame, *, currency: str) -> str:
    """Say which product brings most and what share that is."""
    total = float(rows["revenue"].sum()) if len(rows) else 0.0
    if total <= 0:
        return "What sells best"
    first = rows.sort_values(["revenue", "product"], ascending=[False, True]).iloc[0]
    return (
        f"{first['description']} brings most: {money_short(first['revenue'], currency)},"
        f" {percent(first['revenue'] / total, 1)} of revenue"
    )


def classes(rows: pd.DataFrame, _scope: Scope) -> Chart:
    """Show how many products bring how much of revenue."""
    figure = go.Figure()
    finding = class_finding(rows)
    if len(rows) and rows["revenue"].sum() > 0:
        shares = rows.assign(
            of_products=rows["products"] / rows["products"].sum(),
            of_revenue=rows["revenue"] / rows["revenue"].sum(),
        )
        for row in each_row(shares):
            figure.add_bar(
                y=["Revenue", "Products"],
                x=[row.of_revenue, row.of_products],
                orientation="h",
                name=f"{row.abc}: {CLASS_MEANS.get(row.abc, '')}",
                marker={"color": CLASS_COLOURS.get(row.abc, theme.QUIET)},
                text=[percent(row.of_revenue), percent(row.of_products)],
                textposition="inside",
                insidetextanchor="middle",
                textfont={"color": "#ffffff"},
                hovertemplate=f"Class {row.abc}: {number(row.products)} products,"
                f" {percent(row.of_revenue, 1)} of revenue<extra></extra>",
            )
        figure.update_layout(
            barmode="stack",
            showlegend=True,
            legend={"orientation": "h", "y": -0.2, "yanchor": "top"},
            xaxis={"tickformat": ".0%", "range": [0, 1], "title": {"text": "Share"}},
            yaxis={"title": {"text": ""}},
        )
    return Chart(figure, finding, f"Bars of the classes A, B and C. {finding}.", NO_PRODUCTS)


def class_finding(rows: pd.DataFrame) -> str:
    """Say how few products bring four fifths of revenue."""
    if rows.empty or not (rows["abc"] == "A").any():
        return "How much of revenue how many products bring"
    many = int(rows["products"].sum())
    best = rows[rows["abc"] == "A"].iloc[0]
    revenue = float(rows["revenue"].sum())
    return (
        f"{number(best['products'])} of {count(many, 'product')} bring"
        f" {percent(best['revenue'] / revenue)} of revenue"
    )


def categories(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show what categories bring."""
    bottom_up = rows.head(BEST).iloc[::-1]
    finding = category_finding(rows)
    figure = go.Figure()
    if len(bottom_up):
        figure.add_bar(
            y=[shorten(str(name), LONGEST, placeholder="…") for name in bottom_up["category"]],
            x=bottom_up["revenue"],
            orientation="h",
            marker={"color": theme.MAIN},
            customdata=[
                [row.category, money(row.revenue, scope.currency), number(row.products)]
                for row in each_row(bottom_up)
            ],
            hovertemplate="%{customdata[0]}: %{customdata[1]} from %{customdata[2]} products"
            "<extra></extra>",
        )
        figure.update_layout(
            showlegend=False,
            xaxis={
                "title": {"text": of_money("Revenue", scope.currency)},
                "tickprefix": symbol(scope.currency), "tickformat": "~s", "nticks": 4,
                "tickangle": 0,
            },
            yaxis={"title": {"text": ""}},
        )  # fmt: skip
    return Chart(
        figure, finding, f"Bars of revenue by category. {finding}.",
        "The source names no categories, and there are no descriptions to make them from.",
    )  # fmt: skip


def category_finding(rows: pd.DataFrame) -> str:
    """Say which category brings most, and where categories come from."""
    if rows.empty or rows["revenue"].sum() <= 0:
        return "What categories bring"
    first = rows.sort_values(["revenue", "category"], ascending=[False, True]).iloc[0]
    source_note = (
        " (made from the words of descriptions)" if first["source"] != "source" else ""
    )
    share = percent(first["revenue"] / rows["revenue"].sum())
    return f"{first['category']} brings {share} of revenue{source_note}"


def category_months(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show the leading categories by month."""
    whole = rows[rows["is_complete"].astype(bool)] if len(rows) else rows
    figure = go.Figure()
    totals = (
        whole.groupby("category")["revenue"].sum() if len(whole) else pd.Series(dtype=float)
    )
    names = [str(name) for name in totals.sort_values(ascending=False).index[:LINES]]
    for name in names:
        own = whole[whole["category"] == name]
        figure.add_scatter(
            x=own["month"],
            y=own["revenue"],
            name=shorten(name, LONGEST, placeholder="…"),
            mode="lines",
            customdata=[
                [month(pd.Timestamp(row.month).date()), money(row.revenue, scope.currency)]
                for row in each_row(own)
            ],
            hovertemplate=f"{name}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
        )
    figure.update_layout(
        showlegend=True,
        xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": "Month"}},
        yaxis={
            "title": {"text": of_money("Revenue", scope.currency)},
            "tickprefix": symbol(scope.currency), "tickformat": "~s", "rangemode": "tozero",
        },
    )  # fmt: skip
    title = "Leading categories by month"
    return Chart(figure, title, f"Lines of {count(len(names), 'category', 'categories')}.",
                 "No category is known by month.")  # fmt: skip


def price(rows: pd.DataFrame, scope: Scope) -> Chart:
    """Show what a piece cost and how many sold, by month."""
    finding = price_finding(rows, currency=scope.currency)
    figure = go.Figure()
    if len(rows):
        figure.add_bar(
            x=rows["month"], y=rows["items"], name="Pieces", marker={"color": theme.QUIET},
            yaxis="y2", opacity=0.5,
            hovertemplate="%{x|%b %Y}: %{y:,.0f} pieces<extra></extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=rows["month"], y=rows["price"], name="Price of a piece", mode="lines+markers",
            line={"color": theme.MAIN, "shape": "hv"},
            hovertemplate=f"%{{x|%b %Y}}: {symbol(scope.currency)}%{{y:,.2f}} a piece"
            "<extra></extra>",
        )  # fmt: skip
        figure.update_layout(
            showlegend=True,
            xaxis={"type": "date", "tickformat": "%b\n%Y", "title": {"text": "Month"}},
            yaxis={
                "title": {"text": of_money("Price of a piece", scope.currency)},
                "tickprefix": symbol(scope.currency), "rangemode": "tozero",
            },
            yaxis2={
                "title": {"text": "Pieces"}, "overlaying": "y", "side": "right",
                "showgrid": False, "rangemode": "tozero",
            },
        )  # fmt: skip
    return Chart(
        figure, finding, f"Line of the price and bars of pieces by month. {finding}.",
        "Choose a product above.",
    )  # fmt: skip


def price_finding(rows: pd.DataFrame, *, currency: str) -> str:
    """Say how the price has moved over the months in which the product sold."""
    priced = rows[rows["price"].notna()] if len(rows) else rows
    if len(priced) < 2:
        return "Price and pieces by month"
    first, last = float(priced["price"].iloc[0]), float(priced["price"].iloc[-1])
    low, high = float(priced["price"].min()), float(priced["price"].max())
    at = month(pd.Timestamp(priced["month"].iloc[-1]).date())
    between = f"between {money(low, currency)} and {money(high, currency)} over the months"
    if abs(last - first) < 0.005 * max(first, 0.01):
        return f"A piece cost {money(last, currency)} in {at}, as at first; {between}"
    word = "more" if last > first else "less"
    return f"A piece cost {money(last, currency)} in {at}, {word} than at first; {between}"
