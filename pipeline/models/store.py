"""Models as bytes that can't run code when they are loaded."""

import hashlib
from typing import Any, NamedTuple

import skops.io

FORMAT = "skops"


class Stored(NamedTuple):
    """A model as it lies in the database."""

    name: str
    format: str
    sha256: str
    content: bytes


class ModelDamaged(Exception):
    """The bytes of a model are not those that were stored."""


def pack(name: str, model: Any) -> Stored:
    """Write a fitted scikit-learn model without pickle, with its checksum."""
    content = skops.io.dumps(model)
    return Stored(name, FORMAT, hashlib.sha256(content).hexdigest(), content)


def unpack(stored: Stored) -> Any:
    """Load a model after checking its bytes; types that skops does not trust are refused."""
    if hashlib.sha256(stored.content).hexdigest() != stored.sha256:
        raise ModelDamaged(
            f"The stored model “{stored.name}” is damaged; refresh the data set."
        )
    return skops.io.loads(stored.content)
