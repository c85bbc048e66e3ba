"""What columns of tables of customers are called, in many languages."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from pipeline.sources.naming import plain, variants
from pipeline.sources.orders.fields import known_names

FIELDS = (
    "customer_id", "age", "birth_year", "birth_date", "gender", "country", "city", "education",
    "marital_status", "income", "children", "membership", "recency_days", "frequency",
    "monetary", "first_order_on", "last_order_on", "enrolled_on", "left_on", "tenure_days",
    "tenure_months",
)  # fmt: skip
"""What is known of customers under one name, whatever a source calls it."""
NUMBERS = frozenset(
    {"age", "birth_year", "income", "children", "recency_days", "frequency", "monetary",
     "tenure_days", "tenure_months"}
)  # fmt: skip
DATES = frozenset({"birth_date", "first_order_on", "last_order_on", "enrolled_on", "left_on"})
ADDED_UP = ("frequency", "monetary")
"""Fields that a source may tell of each way to buy."""
LEAVING, STAYING, STATUS, ANSWER, OUTCOME = "leaving", "staying", "status", "answer", "outcome"
OUTCOMES = (LEAVING, STAYING, STATUS, ANSWER, OUTCOME)
"""Kinds of outcomes, those first that say most of what is to be done."""
TOKEN = re.compile(r"[^\W\d_]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])")
"""A part of a name, also of one written LikeThis."""
SHORT = 3
NO_AMOUNTS = frozenset(
    {"score", "rate", "ratio", "share", "percent", "count", "number", "num", "days", "method",
     "type", "band", "index", "id", "code", "status"}
)  # fmt: skip
"""What makes no amount of a name with a word for money."""
STEMS = ("churn", "attrition")
"""What every column that tells of leaving has in its name, scores and reasons too."""


@cache
def names() -> dict[str, tuple[str, ...]]:
    """Give the names of each field and of each kind of outcome, and words, as written."""
    text = files("pipeline.sources.customers").joinpath("names.toml").read_text("utf-8")
    return {
        meaning: tuple(word for line in lines for word in line.split(", "))
        for meaning, lines in tomllib.loads(text).items()
    }


@cache
def ranks(meaning: str) -> dict[str, int]:
    """Give the plain names of a field or outcome, each with its place: the best are first."""
    field_names = names()[meaning]
    if meaning == "customer_id":
        field_names = (*known_names()["customer_id"], *known_names()["email"], *field_names)
    place_by_name: dict[str, int] = {}
    for place, name in enumerate((meaning, *field_names)):
        place_by_name.setdefault(plain(name), place)
    return {name: place for name, place in place_by_name.items() if name}


def called(column: str, meaning: str) -> int | None:
    """Tell how well a column's name fits a meaning, 0 best; `None` where it doesn't."""
    rank_by_name = ranks(meaning)
    fitting = [rank_by_name[variant] for variant in variants(column) if variant in rank_by_name]
    return min(fitting, default=None)


def without_way(column: str) -> str | None:
    """Take a way to buy off the end of a column's name, `None` where there is none.

    >>> without_way("order_num_total_ever_online"), without_way("Orders")
    ('ordernumtotalever', None)
    """
    whole = plain(column)
    channels = (plain(channel) for channel in names()["ways"])
    return next(
        (whole.removesuffix(channel) for channel in channels if whole.endswith(channel)), None
    )


def is_money(column: str) -> bool:
    """Tell whether a name has a word for money in it, and none for what only goes by it.

    >>> [is_money(name) for name in ("MonthlyCharges", "mrr", "Spending Score", "Arrival")]
    [True, True, False, False]
    """
    tokens = [token.casefold() for token in re.findall(TOKEN, column)]
    if any(token in NO_AMOUNTS for token in tokens):
        return False
    written = column.casefold().replace("_", " ")
    return any(
        any(token == word or (len(word) > SHORT and token.startswith(word)) for token in tokens)
        or ((" " in word or not word.isascii()) and word in written)
        for word in names()["money_words"]
    )


@cache
def left_words() -> frozenset[str]:
    """Give the words of a state that says that somebody left, in plain form."""
    return frozenset(plain(word) for word in names()["left_words"])
