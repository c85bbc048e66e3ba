"""What is known of each customer of a form without orders, under the same names for all."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.features.rfm import score
from pipeline.settings import RuleSettings
from pipeline.sources.customers.own import CATEGORY, DATE, NUMBER, own_key, own_of
from pipeline.sources.outcomes import outcome_of

UNDATED = dt.date.min
"""Stands for the day of a source that has none; views show it as null."""
YES, NO = "yes", "no"
DAYS_OF_MONTH, DAYS_OF_YEAR = 30.4375, 365.25
MOST_YEARS = 110
"""An age above is a slip of the keyboard."""
CATEGORIES = {
    "spend_wines": "Wines",
    "spend_fruits": "Fruits",
    "spend_meat": "Meat",
    "spend_fish": "Fish",
    "spend_sweets": "Sweets",
    "spend_gold": "Gold",
}
CHANNELS = {
    "purchases_web": ("Web", True),
    "purchases_catalogue": ("Catalogue", False),
    "purchases_store": ("Store", False),
}
CAMPAIGNS = {
    **{f"accepted_{number}": f"Campaign {number}" for number in range(1, 6)},
    "response": "Last campaign",
}
LAST_CAMPAIGN = "response"
ALL_PURCHASES = "All purchases"
REVENUES = ["revenue_before_last_month", "revenue_last_month", "revenue_this_month"]
SUMS = {
    "marketing": {"monetary": tuple(CATEGORIES), "frequency": tuple(CHANNELS)},
    "market-activity": {"monetary": tuple(REVENUES)},
}
"""Attributes that a form knows as the sum of others."""
SECOND_NAMES = {
    "behaviour": {"frequency": "items_purchased"},
    "market-activity": {"membership": "service_type"},
}
"""Attributes that are others under a second name."""
DEMOGRAPHY = [
    "age", "gender", "country", "city", "education", "marital_status", "income", "children",
    "membership",
]  # fmt: skip


def known_customers(
    form: str, fields: pd.DataFrame, settings: RuleSettings, *, as_of: dt.date | None
) -> pd.DataFrame:
    """Give one row per customer: `as_of`, recency, frequency, monetary, all other attributes.

    `fields` is what cleaning left of the source, under the names of its form. Columns are named
    as in `customer_attribute`; those that the form lacks are missing. A source without a day
    has `UNDATED`.
    """
    frame = READERS[form](fields, as_of)
    frame = frame.assign(
        as_of=as_of or UNDATED,
        customer_id=fields["customer_id"].astype("str"),
        **labels(frame, settings),
    )
    # Spend per item bought is no order's: only who tells of purchases knows a basket.
    for measure in (
        "recency_days", "frequency", "monetary", "tenure_days", "country", "average_basket",
    ):  # fmt: skip
        if measure not in frame:
            frame[measure] = None if measure == "country" else np.nan
    return frame.assign(
        r_score=score(frame["recency_days"], best_is_low=True),
        f_score=score(frame["frequency"]),
        m_score=score(frame["monetary"]),
    ).sort_values("customer_id", ignore_index=True)


def made_from(
    form: str,
    field: str,
    fields: pd.DataFrame,
    settings: RuleSettings,
    *,
    as_of: dt.date | None,
) -> frozenset[str]:
    """Name what is known of customers that a field of the source has a part in.

    That is what changes where the field is not known of anybody.
    """
    if field not in fields:
        return frozenset()
    with_field = known_customers(form, fields, settings, as_of=as_of)
    without = known_customers(
        form, fields.assign(**{field: np.nan}), settings, as_of=as_of
    ).reindex(columns=with_field.columns)
    return frozenset(
        str(name)
        for name in with_field
        if not with_field[name].astype(str).equals(without[name].astype(str))
    )


def derived(form: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Add what a form tells of through other attributes: sums, a ratio, second names."""
    attributes: dict[str, pd.Series] = {}
    for name, parts in SUMS.get(form, {}).items():
        present = [part for part in parts if part in frame]
        if present:
            attributes[name] = frame[present].sum(axis=1, min_count=1)
    for name, original in SECOND_NAMES.get(form, {}).items():
        if original in frame:
            attributes[name] = frame[original]
    if {"monetary", "frequency"} <= set(attributes):
        attributes["average_basket"] = _ratio(attributes["monetary"], attributes["frequency"])
    return frame.assign(**attributes)


def labels(customers: pd.DataFrame, settings: RuleSettings) -> dict[str, pd.Series]:
    """Mark VIP, passive and promotional customers by the stated thresholds.

    VIP are those at or above the share's quantile of spend, passive those at or below the other
    end's. Promotional are those who accepted the last campaign, used a discount, or bought at
    least the stated share on promotion.
    """
    marks: dict[str, pd.Series] = {}
    if "monetary" in customers and customers["monetary"].notna().any():
        spend = customers["monetary"]
        marks["is_vip"] = spend >= spend.quantile(1 - settings.vip_share)
        marks["is_passive"] = spend <= spend.quantile(settings.passive_share)
    signs = [
        *(customers[c] == YES for c in ("response", "discount_applied") if c in customers),
        *(
            customers[c] >= settings.promotional_share
            for c in ("promotional_share",)
            if c in customers
        ),
    ]
    if signs:
        marks["is_promotional"] = np.logical_or.reduce(signs)
    return marks


def newcomers(customers: pd.DataFrame, settings: RuleSettings) -> pd.Series:
    """Mark customers whose first order is under so many days old; of orders alone."""
    return customers["tenure_days"] < settings.new_days


def spend_by_category(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and category; one category where the source names none."""
    category_by_column = {c: name for c, name in CATEGORIES.items() if c in customers}
    if not category_by_column:
        whole = customers[["customer_id", "monetary"]].rename(columns={"monetary": "spend"})
        return whole.dropna().assign(category=ALL_PURCHASES)
    return _long(customers, category_by_column, "category", "spend")


def campaign_responses(fields: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and campaign, from the fields of the source."""
    campaign_by_column = {c: name for c, name in CAMPAIGNS.items() if c in fields}
    long = _long(fields, campaign_by_column, "campaign", "accepted")
    return long.assign(accepted=long["accepted"].map(lambda value: bool(value > 0)))


def channel_use(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and channel."""
    channel_by_column = {c: name for c, (name, _) in CHANNELS.items() if c in customers}
    online = dict(CHANNELS.values())
    long = _long(customers, channel_by_column, "channel", "purchases")
    return long.assign(is_online=long["channel"].map(online))


def demography(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per customer of whom anything beside purchases is known."""
    columns = [c for c in DEMOGRAPHY if c in customers and customers[c].notna().any()]
    if not columns:
        return pd.DataFrame()
    return customers.loc[customers[columns].notna().any(axis=1), ["customer_id", *columns]]


def _long(frame: pd.DataFrame, columns: dict[str, str], name: str, value: str) -> pd.DataFrame:
    if not columns:
        return pd.DataFrame(columns=["customer_id", name, value])
    long = frame.melt("customer_id", list(columns), var_name=name, value_name=value)
    return long.assign(**{name: long[name].map(columns)}).dropna(subset=[value])


def _marketing(fields: pd.DataFrame, as_of: dt.date | None) -> pd.DataFrame:
    frame = _kept(fields, "education", "marital_status", "income", "recency_days")
    frame = frame.assign(**{c: fields[c] for c in (*CATEGORIES, *CHANNELS) if c in fields})
    frame = frame.assign(**_present(fields, "purchases_deals", "web_visits_month"))
    if "birth_year" in fields and as_of is not None:
        frame["age"] = as_of.year - fields["birth_year"]
    homes = [c for c in ("children_at_home", "teenagers_at_home") if c in fields]
    if homes:
        frame["children"] = fields[homes].sum(axis=1, min_count=len(homes)).astype("Int64")
    if "enrolled_on" in fields and as_of is not None:
        enrolled = pd.to_datetime(fields["enrolled_on"], format="%Y-%m-%d")
        frame["tenure_days"] = (pd.Timestamp(as_of) - enrolled).dt.days.astype(float)
    accepted = [c for c in CAMPAIGNS if c in fields and c != "response"]
    if accepted:
        frame["campaigns_accepted"] = (fields[accepted] > 0).sum(axis=1)
    for flag in ("response", "complain"):
        if flag in fields:
            frame[flag] = yes_or_no(fields[flag])
    return derived("marketing", frame)


def _behaviour(fields: pd.DataFrame, _as_of: dt.date | None) -> pd.DataFrame:
    frame = _kept(
        fields, "age", "gender", "city", "membership", "items_purchased", "average_rating",
        "satisfaction",
    )  # fmt: skip
    frame["recency_days"] = fields["days_since_last_purchase"]
    frame["monetary"] = fields["total_spend"]
    if "discount_applied" in fields:
        frame["discount_applied"] = yes_or_no(fields["discount_applied"])
    return derived("behaviour", frame)


def _activity(fields: pd.DataFrame, _as_of: dt.date | None) -> pd.DataFrame:
    frame = _kept(
        fields, "activity", "service_type", "messages_allowed", "marketing_6_months",
        "marketing_this_month", "promotional_share", "favourite_category",
        "categories_per_visit", "unpaid_products", "service_errors", "pages_per_visit",
        *REVENUES, "minutes_last_month", "minutes_this_month", "profit",
    )  # fmt: skip
    frame["tenure_days"] = fields["days_registered"]
    return derived("market-activity", frame)


def _any(fields: pd.DataFrame, as_of: dt.date | None) -> pd.DataFrame:
    """Read a table with any columns: what all forms share, and the source's own."""
    frame = _kept(
        fields, "age", "gender", "country", "city", "education", "marital_status", "income",
        "membership", "recency_days", "frequency", "monetary", "tenure_days",
    )  # fmt: skip
    if "children" in fields:
        frame["children"] = fields["children"].round().astype("Int64")
    if "tenure_months" in fields and "tenure_days" not in frame:
        frame["tenure_days"] = (fields["tenure_months"] * DAYS_OF_MONTH).round()
    for name, days in _days_before(fields, as_of).items():
        if name not in frame or frame[name].isna().all():
            frame[name] = days
    if "age" not in frame and "birth_year" in fields:
        if as_of is None:
            frame[own_key(NUMBER, "Year of birth")] = fields["birth_year"]
        else:
            frame["age"] = as_of.year - fields["birth_year"]
    if "age" in frame:
        frame["age"] = frame["age"].where(frame["age"].between(0, MOST_YEARS))
    if {"monetary", "frequency"} <= set(frame):
        frame["average_basket"] = _ratio(frame["monetary"], frame["frequency"])
    return frame.assign(**_own(fields, as_of))


def _days_before(fields: pd.DataFrame, as_of: dt.date | None) -> dict[str, pd.Series]:
    """Tell from days what all forms tell in days: the first of those that tell the same."""
    if as_of is None:
        return {}
    attributes: dict[str, pd.Series] = {}
    for name, column in (
        ("recency_days", "last_order_on"),
        ("tenure_days", "first_order_on"),
        ("tenure_days", "enrolled_on"),
    ):
        if column in fields and name not in attributes:
            attributes[name] = _days_since(fields[column], as_of)
    if "birth_date" in fields:
        attributes["age"] = np.floor(_days_since(fields["birth_date"], as_of) / DAYS_OF_YEAR)
    return attributes


def _days_since(days: pd.Series, as_of: dt.date) -> pd.Series:
    dates = pd.to_datetime(days, format="%Y-%m-%d")
    return (pd.Timestamp(as_of) - dates).dt.days.astype(float)


def _own(fields: pd.DataFrame, as_of: dt.date | None) -> dict[str, pd.Series]:
    """Give the source's own columns; what files of different months hold is text then.

    A column that another file names as outcome is none.
    """
    outcomes = {outcome.name for name in fields if (outcome := outcome_of(str(name)))}
    kinds: dict[str, list[str]] = {}
    for name in fields:
        own = own_of(str(name))
        if own is not None and own.column not in outcomes and fields[name].notna().any():
            kinds.setdefault(own.column, []).append(str(name))
    columns: dict[str, pd.Series] = {}
    for column, names in kinds.items():
        if len(names) > 1:
            words = [fields[name].astype("str").where(fields[name].notna()) for name in names]
            whole = words[0]
            for series in words[1:]:
                whole = whole.combine_first(series)
            columns[own_key(CATEGORY, column)] = whole.astype(object)
        elif names[0].startswith(DATE):
            if as_of is not None:
                columns[names[0]] = _days_since(fields[names[0]], as_of)
        else:
            columns[names[0]] = fields[names[0]]
    return columns


READERS: dict[str, Callable[[pd.DataFrame, dt.date | None], pd.DataFrame]] = {
    "marketing": _marketing,
    "behaviour": _behaviour,
    "market-activity": _activity,
    "customers": _any,
}


def _present(fields: pd.DataFrame, *names: str) -> dict[str, pd.Series]:
    return {name: fields[name] for name in names if name in fields}


def _kept(fields: pd.DataFrame, *names: str) -> pd.DataFrame:
    return pd.DataFrame(_present(fields, *names), index=fields.index)


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return (above / below.where(below > 0)).astype(float)


def yes_or_no(values: pd.Series) -> pd.Series:
    """Read 1 and 0, TRUE and FALSE, yes and no as yes and no; anything else is unknown."""
    words = values.map(lambda v: str(v).strip().casefold(), na_action="ignore")
    answer_by_word = {
        **dict.fromkeys(("1", "1.0", "true", "yes", "y", "t", "да"), YES),
        **dict.fromkeys(("0", "0.0", "false", "no", "n", "f", "нет"), NO),
    }
    return words.map(answer_by_word)
