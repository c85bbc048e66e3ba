"""The category that each customer buys most, where the source tells of categories."""

from portal.reading.published import PublishedRun

GIVEN = "favourite_category"
SPEND_BY_CATEGORY = {
    "spend_wines": "Wines",
    "spend_fruits": "Fruits",
    "spend_meat": "Meat",
    "spend_fish": "Fish",
    "spend_sweets": "Sweets",
    "spend_gold": "Gold",
}
"""Attributes with a customer's spend, and the word for their category."""


def favourite(run: PublishedRun, *, of: str = "") -> str | None:
    """Write the favourite category of a customer as SQL; `None` where the source has none.

    It is the source's own word for it, else the category with the highest spend above 0, the
    first of equal ones. `of` is what the table of customers is called there, with its point.
    """
    if run.table.knows(GIVEN):
        return f"{of}{GIVEN}"
    columns = {name: word for name, word in SPEND_BY_CATEGORY.items() if run.table.knows(name)}
    if len(columns) < 2:
        return None
    spend = {name: f"coalesce({of}{name}, 0)" for name in columns}
    cases = " ".join(
        f"when {' and '.join([f'{spend[name]} > 0', *_beats(name, spend)])} then '{word}'"
        for name, word in columns.items()
    )
    return f"case {cases} end"


def _beats(name: str, spend: dict[str, str]) -> list[str]:
    return [
        f"{spend[name]} >= {other_spend}" for key, other_spend in spend.items() if key != name
    ]
