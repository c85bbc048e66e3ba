"""Sales: what months and countries bring, what comes back, who came and who stayed away."""

from urllib.parse import urlencode

from dash import Output, dcc, html
from dash.dependencies import Input
from dash.development.base_component import Component

from portal.kit.ahead import next_month
from portal.kit.cards import Control, grid
from portal.kit.choices import choice
from portal.kit.drawing.tiles import kpi_tiles, tile_row
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.tables.rows_table import Column, Sort
from portal.kit.tabs import Tab
from portal.pages.sales import coming, figures, queries, returned, said, unusual_days, world
from portal.reading.filters import DATASET, URL, Filters, from_query
from portal.reading.published import PublishedRun, published_run
from portal.words import wording

TILES = "sales-tiles"
STATE = "sales-state"
ALL_SALES = "Of all sales, whatever the filters keep."
MEASURE, HOME = "sales-measure", "sales-home"

PAGE = Page(
    path="/sales",
    name="Sales",
    title="Sales · Clientele",
    group="Understand",
    order=40,
    icon="graph-up",
    filtered=True,
    fits=lambda has: has.orders,
)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say what the last twelve whole months brought."""
    statement = queries.months(run, filters)
    line = said.answer(None if statement is None else run.ask(statement), run.currency)
    expected = queries.months_ahead(run, filters)
    if expected is None:
        return line
    more = next_month(run.ask(expected), run.as_of, run.currency)
    return f"{line} {more}." if more else line


MONTHS = PAGE.chart(
    "sales-months",
    query=queries.months,
    beside={"ahead": queries.months_ahead},
    draw=figures.months,
    source="published_month",
    measures=("revenue", "orders"),
    note="Revenue of a month is that of its own orders, less what came back of them since."
    " Below 0 stands what came back in the month, whenever it was bought. With filters only"
    " known customers count, and nothing is expected. A month that has begun holds what came of"
    " it already.",
    subject="Revenue by month of the order",
    columns=6,
)
COUNTRIES = PAGE.chart(
    "sales-countries",
    query=queries.countries,
    beside={"codes": queries.codes},
    draw=world.countries,
    source="published_country",
    measures=("revenue", "orders", "customers", "average_basket", "country"),
    note="The stronger a country’s colour, the higher its fifth among those with sales."
    " Filtered, a country is that of a customer's latest order.",
    subject="Click a country to look at it alone",
    columns=6,
    click="country",
    controls=(
        Control(
            "measure",
            MEASURE,
            choice(
                MEASURE,
                "Shown",
                [{"label": title, "value": name} for name, title in world.MEASURES.items()],
                "revenue",
            ),
        ),
        Control(
            "home",
            HOME,
            choice(
                HOME,
                "Home market",
                [
                    {"label": "All countries", "value": "with"},
                    {"label": "Without the first", "value": "without"},
                ],
                "with",
            ),
        ),
    ),
)
RANKING = PAGE.table(
    "sales-ranking",
    query=queries.countries,
    shown=(
        Column("country", "Country", width=150),
        Column("revenue", "Revenue", "money", "revenue", 120),
        Column("orders", "Orders", "count", "orders", 90),
        Column("customers", "Customers", "count", "customers", 100),
        Column("average_basket", "Average order", "money", "average_basket", 120),
        Column("returned_share", "Came back", "percent", "", 100),
    ),
    without=lambda _run, question: () if question.filters == Filters() else ("returned_share",),
    sort=Sort("revenue"),
    key="country",
    noun="country",
    count_text=lambda many, _run: wording.count(many, "country", "countries"),
    source="published_country",
    measures=("revenue", "orders", "customers", "average_basket"),
    title="Countries by what they bring",
    columns=12,
    rows_shown=8,
)
TREND = PAGE.chart(
    "sales-trend",
    query=queries.trend,
    draw=figures.trend,
    source="monthly_country",
    measures=("revenue",),
    note=ALL_SALES,
    subject="Whole months of the countries with most revenue",
    columns=12,
    height=420,
)
ACTIVITY = PAGE.chart(
    "sales-activity",
    query=queries.activity,
    draw=figures.activity,
    source="monthly_movement",
    measures=("customers",),
    note=f"Kept: ordered in one of the months before as well. Back: after a longer pause."
    f" Lapsed: in the last month of such a pause. {ALL_SALES}",
    subject="Known customers by month",
    columns=12,
    height=420,
)
RETURNED_MONTHS = PAGE.chart(
    "sales-returned-months",
    query=queries.months,
    draw=figures.returned_by_month,
    source="published_month",
    measures=("revenue",),
    note="What came back in a month, whenever it was bought, of that and the month's revenue.",
    subject="Share of sales that came back; not told of some customers alone",
    columns=7,
    height=300,
)
RULES = PAGE.panel(
    "sales-rules",
    query=queries.rules,
    draw=returned.rules,
    source="finding",
    title="What counts as a return",
    columns=5,
)
RETURNED_PRODUCTS = PAGE.table(
    "sales-returned-products",
    query=queries.returned_products,
    shown=(
        Column("product", "Product", width=100),
        Column("description", "Description", width=220),
        Column("returned_share", "Came back", "percent", "", 100),
        Column("returned", "Value", "money", "", 110),
        Column("orders", "Orders", "count", "orders", 90),
        Column("revenue", "Revenue", "money", "revenue", 110),
    ),
    sort=Sort("returned_share"),
    key="product",
    noun="product",
    source="published_product",
    note="Of products with at least five orders.",
    title="Products that come back most often",
    columns=12,
    rows_shown=6,
)
UNUSUAL = PAGE.table(
    "sales-unusual",
    query=queries.unusual_returns,
    shown=(
        Column("customer_id", "Customer", width=100),
        Column("purchase", "Bought with", width=110),
        Column("cancellation", "Taken back with", width=120),
        Column("value", "Value", "money", "", 110),
        Column("pieces", "Pieces", "count", "", 90),
        Column("reasons", "Why it is unusual", width=320),
    ),
    sort=Sort("value"),
    key="cancellation",
    noun="return",
    source="return_pair",
    title="Unusual returns",
    columns=12,
    rows_shown=6,
)
KINDS = PAGE.panel(
    "sales-kinds",
    query=queries.wholesale,
    draw=returned.kinds,
    source="customers",
    measures=("customers", "revenue", "average_basket"),
    note="Who buys in bulk is told by the size of orders, the pieces of a line and how regular"
    " orders come; the attribute “wholesale” filters by it.",
    title="Wholesale and retail",
    columns=12,
)
UNLIKE = PAGE.table(
    "sales-unlike",
    query=queries.unusual_customers,
    shown=(
        Column("customer_id", "Customer", width=100),
        Column("segment", "Segment", measure="segment", width=150),
        Column("monetary", "Revenue", "money", "revenue", 120),
        Column("frequency", "Orders", "count", "orders", 90),
        Column("average_basket", "Average order", "money", "average_basket", 120),
        Column("outlier_reason", "What is unusual", width=320),
    ),
    sort=Sort("monetary"),
    source="customers",
    measures=("outlier", "segment", "revenue"),
    title="Customers who buy unlike the others",
    columns=12,
    rows_shown=10,
)
UNUSUAL_DAYS = unusual_days.declared(PAGE, note=ALL_SALES)
ITEM_CLASSES = PAGE.panel(
    "sales-item-classes",
    query=queries.item_classes,
    draw=returned.item_classes,
    source="item_class",
    title="What the source's codes are",
    columns=12,
)
COMING = coming.declared(PAGE, note=ALL_SALES)


def first() -> Component:
    """Lay out the first screen."""
    return html.Div(
        [
            html.Div(id=STATE, role="status"),
            tile_row(TILES, 4),
            grid(MONTHS, COUNTRIES, RANKING),
        ]
    )


def moving() -> Component:
    """Lay out countries by month and who came."""
    return grid(TREND, ACTIVITY)


def came_back() -> Component:
    """Lay out what came back."""
    return html.Div(
        [
            html.P(ALL_SALES, className="quiet page-note"),
            grid(RETURNED_MONTHS, RULES, RETURNED_PRODUCTS, UNUSUAL),
        ]
    )


TABS = PAGE.tabs(
    "sales-tabs",
    Tab("sales", "Months and countries", first),
    Tab("next", "What comes next", lambda: grid(*COMING)),
    Tab("moving", "Trend and customers", moving),
    Tab("returns", "Returns", came_back),
    Tab("unusual", "Unusual days", lambda: grid(UNUSUAL_DAYS)),
    Tab("kinds", "Unusual and wholesale", lambda: grid(KINDS, UNLIKE)),
    Tab("codes", "Codes of the source", lambda: grid(ITEM_CLASSES)),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs."""
    return TABS.layout()


@PAGE.callback(Output(TILES, "children"), Output(STATE, "children"), Input(URL, "search"))
def show_tiles(search: str | None) -> tuple[list[Component], Component | None]:
    """Write the row of numbers, or what is missing."""
    filters = from_query(search)
    with published_run(search) as run:
        months = queries.months(run, filters)
        if months is None:
            link = f"/data?{urlencode({DATASET: run.dataset})}"
            return [], empty_state(
                "This data set has no orders",
                "Sales by month and country need dated orders.",
                dcc.Link("Bring a file of orders", href=link, className="button"),
            )
        single_figures = run.ask(queries.single_figures(run, filters))
        return kpi_tiles(
            said.tiles(run.ask(months), single_figures, run.currency, filters)
        ), None
