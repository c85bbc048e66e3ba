"""The addresses of the list of customers that pages lead to: always the same customers."""

from collections.abc import Sequence
from typing import Any

from portal.reading.filters import WHERE, YES, Filters, to_query

LIST = "/customers"


def to_customers(
    filters: Filters,
    dataset: str,
    *,
    segment: str = "",
    risk_band: str = "",
    value_band: str = "",
    where: Sequence[str] = (),
    is_worth: bool = False,
) -> str:
    """Lead to the list of those whom filters keep, narrowed further.

    `where` holds groups of attributes, each as `attribute=group`; `is_worth` keeps only those
    whom contacting pays for, by a rule those whom it names.
    """
    narrower: dict[str, Any] = {
        "segments": (segment,) if segment else filters.segments,
        "risk_bands": (risk_band,) if risk_band else filters.risk_bands,
        "value_bands": (value_band,) if value_band else filters.value_bands,
        "contact": (YES,) if is_worth else filters.contact,
    }
    added = tuple(group for group in where if group not in filters.where)
    narrowed = filters._replace(**narrower, where=(*filters.where, *added))
    return f"{LIST}{to_query(narrowed, dataset)}"


def of_attribute(attribute: str, group: str) -> str:
    """Name a group of an attribute as addresses do."""
    return f"{attribute}={group}"


def narrowed_to(filters: Filters, attribute: str, group: str) -> Filters:
    """Keep only a group of an attribute, by the attribute's own filter where it has one."""
    if attribute == "segment":
        return filters._replace(segments=(group,))
    if attribute == "country":
        return filters._replace(countries=(group,))
    named_group = of_attribute(attribute, group)
    return filters if named_group in filters.where else filters.toggled(WHERE, named_group)
