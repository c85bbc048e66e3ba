"""What pages show of a campaign: its place in the list, its stamp, what it brought."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pandas as pd
from dash import html
from dash.development.base_component import Component

from db.workspace.campaigns import Campaign
from portal.kit.attributes import aria
from portal.kit.states import empty_state
from portal.pages.campaigns.outcome import Result, hoped_for, paid_off, points
from portal.pages.campaigns.wanted import brings
from portal.reading.contacting.economics import Effect, Expected, ReadBack, stamp_from_json
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.words import wording

NAMES = {
    "segment": "Segment", "risk_value": "Risk and value", "spend_band": "Spend band",
    "country": "Country", "recency_days": "Recency, days", "frequency": "Orders",
    "monetary": "Revenue so far", "average_basket": "Average basket",
    "churn_probability": "Churn probability", "contact_profit": "Expected profit",
    "clv_12m": "Lifetime value, 12 months",
    "p_alive": "Still a customer", "expected_orders_90d": "Orders expected in 90 days",
    "answer_probability": "Probability of answering",
    "contact_reason": "Named by a rule", "favourite_category": "Favourite category",
    "next_product": "Likely next product", "action": "What to do first",
}  # fmt: skip


def campaign_table(every: list[Campaign], as_of: dt.date | None) -> Component:
    """List campaigns with their state."""
    titles = ("Campaign", "State", "To contact", "Not contacted", "Made of")
    numeric = {"To contact", "Not contacted"}
    head = [
        html.Th(title, className="number" if title in numeric else "", scope="col")
        for title in titles
    ]
    rows = [
        html.Tr(
            [
                html.Th(campaign.name, scope="row"),
                html.Td(state(campaign, as_of)),
                html.Td(wording.number(campaign.contacted), className="number"),
                html.Td(wording.number(campaign.held_out), className="number"),
                html.Td(wording.date(campaign.as_of), className="nowrap"),
            ]
        )
        for campaign in every
    ]
    return scrolled(head, rows, "Campaigns of this data set")


def state(campaign: Campaign, as_of: dt.date | None) -> str:
    """Say whether a campaign is planned, runs or has ended, on the last day that is known."""
    first, last = campaign.starts_on, campaign.ends_on
    if first is None:
        return "Planned"
    if as_of is not None and first > as_of:
        return f"Starts {wording.date(first)}"
    if last is None:
        return f"Running since {wording.date(first)}"
    if as_of is not None and last > as_of:
        return f"Running until {wording.date(last)}"
    return f"Ended {wording.date(last)}"


def facts(campaign: Campaign, currency: str) -> Component:
    """Say what a campaign's list was made from."""
    stamp = stamp_from_json(campaign.stamp)
    chosen = [f"{title}: {value}" for title, value in stamp.filters.items()]
    strata = wording.plain_list([stratum.replace("_", " ") for stratum in stamp.strata])
    description_by_term: dict[str, Any] = {
        "Filters": "; ".join(chosen) or "none",
        "Customers": f"{wording.number(stamp.customers)} in all,"
        f" {wording.number(campaign.contacted)} to contact,"
        f" {wording.number(campaign.held_out)} not contacted",
        "Made": wording.moment(campaign.created_at),
        "Snapshot": wording.date(stamp.as_of),
        "Run": str(stamp.run),
        "Churn model": stamp.model.replace("_", " ") if stamp.model else wording.NOTHING,
        "Not contacted": f"{wording.percent(stamp.share)}, drawn within"
        f" {strata or 'all'}"
        f" by seed {stamp.seed}",
        **_expected(stamp.expected, currency),
        "Audience": html.Code(f"{stamp.audience[:16]}…"),
    }
    terms = [
        part
        for term, description in description_by_term.items()
        for part in (html.Dt(term), html.Dd(description))
    ]
    return html.Dl(list(terms), className="campaign-facts campaign-part")


def _expected(expectation: Expected | None, currency: str) -> dict[str, str]:
    """Say what the campaign was expected to bring, and at which costs."""
    if expectation is None:
        return {}
    offer, contact = (
        wording.money(amount, currency).removesuffix(".00")
        for amount in (expectation.incentive, expectation.contact_cost)
    )
    return {
        "Expected": f"{brings(expectation, currency)} {expectation.said}".strip(),
        "At": f"an offer of {offer}, a contact at {contact}, a success rate of"
        f" {wording.percent(expectation.success_rate)}, a margin of"
        f" {wording.percent(expectation.margin)}",
    }


ADJUSTED = (
    "Differences are taken within segment and spend band, after what revenue of the year before"
    " explains has been taken out; so they need not be those of the two means beside them."
)


def brought(result: Result, campaign: Campaign, run: PublishedRun) -> list[Component | None]:
    """Show contacted against held out, or say why there is nothing to compare."""
    hoped = hoped_for(campaign, run.currency)
    if result.readback is None:
        title = "Nothing to compare yet."
        return [empty_state(title, result.sentence), html.P(hoped) if hoped else None]
    paid = paid_off(result.readback.revenue, campaign, run)
    return [
        html.P(result.sentence, className="campaign-verdict"),
        html.P(paid, className="campaign-verdict") if paid else None,
        html.P(hoped) if hoped else None,
        _effects(result.readback, run),
        html.P(ADJUSTED, className="quiet"),
        *(html.P(warning, className="quiet") for warning in result.readback.warnings),
    ]


class _Shown(NamedTuple):
    title: str
    values: tuple[str, ...]


def _effects(readback: ReadBack, run: PublishedRun) -> Component:
    rows = [
        _written(
            "Customers who ordered; points",
            readback.conversion,
            lambda v: wording.percent(v, 1),
            points,
        ),
        _written(
            "Revenue per customer", readback.revenue, lambda v: wording.money(v, run.currency)
        ),
    ]
    extra, money = readback.conversion, readback.revenue
    totals = [
        _Shown(
            "Additional customers in total",
            ("", "", wording.number(extra.total),
             wording.interval(
                 wording.number(extra.total_low), wording.number(extra.total_high))),
        ),
        _Shown(
            "Additional revenue in total",
            ("", "", wording.money_short(money.total, run.currency),
             wording.interval(
                 wording.money_short(money.total_low, run.currency),
                 wording.money_short(money.total_high, run.currency))),
        ),
    ]  # fmt: skip
    titles = ("", "Contacted", "Not contacted", "Difference", "95 % interval")
    head = [
        html.Th(title, className="number", scope="col") if title else html.Td()
        for title in titles
    ]
    body = [
        html.Tr(
            [
                html.Th(row.title, scope="row"),
                *(html.Td(value, className="number nowrap") for value in row.values),
            ]
        )
        for row in (*rows, *totals)
    ]
    return scrolled(head, body, "Contacted against not contacted")


def _written(
    title: str,
    effect: Effect,
    write: Callable[[float], str],
    apart: Callable[[float], str] | None = None,
) -> _Shown:
    differ = apart or write
    return _Shown(
        title,
        (
            write(effect.contacted),
            write(effect.held_out),
            differ(effect.difference),
            wording.interval(differ(effect.low), differ(effect.high)),
        ),
    )


def evenness(balance: pd.DataFrame) -> list[Component]:
    """Show how alike both groups were when the list was made."""
    comparisons = balance[balance["difference"].notna()]
    beyond = int((comparisons["difference"].abs() > comparisons["by_chance"]).sum())
    sentence = (
        f"{wording.number(beyond) if beyond else 'None'} of"
        f" {wording.count(len(comparisons), 'comparison')}"
        f" {'lie' if beyond > 1 else 'lies'} beyond what chance exceeds in one of"
        " twenty draws."
    )
    head = [
        html.Th("What", scope="col"),
        *(
            html.Th(title, className="number", scope="col")
            for title in ("Contacted", "Not contacted", "Difference")
        ),
    ]
    rows = [
        html.Tr(
            [
                html.Th(
                    NAMES[str(row.attribute)] if pd.isna(row.level) else str(row.level),
                    scope="row",
                ),
                html.Td(_level(row.contacted, row.level), className="number"),
                html.Td(_level(row.held_out, row.level), className="number"),
                html.Td(wording.number(float(row.difference), 2), className="number"),
            ]
        )
        for row in each_row(comparisons)
    ]
    note = "Means, or shares of a segment; differences in standard deviations."
    return [
        html.P(sentence, className="campaign-part"),
        scrolled(head, rows, "Contacted and not contacted, compared"),
        html.P(note, className="quiet campaign-part"),
    ]


def _level(value: float, level: Any) -> str:
    return (
        wording.number(float(value), 2) if pd.isna(level) else wording.percent(float(value), 1)
    )


def scrolled(head: Sequence[Component], rows: Sequence[Component], label: str) -> Component:
    """Write a table that scrolls within its card."""
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain-table wide"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=label),
    )
