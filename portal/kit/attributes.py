"""Attributes of elements whose names are no names in Python."""

from typing import Any


def aria(**said: str) -> dict[str, Any]:
    """Give `aria-…` attributes: `html.I(**aria(hidden="true"))`."""
    return {f"aria-{name}": value for name, value in said.items()}


def data(**said: str) -> dict[str, Any]:
    """Give `data-…` attributes."""
    return {f"data-{name}": value for name, value in said.items()}
