"""Text that Plotly shows as what it is.

Plotly reads tags and entities in every text of a figure: a country called `<a href=…>` would be
a link. Our own figures write `<br>` on purpose, so a finished figure can't tell what is data.
Data is therefore masked before it is drawn, each sign for one sign, so that it is folded, cut
and compared as ever; a finished figure has the masks written as entities, and its sentences as
the signs themselves.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

SIGNS = "<>&"
MASKS = "\ue03c\ue03e\ue026"
"""What stands for each of the signs: letters of nobody's alphabet."""

TO_MASKS = str.maketrans(SIGNS, MASKS)
TO_SIGNS = str.maketrans(MASKS, SIGNS)
TO_ENTITIES = str.maketrans(dict(zip(MASKS, ("&lt;", "&gt;", "&amp;"), strict=True)))


def masked(value: Any) -> Any:
    """Mask every text in frames, tuples, lists and dictionaries; what has none is given back.

    >>> masked(("R&D", 1)) == ("R" + MASKS[2] + "D", 1)
    True
    """
    if isinstance(value, str):
        return value.translate(TO_MASKS)
    if isinstance(value, pd.DataFrame):
        return _frame(value)
    if isinstance(value, pd.Series):
        return _frame(value.to_frame()).iloc[:, 0].rename(masked(value.name))
    return _parts(value)


def unmasked(text: str) -> str:
    """Give a text back its own signs."""
    return text.translate(TO_SIGNS)


def shown_as_text(figure: Any) -> Any:
    """Write the masks in the plain values of a figure as entities.

    >>> shown_as_text({"name": masked("<b>") + "<br>"})
    {'name': '&lt;b&gt;<br>'}
    """
    if isinstance(figure, str):
        return figure.translate(TO_ENTITIES)
    if isinstance(figure, dict):
        return {shown_as_text(name): shown_as_text(part) for name, part in figure.items()}
    if isinstance(figure, list | tuple):
        return [shown_as_text(part) for part in figure]
    if isinstance(figure, np.ndarray) and figure.dtype.kind in "OU" and _holds(figure, MASKS):
        return shown_as_text(figure.tolist())
    return figure


def _parts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {masked(name): masked(part) for name, part in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(masked, value))
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(map(masked, value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return np.array([*map(masked, value), None], dtype=object)[:-1]  # one axis in any case
    return value


def _frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Mask the texts of a frame, its names among them; a frame without signs stays itself."""
    masked_columns = {
        place: _column(frame.iloc[:, place])
        for place in range(frame.shape[1])
        if _has_signs(frame.iloc[:, place])
    }
    has_names = _holds([*frame.columns, *frame.index.names], SIGNS)
    has_index = frame.index.dtype.kind == "O" and _holds(frame.index, SIGNS)
    if not (masked_columns or has_names or has_index):
        return frame
    copied = frame.copy()
    for place, column in masked_columns.items():
        copied.isetitem(place, column.array)
    copied.columns = copied.columns.map(masked)
    if has_index:
        copied.index = copied.index.map(masked)
    return copied


def _has_signs(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return _holds(column.cat.categories, SIGNS)
    is_text = column.dtype.kind == "O" or isinstance(column.dtype, pd.StringDtype)
    return is_text and _holds(column.array, SIGNS)


def _column(column: pd.Series) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.rename_categories(masked)
    return column.map(masked)


def _holds(values: Any, signs: str) -> bool:
    """Tell whether any text among values, or within them, holds a sign."""
    return any(
        not text.isalnum() and any(sign in text for sign in signs)
        for text in map(str, np.ravel(np.asarray(values, dtype=object)))
    )
