"""How values of attributes and their names are written on the explore page."""

import numpy as np
import pandas as pd

from portal.words.wording import money_short, number, percent, symbol

NOTHING = "nothing"
"""The value of a control that chooses none of what is offered."""


def written(value: float, unit: str, currency: str) -> str:
    """Write a value of an attribute with its unit, short."""
    if unit == "money":
        return money_short(value, currency)
    if unit == "share":
        return percent(value)
    whole = not np.isfinite(value) or abs(value) >= 100 or value == round(value)
    text = number(value, 0 if whole else 1)
    return f"{text} {unit}" if unit in {"days", "years", "minutes"} else text


def lowered(text: str) -> str:
    """Begin a title with a small letter, unless it begins with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def axis_unit(unit: str, currency: str) -> str:
    """Write a unit behind the title of an axis; counts and points need none."""
    text = symbol(currency).strip() if unit == "money" else unit
    return f", {text}" if text and unit not in {"count", "points"} else ""


def folded(name: str) -> str:
    """Break a long name into lines for an axis."""
    lines, line = list[str](), ""
    for word in str(name).split(" "):
        if line and len(line) + len(word) > 13:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "<br>".join([*lines, line])


def unit_of(described: pd.DataFrame, name: str) -> str:
    """Give the unit of an attribute, empty where it has none."""
    return str(described.set_index("attribute")["unit"].get(name, ""))
