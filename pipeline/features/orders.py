"""Orders rolled up from lines, with the periods in which each net value stood."""

import datetime as dt

import pandas as pd

from pipeline.errors import SourceError
from pipeline.features.days import FOREVER, day_number, day_numbers
from pipeline.quality.cleaning import Cleaned

MONEY_PLACES = 4
ORDER = ["customer_id", "invoice"]


def order_states(cleaned: Cleaned) -> pd.DataFrame:
    """One row per order of a known customer and period, by customer, invoice and first day.

    A period begins with the order and with every later day on which something of it was
    cancelled (or, rarely, added); `net`, `gross` and `items` hold from `from_day` until the day
    before `to_day`. So what a snapshot sees is the one state whose period holds its day.
    """
    known = cleaned.purchases[cleaned.purchases["customer_id"].notna()]
    bought = pd.DataFrame(
        {
            **{column: known[column] for column in ORDER},
            "day": day_numbers(known["ordered_at"]),
            "gross": known["value"],
            "net": known["value"],
            "items": known["quantity"],
        }
    )
    taken_back = cleaned.cancellations
    whose = known.loc[taken_back["purchase"], ORDER].reset_index(drop=True)
    returned = pd.DataFrame(
        {
            **{column: whose[column] for column in ORDER},
            "day": day_numbers(taken_back["cancelled_at"]),
            "gross": 0.0,
            "net": -taken_back["value"].to_numpy(),
            "items": -taken_back["quantity"].to_numpy(),
        }
    )
    events = pd.concat([bought, returned], ignore_index=True)
    daily = events.groupby([*ORDER, "day"], observed=True)[["gross", "net", "items"]].sum()
    running = daily.groupby(ORDER, observed=True).cumsum().round(MONEY_PLACES).reset_index()
    running = _as_text(running, ORDER).sort_values([*ORDER, "day"], ignore_index=True)
    following = running.groupby(ORDER)["day"].shift(-1)
    states = running.rename(columns={"day": "from_day"}).assign(
        to_day=following.fillna(FOREVER).astype("int64")
    )
    return states.merge(_first_lines(known), on=ORDER, how="left", validate="many_to_one")


def _first_lines(known: pd.DataFrame) -> pd.DataFrame:
    """When each order was placed, and from where."""
    first = (
        known[[*ORDER, "ordered_at", "country"]]
        .sort_values("ordered_at", kind="stable")
        .drop_duplicates(ORDER)
    )
    first = _as_text(first, [*ORDER, "country"])
    return first.assign(ordered_day=day_numbers(first["ordered_at"]))


def _as_text(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].astype("str") for column in columns})


def newest_day(states: pd.DataFrame, as_of: dt.date | None) -> int:
    """Give the number of the day to look at: `as_of`, or that of the last order that stands.

    Raises `SourceError` where no order stands on it.
    """
    day = FOREVER - 1 if as_of is None else day_number(as_of)
    standing = states[(states["from_day"] <= day) & (states["to_day"] > day)]
    standing = standing[standing["net"] > 0]
    if standing.empty:
        raise SourceError(
            f"all {states['invoice'].nunique():,} orders of known customers were cancelled or"
            " are worth nothing",
            remedy="check the columns with --map or switch cleaning.netting off",
        )
    return int(standing["ordered_day"].max()) if as_of is None else day
