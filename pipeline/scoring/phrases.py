"""How each feature is told of one customer: “Last ordered 143 days ago”."""

from typing import NamedTuple

from scipy.special import expit

from pipeline.base.wording import money, number, percent
from pipeline.features.history import RATE_DAYS, WINDOWS
from pipeline.scoring.customer_base import QUIET
from pipeline.scoring.inputs import Feature

YES = frozenset({"yes", "true", "1", "да"})


class Phrase(NamedTuple):
    """How a number is told.

    Attributes
    ----------
    template
        A clause with `{}` where the value stands.
    more, less
        Words for above and below what is usual, before “than usual”.
    kin
        Features of one kin tell nearly the same: a customer gets one reason of them.
    noun, nouns
        What is counted, one and many.
    zero
        The clause for nothing; where it is empty, `{}` is “no” and the noun.
    unknown
        The clause where the value is missing.
    """

    template: str
    more: str = "more"
    less: str = "less"
    kin: str = ""
    noun: str = ""
    nouns: str = ""
    zero: str = ""
    unknown: str = ""


ONE_DAY = "Has ordered on one day only"
LONGER = ("longer", "shorter")
FEWER = ("more", "fewer")
OFTEN = ("more often", "less often")


def _days(template: str, kin: str = "", more: str = "longer", less: str = "shorter") -> Phrase:
    return Phrase(template, more, less, kin, "day", "days")


def _times(template: str, kin: str = "", zero: str = "") -> Phrase:
    return Phrase(template, *OFTEN, kin, "time", "times", zero)


def _counted(
    template: str,
    noun: str,
    nouns: str = "",
    *,
    kin: str = "",
    zero: str = "",
    unknown: str = "",
) -> Phrase:
    return Phrase(template, *FEWER, kin, noun, nouns or f"{noun}s", zero, unknown)


PHRASES = {
    "recency_days": Phrase(
        "Last ordered {} ago", "longer", "more recently", "", "day", "days",
        zero="Ordered on that very day",
    ),
    QUIET: Phrase(
        "Its rhythm alone makes silence {} probable", "more", "less", "rhythm"
    ),
    "tenure_days": _days("Has been a customer for {}"),
    "frequency": _times("Bought {} in all", "orders", "Never bought"),
    "order_days": _counted("Ordered on {}", "day", kin="orders"),
    "order_rate": _counted(f"Orders on {{}} out of {RATE_DAYS}", "day", kin="orders"),
    "monetary": Phrase("Spent {} in all", kin="spend", zero="Spent nothing in all"),
    "spend_rate": Phrase(f"Spends {{}} in {RATE_DAYS} days", kin="spend"),
    "average_basket": Phrase("Spends {} an order", kin="basket"),
    "last_basket": Phrase("Spent {} on the last order", kin="basket"),
    "items_per_order": _counted("Buys {} an order", "item", kin="basket"),
    **{
        f"orders_{days}d": _counted(
            f"Placed {{}} in the last {days} days", "order", kin="orders lately"
        )
        for days in WINDOWS
    },
    **{
        f"spend_{days}d": Phrase(
            f"Spent {{}} in the last {days} days", kin="spend lately",
            zero=f"Spent nothing in the last {days} days",
        )
        for days in WINDOWS
    },
    "gap_days": Phrase(
        "Orders every {}", "more rarely", "more often", "rhythm", "day", "days",
        unknown=ONE_DAY,
    ),
    "gap_deviation_days": Phrase(
        "Time between orders varies by {}", kin="rhythm", noun="day", nouns="days",
        unknown=ONE_DAY, zero="Orders at even distances",
    ),
    "lateness": Phrase(
        "Silent for {} its usual gap between orders", *LONGER, "rhythm", "time", "times",
        unknown=ONE_DAY, zero="Ordered on that very day",
    ),
    "spend_trend": Phrase(
        "Spent {} of its last 180 days' money in the last 90", kin="spend lately",
        zero="Spent nothing in the last 90 days, but before",
        unknown="Spent nothing in the last 180 days",
    ),
    "returned_share": Phrase(
        "Sent back {} of what it bought", kin="returns", zero="Sent nothing back"
    ),
    "returned_orders": _counted(
        "Sent something back of {}", "order", kin="returns", zero="Sent nothing back"
    ),
    "age": Phrase("Is {} old", "older", "younger", "", "year", "years"),
    "income": Phrase("Earns {}"),
    "children": _counted("Has {}", "child", "children"),
    **{
        f"spend_{name}": Phrase(f"Spent {{}} on {name}", zero=f"Spent nothing on {name}")
        for name in ("wines", "fruits", "meat", "fish", "sweets", "gold")
    },
    **{
        f"purchases_{name}": _times(f"Bought {{}} {how}", zero=f"Never bought {how}")
        for name, how in {
            "web": "on the web", "catalogue": "by catalogue", "store": "in a store",
            "deals": "at a discount",
        }.items()
    },
    "web_visits_month": _times(
        "Visits the web shop {} a month", zero="Never visits the web shop"
    ),
    "campaigns_accepted": _counted("Accepted {}", "campaign"),
    "items_purchased": _counted("Bought {}", "item"),
    "average_rating": Phrase("Rates {} on average", "higher", "lower"),
    "marketing_6_months": _counted("Got {} over six months", "message"),
    "marketing_this_month": _counted("Got {} this month", "message"),
    "promotional_share": Phrase(
        "Buys {} on promotion", zero="Buys nothing on promotion"
    ),
    "categories_per_visit": _counted("Looks at {} a visit", "category", "categories"),
    "unpaid_products": _counted("Left {} unpaid", "product"),
    "service_errors": _counted("Met {}", "service error"),
    "pages_per_visit": _counted("Views {} a visit", "page"),
    "revenue_before_last_month": Phrase(
        "Spent {} two months ago", zero="Spent nothing two months ago"
    ),
    "revenue_last_month": Phrase("Spent {} last month", zero="Spent nothing last month"),
    "revenue_this_month": Phrase("Spent {} this month", zero="Spent nothing this month"),
    "minutes_last_month": _counted("Spent {} on the site last month", "minute"),
    "minutes_this_month": _counted("Spent {} on the site this month", "minute"),
    "profit": Phrase("Brought {} of profit"),
}  # fmt: skip
"""Of every number that models see."""
FLAGS = {
    "response": ("Accepted the last campaign", "Did not accept the last campaign"),
    "complain": ("Has complained", "Has not complained"),
    "discount_applied": ("Has used a discount", "Has not used a discount"),
    "is_vip": ("Is a VIP", "Is no VIP"),
    "is_passive": ("Is passive", "Is not passive"),
    "is_promotional": ("Is a promotional buyer", "Is no promotional buyer"),
    "is_new": ("Is a new customer", "Is no new customer"),
}
"""What yes and no say of flags."""


def phrase_of(feature: Feature) -> Phrase:
    """Give the phrase of a number; one that has none of its own is told by its title."""
    return PHRASES.get(feature.name) or Phrase(f"{feature.title}: {{}}")


def kin_of(feature: Feature) -> str:
    """Name what a feature is about; features of one kin tell nearly the same."""
    return (feature.is_number and phrase_of(feature).kin) or feature.name


def amount(value: float, feature: Feature, currency: str) -> str:
    """Write a value with its unit: £210, 143 days, 62 %, 2.4 times."""
    phrase = phrase_of(feature)
    if feature.unit == "money":
        return money(value, currency)
    if feature.unit == "log_odds":
        return percent(float(expit(value)))
    if phrase.noun:
        written = number(value)
        return f"{written} {phrase.noun if written == '1' else phrase.nouns}"
    return percent(value) if feature.unit == "share" else number(value)


def clause(value: float, feature: Feature, written: str) -> str:
    """Tell a number of a customer, which `amount` has written, without comparing it."""
    phrase = phrase_of(feature)
    if value == 0 and phrase.zero:
        return phrase.zero
    if value == 0 and phrase.noun:
        return phrase.template.format(f"no {phrase.nouns}")
    return phrase.template.format(written)


def unknown_clause(feature: Feature) -> str:
    """Say that a number is not known."""
    return phrase_of(feature).unknown or f"{feature.title}: not known"


def word_clause(word: str, feature: Feature) -> str:
    """Tell a word of a customer, without comparing it."""
    clauses = FLAGS.get(feature.name)
    if clauses:
        return clauses[0 if word.casefold() in YES else 1]
    return f"{feature.title}: {word}"
