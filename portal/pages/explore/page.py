"""Explore: what is known of the customers, how it hangs together, who differs from whom."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import Drawn, card_foot, chart_card, chart_outputs, drawn, problem_of
from portal.kit.choices import choice
from portal.kit.evidence import Evidence
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.pages.explore import figures, queries
from portal.pages.explore.queries import Thresholds
from portal.reading.columns import COLUMNS, kinds
from portal.reading.filters import URL, Filters, from_query
from portal.reading.published import PublishedRun, published_run, remember
from portal.words import wording
from portal.words.titles import CAMPAIGN, CHANNEL, title

TABLE = "explore-table"
TABLE_SPLIT = "explore-table-split"
HEAT = "explore-associations"
METHOD = "explore-method"
SCOPE = "explore-scope"
GROUPS = "explore-groups"
BY = "explore-by"
MEASURE = "explore-measure"
STATISTIC = "explore-statistic"
GROUPS_SPLIT = "explore-groups-split"
CROSS = "explore-cross"
ROWS = "explore-rows"
ACROSS = "explore-columns"
CELL = "explore-cell"
SPREAD = "explore-spread"
NUMBER = "explore-number"
SCALE = "explore-scale"
SPREAD_SPLIT = "explore-spread-split"
CAMPAIGNS = "explore-campaigns"
LABELS = "explore-labels"
VIP = "explore-vip"
PASSIVE = "explore-passive"
PROMOTIONAL = "explore-promotional"

SPEND = "monetary"
NOTHING = "nothing"
SPLITS = (TABLE_SPLIT, GROUPS_SPLIT, SPREAD_SPLIT)
FIRST_GROUPS = ("income", "activity", "membership", "segment")
FIRST_PAIRS = (("city", "gender"), ("age", "education"), ("activity", "favourite_category"))
RULES = ("is_vip", "is_passive", "is_promotional")
NO_DEMOGRAPHY = (
    "This data set tells nothing of who its customers are; a marketing or a behaviour file"
    " would bring age, income, education and the like."
)
TOO_OLD = "This run kept no attributes; refresh the data set to explore it"

Options = list[dict[str, str]]


def attribute_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give the overview of all customers; filters don't change it."""
    return queries.attributes(run)


def pair_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give every association of all customers and of the segments."""
    found = [
        queries.associations(run, scope=scope, method=method).assign(scope=scope, method=method)
        for scope in ("all", *queries.scopes(run))
        for method in figures.METHODS
    ]
    return pd.concat(found, ignore_index=True)


def group_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give spend by the groups of every attribute."""
    found = [
        queries.grouped(run, filters, by=by, measure=SPEND).assign(attribute=title(by))
        for by in _groupings(run)
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def cross_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the two-way table that stands there at first."""
    rows, columns = _first_pair(_groupings(run))
    return queries.crossed(run, filters, rows=rows, columns=columns)


def spread_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the spread of spend."""
    if SPEND not in kinds(run):
        return pd.DataFrame()
    return queries.spread(run, filters, name=SPEND).bins


def label_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the labels by the run's own thresholds."""
    found = queries.labelled(run, filters, limits=queries.thresholds(run))
    return found.assign(labels=[", ".join(each) for each in found["labels"]])


EVIDENCE = {
    TABLE: Evidence(
        "attribute",
        attribute_rows,
        queries.ATTRIBUTES,
        ("skew", "outlier_number"),
        "All customers of the run; filters narrow the parts compared, not the overview.",
    ),
    HEAT: Evidence(
        "association",
        pair_rows,
        queries.ASSOCIATIONS,
        ("pearson", "spearman", "phik"),
        "Made at the refresh, on at most 20,000 customers drawn at random. A dot marks pairs"
        " whose p-value is above 0.05 divided by the number of pairs (Bonferroni). A flag"
        " counts as 1 for yes and 0 for no; phik alone takes categories.",
    ),
    GROUPS: Evidence(
        "attribute_column",
        group_rows,
        COLUMNS,
        ("monetary",),
        "The mean's 95 % interval is that of the t distribution, the median's that of order"
        " statistics. Numbers are cut into fifths of all customers, age into decades. Data"
        " holds spend by every attribute.",
    ),
    CROSS: Evidence(
        "attribute_column",
        cross_rows,
        COLUMNS,
        ("customers",),
        "Customers of whom both are known. Data holds the pair shown first.",
    ),
    SPREAD: Evidence(
        "attribute_column",
        spread_rows,
        COLUMNS,
        ("skew", "outlier_number"),
        "Forty bins of equal width, on a log scale of equal ratio. Data holds spend.",
    ),
    CAMPAIGNS: Evidence(
        "vw_campaigns",
        queries.accepted,
        COLUMNS,
        ("segment",),
        "Intervals are Wilson's (1927), 95 %. The same answers stand one row per customer and"
        " campaign in vw_campaigns.",
    ),
    LABELS: Evidence(
        "attribute_column",
        label_rows,
        COLUMNS,
        ("monetary",),
        "VIP are the customers who spend most, passive those who spend least, by share of all"
        " customers; promotional those who accepted the last campaign, used a discount or"
        " bought at least the stated share on promotion. Data holds the run's own thresholds,"
        " which are kept with each customer as is_vip, is_passive and is_promotional.",
    ),
}

PAGE = Page(
    path="/explore",
    title="Explore · Clientele",
    name="Explore",
    group="Understand",
    order=30,
    icon="compass",
    lead="What is known of the customers, what goes with what, and who differs from whom.",
    filtered=True,
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return grid(
        _table_section(),
        chart_card(
            GROUPS,
            evidence=EVIDENCE[GROUPS],
            subject="One mark per group with its 95 % interval; customers below",
            columns=12,
            height=400,
            controls=[
                _select(BY, "By"),
                _select(MEASURE, "Measure"),
                choice(
                    STATISTIC, "Statistic", _plain("mean", "median"), "mean", show_label=True
                ),
                _select(GROUPS_SPLIT, "Split by"),
            ],
        ),
        chart_card(
            SPREAD,
            evidence=EVIDENCE[SPREAD],
            subject="Customers by size of a number",
            height=380,
            controls=[
                _select(NUMBER, "Number"),
                choice(SCALE, "Scale", _plain("linear", "log"), "linear", show_label=True),
                _select(SPREAD_SPLIT, "Split by"),
            ],
        ),
        chart_card(
            CROSS,
            evidence=EVIDENCE[CROSS],
            subject="Two attributes against each other; the count of customers in each cell",
            height=380,
            controls=[
                _select(ROWS, "Rows"),
                _select(ACROSS, "Columns"),
                _select(CELL, "Cell"),
            ],
        ),
        chart_card(
            CAMPAIGNS,
            evidence=EVIDENCE[CAMPAIGNS],
            subject="Share of each segment that accepted each campaign, 95 % intervals",
            height=400,
        ),
        chart_card(
            LABELS,
            evidence=EVIDENCE[LABELS],
            subject="Customers labelled by thresholds that can be moved",
            height=400,
            controls=[
                _percent(VIP, "VIP, top %"),
                _percent(PASSIVE, "Passive, bottom %"),
                _percent(PROMOTIONAL, "On promotion, from %"),
            ],
        ),
        chart_card(
            HEAT,
            evidence=EVIDENCE[HEAT],
            subject="Every pair of attributes; a dot marks what could be chance",
            columns=12,
            height=720,
            controls=[
                choice(
                    METHOD,
                    "Method",
                    [{"label": name, "value": key} for key, name in figures.METHODS.items()],
                    "spearman",
                    show_label=True,
                ),
                _select(SCOPE, "Customers"),
            ],
        ),
    )


@PAGE.callback(
    *(Output(split, part) for split in SPLITS for part in ("options", "value")),
    Output(BY, "options"),
    Output(BY, "value"),
    Output(MEASURE, "options"),
    Output(MEASURE, "value"),
    Output(ROWS, "options"),
    Output(ROWS, "value"),
    Output(ACROSS, "options"),
    Output(ACROSS, "value"),
    Output(CELL, "options"),
    Output(CELL, "value"),
    Output(NUMBER, "options"),
    Output(NUMBER, "value"),
    Output(SCOPE, "options"),
    Output(SCOPE, "value"),
    Output(VIP, "value"),
    Output(PASSIVE, "value"),
    Output(PROMOTIONAL, "value"),
    Output(PROMOTIONAL, "disabled"),
    Input(URL, "search"),
    *(State(split, "value") for split in SPLITS),
    State(BY, "value"),
    State(MEASURE, "value"),
    State(ROWS, "value"),
    State(ACROSS, "value"),
    State(CELL, "value"),
    State(NUMBER, "value"),
    State(SCOPE, "value"),
    State(VIP, "value"),
    State(PASSIVE, "value"),
    State(PROMOTIONAL, "value"),
)
def offer(search: str | None, *chosen: Any) -> list[Any]:
    """Offer what the data set knows; what was chosen stays where it is still there."""
    with published_run(search) as run:
        found = remember(run, kinds)
        by, numbers = _groupings(run), _numbers(found)
        splits = [NOTHING, *_splits(run)]
        scopes = ["all", *queries.scopes(run)]
        limits = queries.thresholds(run)
    rows, columns = _first_pair(by)
    group = next((each for each in FIRST_GROUPS if each in by), by[0] if by else "")
    number = SPEND if SPEND in numbers else (numbers[0] if numbers else "")
    lists = [
        *([(splits, NOTHING)] * len(SPLITS)),
        (by, group),
        (numbers, number),
        (by, rows),
        (by, columns),
        ([NOTHING, *numbers], NOTHING),
        (numbers, number),
        (scopes, "all"),
    ]
    words = ["Nothing"] * len(SPLITS) + [""] * 4 + ["Count of customers", "", ""]
    answer: list[Any] = []
    for (names, first), word, before in zip(lists, words, chosen, strict=False):
        answer.append(_options(names, word))
        answer.append(before if before in names else first)
    own = [100 * limit for limit in limits]
    answer += [
        mine if before is None else before
        for mine, before in zip(own, chosen[len(lists) :], strict=True)
    ]
    return [*answer, "promotional_share" not in found]


@PAGE.callback(Output(TABLE, "children"), Input(URL, "search"), Input(TABLE_SPLIT, "value"))
def show_table(search: str | None, split: str | None) -> Component:
    """Write the overview of the attributes, or the parts of a split side by side."""
    with published_run(search) as run:
        described = remember(run, queries.attributes)
        if described.empty:
            return empty_state(TOO_OLD, "Attributes are kept by every refresh.")
        if split and split in _splits(run):
            parts = remember(run, queries.compared, from_query(search), split=split)
            return _compared(described, parts, run.currency)
        return _overview(described, customers=run.customers, currency=run.currency)


@PAGE.callback(
    *chart_outputs(HEAT), Input(URL, "search"), Input(METHOD, "value"), Input(SCOPE, "value")
)
def show_heat(search: str | None, method: str | None, scope: str | None) -> Drawn:
    """Draw the associations."""
    known = method if method in figures.METHODS else "spearman"
    with published_run(search) as run:
        return drawn(run, _heat, known, scope or "all")


@PAGE.callback(
    *chart_outputs(GROUPS),
    Input(URL, "search"),
    Input(BY, "value"),
    Input(MEASURE, "value"),
    Input(STATISTIC, "value"),
    Input(GROUPS_SPLIT, "value"),
)
def show_groups(
    search: str | None,
    by: str | None,
    measure: str | None,
    statistic: str | None,
    split: str | None,
) -> Drawn:
    """Draw a measure by group."""
    shown = "median" if statistic == "median" else "mean"
    with published_run(search) as run:
        return drawn(
            run,
            _groups,
            from_query(search),
            by=by or "",
            measure=measure or "",
            statistic=shown,
            split=split or "",
        )


@PAGE.callback(
    *chart_outputs(CROSS),
    Input(URL, "search"),
    Input(ROWS, "value"),
    Input(ACROSS, "value"),
    Input(CELL, "value"),
)
def show_cross(
    search: str | None, rows: str | None, columns: str | None, measure: str | None
) -> Drawn:
    """Draw a two-way table."""
    with published_run(search) as run:
        return drawn(run, _cross, from_query(search), rows or "", columns or "", measure or "")


@PAGE.callback(
    *chart_outputs(SPREAD),
    Input(URL, "search"),
    Input(NUMBER, "value"),
    Input(SCALE, "value"),
    Input(SPREAD_SPLIT, "value"),
)
def show_spread(
    search: str | None, name: str | None, scale: str | None, split: str | None
) -> Drawn:
    """Draw how a number is spread."""
    with published_run(search) as run:
        return drawn(
            run,
            _spread,
            from_query(search),
            name=name or "",
            log=scale == "log",
            split=split or "",
        )


@PAGE.callback(*chart_outputs(CAMPAIGNS), Input(URL, "search"))
def show_campaigns(search: str | None) -> Drawn:
    """Draw who accepted which campaign."""
    with published_run(search) as run:
        return drawn(run, _campaigns, from_query(search))


@PAGE.callback(
    *chart_outputs(LABELS),
    Input(URL, "search"),
    Input(VIP, "value"),
    Input(PASSIVE, "value"),
    Input(PROMOTIONAL, "value"),
)
def show_labels(
    search: str | None, vip: float | None, passive: float | None, promotional: float | None
) -> Drawn:
    """Draw who is VIP, passive or promotional by the thresholds chosen."""
    with published_run(search) as run:
        own = queries.thresholds(run)
        limits = Thresholds(
            _share(vip, own.vip),
            _share(passive, own.passive),
            _share(promotional, own.promotional),
        )
        return drawn(run, _labels, from_query(search), limits)


def _heat(run: PublishedRun, method: str, scope: str) -> Chart:
    pairs = queries.associations(run, scope=scope, method=method)
    finding = figures.association_finding(pairs, method=method)
    order = list(queries.attributes(run)["attribute"])
    return Chart(
        figures.association_heat(pairs, order=order, method=method),
        finding,
        f"Matrix of associations by {figures.METHODS[method]}. {finding}.",
    )


def _groups(
    run: PublishedRun, filters: Filters, *, by: str, measure: str, statistic: str, split: str
) -> Chart:
    rows = queries.grouped(run, filters, by=by, measure=measure, split=_allowed(run, split))
    looks = {
        "by": by,
        "measure": measure,
        "unit": _unit(run, measure),
        "currency": run.currency,
    }
    finding = figures.group_finding(rows, statistic=statistic, **looks)
    return Chart(
        figures.group_marks(rows, statistic=statistic, **looks),
        finding,
        f"Marks by group with intervals. {finding}.",
    )


def _cross(run: PublishedRun, filters: Filters, rows: str, columns: str, measure: str) -> Chart:
    shown = measure if measure in _numbers(kinds(run)) else ""
    cells = queries.crossed(run, filters, rows=rows, columns=columns, measure=shown)
    looks = {
        "rows": rows, "columns": columns, "measure": shown,
        "unit": _unit(run, shown), "currency": run.currency,
    }  # fmt: skip
    finding = figures.cross_finding(cells, **looks)
    return Chart(figures.cross_heat(cells, **looks), finding, f"Two-way table. {finding}.")


def _spread(run: PublishedRun, filters: Filters, *, name: str, log: bool, split: str) -> Chart:
    if name not in _numbers(kinds(run)):
        return _blank()
    found = queries.spread(run, filters, name=name, split=_allowed(run, split), log=log)
    looks = {"name": name, "unit": _unit(run, name), "currency": run.currency}
    finding = figures.spread_finding(
        mean=found.mean, median=found.median, skew=found.skew, **looks
    )
    said = figures.spread_text(
        customers=found.customers,
        missing=found.missing,
        unshown=found.unshown,
        outliers=found.outliers,
    )
    figure = figures.spread_bars(found.bins, log=log, **looks)
    below = said.replace(" beyond", "<br>beyond")
    figure.update_xaxes(title_text=f"{figure.layout.xaxis.title.text}<br>{below}")
    return Chart(figure, finding, f"Histogram. {finding}. {said}.")


def _campaigns(run: PublishedRun, filters: Filters) -> Chart:
    rows = queries.accepted(run, filters)
    if rows.empty:
        there = any(name.startswith(CAMPAIGN) for name in kinds(run))
        finding = (
            "The filters keep nobody"
            if there
            else "This data set has no campaigns; a marketing file would bring them"
        )
        return _blank(finding)
    finding = figures.campaign_finding(rows)
    return Chart(
        figures.campaign_marks(rows), finding, f"Marks by campaign and segment. {finding}."
    )


def _labels(run: PublishedRun, filters: Filters, limits: Thresholds) -> Chart:
    rows = queries.labelled(run, filters, limits=limits)
    finding = figures.label_finding(rows)
    return Chart(
        figures.label_bars(rows, currency=run.currency),
        finding,
        f"Bars of customers and spend by label. {finding}.",
    )


def _blank(finding: str = TOO_OLD) -> Chart:
    figure = go.Figure()
    figure.update_layout(xaxis={"visible": False}, yaxis={"visible": False})
    figure.add_annotation(text="Nothing to draw", x=0.5, y=0.5, xref="paper", yref="paper")
    return Chart(figure, finding, f"{finding}.")


def _groupings(run: PublishedRun) -> list[str]:
    """List what customers can be grouped by, attributes in their order."""
    found = kinds(run)
    described = queries.attributes(run)
    varied = described.loc[described["role"] != "constant", "attribute"]
    first = [name for name in varied if name in found]
    return [*first, *(n for n in (CHANNEL, "segment", "value_band", *RULES) if n in found)]


def _numbers(found: dict[str, str]) -> list[str]:
    there = [name for name, kind in found.items() if kind == "number"]
    return sorted(there, key=lambda name: (name != SPEND, title(name)))


def _splits(run: PublishedRun) -> list[str]:
    """List what a figure can be split by: the segment, targets, labels."""
    found = kinds(run)
    described = queries.attributes(run)
    targets = described.loc[described["role"] == "target", "attribute"]
    return [name for name in ("segment", *targets, *RULES) if name in found]


def _allowed(run: PublishedRun, split: str) -> str:
    return split if split in _splits(run) else ""


def _unit(run: PublishedRun, name: str) -> str:
    described = queries.attributes(run).set_index("attribute")["unit"]
    return str(described.get(name, ""))


def _first_pair(by: list[str]) -> tuple[str, str]:
    for rows, columns in FIRST_PAIRS:
        if rows in by and columns in by:
            return rows, columns
    return "segment", "value_band"


def _share(percents: float | None, own: float) -> float:
    if percents is None or not 0 < percents <= 100:
        return own
    return percents / 100


def _options(names: list[str], word: str) -> Options:
    return [{"label": _label(name, word), "value": name} for name in names]


def _label(name: str, word: str) -> str:
    if name == "all":
        return "Everyone"
    return word if name == NOTHING else title(name)


def _plain(*names: str) -> Options:
    return [{"label": name.capitalize(), "value": name} for name in names]


def _select(control: str, label: str) -> Component:
    return choice(control, label, [], show_label=True)


def _percent(control: str, label: str) -> Component:
    return html.Div(
        [
            html.Label(label, htmlFor=control, className="quiet"),
            dbc.Input(
                id=control, type="number", min=0.5, max=100, step=0.5, debounce=True, size="sm"
            ),
        ],
        className="control",
    )


def _table_section() -> Component:
    return html.Section(
        [
            html.Header(
                [
                    html.H2("What is known of the customers", className="card-title"),
                    html.Div(_select(TABLE_SPLIT, "Compare by"), className="card-controls"),
                ],
                className="card-head",
            ),
            html.Div(id=TABLE, className="card-body"),
            html.Div(id=problem_of(TABLE), role="status"),
            card_foot(TABLE, EVIDENCE[TABLE], "Attributes"),
        ],
        className="card span-12",
    )


def _overview(described: pd.DataFrame, *, customers: int, currency: str) -> Component:
    heads = (
        "Attribute", "Type", "Role", "Known of", "Distinct", "Lowest", "Median", "Mean",
        "Highest", "Skew", "Outliers",
    )  # fmt: skip
    body = [
        _described(row, customers=customers, currency=currency)
        for row in described.to_dict("records")
    ]
    has_people = (described["role"] == "demography").any()
    return html.Div(
        [
            html.P(figures.missing_finding(described, customers=customers) + "."),
            None if has_people else html.P(NO_DEMOGRAPHY, className="quiet"),
            _scrolling(heads, body, texts=3, label="Attributes"),
        ]
    )


def _described(row: dict[Any, Any], *, customers: int, currency: str) -> Component:
    share = row["filled"] / customers if customers else 0
    if row["kind"] == "number":
        measured = [
            figures.written(row[name], row["unit"], currency)
            for name in ("lowest", "median", "mean", "highest")
        ]
        measured += [wording.number(row["skew"], 1), wording.number(row["outliers"])]
    else:
        most = f"mostly {row['most_frequent']}"
        return html.Tr(
            [
                *_who(row, share),
                html.Td(most, colSpan=6),
            ]
        )
    return html.Tr(
        [*_who(row, share), *(html.Td(text, className="number") for text in measured)]
    )


def _who(row: dict[Any, Any], share: float) -> list[Component]:
    return [
        html.Th(title(row["attribute"]), scope="row"),
        html.Td(row["kind"]),
        html.Td(row["role"]),
        html.Td(
            [
                html.Span(
                    html.Span(style={"width": f"{100 * share:.1f}%"}),
                    className="share-bar",
                    **aria(hidden="true"),
                ),
                wording.percent(share, 1),
            ],
            className="number",
        ),
        html.Td(wording.number(row["distinct_values"]), className="number"),
    ]


def _compared(described: pd.DataFrame, parts: pd.DataFrame, currency: str) -> Component:
    names = list(dict.fromkeys(parts["part"]))
    units = described.set_index("attribute")["unit"]
    body = []
    for name, rows in parts.groupby("attribute", sort=False):
        by_part = {row["part"]: row for row in rows.to_dict("records")}
        word = rows["word"].iloc[0]
        shown = [
            wording.percent(by_part[part]["share"])
            if word
            else figures.written(by_part[part]["mean"], units[name], currency)
            for part in names
        ]
        said = f"{title(str(name))}: {word}" if word else title(str(name))
        what = "share" if word else "mean"
        cells = [html.Td(text, className="number") for text in shown]
        body.append(html.Tr([html.Th(said, scope="row"), html.Td(what), *cells]))
    return _scrolling(("Attribute", "Shown", *names), body, texts=2, label="Attributes by part")


def _scrolling(
    heads: tuple[str, ...], body: Sequence[Component], *, texts: int, label: str
) -> Component:
    head = html.Tr(
        [
            html.Th(name, className="" if place < texts else "number", scope="col")
            for place, name in enumerate(heads)
        ]
    )
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain-table wide")
    return html.Div(
        table,
        className="table-scroll tall",
        tabIndex=0,
        role="region",
        **aria(label=label),
    )
