"""The attributes of customers that some form knows: what each is, in what unit, in what role.

Roles decide what an attribute may be used for: segments are made from `spend` and `behaviour`,
and predicted from `demography` and `channel`; a `target` is never an input.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.sources.customers.own import DATE, MONEY, NUMBER, YES_NO, Own, own_of

UNKNOWN = "unknown"
"""Stands for a missing word where models need one."""
MOST_LEVELS = 50
"""A category of more values is too wordy to compare customers by."""


class Known(NamedTuple):
    """An attribute: a column of `customer_attribute`, or one of the source's own.

    Attributes
    ----------
    name
        The column's name.
    title
        What people call it.
    kind
        number, category or flag (the words yes and no).
    role
        demography, value, spend, behaviour, campaign, channel, target or rule.
    unit
        money, days, years, share, count, points, minutes, or nothing.
    """

    name: str
    title: str
    kind: str
    role: str
    unit: str = ""

    @property
    def within(self) -> str:
        """Its title within a sentence: what a source calls a column stays as it is.

        >>> BY_NAME["age"].within, known_of("money: MonthlyCharges").within
        ('age', '“MonthlyCharges”')
        """
        if own_of(self.name):
            return f"“{self.title}”"
        return self.title[:1].lower() + self.title[1:]


ATTRIBUTES = (
    Known("age", "Age", "number", "demography", "years"),
    Known("gender", "Gender", "category", "demography"),
    Known("country", "Country", "category", "demography"),
    Known("city", "City", "category", "demography"),
    Known("education", "Education", "category", "demography"),
    Known("marital_status", "Marital status", "category", "demography"),
    Known("income", "Income", "number", "demography", "money"),
    Known("children", "Children", "number", "demography", "count"),
    Known("membership", "Membership", "category", "demography"),
    Known("recency_days", "Recency", "number", "behaviour", "days"),
    Known("frequency", "Frequency", "number", "value", "count"),
    Known("monetary", "Spend", "number", "value", "money"),
    Known("average_basket", "Average basket", "number", "value", "money"),
    Known("tenure_days", "Days as a customer", "number", "behaviour", "days"),
    Known("spend_wines", "Spend on wines", "number", "spend", "money"),
    Known("spend_fruits", "Spend on fruits", "number", "spend", "money"),
    Known("spend_meat", "Spend on meat", "number", "spend", "money"),
    Known("spend_fish", "Spend on fish", "number", "spend", "money"),
    Known("spend_sweets", "Spend on sweets", "number", "spend", "money"),
    Known("spend_gold", "Spend on gold", "number", "spend", "money"),
    Known("purchases_web", "Purchases on the web", "number", "channel", "count"),
    Known("purchases_catalogue", "Purchases by catalogue", "number", "channel", "count"),
    Known("purchases_store", "Purchases in a store", "number", "channel", "count"),
    Known("purchases_deals", "Purchases at a discount", "number", "channel", "count"),
    Known("web_visits_month", "Web visits a month", "number", "channel", "count"),
    Known("campaigns_accepted", "Campaigns accepted", "number", "campaign", "count"),
    Known("response", "Accepted the last campaign", "flag", "target"),
    Known("complain", "Complained", "flag", "campaign"),
    Known("items_purchased", "Items purchased", "number", "spend", "count"),
    Known("average_rating", "Average rating", "number", "behaviour", "points"),
    Known("discount_applied", "Used a discount", "flag", "behaviour"),
    Known("satisfaction", "Satisfaction", "category", "target"),
    Known("activity", "Activity", "category", "target"),
    Known("service_type", "Service type", "category", "behaviour"),
    Known("messages_allowed", "Allows messages", "category", "behaviour"),
    Known("marketing_6_months", "Messages over six months", "number", "campaign", "count"),
    Known("marketing_this_month", "Messages this month", "number", "campaign", "count"),
    Known("promotional_share", "Share bought on promotion", "number", "behaviour", "share"),
    Known("favourite_category", "Favourite category", "category", "behaviour"),
    Known("categories_per_visit", "Categories per visit", "number", "behaviour", "count"),
    Known("unpaid_products", "Unpaid products", "number", "behaviour", "count"),
    Known("service_errors", "Service errors", "number", "behaviour", "count"),
    Known("pages_per_visit", "Pages per visit", "number", "behaviour", "count"),
    Known("revenue_before_last_month", "Revenue two months ago", "number", "spend", "money"),
    Known("revenue_last_month", "Revenue last month", "number", "spend", "money"),
    Known("revenue_this_month", "Revenue this month", "number", "spend", "money"),
    Known("minutes_last_month", "Minutes last month", "number", "behaviour", "minutes"),
    Known("minutes_this_month", "Minutes this month", "number", "behaviour", "minutes"),
    Known("profit", "Profit", "number", "value", "money"),
    Known("is_vip", "VIP", "flag", "rule"),
    Known("is_passive", "Passive", "flag", "rule"),
    Known("is_promotional", "Promotional", "flag", "rule"),
    Known("is_new", "New", "flag", "rule"),
)
BY_NAME = {attribute.name: attribute for attribute in ATTRIBUTES}
PLACES = {name: place for place, name in enumerate(BY_NAME)}


def known_of(name: str) -> Known:
    """Describe an attribute by its name; raises `KeyError` where it is none.

    >>> known_of("yes_no: HasCrCard").kind, known_of("date: renewed").unit
    ('flag', 'days')
    """
    own = own_of(name)
    return BY_NAME[name] if own is None else _of_own(name, own)


def is_attribute(name: str) -> bool:
    """Tell whether a name is that of an attribute."""
    return name in BY_NAME or own_of(name) is not None


def place_of(name: str) -> int:
    """Give the place of an attribute among those that are shown; a source's own come last."""
    return PLACES.get(name, len(PLACES))


def attributes_of(columns: Iterable[object]) -> tuple[Known, ...]:
    """List the attributes among columns: those of all sources first, then its own in order."""
    names = [str(column) for column in columns]
    among = set(names)
    return (
        *(attribute for attribute in ATTRIBUTES if attribute.name in among),
        *(known_of(name) for name in dict.fromkeys(names) if own_of(name)),
    )


def _of_own(name: str, own: Own) -> Known:
    unit = {MONEY: "money", DATE: "days"}.get(own.kind, "")
    if own.kind in {NUMBER, MONEY, DATE}:
        title = f"Days since {own.column}" if own.kind == DATE else own.column
        return Known(name, title, "number", "behaviour", unit)
    kind = "flag" if own.kind == YES_NO else "category"
    return Known(name, own.column, kind, "behaviour")
