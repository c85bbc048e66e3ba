"""What the strategy page calls the figures of a campaign, by what contacting is reckoned by."""

from collections.abc import Mapping
from typing import NamedTuple

from portal.reading.contacting import economics
from portal.reading.contacting.economics import PROFIT
from portal.reading.predicting.reckoned import Reckoned
from portal.words import wording

RANGES = {
    "contact_cost": "Cost of a contact",
    "incentive": "Offer, money per taker",
    "success_rate": "Leavers whom it keeps, %",
    "margin": "Margin, %",
    "staying_accept": "Of those staying, who take it, %",
}
_SPENT = {
    "cost": "Cost: contacts and offers taken",
    "profit": "Profit",
    "roi": "Return on what is spent",
}


class Named(NamedTuple):
    """Titles of a campaign's measures, of what moves its profit, and of where it pays."""

    measures: Mapping[str, str]
    moving: Mapping[str, str]
    pays_from: str


OF_LEAVERS = Named(
    {
        "kept": "Customers kept",
        "revenue": "Their revenue in the next months",
        "margin": "Margin on it",
        **_SPENT,
    },
    {**RANGES, economics.LEAVING: "How many leave"},
    "Pays from a success rate of",
)
OF_PROFIT = OF_LEAVERS._replace(
    measures={**OF_LEAVERS.measures, "revenue": "Their profit, as the source gives it"}
)
OF_ANSWERS = Named(
    {
        "kept": "Customers who answer",
        "revenue": "What they spend on an order",
        "margin": "Margin on it",
        **_SPENT,
    },
    {**RANGES, economics.LEAVING: "How many answer"},
    "Pays from so many of the answers expected",
)


def named(by: Reckoned) -> Named:
    """Give the titles for what a run reckons by."""
    if by.is_answer:
        return OF_ANSWERS
    return OF_PROFIT if by.basis == PROFIT else OF_LEAVERS


def where_it_pays(even: float | None, *, by: Reckoned) -> str:
    """Say from which success rate, or from how many of the answers expected, it pays."""
    if by.is_answer:
        return (
            "It would not pay if as many answer as expected."
            if even is None
            else f"It pays from {wording.percent(even, 1)} of the answers expected."
        )
    return (
        "No success rate would pay: each offer costs more than it keeps."
        if even is None
        else f"It pays from a success rate of {wording.percent(even, 1)}."
    )
