"""Campaigns, as the page and the command line both make them and read them back."""

import datetime as dt
import json
import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy.engine import Connection, Engine

from db.workspace import campaigns as kept
from db.workspace import is_there
from db.workspace.campaigns import Campaign
from portal import economics, wording
from portal.attributes import title as named
from portal.filters import TEXT, WHERE, Filters, parts_of
from portal.listings import Listing
from portal.queries import campaigns as queries
from portal.queries.campaigns import Window
from portal.snapshot import ORDER_LINES, Snapshot, remember

STRATA = ("segment", "value_band")
COMPARED = ("segment", "recency_days", "frequency", "monetary", "churn_probability", "clv_12m")
DAYS = 90
POWER = 0.8
CONTACTED, HELD_OUT = "contact", "hold-out"
CONTACTS, EVERYONE = "contacts", "everyone"
"""Whom a list holds: those to contact, or the held out as well."""
TITLES = {
    "segment": "Segment",
    "country": "Country",
    "band": "Value band",
    "risk": "Churn risk",
    TEXT: "Customer",
}


class Plan(NamedTuple):
    """An audience divided: one row per customer in `members`, and what it was made from."""

    members: pd.DataFrame
    stamp: economics.Stamp
    balance: pd.DataFrame


class Reach(NamedTuple):
    """Whether an audience is large enough, and the sentence that says so."""

    suffices: bool
    sentence: str


def plan(at: Snapshot, filters: Filters, *, name: str, share: float, seed: int) -> Plan:
    """Divide the customers that filters keep; raises `StrategyError` where they are too few."""
    audience = queries.audience(at, filters)
    there = [column for column in STRATA if audience[column].notna().any()]
    stratum = economics.strata(audience, there)
    contacted = economics.assign(audience["customer_id"], stratum, share=share, seed=seed)
    stamp = economics.Stamp(
        name=name,
        dataset=at.dataset,
        run=at.run_id,
        as_of=at.as_of,
        model=queries.churn_model(at),
        filters=said_filters(filters),
        strata=tuple(there),
        customers=len(audience),
        audience=economics.audience_digest(audience["customer_id"]),
        seed=seed,
        share=share,
    )
    known = [column for column in COMPARED if audience[column].notna().any()]
    members = pd.DataFrame(
        {"customer_id": audience["customer_id"], "contacted": contacted, "stratum": stratum}
    )
    return Plan(members, stamp, economics.balance(audience[known], contacted))


def create(writer: Engine, planned: Plan, *, at: dt.datetime) -> int:
    """Store a plan as a campaign and give its number; raises `NameTaken` and `BadName`."""
    stamp = planned.stamp
    return kept.create(
        writer,
        planned.members,
        dataset=stamp.dataset,
        name=stamp.name,
        made_by_run=stamp.run,
        as_of=stamp.as_of,
        stamp=stamp.to_json(),
        at=at,
    )


def every(at: Snapshot) -> list[Campaign]:
    """Give the campaigns of a data set, the latest first."""
    return kept.of(at.connection, at.dataset) if is_there(at.connection) else []


def one(connection: Connection, campaign_id: int | None) -> Campaign | None:
    """Give a campaign, where it is there."""
    if campaign_id is None or not is_there(connection):
        return None
    return kept.one(connection, campaign_id)


def said_filters(filters: Filters) -> dict[str, str]:
    """Write filters by name, several values of one as JSON so that none runs into another."""
    found: dict[str, list[str]] = {}
    for field, value in filters.pairs:
        name, group = parts_of(value) if field == WHERE else (field, value)
        found.setdefault(TITLES.get(name, named(name)), []).append(group)
    said = {
        title: values[0] if len(values) == 1 else json.dumps(values, ensure_ascii=False)
        for title, values in found.items()
    }
    return {
        title: text if len(text) <= 200 else f"{text[:197]}..." for title, text in said.items()
    }


def free_name(filters: Filters, at: Snapshot) -> str:
    """Propose a name: whom it is for and the day, with a number where it is taken."""
    values = [
        f"{named(name)} {group}" if field == WHERE else value
        for field, value in filters.pairs
        for name, group in [parts_of(value)]
    ]
    whom = ", ".join(values) if values else "All customers"
    name = f"{whom[:70]}{f', {wording.date(at.as_of)}' if at.as_of else ''}"
    taken = {each.name for each in every(at)}
    return next(
        each
        for each in (name, *(f"{name} ({place})" for place in range(2, len(taken) + 3)))
        if each not in taken
    )


def base_rate(figures: pd.Series) -> tuple[float, str]:
    """Give the share expected to order in 90 days without contact, and where it is from."""
    for column, turned, source in (
        ("churn_probability", True, "the churn model"),
        ("order_probability", False, "the value model"),
    ):
        value = figures[column]
        if value is not None and math.isfinite(float(value)):
            return (1 - float(value) if turned else float(value)), source
    return 0.1, "assumed, no model of this run tells it"


def reach(*, customers: int, base: float, effect: float, share: float, power: float) -> Reach:
    """Say whether an audience shows an effect; raises `StrategyError` on impossible figures."""
    size = economics.size_for_conversion(
        base=base, effect=effect, held_share=share, power=power
    )
    chance = economics.power_for_conversion(
        customers=customers, base=base, effect=effect, held_share=share
    )
    risen = (
        f"a rise of orders from {wording.percent(base, 1)} to"
        f" {wording.percent(base + effect, 1)}"
    )
    divided = (
        f"{wording.number(size.contacted)} contacted, {wording.number(size.held_out)} held out"
    )
    if customers >= size.customers:
        return Reach(
            suffices=True,
            sentence=f"The audience suffices: {risen} shows with a probability of"
            f" {wording.percent(chance)}; {wording.count(size.customers, 'customer')} would"
            f" do ({divided}).",
        )
    least = economics.smallest_conversion_effect(
        customers=customers, base=base, held_share=share, power=power
    )
    smallest = (
        " The smallest rise that it shows is"
        f" {wording.number(100 * least, 1)} percentage points."
        if least is not None
        else ""
    )
    return Reach(
        suffices=False,
        sentence=f"The audience is too small: {risen} needs"
        f" {wording.count(size.customers, 'customer')} ({divided}), and"
        f" {wording.number(customers)} show it with a probability of only"
        f" {wording.percent(chance)}.{smallest} Widen the filters, hold out more, or expect"
        " less certainty.",
    )


def listing(
    at: Snapshot, campaign: Campaign, *, columns: tuple[str, ...], whom: str = CONTACTS
) -> Listing:
    """Give a campaign's list with its stamp; unknown columns are passed over."""
    found = queries.members(at, campaign.campaign_id, run_id=campaign.made_by_run)
    if whom != EVERYONE:
        found = found[found["contacted"]]
    shown = [name for name in queries.COLUMNS if name in columns]
    rows = pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "group": np.where(found["contacted"], CONTACTED, HELD_OUT),
            **{name: found[name] for name in shown},
        }
    )
    stamp = economics.stamp_from_json(campaign.stamp)
    whole = json.loads(campaign.stamp)
    counts = {"contacted": campaign.contacted, "held_out": campaign.held_out, "list": whom}
    return Listing(
        rows.reset_index(drop=True),
        [
            *stamp.to_lines(),
            f"To contact: {campaign.contacted}",
            f"Hold-out: {campaign.held_out}",
            "List: "
            + ("everyone, the hold-out marked" if whom == EVERYONE else "customers to contact"),
        ],
        json.dumps({**whole, **counts}, ensure_ascii=False),
        title="Customers",
    )


def stamped_listing(
    rows: pd.DataFrame, at: Snapshot, filters: dict[str, str], *, title: str
) -> Listing:
    """Give any rows of a run with what they were read from."""
    stamp = {
        "dataset": at.dataset,
        "run": at.run_id,
        "as_of": at.as_of.isoformat() if at.as_of else None,
        "model": queries.churn_model(at),
        "filters": filters,
    }
    lines = [
        f"Clientele {title.lower()}",
        f"Data set: {at.dataset}",
        f"Run: {at.run_id}",
        f"As of: {stamp['as_of'] or 'not known'}",
        f"Model: {stamp['model'] or 'none'}",
        f"Filters: {json.dumps(filters, ensure_ascii=False)}",
    ]
    return Listing(rows, lines, json.dumps(stamp, ensure_ascii=False), title=title)


def evenness(at: Snapshot, campaign: Campaign) -> pd.DataFrame:
    """Compare both groups on what was known of them when the list was made."""
    found = queries.members(at, campaign.campaign_id, run_id=campaign.made_by_run)
    known = [column for column in COMPARED if found[column].notna().any()]
    return economics.balance(found[known], found["contacted"])


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:197]}..."


class Result(NamedTuple):
    """What a campaign brought so far, or the sentence that says why nothing is told yet."""

    found: economics.ReadBack | None
    sentence: str
    window: Window | None = None


def result(at: Snapshot, campaign: Campaign) -> Result:
    """Compare contacted and held out over the orders that the published run knows."""
    if campaign.starts_on is None:
        return Result(
            None,
            "Not started: record the first day of contacts; orders from then on are compared.",
        )
    if at.form != ORDER_LINES or at.as_of is None:
        return Result(None, wording.NEEDS_ORDERS)
    if campaign.starts_on > at.as_of:
        return Result(
            None,
            f"The window is not over yet: it begins on {wording.date(campaign.starts_on)}, and"
            f" orders are known up to {wording.date(at.as_of)}. Refresh with later orders.",
        )
    last = min(campaign.ends_on or at.as_of, at.as_of)
    if last < campaign.starts_on:
        return Result(None, "The last day lies before the first one; record another last day.")
    window = Window(campaign.starts_on, last)
    try:
        found = remember(at, compared, campaign, window)
    except economics.StrategyError as error:
        return Result(None, str(error), window)
    return Result(found, _told(found, campaign, at, window), window)


def compared(at: Snapshot, campaign: Campaign, window: Window) -> economics.ReadBack:
    """Read a campaign back over a window of days."""
    members = kept.members(at.connection, campaign.campaign_id)
    since = queries.orders_since(at, campaign.campaign_id, window)
    return economics.read_back(members, since, before=("revenue_before",))


def _told(found: economics.ReadBack, campaign: Campaign, at: Snapshot, window: Window) -> str:
    money = found.revenue
    amount = wording.money_short(abs(money.total), at.currency)
    low = wording.money_short(money.total_low, at.currency)
    high = wording.money_short(money.total_high, at.currency)
    said = {
        "more": f"The campaign brought about {amount} more (95 % interval {low} to {high}).",
        "less": f"The campaign cost about {amount} of revenue (95 % interval {low} to {high}).",
        "unclear": "No effect on revenue is proven: the 95 % interval runs from"
        f" {low} to {high}.",
    }[money.verdict]
    ends = campaign.ends_on
    open_ended = ends is None or (at.as_of is not None and ends > at.as_of)
    so_far = " The window is not over yet; these are figures so far." if open_ended else ""
    return (
        f"{said} Orders from {wording.date(window.first)} to {wording.date(window.last)}"
        f" are compared.{so_far}"
    )
