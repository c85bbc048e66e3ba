"""Explore: what is known of the customers, how it hangs together, who differs from whom."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.pages.explore import attributes as offered
from portal.pages.explore import figures, queries
from portal.pages.explore.associations import FIRST_METHOD, METHODS, associations
from portal.pages.explore.attribute_table import table
from portal.pages.explore.campaigns import campaigns
from portal.pages.explore.labels import labels
from portal.pages.explore.units import NOTHING
from portal.reading.filters import URL
from portal.reading.published import published_run
from portal.words.titles import title

TABLE_SPLIT = "explore-table-split"
METHOD = "explore-method"
SCOPE = "explore-scope"
BY = "explore-by"
MEASURE = "explore-measure"
STATISTIC = "explore-statistic"
GROUPS_SPLIT = "explore-groups-split"
ROWS = "explore-rows"
ACROSS = "explore-columns"
CELL = "explore-cell"
NUMBER = "explore-number"
SCALE = "explore-scale"
SPREAD_SPLIT = "explore-spread-split"
VIP = "explore-vip"
PASSIVE = "explore-passive"
PROMOTIONAL = "explore-promotional"

SPLITS = (TABLE_SPLIT, GROUPS_SPLIT, SPREAD_SPLIT)
LISTS = (*SPLITS, BY, MEASURE, ROWS, ACROSS, CELL, NUMBER, SCOPE)
LIMITS = (VIP, PASSIVE, PROMOTIONAL)

PAGE = Page(
    path="/explore",
    title="Explore · Clientele",
    name="Explore",
    group="Understand",
    order=30,
    icon="compass",
    lead="What is known of the customers, what goes with what, and who differs from whom.",
    filtered=True,
)


def _select(name: str, control: str, label: str) -> Control:
    """Offer what the data set knows; `offer` fills the list."""
    return Control(name, control, choice(control, label, [], show_label=True))


def _either(name: str, control: str, label: str, values: dict[str, str], first: str) -> Control:
    options = [{"label": text, "value": value} for value, text in values.items()]
    return Control(name, control, choice(control, label, options, first, show_label=True))


def _percent(name: str, control: str, label: str) -> Control:
    field = dbc.Input(
        id=control, type="number", min=0.5, max=100, step=0.5, debounce=True, size="sm"
    )
    head = html.Label(label, htmlFor=control, className="quiet")
    return Control(name, control, html.Div([head, field], className="control"))


TABLE = PAGE.panel(
    "explore-table",
    query=queries.described,
    draw=table,
    source="attribute, customers",
    measures=("skew", "outlier_number"),
    note="The overview is of all customers of the run; filters narrow the parts compared.",
    title="What is known of the customers",
    columns=12,
    controls=(_select("split", TABLE_SPLIT, "Compare by"),),
)
GROUPS = PAGE.chart(
    "explore-groups",
    query=queries.grouped,
    beside={"described": offered.attributes},
    draw=figures.groups,
    source="customers",
    measures=("monetary",),
    note="The mean's 95 % interval is that of the t distribution, the median's that of order"
    " statistics. Numbers are cut into fifths of all customers, age into decades.",
    subject="One mark per group with its 95 % interval; customers below",
    columns=12,
    height=400,
    controls=(
        _select("by", BY, "By"),
        _select("measure", MEASURE, "Measure"),
        _either(
            "statistic", STATISTIC, "Statistic", {"mean": "Mean", "median": "Median"}, "mean"
        ),
        _select("split", GROUPS_SPLIT, "Split by"),
    ),
)
SPREAD = PAGE.chart(
    "explore-spread",
    query=queries.bins,
    beside={"summary": queries.summary, "described": offered.attributes},
    draw=figures.spread,
    source="customers",
    measures=("skew", "outlier_number"),
    note="Forty bins of equal width, on a log scale of equal ratio.",
    subject="Customers by size of a number",
    height=380,
    controls=(
        _select("number", NUMBER, "Number"),
        _either("scale", SCALE, "Scale", {"linear": "Linear", "log": "Log"}, "linear"),
        _select("split", SPREAD_SPLIT, "Split by"),
    ),
)
CROSS = PAGE.chart(
    "explore-cross",
    query=queries.crossed,
    beside={"described": offered.attributes},
    draw=figures.cross,
    source="customers",
    measures=("customers",),
    note="Customers of whom both are known, and the measure where a mean is shown.",
    subject="Two attributes against each other; the count of customers in each cell",
    height=380,
    controls=(
        _select("rows", ROWS, "Rows"),
        _select("columns", ACROSS, "Columns"),
        _select("cell", CELL, "Cell"),
    ),
)
CAMPAIGNS = PAGE.chart(
    "explore-campaigns",
    query=queries.accepted,
    draw=campaigns,
    source="customers",
    measures=("segment",),
    note="Intervals are Wilson's (1927), 95 %. The same answers stand one row per customer and"
    " campaign in vw_campaigns.",
    subject="Share of each segment that accepted each campaign, 95 % intervals",
    height=400,
)
LABELS = PAGE.chart(
    "explore-labels",
    query=queries.labelled,
    draw=labels,
    source="customers",
    measures=("monetary",),
    note="VIP are the customers who spend most, passive those who spend least, by share of all"
    " customers; promotional those who accepted the last campaign, used a discount or bought"
    " at least the stated share on promotion. By the run's own thresholds they are kept with"
    " each customer as is_vip, is_passive and is_promotional.",
    subject="Customers labelled by thresholds that can be moved",
    height=400,
    controls=(
        _percent("vip", VIP, "VIP, top %"),
        _percent("passive", PASSIVE, "Passive, bottom %"),
        _percent("promotional", PROMOTIONAL, "On promotion, from %"),
    ),
)
HEAT = PAGE.chart(
    "explore-associations",
    query=queries.associations,
    beside={"described": offered.attributes},
    draw=associations,
    source="association",
    measures=("pearson", "spearman", "phik"),
    note="Made at the refresh, on at most 20,000 customers drawn at random. A dot marks pairs"
    " whose p-value is above 0.05 divided by the number of pairs (Bonferroni). A flag counts"
    " as 1 for yes and 0 for no; phik alone takes categories.",
    subject="Every pair of attributes; a dot marks what could be chance",
    columns=12,
    height=720,
    controls=(
        _either("method", METHOD, "Method", METHODS, FIRST_METHOD),
        _select("scope", SCOPE, "Customers"),
    ),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return grid(TABLE, GROUPS, SPREAD, CROSS, CAMPAIGNS, LABELS, HEAT)


@PAGE.callback(
    *(Output(control, part) for control in LISTS for part in ("options", "value")),
    *(Output(control, "value") for control in LIMITS),
    Output(PROMOTIONAL, "disabled"),
    Input(URL, "search"),
    *(State(control, "value") for control in (*LISTS, *LIMITS)),
)
def offer(search: str | None, *chosen: Any) -> list[Any]:
    """Offer what the data set knows; what was chosen stays where it is still there."""
    with published_run(search) as run:
        by, numbers = offered.groupings(run), offered.numbers(run)
        splits, scopes = [NOTHING, *offered.splits(run)], offered.scopes(run)
        limits = queries.thresholds(run)
        is_promoted = run.table.knows("promotional_share")
    rows, columns = offered.first_pair(by)
    number = next(iter(numbers), "")
    lists = {
        **dict.fromkeys(SPLITS, (splits, NOTHING)),
        BY: (by, offered.first_group(by)),
        MEASURE: (numbers, number),
        ROWS: (by, rows),
        ACROSS: (by, columns),
        CELL: ([NOTHING, *numbers], NOTHING),
        NUMBER: (numbers, number),
        SCOPE: (scopes, offered.EVERYONE),
    }
    answer: list[Any] = []
    for control, before in zip(LISTS, chosen, strict=False):
        names, first = lists[control]
        none = "Count of customers" if control == CELL else "Nothing"
        answer.append([{"label": _label(name, none), "value": name} for name in names])
        answer.append(before if before in names else first)
    answer += [
        100 * limit if before is None else before
        for limit, before in zip(limits, chosen[len(LISTS) :], strict=True)
    ]
    return [*answer, not is_promoted]


def _label(name: str, none: str) -> str:
    return {offered.EVERYONE: "Everyone", NOTHING: none}.get(name) or title(name)
