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
    stored_campaign = outcome.campaign_of(run, campaign)
    if stored_campaign is None:
        return pd.Series(dtype="str")
    return remember(run, outcome.risk_bands, stored_campaign)


def moved(rows: pd.DataFrame, bands: "pd.Series[str]") -> list[Moved]:
    """Read a campaign back in each risk band; `rows` are those of `outcomes`."""
    if rows.empty or bands.dropna().empty:
        return []
    band = rows["customer_id"].astype("str").map(bands)
    return [_moved(name, rows[band == name]) for name in BANDS if (band == name).any()]


def finding(band_effects: list[Moved]) -> str:
    """Say in which risk band contact is sure to bring orders, or to cost some, or in none."""
    sure = [
        band_effect
        for band_effect in band_effects
        if band_effect.orders is not None and band_effect.orders.verdict == "more"
    ]
    if sure:
        most = max(
            sure,
            key=lambda band_effect: (
                band_effect.orders.difference if band_effect.orders else 0.0
            ),
        )
        return f"Contact moves those {most.band} most"
    less = [
        band_effect
        for band_effect in band_effects
        if band_effect.orders is not None and band_effect.orders.verdict == "less"
    ]
    if less:
        names = wording.plain_list([f"those {band_effect.band}" for band_effect in less])
        return f"No risk band orders more for sure; {names} order less"
    if all(band_effect.orders is None for band_effect in band_effects):
        return "Too few in each risk band to tell whom contact moves"
    return "In no risk band is it sure that contact moves anybody"


def table(rows: pd.DataFrame, scope: Scope, *, bands: "pd.Series[str]", waiting: str) -> Panel:
    """Write what contact did by risk band, with its finding."""
    if waiting:
        return Panel(empty_state("Nothing to compare yet", waiting), TITLE)
    band_effects = moved(rows, bands)
    if not band_effects:
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
    body = [html.Tr(_cells(band_effect, scope.currency)) for band_effect in band_effects]
    return Panel(scrolled(head, body, "What contact did by risk band"), finding(band_effects))


def _moved(band: str, rows: pd.DataFrame) -> Moved:
    contacted = int(rows["contacted"].astype(bool).sum())
    counts = (contacted, len(rows) - contacted)
    if len(rows) < praise.LEAST_CUSTOMERS:
        return Moved(band, *counts)
    try:
        readback = outcome.read_back(rows)
    except StrategyError:
        return Moved(band, *counts)
    return Moved(band, *counts, readback.conversion, readback.revenue)


def _cells(band_effect: Moved, currency: str) -> list[Component]:
    many = wording.number(band_effect.contacted + band_effect.not_contacted)
    if band_effect.orders is None or band_effect.revenue is None:
        texts = [many, wording.NOTHING, wording.NOTHING, FEW, FEW]
    else:
        orders, money = band_effect.orders, band_effect.revenue
        ends = (outcome.points(orders.low), outcome.points(orders.high))
        sums = (
            wording.money_short(amount, currency)
            for amount in (money.total_low, money.total_high)
        )
        texts = [
            many,
            wording.percent(orders.contacted, 1),
            wording.percent(orders.held_out, 1),
            f"{outcome.points(orders.difference)} points ({wording.interval(*ends)})",
            f"{wording.money_short(money.total, currency)} ({wording.interval(*sums)})",
        ]
    cells = [html.Td(text, className="number nowrap") for text in texts]
    return [html.Th(band_effect.band.capitalize(), scope="row"), *cells]


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
