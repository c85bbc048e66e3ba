"""Churn: who is likely to leave, whom to contact, and what that is expected to bring."""

from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
import pandas as pd
import plotly.graph_objects as go
from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    ctx,
    dcc,
    html,
    no_update,
)
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import grid
from portal.kit.chart import Chart
from portal.kit.charts import Drawn, card_foot, chart_card, chart_outputs, drawn, problem_of
from portal.kit.choices import choice
from portal.kit.evidence import Evidence, download_link
from portal.kit.page import Page
from portal.kit.states import empty_state
from portal.kit.tables import Column, Rows, asked_sort, table_card, table_outputs, written
from portal.kit.tiles import Tile, kpi_tiles, tile_row
from portal.pages.churn import figures
from portal.reading import risk as queries
from portal.reading.columns import kinds
from portal.reading.economics import (
    GROUPS,
    VALUABLE_AT_RISK,
    RetentionCosts,
    RetentionCut,
    StrategyError,
    above,
    best_cut,
    default_playbook,
    profit_curve,
)
from portal.reading.filters import URL, WHERE, Filters, dataset_from, from_query, to_query
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun, published_run, remember
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.titles import title

NOTE = "churn-note"
HISTOGRAM = "churn-histogram"
CUT = "churn-cut"
SLICE = "churn-slice"
PROFIT = "churn-profit"
RISK_GROUPS = "churn-groups"
GROUP = "churn-group"
ASKED = "churn-asked"
WANTED = "churn-wanted"
MEMBERS = "churn-members"
DRIVERS = "churn-drivers"
COSTS_PROBLEM = "churn-costs-problem"
COSTS = {
    "contact_cost": ("churn-contact-cost", "Contact cost", 1),
    "incentive": ("churn-incentive", "Incentive", 1),
    "success_rate": ("churn-success-rate", "Success rate, %", 100),
    "margin": ("churn-margin", "Margin, %", 100),
    "months": ("churn-months", "Months of value", 1),
}
"""Cost, id of its input, what it is called there, and how many of its units make one."""
SEED = 0
EVERYONE = "Everyone"
ATTRIBUTE = "churn-attribute"
LEVEL = "churn-level"
NONE = "…"
NOT_CHOSEN = {"label": "choose …", "value": NONE}

Costs = tuple[float | None, ...]

MEMBER_COLUMNS = (
    Column("customer_id", "Customer", width=96),
    Column("probability", "Churn probability", "percent", "churn_probability", 150),
    Column("value", "Value, 12 months", "money", "clv_12m", 150),
    Column("risk_value", "Group", width=150, sortable=False),
    Column("segment", "Segment", measure="segment", width=164, sortable=False),
    Column("reason", "Weightiest reason", width=280, sortable=False),
)


def bin_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give how many customers have which probability."""
    return queries.bins(run, filters)


def curve_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the profit by cut at the costs that the page begins with."""
    known = queries.defaults(run)
    if known is None:
        return pd.DataFrame(columns=["cut", "profit"])
    curve = profit_curve(queries.cells(run, filters), costs=known.costs)
    return curve.iloc[:: max(len(curve) // 200, 1)]


def group_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the groups at the costs that the page begins with."""
    known = queries.defaults(run)
    if known is None:
        return pd.DataFrame(columns=["risk_value"])
    cells = queries.cells(run, filters)
    best = best_cut(cells, costs=known.costs, seed=SEED)
    return queries.group_totals(run, filters, best.cut)


def driver_rows(run: PublishedRun, filters: Filters) -> pd.DataFrame:  # noqa: ARG001
    """Give what drives the model, of all customers, whatever the filters."""
    return queries.drivers(run)


MEASURES = ("churn_probability", "clv_12m")
EVIDENCE = {
    HISTOGRAM: Evidence(
        "customer_result", bin_rows, queries.PROBABILITIES, MEASURES[:1],
        "Customers are counted in bins of two points.",
    ),
    PROFIT: Evidence(
        "customer_result", curve_rows, queries.PROBABILITIES, MEASURES,
        "Profit of each cut: what staying customers bring less incentives and contacts. The"
        " rows are at the costs in grey; the shaded interval is 95 % over customers drawn"
        " again.",
    ),
    RISK_GROUPS: Evidence(
        "customer_result", group_rows, queries.PROBABILITIES, MEASURES,
        "At risk is who reaches the cut, valuable is who is worth more than the median"
        " customer. The rows are at the best cut of the costs in grey.",
    ),
    DRIVERS: Evidence(
        "driver", driver_rows, queries.DRIVERS, (),
        "How much worse the model does once a feature's values are shuffled.",
    ),
    MEMBERS: Evidence("customer_result", group_rows, queries.DETAILS, MEASURES),
}  # fmt: skip

PAGE = Page(
    path="/churn",
    title="Churn · Clientele",
    name="Churn",
    group="Predict",
    order=20,
    icon="person-dash",
    lead="Who is likely to leave, whom to contact, and what that is expected to bring.",
    filtered=True,
    evidence=EVIDENCE,
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; callbacks fill it."""
    return grid(
        html.Div(id=NOTE, className="gate span-12", role="status"),
        _narrowing(),
        html.Div(tile_row(SLICE, 5), className="span-12"),
        html.Div(
            [
                chart_card(
                    HISTOGRAM,
                    evidence=EVIDENCE[HISTOGRAM],
                    subject="Customers by churn probability; move the cut below the chart",
                    columns=12,
                    height=300,
                ),
                _slider(),
            ],
            className="churn-cut span-6",
        ),
        chart_card(
            PROFIT,
            evidence=EVIDENCE[PROFIT],
            subject="Expected profit of contacting everyone above a cut",
            columns=6,
            height=376,
        ),
        _costs(),
        _groups(),
        table_card(
            MEMBERS,
            MEMBER_COLUMNS,
            title="Customers of the group",
            evidence=EVIDENCE[MEMBERS],
            export="",
        ),
        chart_card(
            DRIVERS,
            evidence=EVIDENCE[DRIVERS],
            subject="Features by how much the model needs them",
            columns=12,
            height=360,
        ),
        dcc.Store(id=ASKED),
        dcc.Store(id=WANTED),
    )


def _narrowing() -> Component:
    """Offer every attribute that has no filter of its own above."""
    return html.Div(
        [
            choice(ATTRIBUTE, "Only customers whose", [NOT_CHOSEN], NONE, show_label=True),
            choice(LEVEL, "is", [NOT_CHOSEN], NONE, show_label=True),
        ],
        className="churn-narrowing span-12",
        role="group",
        **aria(label="Narrow down by an attribute"),
    )


def _slider() -> Component:
    return html.Div(
        [
            html.Div("Cut on the churn probability", className="quiet"),
            dcc.Slider(
                id=CUT,
                min=0,
                max=1,
                step=1 / queries.STEPS,
                value=0.5,
                marks=None,
                updatemode="mouseup",
                allow_direct_input=False,
                tooltip={
                    "placement": "bottom",
                    "always_visible": True,
                    "transform": "inPercent",
                },
            ),
        ],
        className="churn-slider",
    )


def _costs() -> Component:
    fields = [
        html.Div(
            [
                html.Label(label, htmlFor=control, className="quiet"),
                dbc.Input(
                    id=control, type="number", min=0, step="any", size="sm", debounce=True
                ),
            ],
            className="churn-field",
        )
        for control, label, _scale in COSTS.values()
    ]
    return html.Section(
        [
            html.Header(
                html.Div(
                    [
                        html.H2("What a campaign costs and saves", className="card-title"),
                        html.P(
                            "Empty fields count as in grey: as the playbook that someone saved,"
                            " else as the run. The cut moves to the"
                            " best one when a cost changes.",
                            className="card-subject",
                        ),
                    ]
                ),
                className="card-head",
            ),
            html.Div(fields, className="card-body churn-costs"),
            html.Div(id=COSTS_PROBLEM, role="alert", className="card-text"),
        ],
        className="card span-12",
    )


def _groups() -> Component:
    options = [{"label": EVERYONE, "value": EVERYONE}]
    options += [{"label": name, "value": name} for name in GROUPS]
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2("Four groups by risk and value", className="card-title"),
                            html.P(
                                "At risk reaches the cut; valuable is above the median"
                                " customer. The actions come from the playbook.",
                                className="card-subject",
                            ),
                        ]
                    ),
                    html.Div(
                        choice(GROUP, "Customers below", options, EVERYONE, show_label=True),
                        className="card-controls",
                    ),
                ],
                className="card-head",
            ),
            html.Div(id=RISK_GROUPS, className="card-body"),
            html.Div(id=problem_of(RISK_GROUPS), role="status"),
            card_foot(RISK_GROUPS, EVIDENCE[RISK_GROUPS], "Groups by risk and value"),
        ],
        className="card span-12",
    )


COST_INPUTS = [Input(control, "value") for control, _label, _scale in COSTS.values()]


@PAGE.callback(
    Output(NOTE, "children"),
    *[Output(control, "placeholder") for control, _label, _scale in COSTS.values()],
    Input(URL, "search"),
)
def show_note(search: str | None) -> tuple[Any, ...]:
    """Say how far to believe it, and with which costs the run counted."""
    with published_run(search) as run:
        known = queries.defaults(run)
        usual = known.costs if known else default_playbook().costs.retention
        said = [
            f"{getattr(usual, name) * scale:g}" for name, (_id, _label, scale) in COSTS.items()
        ]
        return (_note(run), *said)


@PAGE.callback(Output(ATTRIBUTE, "options"), Input(URL, "search"))
def offer_attributes(search: str | None) -> list[dict[str, str]]:
    """Offer the attributes of the data set."""
    with published_run(search) as run:
        found = remember(run, queries.attributes)
        return [NOT_CHOSEN, *({"label": title(each), "value": each} for each in found)]


@PAGE.callback(
    Output(LEVEL, "options"),
    Output(LEVEL, "value"),
    Input(ATTRIBUTE, "value"),
    Input(URL, "search"),
)
def offer_levels(attribute: str | None, search: str | None) -> tuple[Any, Any]:
    """Offer the groups of the attribute with how many customers each has.

    Only another attribute takes back what is chosen: an address that comes late does not.
    """
    if attribute in (None, NONE):
        return [NOT_CHOSEN], NONE
    with published_run(search) as run:
        found = remember(run, queries.levels, from_query(search), attribute)
    options = [
        {"label": f"{each.name} ({wording.number(each.customers)})", "value": each.name}
        for each in found
    ]
    chosen = NONE if f"{ATTRIBUTE}.value" in ctx.triggered_prop_ids else no_update
    return [NOT_CHOSEN, *options], chosen


@PAGE.callback(
    Output(URL, "search", allow_duplicate=True),
    Output(ATTRIBUTE, "value"),
    Input(LEVEL, "value"),
    State(ATTRIBUTE, "value"),
    State(URL, "search"),
    prevent_initial_call=True,
)
def narrow(level: str | None, attribute: str | None, search: str | None) -> tuple[Any, Any]:
    """Keep only the customers of the group; the chip above takes it back."""
    if level in (None, NONE) or attribute in (None, NONE):
        return no_update, no_update
    filters, wanted = from_query(search), f"{attribute}={level}"
    if wanted in filters.where:
        return no_update, NONE
    return to_query(filters.toggled(WHERE, wanted), dataset_from(search)), NONE


@PAGE.callback(
    Output(CUT, "value"),
    Output(COSTS_PROBLEM, "children"),
    Input(URL, "search"),
    *COST_INPUTS,
)
def move_cut(search: str | None, *costs: float | None) -> tuple[Any, str]:
    """Move the cut to the best one of these costs."""
    with published_run(search) as run:
        try:
            _checked(costs)
            best = _best(run, from_query(search), costs)
        except StrategyError as error:
            return no_update, str(error)
        return (1.0 if best is None else queries.placed(best.cut)), ""


@PAGE.callback(
    Output(SLICE, "children"), Input(CUT, "value"), Input(URL, "search"), *COST_INPUTS
)
def show_slice(
    cut: float | None, search: str | None, *costs: float | None
) -> list[Component] | Any:
    """Say what contacting everyone above the cut means."""
    with published_run(search) as run:
        counted = _costs_of(run, costs)
        if counted is None:
            return []
        cells = remember(run, queries.cells, from_query(search))
        found = above(cells, queries.meant(run, cut), costs=counted)
        return kpi_tiles(
            [
                Tile(
                    "customers",
                    wording.number(found.customers),
                    since=f"of {wording.number(cells['customers'].sum())} whose risk and value"
                    " are known",
                    title="Contacted",
                ),
                Tile("expected_leavers", wording.number(found.leavers)),
                Tile("false_alarms", wording.number(found.false_alarms)),
                Tile("money_at_risk", wording.money_short(found.at_risk, run.currency)),
                Tile("retention_profit", wording.money_short(found.profit, run.currency)),
            ]
        )


@PAGE.callback(
    *chart_outputs(HISTOGRAM), Input(CUT, "value"), Input(URL, "search"), *COST_INPUTS
)
def show_histogram(cut: float | None, search: str | None, *costs: float | None) -> Drawn:
    """Draw how many customers have which probability."""
    with published_run(search) as run:
        return drawn(
            run, _histogram, from_query(search), queries.meant(run, cut), _usable(costs)
        )


@PAGE.callback(*chart_outputs(PROFIT), Input(CUT, "value"), Input(URL, "search"), *COST_INPUTS)
def show_profit(cut: float | None, search: str | None, *costs: float | None) -> Drawn:
    """Draw what each cut is expected to bring."""
    with published_run(search) as run:
        return drawn(run, _profit, from_query(search), queries.meant(run, cut), _usable(costs))


@PAGE.callback(
    Output(RISK_GROUPS, "children"),
    Output(ASKED, "data"),
    Input(CUT, "value"),
    Input(URL, "search"),
    Input(GROUP, "value"),
    State(ASKED, "data"),
)
def show_groups(
    cut: float | None, search: str | None, group: str | None, before: dict[str, Any] | None
) -> tuple[Component, dict[str, Any]]:
    """Write the four groups, with what is done with each."""
    asked: dict[str, Any] = {"search": search, "group": group or EVERYONE}
    asked |= {"again": before is not None}
    with published_run(search) as run:
        filters = from_query(search)
        asked["cut"] = queries.meant(run, cut)
        totals = remember(run, queries.group_totals, filters, asked["cut"])
        if totals.empty:
            return empty_state("No groups", _missing(run)), asked
        return _group_table(run, totals, filters), asked


PAGE.clientside_callback(
    ClientsideFunction("churn", "ask"),
    Output(WANTED, "data"),
    Input(MEMBERS, "getRowsRequest"),
    Input(ASKED, "data"),
    State(MEMBERS, "id"),
    prevent_initial_call=True,
)


@PAGE.callback(*table_outputs(MEMBERS), Input(WANTED, "data"), prevent_initial_call=True)
def show_members(wanted_rows: dict[str, Any] | None) -> Rows:
    """Bring the customers of the group."""
    if wanted_rows is None:
        return no_update, no_update, no_update
    request, asked = wanted_rows["request"], wanted_rows["asked"]
    sort = asked_sort(request)
    column = "value" if sort.column not in ("probability", "customer_id") else sort.column
    wanted = queries.Asked(
        column, sort.descending, int(request["startRow"]), int(request["endRow"])
    )
    with published_run(asked["search"]) as run:
        rows, total = queries.members(
            run, from_query(asked["search"]), float(asked["cut"]), _group_of(asked), wanted
        )
        said = f"{asked['group']}: {wording.count(total, 'customer')}"
        found = {"rowData": written(rows, MEMBER_COLUMNS, run), "rowCount": total}
        return found, said, _export(run, asked)


@PAGE.callback(*chart_outputs(DRIVERS), Input(URL, "search"))
def show_drivers(search: str | None) -> Drawn:
    """Draw what drives the model."""
    with published_run(search) as run:
        return drawn(run, _drivers)


def _export(run: PublishedRun, asked: dict[str, Any]) -> Component:
    pairs = [
        ("cut", asked["cut"]),
        *([("group", group)] if (group := _group_of(asked)) else []),
    ]
    query = to_query(from_query(asked["search"]), run.dataset)
    return download_link("/export/churn.csv", f"{query}&{urlencode(pairs)}")


def _group_of(asked: dict[str, Any]) -> str:
    return "" if asked["group"] == EVERYONE else str(asked["group"])


def _histogram(run: PublishedRun, filters: Filters, cut: float, costs: Costs) -> Chart:
    bins = remember(run, queries.bins, filters)
    cells = remember(run, queries.cells, filters)
    contacted = int(cells.loc[cells["cut"] >= cut, "customers"].sum())
    finding = figures.probability_finding(bins, contacted)
    figure = figures.probabilities(bins, cut=cut, best=_best(run, filters, costs))
    told = f"Bars of customers by churn probability. {finding}, {wording.percent(cut, 1)}."
    return Chart(figure, finding, told, _missing(run))


def _profit(run: PublishedRun, filters: Filters, cut: float, costs: Costs) -> Chart:
    counted, best = _costs_of(run, costs), _best(run, filters, costs)
    if counted is None or best is None:
        return Chart(go.Figure(), "What each cut brings", "", _missing(run))
    curve = profit_curve(remember(run, queries.cells, filters), costs=counted)
    finding = figures.profit_finding(best, run.currency)
    figure = figures.profits(curve, cut=cut, best=best, currency=run.currency)
    return Chart(figure, finding, f"Line of expected profit by cut. {finding}.", _missing(run))


def _drivers(run: PublishedRun) -> Chart:
    found = queries.drivers(run)
    finding = figures.driver_finding(found)
    done = (task := queries.task(run)) is not None and task.status == "done"
    return Chart(
        figures.driver_bars(found),
        finding,
        f"Bars of features. {finding}.",
        "This run kept no drivers; the next refresh brings them." if done else _missing(run),
    )


def _costs_of(run: PublishedRun, costs: Costs) -> RetentionCosts | None:
    """Give the costs to begin with, with those that were entered instead."""
    known = queries.defaults(run)
    if known is None:
        return None
    entered = _entered(_usable(costs))
    return known.costs.model_copy(update=entered)


def _usable(costs: Costs) -> Costs:
    """Give the costs that were entered, none where they can't be."""
    try:
        _checked(costs)
    except StrategyError:
        return (None,) * len(COSTS)
    return costs


def _checked(costs: Costs) -> None:
    """Raise `StrategyError` where a cost can't be."""
    usual = default_playbook().costs.retention.model_dump()
    RetentionCosts.of(usual | _entered(costs), what="Costs")


def _entered(costs: Costs) -> dict[str, float]:
    return {
        name: value / scale
        for (name, (_id, _label, scale)), value in zip(COSTS.items(), costs, strict=True)
        if value is not None
    }


def _best(run: PublishedRun, filters: Filters, costs: Costs) -> RetentionCut | None:
    counted = _costs_of(run, costs)
    return None if counted is None else remember(run, _best_at, filters, counted)


def _best_at(run: PublishedRun, filters: Filters, costs: RetentionCosts) -> RetentionCut | None:
    cells = remember(run, queries.cells, filters)
    return None if cells.empty else best_cut(cells, costs=costs, seed=SEED)


def _missing(run: PublishedRun) -> str:
    """Say why there is nothing to show."""
    task = queries.task(run)
    if task is None:
        return (
            "Nobody was asked who leaves in this run. Order lines tell it: a data set of this"
            " form has no orders over time. What else is predicted stands under Models."
        )
    if task.status != "done":
        return task.message
    if queries.defaults(run) is None:
        return "Values of customers are not known, so risk can't be weighed against them."
    if "churn_probability" not in kinds(run):
        return "This run was made before risks were kept for this page: refresh the data."
    return "Nothing to show: no customer with a churn probability passes the filters."


def _note(run: PublishedRun) -> Component:
    task = queries.task(run)
    if task is None or task.status != "done":
        return empty_state("No churn probabilities", _missing(run))
    horizon = wording.days(task.horizon_days)
    sentences = [
        f"Data was seen up to {wording.date(run.as_of)}; leaving means no order in the"
        f" {horizon} after it.",
        *(_rival_sentence(row) for row in each_row(queries.rivals(run)) if row.role == "naive"),
    ]
    return html.Div(
        [
            html.P(" ".join(sentences)),
            html.P(task.warning, className="churn-warning") if task.warning else None,
        ]
    )


def _rival_sentence(row: Any) -> str:
    metric = "ROC-AUC" if row.metric == "roc_auc" else row.metric.replace("_", " ")
    sure = "" if row.low > 0 else ", which may be chance"
    return (
        f"In the test the model's {metric} was {row.score:.3f}; the best simple rule"
        f" ({row.title}) reached {row.rival_score:.3f}: a lead of {row.difference:.3f}"
        f" ({row.low:.3f} to {row.high:.3f}){sure}."
    )


def _group_table(run: PublishedRun, totals: pd.DataFrame, filters: Filters) -> Component:
    knows = queries.knows_promotional(run)
    by_name = {row.risk_value: row for row in each_row(totals)}
    return html.Div(
        [
            _group(run, name, row, _contact(run, filters, name, row), knows=knows)
            for name, row in ((name, by_name.get(name)) for name in GROUPS)
        ],
        className="churn-groups",
    )


def _contact(run: PublishedRun, filters: Filters, name: str, row: Any) -> Component | None:
    """Lead to a campaign for a group; campaigns know it as the run drew it.

    Groups of one value cut lie within each other, so that equal counts are equal customers.
    """
    customers = remember(run, queries.in_group, filters, name)
    if not customers:
        return None
    query = to_query(filters._replace(risks=(name,)), run.dataset)
    many = wording.count(customers, "customer")
    link = dcc.Link(f"Contact {many}", href=f"/campaigns{query}", className="button")
    is_same = row is not None and int(row.customers) == customers
    note = "At the run's own cut, not at the one above."
    said = None if is_same else html.P(note, className="quiet")
    return html.Div([link, said], className="churn-contact")


def _group(
    run: PublishedRun, name: str, row: Any, contact: Component | None, *, knows: bool
) -> Component:
    play = in_force(run).playbook.groups[name]
    facts = "Nobody at this cut."
    if row is not None:
        facts = (
            f"{wording.count(row.customers, 'customer')}, churn probability"
            f" {wording.percent(row.churn_probability, 1)} on average, worth"
            f" {wording.money_short(row.clv_12m, run.currency)} in 12 months;"
            f" {wording.money_short(row.at_risk, run.currency)} of it at risk."
        )
    discount = play.discount
    lines = [
        ("Promotions", play.promotions),
        ("Discount", f"{discount.least:g} to {discount.most:g} %" if discount else "None"),
        ("E-mail", play.email),
        ("Push", play.push),
    ]
    return html.Article(
        [
            html.H3(name, className="churn-group-title"),
            html.P(facts),
            html.P([html.Strong(play.strategy), ": ", "; ".join(play.actions), "."]),
            html.Dl([part for term, said in lines for part in (html.Dt(term), html.Dd(said))]),
            _promotional(play.promotional_buyers, row, knows=knows)
            if name == VALUABLE_AT_RISK
            else None,
            contact,
        ],
        className="churn-group",
    )


def _promotional(offers: tuple[str, ...], row: Any, *, knows: bool) -> Component:
    if not knows:
        return html.P(
            "Who buys on promotion is not known here; a market-activity table with a column of"
            " promotional buyers would bring it.",
            className="quiet",
        )
    buyers = 0 if row is None else int(row.promotional)
    return html.Div(
        [
            html.P(f"{wording.count(buyers, 'promotional buyer')} among them:"),
            html.Ul([html.Li(offer) for offer in offers], className="plain-list"),
        ]
    )
