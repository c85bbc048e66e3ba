"""Campaigns, as the page and the command line both make them and read them back."""

import datetime as dt
import json
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy.engine import Connection, Engine

from db.workspace import campaigns as kept
from db.workspace import is_there
from db.workspace.campaigns import Campaign
from portal.kit.listings import Listing
from portal.pages.campaigns import queries
from portal.pages.campaigns.queries import Window
from portal.reading import economics
from portal.reading.filters import TEXT, WHERE, Filters, parts_of
from portal.reading.playbook import in_force
from portal.reading.published import ORDER_LINES, PublishedRun, remember
from portal.words import wording
from portal.words.titles import title as named

STRATA = ("segment", "value_band")
COMPARED = ("segment", "recency_days", "frequency", "monetary", "churn_probability", "clv_12m")
DAYS = 90
LONGEST_NOTE, LONGEST_OFFER, MOST_COST = 2_000, 200, 1e12
POWER = 0.8
SHARES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares that can be held out on the page."""
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


CONVERSION, REVENUE = "conversion", "revenue"
"""What a campaign can be meant to raise."""


class Plan(NamedTuple):
    """An audience divided: one row per customer in `members`, and what it was made from."""

    members: pd.DataFrame
    stamp: economics.Stamp
    balance: pd.DataFrame


class Reach(NamedTuple):
    """Whether an audience is large enough, and the sentence that says so."""

    suffices: bool
    sentence: str


class Spend(NamedTuple):
    """What customers of an audience spend in 90 days, and how that follows what came before."""

    mean: float
    deviation: float
    correlation: float


class Hope(NamedTuple):
    """What is asked of an audience: to show an effect with that power, a share held out."""

    customers: int
    share: float
    power: float


def plan(run: PublishedRun, filters: Filters, *, name: str, share: float, seed: int) -> Plan:
    """Divide the customers that filters keep; raises `StrategyError` where they are too few."""
    audience = queries.audience(run, filters)
    there = [column for column in STRATA if audience[column].notna().any()]
    stratum = economics.strata(audience, there)
    contacted = economics.assign(audience["customer_id"], stratum, share=share, seed=seed)
    stamp = economics.Stamp(
        name=name,
        dataset=run.dataset,
        run=run.run_id,
        as_of=run.as_of,
        model=queries.churn_model(run),
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


def describe(
    writer: Engine, campaign_id: int, *, name: str, note: str, offer: str, cost: float | None
) -> None:
    """Keep what a campaign is called and what is said of it.

    Raises `StrategyError` on a text that is too long or a cost below 0, and what
    `kept.describe` raises.
    """
    for what, text, most in (("note", note, LONGEST_NOTE), ("offer", offer, LONGEST_OFFER)):
        if len(text) > most:
            raise economics.StrategyError(f"The {what} must have at most {most:,} characters.")
    if cost is not None and not 0 <= cost < MOST_COST:
        raise economics.StrategyError("The cost must be an amount of 0 or more.")
    kept.describe(writer, campaign_id, name=name, note=note, offer=offer, cost=cost)


def every(run: PublishedRun) -> list[Campaign]:
    """Give the campaigns of a data set, the latest first."""
    return kept.of(run.connection, run.dataset) if is_there(run.connection) else []


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


def free_name(filters: Filters, run: PublishedRun) -> str:
    """Propose a name: whom it is for and the day, with a number where it is taken."""
    values = [
        f"{named(name)} {group}" if field == WHERE else value
        for field, value in filters.pairs
        for name, group in [parts_of(value)]
    ]
    whom = ", ".join(values) if values else "All customers"
    name = f"{whom[:70]}{f', {wording.date(run.as_of)}' if run.as_of else ''}"
    taken = {each.name for each in every(run)}
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


def usual_spend(run: PublishedRun, filters: Filters) -> Spend | None:
    """Tell what customers spent in the last 90 days; `None` where nobody spent anything."""
    found = queries.spent(run, filters, days=DAYS)
    revenue, before = found["revenue"].to_numpy(), found["revenue_before"].to_numpy()
    if len(found) < 2 or not revenue.any():
        return None
    deviation, known = float(revenue.std(ddof=1)), float(before.std())
    correlation = float(np.corrcoef(revenue, before)[0, 1]) if deviation and known else 0.0
    return Spend(float(revenue.mean()), deviation, correlation)


def reach(hope: Hope, *, base: float, effect: float) -> Reach:
    """Say whether an audience shows that more customers order.

    `base` and `effect` are shares; raises `StrategyError` on impossible figures.
    """
    asked = {"base": base, "held_share": hope.share}
    least = economics.smallest_conversion_effect(
        customers=hope.customers, power=hope.power, **asked
    )
    return _reach(
        hope,
        f"a rise of orders from {wording.percent(base, 1)} to"
        f" {wording.percent(base + effect, 1)}",
        economics.size_for_conversion(effect=effect, power=hope.power, **asked),
        lambda share: economics.power_for_conversion(
            customers=hope.customers, base=base, effect=effect, held_share=share
        ),
        f"{wording.number(100 * least, 1)} percentage points" if least is not None else "",
    )


def reach_in_revenue(hope: Hope, *, usual: Spend, effect: float, currency: str) -> Reach:
    """Say whether an audience shows that customers spend more, by a share of what is usual."""
    asked = {
        "deviation": usual.deviation,
        "correlation": usual.correlation,
        "held_share": hope.share,
    }
    money = usual.mean * effect
    least = economics.smallest_revenue_effect(
        customers=hope.customers, power=hope.power, **asked
    )
    return _reach(
        hope,
        f"a rise of revenue per customer from {wording.money(usual.mean, currency)} to"
        f" {wording.money(usual.mean + money, currency)}",
        economics.size_for_revenue(effect=money, power=hope.power, **asked),
        lambda share: economics.power_for_revenue(
            customers=hope.customers,
            deviation=usual.deviation,
            correlation=usual.correlation,
            effect=money,
            held_share=share,
        ),
        f"{wording.money(least, currency)} ({wording.percent(least / usual.mean)})",
    )


def _reach(
    hope: Hope,
    risen: str,
    size: economics.Size,
    power: Callable[[float], float],
    smallest: str,
) -> Reach:
    chance = power(hope.share)
    divided = (
        f"{wording.number(size.contacted)} contacted, {wording.number(size.held_out)} held out"
    )
    if hope.customers >= size.customers:
        return Reach(
            suffices=True,
            sentence=f"The audience suffices: {risen} shows with a probability of"
            f" {wording.percent(chance)}; {wording.count(size.customers, 'customer')} would"
            f" do ({divided}).",
        )
    least = f" The smallest rise that it shows is {smallest}." if smallest else ""
    return Reach(
        suffices=False,
        sentence=f"The audience is too small: {risen} needs"
        f" {wording.count(size.customers, 'customer')} ({divided}), and"
        f" {wording.number(hope.customers)} show it with a probability of only"
        f" {wording.percent(chance)}.{least} {_better(hope, power)}",
    )


def _better(hope: Hope, power: Callable[[float], float]) -> str:
    """Say which hold-out would do, or how far the largest one gets."""
    larger = {share: power(share) for share in SHARES if share > hope.share}
    if not larger:
        return "Widen the filters, or be content with less certainty."
    enough = [share for share, chance in larger.items() if chance >= hope.power]
    if enough:
        return (
            f"Held out {wording.percent(enough[0])} instead, it shows with"
            f" {wording.percent(larger[enough[0]])}."
        )
    most = max(larger, key=larger.__getitem__)
    return (
        f"Held out {wording.percent(most)} instead, it shows with"
        f" {wording.percent(larger[most])}; more needs wider filters."
    )


def listing(
    run: PublishedRun, campaign: Campaign, *, columns: tuple[str, ...], whom: str = CONTACTS
) -> Listing:
    """Give a campaign's list with its stamp; unknown columns are passed over."""
    found = queries.members(run, campaign.campaign_id, run_id=campaign.made_by_run)
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
    stamp = economics.stamp_from_json(campaign.stamp).model_copy(update={"name": campaign.name})
    whole = json.loads(stamp.to_json())
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
    rows: pd.DataFrame, run: PublishedRun, filters: dict[str, str], *, title: str
) -> Listing:
    """Give any rows of a run with what they were read from."""
    stamp = {
        "dataset": run.dataset,
        "run": run.run_id,
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "model": queries.churn_model(run),
        "playbook": run.playbook,
        "filters": filters,
    }
    lines = [
        f"Clientele {title.lower()}",
        f"Data set: {run.dataset}",
        f"Run: {run.run_id}",
        f"As of: {stamp['as_of'] or 'not known'}",
        f"Model: {stamp['model'] or 'none'}",
        f"Playbook: {f'version {run.playbook}' if run.playbook else 'built-in'}",
        f"Filters: {json.dumps(filters, ensure_ascii=False)}",
    ]
    return Listing(rows, lines, json.dumps(stamp, ensure_ascii=False), title=title)


def evenness(run: PublishedRun, campaign: Campaign) -> pd.DataFrame:
    """Compare both groups on what was known of them when the list was made."""
    found = queries.members(run, campaign.campaign_id, run_id=campaign.made_by_run)
    known = [column for column in COMPARED if found[column].notna().any()]
    return economics.balance(found[known], found["contacted"])


class Result(NamedTuple):
    """What a campaign brought so far, or the sentence that says why nothing is told yet."""

    found: economics.ReadBack | None
    sentence: str
    window: Window | None = None


def result(run: PublishedRun, campaign: Campaign) -> Result:
    """Compare contacted and held out over the orders that the published run knows."""
    if campaign.starts_on is None:
        return Result(
            None,
            "Not started: record the first day of contacts; orders from then on are compared.",
        )
    if run.form != ORDER_LINES or run.as_of is None:
        return Result(None, wording.NEEDS_ORDERS)
    if campaign.starts_on > run.as_of:
        return Result(
            None,
            f"The window is not over yet: it begins on {wording.date(campaign.starts_on)}, and"
            f" orders are known up to {wording.date(run.as_of)}. Refresh with later orders.",
        )
    last = min(campaign.ends_on or run.as_of, run.as_of)
    if last < campaign.starts_on:
        return Result(None, "The last day lies before the first one; record another last day.")
    window = Window(campaign.starts_on, last)
    try:
        found = remember(run, compared, campaign, window)
    except economics.StrategyError as error:
        return Result(None, str(error), window)
    return Result(found, _told(found, campaign, run, window), window)


def compared(run: PublishedRun, campaign: Campaign, window: Window) -> economics.ReadBack:
    """Read a campaign back over a window of days."""
    members = kept.members(run.connection, campaign.campaign_id)
    since = queries.orders_since(run, campaign.campaign_id, window)
    return economics.read_back(members, since, before=("revenue_before",))


def _told(
    found: economics.ReadBack, campaign: Campaign, run: PublishedRun, window: Window
) -> str:
    ends = campaign.ends_on
    open_ended = ends is None or (run.as_of is not None and ends > run.as_of)
    so_far = " The window is not over yet; these are figures so far." if open_ended else ""
    return (
        f"{_told_of_orders(found.conversion)} {_told_of_revenue(found.revenue, run.currency)}"
        f" Orders from {wording.date(window.first)} to {wording.date(window.last)} are"
        f" compared.{so_far}"
    )


def _told_of_orders(found: economics.Effect) -> str:
    shares = (
        f"{wording.percent(found.contacted, 1)} of those contacted ordered,"
        f" {wording.percent(found.held_out, 1)} of those held out"
    )
    interval = (
        f"95 % interval of the difference {points(found.low)} to {points(found.high)} points"
    )
    said = {
        "more": "more than without contact",
        "less": "fewer than without contact",
        "unclear": "no effect is proven",
    }[found.verdict]
    return f"{shares}: {said} ({interval})."


def _told_of_revenue(money: economics.Effect, currency: str) -> str:
    amount = wording.money_short(abs(money.total), currency)
    low = wording.money_short(money.total_low, currency)
    high = wording.money_short(money.total_high, currency)
    return {
        "more": f"The campaign brought about {amount} more (95 % interval {low} to {high}).",
        "less": f"The campaign cost about {amount} of revenue (95 % interval {low} to {high}).",
        "unclear": "No effect on revenue is proven: the 95 % interval runs from"
        f" {low} to {high}.",
    }[money.verdict]


def paid_off(money: economics.Effect, campaign: Campaign, run: PublishedRun) -> str:
    """Say what is left of the additional revenue after goods and cost; empty without a cost."""
    if campaign.cost is None:
        return ""
    margin = in_force(run).playbook.costs.margin / 100
    left, low, high = (
        margin * total - campaign.cost
        for total in (money.total, money.total_low, money.total_high)
    )
    verdict = "it paid off" if low > 0 else "it did not pay off" if high < 0 else "not proven"
    cost, profit, least, most = (
        wording.money_short(amount, run.currency) for amount in (campaign.cost, left, low, high)
    )
    return (
        f"It cost {cost}. At the playbook's margin of {wording.percent(margin)} a profit of"
        f" {profit} is left (95 % interval {least} to {most}): {verdict}."
    )


def points(share: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    written = wording.number(100 * share, 1)
    return f"+{written}" if share > 0 else written
