"""Models of value that were fitted, and whether the one in use lets customers leave."""

import pandas as pd

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

FITS = """
select
    part, model, chosen, converged, log_likelihood, aic, holdout_loss, single_order_loss,
    params, message
from value_fit
where run_id = :run_id
order by part, chosen desc, model
"""
NOBODY_LEAVES = "nbd"
"""The model of orders that stands in where none that knows leaving could be fitted."""


def fits(run: PublishedRun, _filters: Filters = NO_FILTERS) -> Statement:
    """One row per model that was fitted, the one in use first."""
    return of_database(FITS, run_id=run.run_id)


def knows_leaving(rows: pd.DataFrame) -> bool:
    """Tell by the models that were fitted whether the one in use lets customers leave."""
    return not (rows["chosen"].astype(bool) & (rows["model"] == NOBODY_LEAVES)).any()
