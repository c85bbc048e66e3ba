"""From the attributes of customers to an overview of each and the association of all."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.explore.associations import associations
from pipeline.explore.overview import filled, overview
from pipeline.features.attributes import MOST_LEVELS, Known
from pipeline.quality.findings import Finding

MOST_CUSTOMERS = 20_000
"""Above this associations are measured on a random sample of so many."""
LEAST_IN_SEGMENT = 30
ALL = "all"
COLUMNS = ("scope", "method", "left", "right", "value", "p_value", "customers")


class Explored(NamedTuple):
    """One frame per result table, without the run; remarks."""

    attributes: pd.DataFrame
    associations: pd.DataFrame
    findings: tuple[Finding, ...]


def explored(customers: pd.DataFrame, *, seed: int) -> Explored:
    """Describe the attributes of customers and associate them, for all and in each segment.

    Parameters
    ----------
    customers
        One row per customer: columns of `customer_attribute`, those that the form lacks
        missing or empty, and `segment`.
    seed
        Of the sample on which associations are measured where customers are very many.
    """
    described = overview(customers)
    constant, varied = _usable(customers)
    wordy = [attribute for attribute in varied if _is_wordy(customers, attribute)]
    used = [attribute for attribute in varied if attribute not in wordy]
    rows = []
    for scope, group in _scopes(customers):
        pairs = associations(_sample(group, seed), used)
        rows += [{"scope": scope, **pair} for pair in pairs]
    return Explored(
        attributes=described,
        associations=pd.DataFrame(rows, columns=list(COLUMNS)),
        findings=_findings(customers, constant, wordy),
    )


def _usable(customers: pd.DataFrame) -> tuple[list[Known], list[Known]]:
    constant, varied = list[Known](), list[Known]()
    for attribute in filled(customers):
        distinct = customers[attribute.name].nunique()
        (varied if distinct > 1 else constant).append(attribute)
    return constant, varied


def _is_wordy(customers: pd.DataFrame, attribute: Known) -> bool:
    return attribute.kind == "category" and customers[attribute.name].nunique() > MOST_LEVELS


def _scopes(customers: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    groups = [(ALL, customers)]
    groups += [
        (str(segment), group)
        for segment, group in customers.groupby("segment", sort=True)
        if LEAST_IN_SEGMENT <= len(group) < len(customers)
    ]
    return groups


def _sample(group: pd.DataFrame, seed: int) -> pd.DataFrame:
    if len(group) <= MOST_CUSTOMERS:
        return group
    chosen = np.random.default_rng(seed).choice(len(group), MOST_CUSTOMERS, replace=False)
    return group.iloc[np.sort(chosen)]


def _findings(
    customers: pd.DataFrame, constant: list[Known], wordy: list[Known]
) -> tuple[Finding, ...]:
    findings = []
    if constant:
        findings.append(
            Finding(
                stage="explore",
                rule="constant",
                title="Attributes with a single value",
                explanation=f"{_named(constant)}: the same for every customer of whom it is"
                " known, so nothing depends on it.",
                rows=len(constant),
            )
        )
    if wordy:
        findings.append(
            Finding(
                stage="explore",
                rule="many_values",
                title="Attributes left out of associations",
                explanation=f"{_named(wordy)}: more than {MOST_LEVELS} values.",
                rows=len(wordy),
            )
        )
    if len(customers) > MOST_CUSTOMERS:
        findings.append(
            Finding(
                stage="explore",
                rule="association_sample",
                title="Associations measured on a sample",
                explanation=f"At most {MOST_CUSTOMERS:,} customers, drawn at random, stand for"
                f" the {len(customers):,} of the data set, and as many for a segment larger"
                " than that.",
                rows=MOST_CUSTOMERS,
            )
        )
    return tuple(findings)


def _named(attributes: list[Known]) -> str:
    return ", ".join(attribute.title for attribute in attributes)
