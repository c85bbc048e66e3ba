"""Figures of groups, two-way tables and spreads, and the finding that stands above each."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.kit.drawing.chart import Chart, Scope
from portal.pages.explore import intervals
from portal.pages.explore.units import axis_unit, folded, lowered, unit_of, written
from portal.reading.rows import each_row, highest, lowest
from portal.words import praise, theme
from portal.words.titles import title
from portal.words.wording import count, number, percent

TOO_OLD = "This run kept no attributes; refresh the data set to explore it"


def groups(rows: pd.DataFrame, scope: Scope, *, described: pd.DataFrame) -> Chart:
    """Show a measure by group; `described` gives its unit."""
    by, measure = scope.choices.get("by") or "", scope.choices.get("measure") or ""
    statistic = "median" if scope.choices.get("statistic") == "median" else "mean"
    if not by or not measure:
        rows = rows.head(0)  # the controls are not filled yet
    elif statistic == "mean" and not rows.empty:
        rows = intervals.of_means(rows)
    looks = {
        "statistic": statistic,
        "by": by,
        "measure": measure,
        "unit": unit_of(described, measure),
        "currency": scope.currency,
    }
    finding = group_finding(rows, **looks)
    return Chart(
        go.Figure() if rows.empty else group_marks(rows, **looks),
        finding,
        f"Marks by group with intervals. {finding}.",
    )


def cross(cells: pd.DataFrame, scope: Scope, *, described: pd.DataFrame) -> Chart:
    """Show a two-way table; `described` gives the unit of its measure."""
    measure = scope.choices["cell"] if "value" in cells else ""
    rows, columns = scope.choices.get("rows") or "", scope.choices.get("columns") or ""
    if not rows or not columns:
        cells = cells.head(0)  # the controls are not filled yet
    looks = {
        "rows": rows,
        "columns": columns,
        "measure": measure,
        "unit": unit_of(described, measure),
        "currency": scope.currency,
    }
    finding = cross_finding(cells, **looks)
    return Chart(cross_heat(cells, **looks), finding, f"Two-way table. {finding}.")


def spread(
    bins: pd.DataFrame, scope: Scope, *, summary: pd.DataFrame, described: pd.DataFrame
) -> Chart:
    """Show how a number is spread; `summary` describes all whom the filters keep."""
    name = scope.choices.get("number")
    if summary.empty or not name:
        return Chart(go.Figure(), TOO_OLD, f"{TOO_OLD}.")
    looks = {"name": name, "unit": unit_of(described, name), "currency": scope.currency}
    total = next(each_row(summary))
    finding = spread_finding(mean=total.mean, median=total.median, skew=total.skew, **looks)
    text = spread_text(
        customers=total.customers,
        missing=total.missing,
        unshown=total.unshown,
        outliers=total.outliers,
    )
    figure = spread_bars(bins, log=scope.choices.get("scale") == "log", **looks)
    below = text.replace(" beyond", "<br>beyond")
    figure.update_xaxes(title_text=f"{figure.layout.xaxis.title.text}<br>{below}")
    return Chart(figure, finding, f"Histogram. {finding}. {text}.")


def group_marks(
    rows: pd.DataFrame, *, statistic: str, by: str, measure: str, unit: str, currency: str
) -> go.Figure:
    """Draw a measure by group with its intervals, one colour and symbol per part."""
    figure = go.Figure()
    parts = list(dict.fromkeys(rows["part"]))
    looks = theme.marks(parts) if len(parts) > 1 else {}
    for part in parts:
        some = rows[rows["part"] == part]
        look = looks.get(part, theme.Mark(theme.MAIN, "circle"))
        ends = [
            f" (95 % interval {written(a, unit, currency)} to {written(b, unit, currency)})"
            if np.isfinite(a)
            else " (too few for an interval)"
            for a, b in zip(some["low"], some["high"], strict=True)
        ]
        hover_texts = [
            f"{group}{f', {part}' if looks else ''}: {statistic}"
            f" {written(value, unit, currency)}{end}, {count(n, 'customer')}"
            for group, value, end, n in zip(
                some["group"], some[statistic], ends, some["customers"], strict=True
            )
        ]
        figure.add_scatter(
            x=some["group"],
            y=some[statistic],
            mode="markers",
            name=part,
            marker={"color": look.colour, "symbol": look.symbol, "size": 10},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (some["high"] - some[statistic]).fillna(0),
                "arrayminus": (some[statistic] - some["low"]).fillna(0),
                "color": look.colour,
                "thickness": 2,
                "width": 5,
            },
            hovertext=hover_texts,
            hoverinfo="text",
            showlegend=bool(looks),
        )
    totals = rows.groupby("group", sort=False)["customers"].sum()
    upright = f"{statistic.capitalize()} {lowered(title(measure))}{axis_unit(unit, currency)}"
    figure.update_layout(
        xaxis={
            "title": {"text": title(by)},
            "type": "category",
            "tickvals": list(totals.index),
            "ticktext": [f"{folded(str(name))}<br>{number(n)}" for name, n in totals.items()],
            "showgrid": False,
        },
        yaxis={
            "title": {"text": upright},
            "rangemode": "tozero",
        },
        scattermode="group",
    )
    return figure


def group_finding(
    rows: pd.DataFrame, *, statistic: str, by: str, measure: str, unit: str, currency: str
) -> str:
    """Name the groups with most and least."""
    if not rows.empty and praise.enough(rows).empty:
        least = praise.LEAST_CUSTOMERS
        return f"Fewer than {least} customers in every group of {lowered(title(by))}"
    reliable_rows = rows if rows.empty else praise.enough(rows)
    if reliable_rows.empty:
        return f"Not known here: {lowered(title(measure))} by {lowered(title(by))}"
    first, last = highest(reliable_rows, statistic), lowest(reliable_rows, statistic)
    if len(reliable_rows) == 1:
        only = written(first[statistic], unit, currency)
        return f"{title(measure)}, {statistic}: {only}"
    if first["low"] <= last["high"]:
        return (
            f"{title(measure)} does not clearly differ by {lowered(title(by))}: the intervals"
            f" of the highest {statistic}, {written(first[statistic], unit, currency)}, and the"
            f" lowest, {written(last[statistic], unit, currency)}, overlap"
        )
    return (
        f"{title(measure)} by {lowered(title(by))}: highest for {_named(first, reliable_rows)},"
        f" {statistic} {written(first[statistic], unit, currency)},"
        f" lowest for {_named(last, reliable_rows)}, {written(last[statistic], unit, currency)}"
    )


def cross_heat(
    cells: pd.DataFrame, *, rows: str, columns: str, measure: str, unit: str, currency: str
) -> go.Figure:
    """Draw a two-way table: counts, or the mean of a measure with the count below it."""
    figure = go.Figure()
    if cells.empty:
        return figure
    down, across = list(dict.fromkeys(cells["row"])), list(dict.fromkeys(cells["column"]))
    shape = (len(down), len(across))
    many = cells["customers"].to_numpy().reshape(shape)
    values = cells["value"].to_numpy(dtype=float).reshape(shape) if measure else many
    text = [
        [
            ""
            if not n
            else f"{written(v, unit, currency)}<br>{number(n)}"
            if measure
            else number(n)
            for v, n in zip(value_row, many_row, strict=True)
        ]
        for value_row, many_row in zip(values, many, strict=True)
    ]
    subject = f"mean {lowered(title(measure))}" if measure else "customers"
    figure.add_heatmap(
        x=across,
        y=down,
        z=np.where(many > 0, values, np.nan),
        autocolorscale=True,
        text=text,
        texttemplate="%{text}",
        customdata=many,
        hovertemplate=f"%{{y}}, %{{x}}: %{{customdata:,}} customers, {subject} %{{z:,.1f}}"
        "<extra></extra>",
        hoverongaps=False,
        xgap=2,
        ygap=2,
        showscale=False,
    )
    plain = {"showgrid": False, "type": "category"}
    figure.update_layout(
        xaxis={
            **plain,
            "title": {"text": title(columns)},
            "tickvals": across,
            "ticktext": [folded(name) for name in across],
        },
        yaxis={
            **plain,
            "title": {"text": title(rows)},
            "autorange": "reversed",
            "tickvals": down,
            "ticktext": [folded(name) for name in down],
        },
    )
    return figure


def cross_finding(
    cells: pd.DataFrame, *, rows: str, columns: str, measure: str, unit: str, currency: str
) -> str:
    """Name the cell with most customers, or with the highest mean."""
    if cells.empty or not cells["customers"].sum():
        return f"Nobody of whom {lowered(title(rows))} and {lowered(title(columns))} are known"
    reliable_cells = praise.enough(cells)
    if reliable_cells.empty:
        least = praise.LEAST_CUSTOMERS
        return f"Fewer than {least} customers in every cell of {lowered(title(rows))}"
    if not measure:
        first = highest(reliable_cells, "customers")
        share = first["customers"] / cells["customers"].sum()
        return (
            f"{title(rows)} {first['row']} with {lowered(title(columns))} {first['column']} is"
            f" the most frequent pair: {percent(share)} of customers"
        )
    first = highest(reliable_cells, "value")
    return (
        f"{title(measure)} is highest where {lowered(title(rows))} is {first['row']} and"
        f" {lowered(title(columns))} {first['column']}:"
        f" mean {written(first['value'], unit, currency)} of"
        f" {count(first['customers'], 'customer')}"
    )


def spread_bars(
    bins: pd.DataFrame, *, name: str, unit: str, currency: str, log: bool
) -> go.Figure:
    """Draw a histogram; where it is split, outlines of each part's shares."""
    figure = go.Figure()
    parts = list(dict.fromkeys(bins["part"]))
    if len(parts) == 1:
        figure.add_bar(
            x=_middles(bins, log=log),
            y=bins["customers"],
            width=bins["high"] - bins["low"],
            marker={"color": theme.MAIN},
            customdata=_ranges(bins, unit, currency),
            hovertemplate="%{customdata}: %{y:,} customers<extra></extra>",
            showlegend=False,
        )
    looks = theme.marks(parts)
    for place, part in enumerate(parts if len(parts) > 1 else []):
        some = bins[bins["part"] == part]
        figure.add_scatter(
            x=some["low"],
            y=some["share"],
            mode="lines",
            name=part,
            line={
                "color": looks[part].colour,
                "width": 2,
                "shape": "hv",
                "dash": ("solid", "dash", "dot", "dashdot")[place % 4],
            },
            customdata=_ranges(some, unit, currency),
            hovertemplate=f"{part}, %{{customdata}}: %{{y:.1%}}<extra></extra>",
        )
    share = len(parts) > 1
    figure.update_layout(
        xaxis={
            "title": {"text": f"{title(name)}{axis_unit(unit, currency)}"},
            "type": "log" if log else "linear",
            **({"dtick": 1} if log else {}),
        },
        yaxis={
            "title": {"text": "Share of the group" if share else "Customers"},
            "tickformat": ".0%" if share else ",",
            "rangemode": "tozero",
        },
        bargap=0.02,
    )
    return figure


def spread_finding(
    *, name: str, mean: float, median: float, skew: float, unit: str, currency: str
) -> str:
    """Say where the middle lies and to which side it leans."""
    if not np.isfinite(median):
        return f"{title(name)} is not known of these customers"
    half = f"half have {written(median, unit, currency)} or less"
    if not np.isfinite(skew):
        return f"{title(name)} is the same for everyone: {written(median, unit, currency)}"
    value = f"{skew:.1f}".replace("-", "−")
    if abs(skew) < 0.5:
        return f"{title(name)} is even to both sides (skew {value}): {half}"
    side = "the right" if skew > 0 else "the left"
    heavily = "heavily " if abs(skew) > 1 else ""
    return (
        f"{title(name)} is {heavily}skewed to {side} (skew {value}): {half}, the mean is"
        f" {written(mean, unit, currency)}"
    )


def spread_text(*, customers: int, missing: int, unshown: int, outliers: int) -> str:
    """Say what is missing, what the scale can't show and how many stand out."""
    parts = [f"{count(customers, 'customer')}", f"not known of {number(missing)}"]
    if unshown:
        parts.append(f"{number(unshown)} at or below 0 not shown")
    parts.append(f"{count(outliers, 'outlier')} beyond 1.5 interquartile ranges")
    return ", ".join(parts)


def _middles(bins: pd.DataFrame, *, log: bool) -> list[float]:
    low, high = bins["low"].to_numpy(dtype=float), bins["high"].to_numpy(dtype=float)
    return list(np.sqrt(low * high) if log else (low + high) / 2)


def _ranges(bins: pd.DataFrame, unit: str, currency: str) -> list[str]:
    return [
        f"{written(low, unit, currency)} to {written(high, unit, currency)}"
        for low, high in zip(bins["low"], bins["high"], strict=True)
    ]


def _named(row: pd.Series, rows: pd.DataFrame) -> str:
    is_split = len(set(rows["part"])) > 1
    return f"{row['group']}, {row['part']}" if is_split else str(row["group"])
