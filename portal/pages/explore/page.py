"""Explore: what is known of the customers, how it hangs together, who differs from whom."""

from dash.development.base_component import Component

from portal.kit.cards import Control, grid, rows_of
from portal.kit.page import Page
from portal.kit.tabs import Tab
from portal.pages.explore import attributes as offered
from portal.pages.explore import figures, queries
from portal.pages.explore.associations import (
    FIRST_METHOD,
    METHODS,
    association_finding,
    associations,
)
from portal.pages.explore.attribute_table import missing_finding, table
from portal.pages.explore.campaigns import campaigns
from portal.pages.explore.choices import (
    ACROSS,
    BY,
    CELL,
    GROUPS_SPLIT,
    MEASURE,
    METHOD,
    NUMBER,
    PASSIVE,
    PROMOTIONAL,
    ROWS,
    SCALE,
    SCOPE,
    SPREAD_SPLIT,
    STATISTIC,
    TABLE_SPLIT,
    VIP,
    either,
    follow_choices,
    percentage,
    select,
)
from portal.pages.explore.group_table import group_table
from portal.pages.explore.labels import labels
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun

PAGE = Page(
    path="/explore",
    title="Explore · Clientele",
    name="Explore",
    group="Understand",
    order=70,
    icon="compass",
    filtered=True,
)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say how much is known of the customers, and what hangs together most."""
    described = run.ask(offered.attributes(run))
    pairs = rows_of(run, queries.associations(run, filters, method=FIRST_METHOD))
    missing_sentence = missing_finding(described, customers=run.customers)
    return f"{missing_sentence}. {association_finding(pairs, method=FIRST_METHOD)}."


TABLE = PAGE.panel(
    "explore-table",
    query=queries.described,
    draw=table,
    source="attribute, customers",
    measures=("skew", "outlier_number"),
    note="The overview is of all customers of the run; filters narrow the parts compared.",
    title="What is known of the customers",
    subject="Of all customers, whatever the filters keep; these narrow the parts compared",
    columns=12,
    controls=(select("split", TABLE_SPLIT, "Compare by"),),
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
    height=380,
    controls=(
        select("measure", MEASURE, "Measure"),
        select("by", BY, "By"),
        either(
            "statistic", STATISTIC, "Statistic", {"mean": "Mean", "median": "Median"}, "mean"
        ),
        select("split", GROUPS_SPLIT, "Split by"),
    ),
)
GROUP_TABLE = PAGE.panel(
    "explore-groups-table",
    query=queries.grouped,
    beside={"described": offered.attributes},
    draw=group_table,
    source="customers",
    measures=("monetary",),
    note="The rows of the figure above, with their intervals.",
    title="The same as a table",
    columns=12,
    controls=(
        Control("measure", MEASURE),
        Control("by", BY),
        Control("statistic", STATISTIC),
        Control("split", GROUPS_SPLIT),
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
    columns=12,
    height=360,
    controls=(
        select("number", NUMBER, "Number"),
        either("scale", SCALE, "Scale", {"linear": "Linear", "log": "Log"}, "linear"),
        select("split", SPREAD_SPLIT, "Split by"),
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
    columns=12,
    height=380,
    controls=(
        select("rows", ROWS, "Rows"),
        select("columns", ACROSS, "Columns"),
        select("cell", CELL, "Cell"),
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
    columns=12,
    height=440,
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
    " each customer as is_vip, is_passive, is_promotional and is_new.",
    subject="Customers labelled by thresholds that can be moved",
    columns=12,
    height=360,
    controls=(
        percentage("vip", VIP, "VIP, top %"),
        percentage("passive", PASSIVE, "Passive, bottom %"),
        percentage("promotional", PROMOTIONAL, "On promotion, from %"),
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
    subject="Every pair of attributes; a dot marks what could be chance. Filters leave it as it"
    " is: choose whose pairs",
    columns=12,
    height=640,
    controls=(
        either("method", METHOD, "Method", METHODS, FIRST_METHOD),
        select("scope", SCOPE, "Customers"),
    ),
)


def build() -> Component:
    """Lay out the builder: a measure by an attribute, as figure and as table."""
    return grid(GROUPS, GROUP_TABLE)


def known() -> Component:
    """Lay out what is known of the customers."""
    return grid(TABLE)


def together() -> Component:
    """Lay out what goes with what."""
    return grid(HEAT, CROSS)


def spreads() -> Component:
    """Lay out how numbers are spread, and labels by thresholds."""
    return grid(SPREAD, LABELS)


def responses() -> Component:
    """Lay out who accepted which campaign."""
    return grid(CAMPAIGNS)


TABS = PAGE.tabs(
    "explore-tabs",
    Tab("build", "Compare groups", build),
    Tab("attributes", "Attributes", known),
    Tab("associations", "Associations", together),
    Tab("spread", "Spread", spreads),
    Tab("responses", "Campaigns’ responses", responses),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return TABS.layout()


follow_choices(PAGE)
