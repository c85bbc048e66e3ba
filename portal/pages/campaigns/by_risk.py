"""Whom contact moves: what a campaign brought in each risk band of those in it."""

from typing import Any, NamedTuple

import pandas as pd
from dash import html
from dash.development.base_component import Component

from portal.kit.cards import Control, Panel
from portal.kit.drawing.chart import Scope
from portal.kit.states import empty_state
from portal.pages.campaigns import outcome
from portal.pages.campaigns.declared import PAGE, SHOWN
from portal.pages.campaigns.parts import scrolled
from portal.reading.contacting.economics import Effect, StrategyError
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun, remember
from portal.words import praise, wording

BANDS = ("likely to leave", "unsure", "likely to stay")
TITLE = "Whom contact moves"
FEW = "too few to tell"


class Moved(NamedTuple):
    """What contact did in one risk band; no `orders` where there are too few of either."""

    band: str
    contacted: int
    not_contacted: int
    orders: Effect | None = None
    revenue: Effect | None = None


def bands(run: PublishedRun, _filters: Filters, *, campaign: Any) -> "pd.Series[str]":
    """Give the risk band of each member of the campaign shown, by its identifier."""
    found = outcome.campaign_of(run, campaign)
    if found is None:
        return pd.Series(dtype="str")
    return remember(run, outcome.risk_bands, found)


def moved(rows: pd.DataFrame, bands: "pd.Series[str]") -> list[Moved]:
    """Read a campaign back in each risk band; `rows` are those of `outcomes`."""
    if rows.empty or bands.dropna().empty:
        return []
    band = rows["customer_id"].astype("str").map(bands)
    return [_moved(name, rows[band == name]) for name in BANDS if (band == name).any()]


def finding(found: list[Moved]) -> str:
    """Say in which risk band contact is sure to bring orders, or to cost some, or in none."""
    sure = [each for each in found if each.orders is not None and each.orders.verdict == "more"]
    if sure:
        most = max(sure, key=lambda each: each.orders.difference if each.orders else 0.0)
        return f"Contact moves those {most.band} most"
    less = [each for each in found if each.orders is not None and each.orders.verdict == "less"]
    if less:
        names = wording.plain_list([f"those {each.band}" for each in less])
        return f"No risk band orders more for sure; {names} order less"
    if all(each.orders is None for each in found):
        return "Too few in each risk band to tell whom contact moves"
    return "In no risk band is it sure that contact moves anybody"


def table(rows: pd.DataFrame, scope: Scope, *, bands: "pd.Series[str]", waiting: str) -> Panel:
    """Write what contact did by risk band, with its finding."""
    if waiting:
        return Panel(empty_state("Nothing to compare yet", waiting), TITLE)
    found = moved(rows, bands)
    if not found:
        return Panel(
            empty_state("No risk bands", "This data set doesn't tell who is likely to leave."),
            TITLE,
        )
    heads = ("Risk when it was made", "Customers", "Ordered", "Not contacted", "More orders",
             "More revenue")  # fmt: skip
    head = [
        html.Th(title, scope="col", className="number" if place else "")
        for place, title in enumerate(heads)
    ]
    body = [html.Tr(_cells(each, scope.currency)) for each in found]
    return Panel(scrolled(head, body, "What contact did by risk band"), finding(found))


def _moved(band: str, rows: pd.DataFrame) -> Moved:
    contacted = int(rows["contacted"].astype(bool).sum())
    counts = (contacted, len(rows) - contacted)
    if len(rows) < praise.LEAST_CUSTOMERS:
        return Moved(band, *counts)
    try:
        found = outcome.read_back(rows)
    except StrategyError:
        return Moved(band, *counts)
    return Moved(band, *counts, found.conversion, found.revenue)


def _cells(each: Moved, currency: str) -> list[Component]:
    many = wording.number(each.contacted + each.not_contacted)
    if each.orders is None or each.revenue is None:
        said = [many, wording.NOTHING, wording.NOTHING, FEW, FEW]
    else:
        orders, money = each.orders, each.revenue
        ends = (outcome.points(orders.low), outcome.points(orders.high))
        sums = (
            wording.money_short(amount, currency)
            for amount in (money.total_low, money.total_high)
        )
        said = [
            many,
            wording.percent(orders.contacted, 1),
            wording.percent(orders.held_out, 1),
            f"{outcome.points(orders.difference)} points ({wording.interval(*ends)})",
            f"{wording.money_short(money.total, currency)} ({wording.interval(*sums)})",
        ]
    cells = [html.Td(text, className="number nowrap") for text in said]
    return [html.Th(each.band.capitalize(), scope="row"), *cells]


BY_RISK = PAGE.panel(
    "campaigns-by-risk",
    query=outcome.outcomes,
    draw=table,
    knowing={"bands": bands, "waiting": outcome.waiting},
    controls=(Control("campaign", SHOWN, property="data"),),
    source="campaign_member",
    measures=("orders", "revenue"),
    note="Risk as it was when the campaign was made. In each band those contacted are compared"
    " with those not contacted, with 95 % intervals, as the whole campaign is.",
    title=TITLE,
    subject="Contacted against not contacted, with 95 % intervals",
    columns=12,
)
