"""Segments: where the customers lie, what sets the groups apart, who is in them."""

from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.modes import SCENE_CONFIG
from portal.kit.page import Page
from portal.kit.table_cards import Column, Sort
from portal.pages.segments import figures, queries, space
from portal.pages.segments.measures import TITLES
from portal.pages.segments.segment_table import segments
from portal.reading.segments import shares

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

PAGE = Page(
    path="/segments",
    title="Segments · Clientele",
    name="Segments",
    group="Understand",
    order=20,
    icon="people",
    lead="Customers who buy alike, where they lie and what sets them apart.",
    filtered=True,
)

TABLE = PAGE.panel(
    "segments-table",
    query=shares,
    beside={"personas": queries.personas},
    draw=segments,
    source="customers",
    measures=(
        "segment", "customers", "share", "revenue", "revenue_share", *RFM[:3], "stability",
    ),
    note="Recency, orders and monetary are means over the segment's customers.",
    title="The segments, the most valuable first",
    columns=12,
)  # fmt: skip
CLOUD = PAGE.chart(
    "segments-cloud",
    query=queries.cloud,
    beside={"kept": queries.kept, "shares": shares},
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
    columns=5,
    height=520,
)
RECENCY_MONETARY = PAGE.chart(
    "segments-recency-monetary",
    query=queries.plane,
    beside={"kept": queries.kept},
    draw=space.recency_monetary,
    source="customers",
    measures=RFM,
    note=SAMPLED,
    subject="Recency and monetary, one mark per customer; click to open",
    height=340,
    click="customer",
)
FREQUENCY_MONETARY = PAGE.chart(
    "segments-frequency-monetary",
    query=queries.plane,
    beside={"kept": queries.kept},
    draw=space.frequency_monetary,
    source="customers",
    measures=RFM,
    note=SAMPLED,
    subject="Frequency and monetary, one mark per customer; click to open",
    height=340,
    click="customer",
)
PROJECTION = PAGE.chart(
    "segments-projection",
    query=queries.plane,
    beside={"kept": queries.kept, "loadings": queries.loadings},
    draw=space.components,
    source="customers",
    measures=RFM,
    note=(
        "Principal components of the scaled logarithms of recency, frequency and monetary."
        f" {SAMPLED}"
    ),
    subject="Where customers differ most; click one to open, arrows point to more",
    height=400,
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
    height=400,
)
MOVES = PAGE.chart(
    "segments-moves",
    query=queries.moves,
    draw=figures.moves,
    knowing={"knows_moves": queries.knows_moves},
    source="segment_move",
    measures=("segment",),
    note=(
        "The customers of the snapshot before are put into today's segments by the same model."
    ),
    subject="Customers by segment 30 days earlier and now",
    columns=12,
    height=360,
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
        height=280,
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
        Column("spend_band", "Spend band", measure="spend_band", width=108),
        Column("recency_days", "Recency, days", "count", "recency", 136),
        Column("frequency", "Orders", "count", "frequency", 88),
        Column("monetary", "Monetary", "money", "monetary", 124),
        Column("average_basket", "Average basket", "money", "average_basket", 144),
        Column("tenure_days", "Tenure, days", "count", "tenure", 128),
        Column("country", "Country", measure="country", width=136),
    ),
    sort=Sort("monetary"),
    source="customers",
    measures=(*RFM, "spend_band"),
    title="Customers",
    columns=12,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return grid(
        TABLE, CLOUD, PROFILE, RECENCY_MONETARY, FREQUENCY_MONETARY, PROJECTION, AGREEMENT,
        MOVES, *SPREADS, CUSTOMERS,
    )  # fmt: skip
