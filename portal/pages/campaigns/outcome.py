"""What a campaign brought: contacted against held out, over the orders since it began."""

import datetime as dt
from typing import Any, NamedTuple

import pandas as pd

from db.workspace.campaigns import Campaign
from portal.kit.drawing.chart import Chart, Scope
from portal.pages.campaigns import figures, queries
from portal.pages.campaigns.lists import members
from portal.pages.campaigns.planning import COMPARED, one
from portal.pages.campaigns.queries import Window
from portal.reading.contacting import economics
from portal.reading.contacting.economics import StrategyError
from portal.reading.contacting.playbook import in_force
from portal.reading.filters import Filters
from portal.reading.published import ORDER_LINES, PublishedRun, remember
from portal.reading.statements import Statement
from portal.words import wording

NOT_STARTED = "Not started: record the first day of contacts; orders from then on are compared."
ENDS_BEFORE = "The last day lies before the first one; record another last day."


class Shown(NamedTuple):
    """A campaign as the page shows it; the chart is drawn anew where any of that changes."""

    campaign_id: int
    created_at: str
    starts_on: str | None
    ends_on: str | None


def shown(campaign: Campaign) -> Shown:
    """Give what the page must hold of a campaign to draw what it brought."""
    return Shown(
        campaign.campaign_id,
        campaign.created_at.isoformat(),
        campaign.starts_on.isoformat() if campaign.starts_on else None,
        campaign.ends_on.isoformat() if campaign.ends_on else None,
    )


def campaign_of(run: PublishedRun, fields: Any) -> Campaign | None:
    """Give the campaign that the page shows, with the days that stand there."""
    try:
        page_campaign = Shown(*fields)
        starts_on, ends_on = (
            dt.date.fromisoformat(day) if day else None
            for day in (page_campaign.starts_on, page_campaign.ends_on)
        )
        campaign = one(run.connection, int(page_campaign.campaign_id))
    except (OverflowError, TypeError, ValueError):  # an address can hold anything
        return None
    if (
        campaign is None
        or campaign.dataset != run.dataset
        or shown(campaign).created_at != page_campaign.created_at
    ):
        return None
    return campaign._replace(starts_on=starts_on, ends_on=ends_on)


class Comparison(NamedTuple):
    """The days over which a campaign is compared, or the sentence that says why none are."""

    window: Window | None
    sentence: str = ""


def evenness(run: PublishedRun, campaign: Campaign) -> pd.DataFrame:
    """Compare both groups on what was known of them when the list was made."""
    member_rows = members(run, campaign)
    columns = [column for column in COMPARED if member_rows[column].notna().any()]
    return economics.balance(member_rows[columns], member_rows["contacted"])


def risk_bands(run: PublishedRun, campaign: Campaign) -> "pd.Series[str]":
    """Give the risk band of each member when the list was made, by its identifier."""
    member_rows = members(run, campaign)
    return member_rows.set_index("customer_id")["risk_band"]


def comparison(run: PublishedRun, campaign: Campaign) -> Comparison:
    """Tell which days can be compared in what the published run knows."""
    if campaign.starts_on is None:
        return Comparison(None, NOT_STARTED)
    if run.form != ORDER_LINES or run.as_of is None:
        return Comparison(None, wording.NEEDS_ORDERS)
    if campaign.starts_on > run.as_of:
        return Comparison(
            None,
            f"The window is not over yet: it begins on {wording.date(campaign.starts_on)}, and"
            f" orders are known up to {wording.date(run.as_of)}. Refresh with later orders.",
        )
    last = min(campaign.ends_on or run.as_of, run.as_of)
    if last < campaign.starts_on:
        return Comparison(None, ENDS_BEFORE)
    return Comparison(Window(campaign.starts_on, last))


class Result(NamedTuple):
    """What a campaign brought so far, or the sentence that says why nothing is told yet."""

    readback: economics.ReadBack | None
    sentence: str
    window: Window | None = None


def result(run: PublishedRun, campaign: Campaign) -> Result:
    """Compare contacted and held out over the orders that the published run knows."""
    window, sentence = comparison(run, campaign)
    if window is None:
        return Result(None, sentence)
    try:
        readback = remember(run, compared, campaign, window)
    except StrategyError as error:
        return Result(None, str(error), window)
    return Result(readback, _told(readback, campaign, run, window), window)


def compared(run: PublishedRun, campaign: Campaign, window: Window) -> economics.ReadBack:
    """Read a campaign back over a window of days."""
    return read_back(run.ask(queries.outcomes(run, campaign, window)))


def read_back(rows: pd.DataFrame) -> economics.ReadBack:
    """Compare contacted and held out in the rows of `outcomes`; raises `StrategyError`."""
    typed = rows.astype({"customer_id": "str", "contacted": bool, "stratum": "str"})
    return economics.read_back(typed, typed, before=("revenue_before",))


def outcomes(run: PublishedRun, _filters: Filters, *, campaign: Any) -> Statement | None:
    """One row per member of the campaign that the page shows, where it can be compared."""
    stored_campaign = campaign_of(run, campaign)
    window = comparison(run, stored_campaign).window if stored_campaign else None
    return (
        queries.outcomes(run, stored_campaign, window) if stored_campaign and window else None
    )


def waiting(run: PublishedRun, _filters: Filters, *, campaign: Any) -> str:
    """Say why the campaign that the page shows can't be compared; empty where it can."""
    stored_campaign = campaign_of(run, campaign)
    return (
        comparison(run, stored_campaign).sentence if stored_campaign else "Choose a campaign."
    )


def effects(rows: pd.DataFrame, scope: Scope, *, waiting: str) -> Chart:
    """Draw what the contacted did more than the held out."""
    effect_rows = pd.DataFrame()
    if not waiting:
        try:
            effect_rows = read_back(rows).effects
        except StrategyError as error:
            waiting = str(error)
    finding = figures.effects_finding(effect_rows, currency=scope.currency)
    figure = figures.effects(effect_rows, currency=scope.currency)
    return Chart(figure, finding, f"Differences with intervals. {finding}.", waiting)


def _told(
    readback: economics.ReadBack, campaign: Campaign, run: PublishedRun, window: Window
) -> str:
    ends = campaign.ends_on
    open_ended = ends is None or (run.as_of is not None and ends > run.as_of)
    so_far = " The window is not over yet; these are figures so far." if open_ended else ""
    return (
        f"{_told_of_orders(readback.conversion)}"
        f" {_told_of_revenue(readback.revenue, run.currency)}"
        f" Orders from {wording.date(window.first)} to {wording.date(window.last)} are"
        f" compared.{so_far}"
    )


def _told_of_orders(effect: economics.Effect) -> str:
    shares = (
        f"{wording.percent(effect.contacted, 1)} of those contacted ordered,"
        f" {wording.percent(effect.held_out, 1)} of those not contacted"
    )
    interval = (
        f"95 % interval of the difference {points(effect.low)} to {points(effect.high)} points"
    )
    verdict = {
        "more": "more than without contact",
        "less": "fewer than without contact",
        "unclear": "no effect is proven",
    }[effect.verdict]
    return f"{shares}: {verdict} ({interval})."


def revenue_said(readback: economics.ReadBack, currency: str) -> str:
    """Say in a sentence what a campaign brought in revenue."""
    sentence = _told_of_revenue(readback.revenue, currency)
    return sentence[:1].lower() + sentence[1:]


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
    own = economics.stamp_from_json(campaign.stamp).expected
    margin = own.margin if own else in_force(run).playbook.costs.margin / 100
    whose = "its" if own else "the playbook's"
    net_profit, low, high = (
        margin * total - campaign.cost
        for total in (money.total, money.total_low, money.total_high)
    )
    verdict = "it paid off" if low > 0 else "it did not pay off" if high < 0 else "not proven"
    cost, profit, least, most = (
        wording.money_short(amount, run.currency)
        for amount in (campaign.cost, net_profit, low, high)
    )
    return (
        f"It cost {cost}. At {whose} margin of {wording.percent(margin)} a profit of"
        f" {profit} is left (95 % interval {least} to {most}): {verdict}."
    )


def hoped_for(campaign: Campaign, currency: str) -> str:
    """Say what contacting was expected to bring when it was made; empty if unknown."""
    own = economics.stamp_from_json(campaign.stamp).expected
    if own is None:
        return ""
    return (
        f"When it was made, contacting its {wording.count(campaign.contacted, 'customer')} was"
        f" expected to bring {wording.money(own.contacted_profit, currency)}. {own.said}"
    ).strip()


def points(share: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    written = wording.number(100 * share, 1)
    return f"+{written}" if share > 0 else written
