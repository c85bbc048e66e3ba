"""What somebody gives to be scored, orders or attributes, as the features that models see.

Orders become the same states and the same `history` as those that models are trained on;
attributes that a form knows as sums of others are added up here as there.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.attributes import attributes_of, is_attribute, known_of
from pipeline.features.customers import SECOND_NAMES, SUMS, derived
from pipeline.features.days import FOREVER, day_numbers
from pipeline.features.history import history
from pipeline.features.labels import OUTCOMES, concerned, spent_before
from pipeline.scoring.customer_base import CustomerBase, with_silence

CUSTOMER = "customer_id"


class NotScorable(ValueError):
    """Nothing that can be scored was given; `str()` is one sentence."""


class Given(NamedTuple):
    """Customers as they are scored.

    Attributes
    ----------
    features
        A row per customer: `customer_id`, and every attribute or feature that is known.
    asked
        Of each outcome, which customers it is asked of; of those that are missing, everyone.
    day
        Number of the day on which they are seen; `None` where attributes have none.
    """

    features: pd.DataFrame
    is_asked: Mapping[str, np.ndarray]
    day: int | None


class AddedOrder(NamedTuple):
    """A change of what is given: an order of so much money, placed on the day looked at.

    Where `items` are not said, they are as many as in the customer's other orders.
    """

    value: float
    items: float | None = None


class Waited(NamedTuple):
    """A change of what is given: so many days go by without an order."""

    days: int


Change = AddedOrder | Waited


def states_of_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Give orders as the states that `history` takes.

    Parameters
    ----------
    orders
        A row per order, those of a day in their order: `customer_id`, `ordered_on` (day),
        `value`, and where known `country`, `items` and `returned` (value sent back).
    """
    day = day_numbers(pd.to_datetime(orders["ordered_on"]))
    value = orders["value"].to_numpy(dtype=float)
    return pd.DataFrame(
        {
            CUSTOMER: orders[CUSTOMER].astype(str).to_numpy(dtype=object),
            "from_day": day,
            "to_day": FOREVER,
            "ordered_day": day,
            "place": np.argsort(np.argsort(day, kind="stable")),
            "net": np.maximum(value - np.nan_to_num(_numbers(orders, "returned")), 0.0),
            "gross": value,
            "items": _numbers(orders, "items"),
            "country": _words(orders, "country"),
        }
    )


def given_states(
    states: pd.DataFrame,
    day: int,
    *,
    horizon_days: int,
    active_days: int,
    base: CustomerBase | None = None,
) -> Given:
    """Look at the customers of order states on a day; those without an order are left out."""
    features = with_silence(history(states, day), base)
    before = spent_before(states, features, day, horizon_days)
    masks = concerned(features, before, active_days=active_days)
    return Given(features, {name: np.asarray(masks[name]) for name in OUTCOMES}, day)


def changed(
    states: pd.DataFrame, day: int, changes: Sequence[Change]
) -> tuple[pd.DataFrame, int]:
    """Give a customer's states and the day after changes, one after the other."""
    for change in changes:
        match change:
            case Waited(days=days):
                day += days
            case AddedOrder(value=value, items=items):
                states = pd.concat(
                    [states, _one_more(states, day, value, items)], ignore_index=True
                )
    return states, day


def _one_more(
    states: pd.DataFrame, day: int, value: float, items: float | None
) -> pd.DataFrame:
    last = states.sort_values("place").iloc[[-1]]
    return last.assign(
        from_day=day,
        to_day=FOREVER,
        ordered_day=day,
        place=last["place"] + 1,
        net=value,
        gross=value,
        items=states["items"].mean() if items is None else items,
    )


def given_rows(form: str, rows: pd.DataFrame, needed: Sequence[str]) -> Given:
    """Take attributes by name, add what follows from them; what is not given is missing.

    `rows` has `customer_id` and any of the attributes of a form.
    """
    attribute_names = [attribute.name for attribute in attributes_of(rows)]
    values_by_attribute = {
        name: _numbers(rows, name)
        if not is_attribute(name) or known_of(name).kind == "number"
        else _words(rows, name)
        for name in dict.fromkeys([*attribute_names, *needed])
        if name in rows or not parts_of(form, name)
    }
    frame = pd.DataFrame(
        {CUSTOMER: rows[CUSTOMER].astype(str).to_numpy(dtype=object), **values_by_attribute}
    )
    whole = derived(form, frame)
    return Given(whole.assign(**{n: np.nan for n in needed if n not in whole}), {}, None)


def parts_of(form: str, name: str) -> tuple[str, ...]:
    """Name the attributes that an attribute of a form follows from; none if it is given."""
    if name in SUMS.get(form, {}):
        return SUMS[form][name]
    if name in SECOND_NAMES.get(form, {}):
        return (SECOND_NAMES[form][name],)
    sums = SUMS.get(form, {})
    if name == "average_basket" and {"monetary", "frequency"} <= set(sums):
        return (*sums["monetary"], *sums["frequency"])
    return ()


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)


def _words(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), None, dtype=object)
    values = frame[name].astype(object)
    return values.where(values.notna(), None).to_numpy(dtype=object)
