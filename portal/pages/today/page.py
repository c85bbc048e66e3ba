"""Today: whom to contact, what changed, what comes; how the last 30 days went."""

from urllib.parse import urlencode

from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.cards import grid
from portal.kit.drawing.tiles import Tile, kpi_tiles, tile_row
from portal.kit.page import Page
from portal.kit.tabs import Tab
from portal.pages.today import acting, figures, more_figures, queries
from portal.pages.today.in_all import in_all
from portal.pages.today.lately import lately
from portal.reading import forecasts, segments
from portal.reading.filters import DATASET, URL, Filters, from_query
from portal.reading.predicting import value
from portal.reading.predicting.reckoned import measures
from portal.reading.published import PublishedRun, published_run, remember
from portal.reading.trade import movement, watched
from portal.words.wording import count

TILES, IN_ALL = "today-tiles", "today-in-all"
ALERTS = "today-alerts"
LACKS, FIRST = "today-lacks", "today-first"
NO_ORDERS = (
    "This data set has no orders over time: revenue by month, who moved and the next 12 months"
    " need them."
)
HEIGHT = 300

PAGE = Page(
    path="/",
    title="Today · Clientele",
    name="Today",
    group="Act",
    order=10,
    icon="sun",
    filtered=True,
    formerly={"/overview": ""},
)
PAGE.answer(acting.answer)

CONTACT = PAGE.panel(
    "today-contact",
    query=queries.worth,
    knowing={
        "chosen": acting.whom,
        "by": acting.by,
        "costs": acting.costs,
        "why": acting.why_unknown,
    },
    draw=acting.contact_card,
    source="customers",
    measures=measures,
    note="Worth contacting is whose expected profit of a contact is above 0, at the costs in"
    " force. The range is how far the level of the probabilities may be off.",
    title="Worth contacting",
    columns=4,
)
MOVED = PAGE.panel(
    "today-moved",
    query=movement.moved,
    beside={"days": movement.days},
    draw=acting.moved_card,
    source="customers",
    measures=("clv_12m",),
    note="Risen or slipped is who is in another segment now, of a higher or lower mean value of"
    " 12 months; new has a first order since; lost has none in the year any more.",
    title="What changed lately",
    columns=4,
)
NEXT = PAGE.panel(
    "today-next",
    query=value.headline,
    knowing={"foretold": acting.twelve_months},
    draw=acting.next_card,
    source="customers",
    measures=("clv_12m",),
    note="The range is how far the same sum, told on earlier days, turned out to be off.",
    title="Next 12 months",
    columns=4,
)
MONTHS = PAGE.chart(
    "today-months",
    query=queries.months,
    beside={"ahead": forecasts.months_ahead},
    draw=figures.months,
    source="monthly_sales",
    measures=("revenue", "orders", "anonymous_revenue"),
    note="An order counts in the month in which it was placed, less what was cancelled of it"
    " since. Without filters, lines that name no customer count too; with filters they can't."
    " What is expected is of all sales.",
    subject="Revenue by month of the order",
    columns=7,
    height=HEIGHT,
)
SEGMENTS = PAGE.chart(
    "today-segments",
    query=segments.shares,
    draw=figures.segments,
    source="customers",
    measures=("segment", "share", "revenue_share"),
    subject="Share of customers (hatched) and of revenue; click a segment to look at it alone",
    columns=5,
    height=HEIGHT,
    click="segment",
)
CONCENTRATION = PAGE.chart(
    "today-concentration",
    query=queries.concentration,
    draw=more_figures.concentration,
    source="customers",
    measures=("concentration",),
    subject="Share of revenue by share of customers",
)
COUNTRIES = PAGE.chart(
    "today-countries",
    query=queries.countries,
    draw=more_figures.countries,
    source="customers",
    measures=("country", "revenue", "customers"),
    note="Revenue of the customers whose latest order went to that country.",
    subject="Countries with most revenue; click one to look at it alone",
    click="country",
)
QUALITY = PAGE.chart(
    "today-quality",
    query=queries.quality,
    beside={"source": queries.rows_of_source},
    draw=more_figures.quality,
    source="finding",
    measures=("rows_read", "rows_kept"),
    note="The rules run in the order shown on the History page; a row is counted by the first"
    " that takes it, so the counts and the rows kept add up to the rows read.",
    subject="Rows of the source by rule; filters don't reach them",
    columns=12,
)


def first() -> Component:
    """Lay out what comes with the page, after what a rule for alerts found."""
    figures_of_it = html.Div([tile_row(TILES, 4), html.P(id=LACKS)], className="span-12")
    alerts = html.Div(id=ALERTS, className="span-12")
    return html.Div(
        grid(alerts, CONTACT, MOVED, NEXT, figures_of_it, MONTHS, SEGMENTS),
        id=FIRST,
        className="today",
    )


def more() -> Component:
    """Lay out what there is in all, how concentrated it is, and where it comes from."""
    return html.Div([tile_row(IN_ALL, 5), grid(CONCENTRATION, COUNTRIES)])


def source() -> Component:
    """Lay out what was left out of the source."""
    return grid(QUALITY)


TABS = PAGE.tabs(
    "today-tabs",
    Tab("today", "Today", first),
    Tab("more", "In all", more),
    Tab("source", "What was read", source),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return TABS.layout()


@PAGE.callback(
    Output(TILES, "children"),
    Output(LACKS, "children"),
    Output(FIRST, "className"),
    Input(URL, "search"),
)
def show_tiles(search: str | None) -> tuple[list[Component], str, str]:
    """Write the key figures, and leave out what needs orders where there are none."""
    with published_run(search) as run:
        tile_list = kpi_tiles(remember(run, tiles, from_query(search)))
        return (
            (tile_list, "", "today")
            if run.has.orders
            else (tile_list, NO_ORDERS, "today no-orders")
        )


@PAGE.callback(Output(ALERTS, "children"), Output(ALERTS, "hidden"), Input(URL, "search"))
def show_alerts(search: str | None) -> tuple[list[Component], bool]:
    """Say what a rule for alerts found in the update that is shown."""
    with published_run(search) as run:
        fired = run.ask(watched.alerts(run))
        href = f"/history?{urlencode({DATASET: run.dataset})}#alerts"
    if fired.empty:
        return [], True
    other_alerts = len(fired) - 1
    more = f"All {count(len(fired), 'alert')}" if other_alerts else "Why"
    alert_line: list[Component | str] = [
        f"{fired['sentence'].iloc[0]} ",
        dcc.Link(more, href=href),
    ]
    return [html.P(alert_line, className="alerts", role="note")], False


@PAGE.callback(Output(IN_ALL, "children"), Input(URL, "search"))
def show_in_all(search: str | None) -> list[Component]:
    """Write what there is in all."""
    with published_run(search) as run:
        return kpi_tiles(remember(run, all_tiles, from_query(search)))


def tiles(run: PublishedRun, filters: Filters) -> list[Tile]:
    """Give the last 30 days with what they compare to; of a source without days all it has."""
    question = queries.last_30_days(run, filters)
    if question is None:
        return all_tiles(run, filters)
    return lately(run.ask(question).iloc[0], run.currency)


def all_tiles(run: PublishedRun, filters: Filters) -> list[Tile]:
    """Give what there is in all, on every day looked at."""
    days = run.ask(queries.totals(run, filters))
    return in_all(days, run.currency, form=run.form, has_orders=run.has.orders)
