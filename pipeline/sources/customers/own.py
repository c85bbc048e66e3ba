"""What columns of a source's own are called beside the fields that are known of customers.

Such a column keeps its own name behind what it holds: “number: Credit score”. So whatever
knows an attribute's name (a model, a table of results, a page) knows what it is.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

NUMBER, MONEY, CATEGORY, YES_NO, DATE = "number", "money", "category", "yes_no", "date"
KINDS = (NUMBER, MONEY, CATEGORY, YES_NO, DATE)
"""What a column of a source's own can hold."""
IGNORE = "ignore"
"""The role of columns that are left out because somebody says so."""
ROLES = (*KINDS, IGNORE)
BETWEEN = ": "
"""Between the kind and the column; the blank keeps it from looking like a parameter of SQL."""
LONGEST = 60
UNFIT = re.compile(r'["\[\]<>{}\x00-\x1f]+')
"""What neither statements nor models take in a name."""
LABELS = frozenset({"vip", "passive", "promotional", "new", "outlier"})
"""Labels of our own that stand among the attributes that are published."""
IN_GROUPS = "_group"
"""How names of columns with groups end, which an attribute's own must not."""


class Own(NamedTuple):
    """A column of the source's own: what it holds, and its name."""

    kind: str
    column: str


def own_key(kind: str, column: str, taken_keys: Collection[str] = ()) -> str:
    """Name the attribute that a column is, other than those that are `taken_keys`.

    >>> own_key("money", "Balance"), own_key("category", "age__group")
    ('money: Balance', 'category: age group')
    >>> own_key("number", "a" * 70, {"number: " + "a" * 60}) == "number: " + "a" * 57 + " 2"
    False
    """
    plain = re.sub(r"_{2,}", "_", UNFIT.sub(" ", column)).strip()
    plain = "".join(letter for letter in plain if letter.isprintable())[:LONGEST].strip()
    if plain.endswith(IN_GROUPS):
        plain = f"{plain.removesuffix(IN_GROUPS)} group"
    if plain.casefold() in LABELS:
        plain = f"{plain} column"
    key = f"{kind}{BETWEEN}{plain or 'column'}"
    number = 2
    unique_key = key
    while unique_key in taken_keys:
        unique_key, number = f"{key} {number}", number + 1
    return unique_key


def own_of(key: str) -> Own | None:
    """Read the name of an attribute, `None` where it is none of a source's own columns.

    >>> own_of("yes_no: HasCrCard"), own_of("age"), own_of("outcome: Churn")
    (Own(kind='yes_no', column='HasCrCard'), None, None)
    """
    kind, between, column = key.partition(BETWEEN)
    return Own(kind, column) if between and kind in KINDS else None


def role_of(key: str) -> Own | None:
    """Read a key of a mapping that gives a column a role: `own_of`, or to be left out."""
    kind, between, column = key.partition(BETWEEN)
    return Own(kind, column) if between and kind in ROLES else None
