"""The cards of the page of segments."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from portal.kit.cards import Control, rows_of
from portal.kit.choices import choice
from portal.kit.drawing.modes import SCENE_CONFIG
from portal.kit.page import Page
from portal.kit.tables.rows_table import Column, Sort
from portal.pages.segments import evidence, figures, queries, sentences, space
from portal.pages.segments.measures import TITLES
from portal.pages.segments.segment_table import Followed, segments
from portal.reading.contacting import economics
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import Filters
from portal.reading.predicting import value
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.segments import shares
from portal.words import wording
from portal.words.titles import in_sentence, title

RFM = ("recency", "frequency", "monetary", "segment")
SAMPLED = (
    "Of many customers those up to a share of sample_position are drawn: at random, every"
    " segment in proportion."
)
SPREAD = (
    "The box holds the middle half of a segment's customers, the line in it the median, the"
    " whiskers nine in ten."
)
KIND = "segments-cloud-kind"
ATTRIBUTE = "segments-attribute-chosen"
FLOW = "segments-flow-chosen"

PAGE = Page(
    path="/segments",
    title="Segments · Clientele",
    name="Segments",
    group="Understand",
    order=10,
    icon="people",
    filtered=True,
)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say how many segments there are, which brings most, and where contacting pays."""
    rows, worth = run.ask(shares(run, filters)), rows_of(run, queries.worth(run, filters))
    return sentences.answer(rows, worth)


def followed(run: PublishedRun, _filters: Filters) -> Followed:
    """Give what the playbook in force does with each segment."""
    playbook = in_force(run).playbook
    plays = {name: economics.play_for(playbook, name).play for name in run.segments}
    return Followed(plays, economics.welcome(playbook))


def days(run: PublishedRun, filters: Filters, **_choices: Any) -> tuple[str, str]:
    """Name the axes of moves by the days between which customers moved."""
    rows = list(each_row(run.ask(queries.between(run, filters))))
    if not rows:
        return "Segment 30 days earlier", "Segment now"
    before, after = (
        wording.date(dt.date.fromisoformat(str(day)[:10]))
        for day in (rows[0].from_day, rows[0].to_day)
    )
    return f"Segment on {before}", f"Segment on {after}"


def chosen_attribute(run: PublishedRun, attribute: str | None) -> str:
    """Give the attribute that is chosen, the first one where none is."""
    return attribute or next(iter(queries.attributes(run)), "")


def levels(run: PublishedRun, _filters: Filters, *, attribute: str | None) -> Sequence[str]:
    """Give the groups of the attribute in their order."""
    return run.table.groups(chosen_attribute(run, attribute))


def named(run: PublishedRun, _filters: Filters, *, attribute: str | None) -> str:
    """Name the attribute within a sentence."""
    return in_sentence(title(chosen_attribute(run, attribute)))


TABLE = PAGE.panel(
    "segments-table",
    query=shares,
    beside={
        "personas": queries.personas,
        "value": value.by_segment,
        "worth": queries.worth,
        "moves": queries.moves,
        "next_products": queries.next_products,
    },
    knowing={"followed": followed},
    draw=segments,
    source="customers",
    measures=(
        "segment", "customers", "new", "share", "revenue", "revenue_share", *RFM[:3],
        "clv_12m", "churn_probability", "contact_profit",
    ),
    note="The chance of leaving is the mean over the segment's customers of whom it is known;"
    " days, orders and spend are means, too. Moves are those since the day before, of customers"
    " who were there already. Worth contacting is an expected profit above 0.",
    title="The segments, the best spenders first",
    subject="Press “What to do” for who they are and the playbook",
    columns=12,
)  # fmt: skip
CLOUD = PAGE.chart(
    "segments-cloud",
    query=queries.cloud,
    beside={"counts": queries.kept, "shares": shares},
    draw=space.cloud,
    controls=(
        Control(
            "kind",
            KIND,
            choice(
                KIND,
                "What a mark stands for",
                [
                    {"label": "Customers", "value": queries.CUSTOMERS},
                    {"label": "All as cells", "value": queries.CELLS},
                ],
                queries.CUSTOMERS,
            ),
        ),
    ),
    source="customers",
    measures=RFM,
    note=f"{SAMPLED} Cells are counted at the refresh, in rfm_voxel.",
    subject="One mark per customer; drag to turn, click to open the customer",
    columns=7,
    height=520,
    late=True,
    config=SCENE_CONFIG,
    click="customer",
)
PROFILE = PAGE.chart(
    "segments-profile",
    query=shares,
    draw=figures.profile,
    source="customers",
    measures=(*RFM[:3], "average_basket"),
    subject="Segment means; blue is better than the average customer, orange worse",
    columns=12,
    height=300,
)
RECENCY_MONETARY = PAGE.chart(
    "segments-recency-monetary",
    query=queries.plane,
    beside={"counts": queries.kept, "together": queries.together},
    draw=space.recency_monetary,
    source="customers",
    measures=RFM,
    note=SAMPLED,
    subject="Recency and spend; click a customer to open",
    columns=12,
    height=196,
    click="customer",
)
FREQUENCY_MONETARY = PAGE.chart(
    "segments-frequency-monetary",
    query=queries.plane,
    beside={"counts": queries.kept, "together": queries.together},
    draw=space.frequency_monetary,
    source="customers",
    measures=RFM,
    note=SAMPLED,
    subject="Orders and spend; click a customer to open",
    columns=12,
    height=196,
    click="customer",
)
PROJECTION = PAGE.chart(
    "segments-projection",
    query=queries.plane,
    beside={"counts": queries.kept, "loadings": queries.loadings},
    draw=space.components,
    source="customers",
    measures=RFM,
    note=(
        "Principal components of what segments are made from, scaled; of orders the logarithms"
        " of recency, frequency and spend. Shares are of the variance of these inputs."
        f" {SAMPLED}"
    ),
    subject="Where customers differ most; click one to open, arrows point to more",
    columns=12,
    height=380,
    click="customer",
)
AGREEMENT = PAGE.chart(
    "segments-agreement",
    query=queries.agreements,
    draw=figures.agreement,
    source="segment_agreement",
    measures=("mutual_information", "segment"),
    note=(
        "Numbers are taken in tenths. Above 0.9 the segments would be that column under other"
        " names: such a split is refused, and published only where every other is one too."
    ),
    subject="How far each attribute alone tells a customer's segment",
    columns=12,
    height=320,
)
CHANGED = PAGE.panel(
    "segments-changed",
    query=queries.changed,
    draw=evidence.changed,
    knowing={"days": days},
    source="customers",
    measures=("clv_12m",),
    note="Risen and slipped are moves into a segment of higher and lower mean value of 12"
    " months; new is a first order since, lost no order in the year any more.",
    title="Who moved",
    columns=12,
)
STREAMS = PAGE.chart(
    "segments-streams",
    query=queries.moves,
    draw=figures.streams,
    knowing={"knows_moves": queries.knows_moves, "days": days},
    source="customers, segment_move",
    measures=("segment",),
    note="A stream is as thick as its customers are many, in the colour of the segment where it"
    " begins; those who stayed are paler.",
    subject="From the segments before to the segments now",
    columns=12,
    height=340,
)
MOVES = PAGE.chart(
    "segments-moves",
    query=queries.moves,
    draw=figures.moves,
    knowing={"knows_moves": queries.knows_moves, "days": days},
    source="customers, segment_move",
    measures=("segment",),
    note="The customers of the day before are put into today's segments by the same model.",
    subject="Customers by segment before and now",
    height=360,
)
MOVES_OF_VALUE = PAGE.chart(
    "segments-moves-value",
    query=queries.moves,
    draw=figures.moves_of_value,
    knowing={"knows_moves": queries.knows_moves, "days": days},
    source="customers",
    measures=("segment", "clv_12m"),
    note="What customers are worth now, by the segment in which they were and are.",
    subject="Their value of 12 months, as of now",
    height=360,
)
FLOWED = PAGE.table(
    "segments-flowed",
    query=queries.flowed,
    shown=(
        Column("customer_id", "Customer", width=96),
        Column("before", "Before", width=150),
        Column("after", "Now", width=150),
        Column("monetary", "Spend", "money", "monetary", 124),
        Column("frequency", "Orders", "count", "frequency", 88),
        Column("recency_days", "Recency, days", "count", "recency", 136),
    ),
    controls=(Control("flow", FLOW, choice(FLOW, "Move", [])),),
    sort=Sort("monetary"),
    source="customer_snapshot",
    measures=RFM,
    note="Between the last two days that are looked at; of all customers, filters or not.",
    title="The customers of a move",
    columns=12,
    rows_shown=6,
)
SCORES = PAGE.chart(
    "segments-scores",
    query=queries.scores,
    draw=figures.scores,
    source="customers",
    measures=("rfm_scores",),
    subject="Customers by their scores of recency and frequency",
    columns=12,
    height=360,
)
STABILITY = PAGE.panel(
    "segments-stability",
    query=queries.personas,
    beside={"shares": shares},
    draw=evidence.stability,
    source="segment_result",
    measures=("stability", "segment", "share"),
    note="Of all customers, whatever the filters keep, but for sizes.",
    title="How sure the segments are",
    columns=12,
)
ATTRIBUTES = PAGE.chart(
    "segments-attribute",
    query=queries.levels,
    draw=figures.attribute,
    knowing={"levels": levels, "named": named},
    controls=(
        Control("attribute", ATTRIBUTE, choice(ATTRIBUTE, "Segments by", [], show_label=True)),
    ),
    source="customers",
    measures=("segment",),
    note="Numbers are grouped in fifths of all customers; of many groups the largest eight are"
    " drawn.",
    subject="Share of each segment's customers in each group",
    columns=12,
    height=260,
)
SPREADS = [
    PAGE.chart(
        f"segments-{name}",
        query=query,
        draw=draw,
        source="segment_shape",
        measures=(name, "segment"),
        note=SPREAD,
        subject=f"{TITLES[measure]} within each segment",
        columns=4,
        height=240,
    )
    for name, measure, query, draw in (
        ("recency", "recency_days", queries.recency, figures.recency),
        ("frequency", "frequency", queries.frequency, figures.frequency),
        ("monetary", "monetary", queries.monetary, figures.monetary),
    )
]

CUSTOMERS = PAGE.table(
    "segments-customers",
    query=queries.listed_customers,
    shown=(
        Column("customer_id", "Customer", width=96),
        Column("segment", "Segment", measure="segment", width=164),
        Column("is_new", "New", measure="new", width=72),
        Column("spend_band", "Spend band", measure="spend_band", width=108),
        Column("recency_days", "Recency, days", "count", "recency", 136),
        Column("frequency", "Orders", "count", "frequency", 88),
        Column("monetary", "Spend", "money", "monetary", 124),
        Column("average_basket", "Average basket", "money", "average_basket", 144),
        Column("tenure_days", "Tenure, days", "count", "tenure", 128),
        Column("country", "Country", measure="country", width=136),
    ),
    sort=Sort("monetary"),
    source="customers",
    measures=(*RFM, "spend_band"),
    title="The customers behind these pictures",
    columns=12,
    rows_shown=10,
)
