"""Attributes of elements whose names are no names in Python."""

from typing import Any


def aria(**attributes: str) -> dict[str, Any]:
    """Give `aria-…` attributes: `html.I(**aria(hidden="true"))`."""
    return {f"aria-{name}": value for name, value in attributes.items()}


def data(**attributes: str) -> dict[str, Any]:
    """Give `data-…` attributes."""
    return {f"data-{name}": value for name, value in attributes.items()}
