"""Answers as plain values that can be compared: arrays unpacked, clocks and marks masked."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

MASKS = (
    (re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}, \d{2}:\d{2}( UTC)?"), "«moment»"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+(\+00:00|Z)?"), "«moment»"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\+00:00|Z)"), "«moment»"),
    (re.compile(r"-\d{8}-\d{6}\b"), "-«stamp»"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "«uuid»"),
    (re.compile(r"\b(log has it under) [0-9a-f]{8}\b"), r"\1 «reference»"),
    (re.compile(r"\?m=\d+"), "?m=«seal»"),
)
"""What differs between equal answers: moments of execution, stamps, references, seals."""


def plain(value: Any) -> Any:
    """Give a value of an answer as it is compared."""
    if isinstance(value, Mapping):
        if "bdata" in value and "dtype" in value:
            return unpacked(value)
        return {str(name): _part(str(name), part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return masked(value) if isinstance(value, str) else value


def unpacked(array: Mapping[str, Any]) -> Any:
    """Give a typed array of a figure as lists of numbers; what is no number is `None`."""
    values = np.frombuffer(base64.b64decode(array["bdata"]), dtype=np.dtype(array["dtype"]))
    if "shape" in array:
        said = str(array["shape"]).strip("()")
        values = values.reshape([int(size) for size in said.split(",") if size.strip()])
    return plain(values.tolist())


def masked(text: str) -> str:
    """Put a word where a text names a moment, a stamp or a mark drawn at random.

    >>> masked("Saved 9 Dec 2011, 14:05 UTC as a-20111209-140501")
    'Saved «moment» as a-«stamp»'
    """
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text


def digest(value: Any) -> str:
    """Give a short name for a value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def named(tree: Any, name: str) -> Iterator[str]:
    """Give every text that stands under a name anywhere in an answer."""
    if isinstance(tree, Mapping):
        for each, part in tree.items():
            if each == name and isinstance(part, str):
                yield part
            else:
                yield from named(part, name)
    elif isinstance(tree, list):
        for part in tree:
            yield from named(part, name)


def _part(name: str, value: Any) -> Any:
    """Name a figure's template by its digest: it is large and the same in all of them."""
    if name == "template" and isinstance(value, Mapping) and "layout" in value:
        return f"template {digest(value)}"
    return plain(value)
