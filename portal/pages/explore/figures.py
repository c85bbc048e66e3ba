"""Figures of the explore page: associations, groups, tables, spreads, campaigns, labels."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from portal.words import theme
from portal.words.titles import title
from portal.words.wording import count, money_short, number, percent, symbol

METHODS = {"pearson": "Pearson", "spearman": "Spearman", "phik": "Phik"}
SURE = 0.05
MOST_WRITTEN = 12


def written(value: float, unit: str, currency: str) -> str:
    """Write a value of an attribute with its unit, short."""
    if unit == "money":
        return money_short(value, currency)
    if unit == "share":
        return percent(value)
    whole = not np.isfinite(value) or abs(value) >= 100 or value == round(value)
    text = number(value, 0 if whole else 1)
    return f"{text} {unit}" if unit in {"days", "years", "minutes"} else text


def association_heat(pairs: pd.DataFrame, *, order: list[str], method: str) -> go.Figure:
    """Draw the association of every pair; a dot marks those that could be chance."""
    figure = go.Figure()
    names = [name for name in order if name in {*pairs["left"], *pairs["right"]}]
    if not names:
        return figure
    values, chances = _matrix(pairs, "value", names), _matrix(pairs, "p_value", names)
    doubtful = chances > SURE / max(len(pairs), 1)
    text = np.where(doubtful, "·", "")
    if len(names) <= MOST_WRITTEN:
        said = np.array([[f"{v:.2f}" if np.isfinite(v) else "" for v in row] for row in values])
        text = np.where(doubtful, np.char.add(said, " ·"), said)
    titles = [title(name) for name in names]
    phik = method == "phik"
    figure.add_heatmap(
        x=titles,
        y=titles,
        z=np.round(values, 4),
        zmin=0 if phik else -1,
        zmax=1,
        colorscale=theme.SEQUENTIAL if phik else theme.DIVERGING,
        text=text,
        texttemplate="%{text}",
        customdata=np.where(doubtful, "could be chance", "more than chance"),
        hovertemplate="%{y} and %{x}: %{z:.2f}, %{customdata}<extra></extra>",
        hoverongaps=False,
        xgap=1,
        ygap=1,
        colorbar={"thickness": 10, "outlinewidth": 0, "len": 0.6},
    )
    plain = {"title": {"text": ""}, "showgrid": False, "dtick": 1}
    figure.update_layout(
        xaxis={**plain, "tickangle": -60},
        yaxis={**plain, "autorange": "reversed"},
    )
    return figure


def association_finding(pairs: pd.DataFrame, *, method: str) -> str:
    """Name the pair that hangs together most."""
    if pairs.empty:
        return f"No two attributes to compare by {METHODS[method]}"
    first = _top(pairs, pairs["value"].abs())
    sure = (pairs["p_value"] <= SURE / len(pairs)).sum()
    said = "phik" if method == "phik" else "correlation"
    value = f"{first['value']:.2f}".replace("-", "−")
    return (
        f"{title(first['left'])} and {title(first['right']).lower()} hang together most"
        f" ({said} {value}); {number(sure)} of {count(len(pairs), 'pair')} by more than chance"
    )


def group_marks(
    rows: pd.DataFrame, *, statistic: str, by: str, measure: str, unit: str, currency: str
) -> go.Figure:
    """Draw a measure by group with its intervals, one colour and symbol per part."""
    figure = go.Figure()
    low, high = ("low", "high") if statistic == "mean" else ("median_low", "median_high")
    parts = list(dict.fromkeys(rows["part"]))
    looks = theme.marks(parts) if len(parts) > 1 else {}
    for part in parts:
        some = rows[rows["part"] == part]
        look = looks.get(part, theme.Mark(theme.MAIN, "circle"))
        ends = [
            f" (95 % interval {written(a, unit, currency)} to {written(b, unit, currency)})"
            if np.isfinite(a)
            else " (too few for an interval)"
            for a, b in zip(some[low].astype(float), some[high].astype(float), strict=True)
        ]
        said = [
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
                "array": (some[high] - some[statistic]).astype(float).fillna(0),
                "arrayminus": (some[statistic] - some[low]).astype(float).fillna(0),
                "color": look.colour,
                "thickness": 2,
                "width": 5,
            },
            hovertext=said,
            hoverinfo="text",
            showlegend=bool(looks),
        )
    totals = rows.groupby("group", sort=False)["customers"].sum()
    upright = f"{statistic.capitalize()} {_lower(title(measure))}{_of(unit, currency)}"
    figure.update_layout(
        xaxis={
            "title": {"text": title(by)},
            "type": "category",
            "tickvals": list(totals.index),
            "ticktext": [f"{_folded(str(name))}<br>{number(n)}" for name, n in totals.items()],
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
    known = rows[rows["customers"] >= 5]
    if known.empty:
        return f"Not known here: {_lower(title(measure))} by {_lower(title(by))}"
    first, last = _top(known, known[statistic]), _top(known, -known[statistic])
    if len(known) == 1:
        only = written(first[statistic], unit, currency)
        return f"{title(measure)}, {statistic}: {only}"
    low, high = ("low", "high") if statistic == "mean" else ("median_low", "median_high")
    if first[low] <= last[high]:
        return (
            f"{title(measure)} does not clearly differ by {_lower(title(by))}: the intervals of"
            f" the highest {statistic}, {written(first[statistic], unit, currency)}, and the"
            f" lowest, {written(last[statistic], unit, currency)}, overlap"
        )
    return (
        f"{title(measure)} by {_lower(title(by))}: highest for {_named(first, known)},"
        f" {statistic} {written(first[statistic], unit, currency)},"
        f" lowest for {_named(last, known)}, {written(last[statistic], unit, currency)}"
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
    values = cells["value"].to_numpy(dtype=float).reshape(shape)
    many = cells["customers"].to_numpy().reshape(shape)
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
    said = f"mean {_lower(title(measure))}" if measure else "customers"
    figure.add_heatmap(
        x=across,
        y=down,
        z=np.where(many > 0, values, np.nan),
        colorscale=theme.SEQUENTIAL,
        text=text,
        texttemplate="%{text}",
        customdata=many,
        hovertemplate=f"%{{y}}, %{{x}}: %{{customdata:,}} customers, {said} %{{z:,.1f}}"
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
            "ticktext": [_folded(name) for name in across],
        },
        yaxis={
            **plain,
            "title": {"text": title(rows)},
            "autorange": "reversed",
            "tickvals": down,
            "ticktext": [_folded(name) for name in down],
        },
    )
    return figure


def cross_finding(
    cells: pd.DataFrame, *, rows: str, columns: str, measure: str, unit: str, currency: str
) -> str:
    """Name the cell with most customers, or with the highest mean."""
    if cells.empty or not cells["customers"].sum():
        return f"Nobody of whom {_lower(title(rows))} and {_lower(title(columns))} are known"
    if not measure:
        first = _top(cells, cells["customers"])
        share = first["customers"] / cells["customers"].sum()
        return (
            f"{title(rows)} {first['row']} with {_lower(title(columns))} {first['column']} is"
            f" the most frequent pair: {percent(share)} of customers"
        )
    known = cells[cells["customers"] >= 5]
    if known.empty:
        return f"Fewer than 5 customers in every cell of {_lower(title(rows))}"
    first = _top(known, known["value"])
    return (
        f"{title(measure)} is highest where {_lower(title(rows))} is {first['row']} and"
        f" {_lower(title(columns))} {first['column']}:"
        f" mean {written(first['value'], unit, currency)}"
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
            "title": {"text": f"{title(name)}{_of(unit, currency)}"},
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
    said = [f"{count(customers, 'customer')}", f"not known of {number(missing)}"]
    if unshown:
        said.append(f"{number(unshown)} at or below 0 not shown")
    said.append(f"{count(outliers, 'outlier')} beyond 1.5 interquartile ranges")
    return ", ".join(said)


def campaign_marks(rows: pd.DataFrame) -> go.Figure:
    """Draw the share of each segment that accepted each campaign, with intervals."""
    figure = go.Figure()
    segments = list(dict.fromkeys(rows["segment"]))
    looks = theme.marks(segments)
    for segment in segments:
        some = rows[rows["segment"] == segment]
        figure.add_scatter(
            x=some["campaign"],
            y=some["rate"],
            mode="markers",
            name=segment,
            marker={
                "color": looks[segment].colour, "symbol": looks[segment].symbol, "size": 10,
            },
            error_y={
                "type": "data",
                "symmetric": False,
                "array": some["high"] - some["rate"],
                "arrayminus": some["rate"] - some["low"],
                "color": looks[segment].colour,
                "thickness": 2,
                "width": 4,
            },
            customdata=[
                [segment, f"{percent(low)} to {percent(high)}", number(k), number(n)]
                for low, high, k, n in zip(
                    some["low"], some["high"], some["accepted"], some["asked"], strict=True
                )
            ],
            hovertemplate="%{customdata[0]}, %{x}: %{y:.1%} (95 % interval %{customdata[1]}),"
            " %{customdata[2]} of %{customdata[3]}<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": ""},
            "type": "category",
            "showgrid": False,
            "tickangle": 0,
            "tickvals": list(dict.fromkeys(rows["campaign"])),
            "ticktext": [name.replace(" ", "<br>") for name in dict.fromkeys(rows["campaign"])],
        },
        yaxis={
            "title": {"text": "Share who accepted"}, "tickformat": ".0%", "rangemode": "tozero",
        },
        scattermode="group",
    )  # fmt: skip
    return figure


def campaign_finding(rows: pd.DataFrame) -> str:
    """Name the segment that accepted a campaign most often."""
    if rows.empty:
        return "This data set has no campaigns"
    first = _top(rows, rows["rate"])
    return (
        f"{first['segment']} accepted {_lower(str(first['campaign']))} most often:"
        f" {percent(first['rate'])} ({percent(first['low'])} to {percent(first['high'])})"
    )


def label_bars(rows: pd.DataFrame, *, currency: str) -> go.Figure:
    """Draw how many customers have each combination of labels, and what they spend."""
    figure = go.Figure()
    if rows.empty:
        return figure
    names = [" + ".join(labels) or "None of these" for labels in rows["labels"]]
    for name, column, colour, shown in (
        ("Share of customers", "share", theme.QUIET, "customers"),
        ("Share of spend", "spend_share", theme.MAIN, "spend"),
    ):
        amounts = [
            number(value) if shown == "customers" else money_short(value, currency)
            for value in rows[shown]
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
            hovertemplate=f"%{{y}}: %{{text}}, %{{x:.1%}} of {shown}<extra></extra>",
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
    vip = rows[["VIP" in labels for labels in rows["labels"]]]
    both = rows[[len(labels) > 1 for labels in rows["labels"]]]
    return (
        f"{count(vip['customers'].sum(), 'VIP customer')} bring"
        f" {percent(vip['spend_share'].sum())} of spend;"
        f" {count(both['customers'].sum(), 'customer has', 'customers have')} two labels"
    )


def missing_finding(described: pd.DataFrame, *, customers: int) -> str:
    """Say how many attributes there are and which is missing most."""
    if described.empty:
        return "Nothing is known of these customers"
    gaps = customers - described["filled"]
    said = f"{count(len(described), 'attribute')} of {count(customers, 'customer')}"
    if gaps.max() <= 0:
        return f"{said}, none with gaps"
    worst = title(str(described["attribute"].iloc[int(gaps.argmax())]))
    share = percent(gaps.max() / customers, 1)
    return f"{said}; most often missing: {_lower(worst)}, {share}"


def _top(rows: pd.DataFrame, by: pd.Series) -> pd.Series:
    """Give the row with the highest value."""
    return rows.iloc[int(np.nanargmax(by.to_numpy(dtype=float)))]


def _matrix(pairs: pd.DataFrame, column: str, names: list[str]) -> np.ndarray:
    places = {name: place for place, name in enumerate(names)}
    found = np.full((len(names), len(names)), np.nan)
    left, right = pairs["left"].map(places), pairs["right"].map(places)
    found[left, right] = found[right, left] = pairs[column].to_numpy(dtype=float)
    return found


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


def _lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _of(unit: str, currency: str) -> str:
    said = symbol(currency).strip() if unit == "money" else unit
    return f", {said}" if said and unit not in {"count", "points"} else ""


def _folded(name: str) -> str:
    """Break a long name into lines for an axis."""
    lines, line = list[str](), ""
    for word in str(name).split(" "):
        if line and len(line) + len(word) > 13:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])
