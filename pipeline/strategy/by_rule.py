"""Whom to contact where no profit of a contact is known: by a rule, and without amounts."""

import numpy as np
import pandas as pd

from pipeline.strategy.contact import LIKELY_TO_LEAVE

UNSATISFIED, SILENT, BOTH = "unsatisfied", "long silent", "unsatisfied and long silent"
LIKELY = LIKELY_TO_LEAVE
REASONS = (LIKELY, BOTH, UNSATISFIED, SILENT)
"""Why a customer is on the list, the most urgent first."""
LONGEST = 1
"""The recency score of the fifth that has been silent the longest."""
DISPLEASED = frozenset(
    {"unsatisfied", "dissatisfied", "very dissatisfied", "very unsatisfied", "unhappy",
     "не удовлетворён", "недоволен"}
)  # fmt: skip
"""Words by which a source says that a customer is not satisfied, in lower case."""


def reasons(customers: pd.DataFrame) -> pd.Series:
    """Say why a customer should get an offer; null for whoever no rule names.

    Looked at are `risk_band`, `satisfaction` (a word) and `r_score` (1 to 5, 5 the latest)
    where they are there: likely to leave is who is of that band, unsatisfied who says so, long
    silent the fifth whose last purchase is longest ago.
    """
    nobody = pd.Series(data=False, index=customers.index)
    likely = unsatisfied = silent = nobody
    if "risk_band" in customers:
        likely = (customers["risk_band"] == LIKELY).fillna(value=False).astype(bool)
    if "satisfaction" in customers:
        words = customers["satisfaction"].astype("str").str.strip().str.casefold()
        unsatisfied = words.isin(DISPLEASED)
    if "r_score" in customers:
        silent = (customers["r_score"] == LONGEST).fillna(value=False).astype(bool)
    names = np.select([likely, unsatisfied & silent, unsatisfied, silent], REASONS, "")
    contact_reasons = pd.Series(
        names, index=customers.index, dtype="str", name="contact_reason"
    )
    return contact_reasons.where(contact_reasons != "")
