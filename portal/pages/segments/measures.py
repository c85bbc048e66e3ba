"""How the segments page names measures and draws their axes."""

from portal.words.wording import of_money, symbol

TITLES = {"recency_days": "Recency", "frequency": "Frequency", "monetary": "Spend"}
UNITS = {"recency_days": "days", "frequency": "orders"}


def title_of(measure: str) -> str:
    """Name a measure, or an attribute and its level, as people would."""
    return TITLES.get(measure, measure.replace("_", " ").capitalize())


def axis_title(measure: str, currency: str) -> str:
    """Name a measure with its unit."""
    if measure == "monetary":
        return of_money(TITLES[measure], currency)
    return f"{TITLES[measure]} ({UNITS[measure]})"


def axis(measure: str, currency: str) -> dict[str, object]:
    """Lay out the axis of a measure: days as they are, orders and money as logarithms."""
    drawn: dict[str, object] = {"title": {"text": axis_title(measure, currency)}}
    if measure == "recency_days":
        return drawn | {"rangemode": "tozero", "tickformat": ","}
    drawn |= {"type": "log", "dtick": 1, "tickformat": "~s"}
    return drawn | ({"tickprefix": symbol(currency)} if measure == "monetary" else {})
