"""Products: what sells, what it is, what comes back, and one product by itself."""

from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import Control, grid
from portal.kit.page import Page
from portal.kit.tables.rows_table import Column, Sort
from portal.kit.tabs import Tab
from portal.pages.products import figures, one, queries, stock
from portal.reading.filters import URL, Filters
from portal.reading.published import PublishedRun, published_run

PRODUCT = "products-chosen"
ALL_SALES = "Products are told of all sales: filters of customers don't narrow this page."

PAGE = Page(
    path="/products",
    name="Products",
    title="Products · Clientele",
    group="Understand",
    order=50,
    icon="box-seam",
    fits=lambda has: has.products,
)
CHOSEN = (Control("product", PRODUCT),)


@PAGE.answer
def answer(run: PublishedRun, filters: Filters) -> str:
    """Say how few products bring most of revenue."""
    rows = run.ask(queries.classes(run, filters))
    if rows.empty:
        return figures.NO_PRODUCTS
    return f"{figures.class_finding(rows)}."


CLASSES = PAGE.chart(
    "products-classes",
    query=queries.classes,
    draw=figures.classes,
    source="published_product",
    note="A: the products that bring most, up to 80 % of revenue together; B: up to 95 %; C:"
    " the rest.",
    subject="Products by what they bring",
    columns=5,
    height=340,
)
BEST = PAGE.chart(
    "products-best",
    query=queries.products,
    draw=figures.best_sellers,
    source="published_product",
    measures=("revenue",),
    subject="Revenue; colours are the classes beside",
    columns=7,
    height=340,
)
LIST = PAGE.table(
    "products-list",
    query=queries.products,
    shown=(
        Column("product", "Product", width=96),
        Column("description", "Description", width=240),
        Column("category", "Category", width=150),
        Column("abc", "Class", width=70),
        Column("revenue", "Revenue", "money", "revenue", 110),
        Column("items", "Pieces", "count", "", 90),
        Column("orders", "Orders", "count", "orders", 90),
        Column("customers", "Customers", "count", "customers", 100),
        Column("repeat_share", "Buy it again", "percent", "", 110),
        Column("returned_share", "Came back", "percent", "", 100),
        Column("margin", "Margin", "percent", "", 90),
    ),
    without=lambda run, question: one.unknown(run.ask(queries.products(run, question.filters))),
    sort=Sort("revenue"),
    key="product",
    noun="product",
    source="published_product",
    measures=("revenue", "orders", "customers"),
    title="All products",
    columns=12,
    rows_shown=10,
)
CATEGORIES = PAGE.chart(
    "products-categories",
    query=queries.categories,
    draw=figures.categories,
    source="category_sales",
    note="Where the source names no categories, products are grouped by the words of their"
    " descriptions, and a group is named by the words that tell it from others.",
    subject="Revenue by category",
    columns=6,
    height=400,
)
CATEGORY_MONTHS = PAGE.chart(
    "products-category-months",
    query=queries.category_months,
    draw=figures.category_months,
    source="monthly_category",
    measures=("revenue",),
    subject="Whole months",
    columns=6,
    height=400,
)
FACTS = PAGE.panel(
    "products-facts",
    query=queries.one,
    draw=one.facts,
    source="published_product",
    title="The product",
    columns=5,
    controls=CHOSEN,
    room=300,
)
PRICE = PAGE.chart(
    "products-price",
    query=queries.one_by_month,
    draw=figures.price,
    source="monthly_product",
    subject="Mean price of the pieces sold in a month, and how many",
    columns=7,
    controls=CHOSEN,
    height=340,
)


COUNTRIES = PAGE.panel(
    "products-countries",
    query=queries.one_by_country,
    draw=one.countries,
    source="product_country",
    title="Where it sells",
    columns=12,
    controls=CHOSEN,
)
PARTNERS = PAGE.panel(
    "products-partners",
    query=queries.partners,
    draw=stock.partners,
    source="product_pair",
    note="Pairs that stand in more orders than chance and the sizes of orders explain, the"
    " strongest first; the setting baskets.false_share says how many may be there by chance.",
    title="Bought together",
    columns=12,
    controls=CHOSEN,
)
POINTS = PAGE.panel(
    "products-points",
    query=queries.points,
    beside={"stocked": queries.stock},
    draw=stock.points,
    source="stock_check",
    note="A point holds where no more is asked for over lead time and review than it says.",
    title="Stock to order",
    columns=12,
)
STOCK = PAGE.table(
    "products-stock",
    query=queries.stock,
    shown=(
        Column("product", "Product", width=80),
        Column("description", "Description", width=200),
        Column("abc", "Class", width=70),
        Column("state", "State", width=80),
        Column("order_now", "Order now", "count", "", 80),
        Column("on_hand", "On hand", "count", "", 80),
        Column("reorder_point", "Point", "count", "", 80),
        Column("safety_stock", "Safety stock", "count", "", 80),
        Column("weekly_demand", "Per week", "number", "", 80),
    ),
    without=lambda run, question: stock.unknown(run.ask(queries.stock(run, question.filters))),
    sort=Sort("place", descending=False),
    write=stock.cells,
    key="product",
    noun="product",
    source="product_stock",
    title="Reorder points of classes A and B",
    columns=12,
    rows_shown=10,
)
IDLE = PAGE.table(
    "products-idle",
    query=queries.idle,
    shown=(
        Column("product", "Product", width=96),
        Column("description", "Description", width=240),
        Column("abc", "Class", width=70),
        Column("idle_days", "Days without a sale", "count", "", 140),
        Column("items", "Pieces sold before", "count", "", 140),
        Column("revenue", "Revenue before", "money", "revenue", 130),
        Column("on_hand", "On hand", "count", "", 90),
    ),
    without=lambda run, question: stock.unknown(run.ask(queries.idle(run, question.filters))),
    sort=Sort("revenue"),
    key="product",
    noun="product",
    source="product_stock",
    title="What lies idle",
    columns=12,
    rows_shown=6,
)


def first() -> Component:
    """Lay out the first screen."""
    return html.Div([grid(CLASSES, BEST, LIST), html.P(ALL_SALES, className="quiet page-note")])


def alone() -> Component:
    """Lay out one product by itself."""
    return html.Div(
        [
            html.Label("Product", htmlFor=PRODUCT, className="quiet page-note"),
            dcc.Dropdown(id=PRODUCT, clearable=False, className="products-chosen"),
            grid(FACTS, PRICE, PARTNERS, COUNTRIES),
        ]
    )


TABS = PAGE.tabs(
    "products-tabs",
    Tab("products", "Best sellers", first),
    Tab("one", "One product", alone),
    Tab("stock", "Stock to order", lambda: grid(POINTS, STOCK, IDLE)),
    Tab("categories", "Categories", lambda: grid(CATEGORIES, CATEGORY_MONTHS)),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the tabs."""
    return TABS.layout()


@PAGE.callback(Output(PRODUCT, "options"), Output(PRODUCT, "value"), Input(URL, "search"))
def offer(search: str | None) -> tuple[list[dict[str, str]], str | None]:
    """Offer the products whose months are kept, and choose the best of them."""
    with published_run(search) as run:
        rows = run.ask(queries.choices(run))
    options = [
        {"label": one.named(product, description), "value": product}
        for product, description in zip(rows["product"], rows["description"], strict=True)
    ]
    return options, options[0]["value"] if options else None
