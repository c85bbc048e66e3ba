"""Pages of customers in any order and under any filter, from the packed columns of a run.

The database would sort all customers for each page, or keep an index for each column.
"""

import numpy as np
import pandas as pd

from db.frames import read_frame
from portal.reading.columns import IDENTIFIERS, Flags, Floats, Longs, names, read
from portal.reading.published import PublishedRun

MOST_ROWS = 1_000


def places(
    run: PublishedRun, keep: Flags, column: str, *, descending: bool, start: int, end: int
) -> Longs:
    """Give the places of the customers kept from number `start` up to `end` in an order.

    What is unknown comes last either way; equal values are in the order of identifiers.
    """
    there = np.flatnonzero(keep)
    start, end = max(start, 0), min(end, len(there))
    if start >= end:
        return np.zeros(0, dtype=np.int64)
    if column == IDENTIFIERS:
        return (there[::-1] if descending else there)[start:end]
    found = read(run, column).get(column)
    if found is None:
        return there[start:end]
    values = found.values[there]
    if found.words:
        values[values < 0] = np.nan
    return there[_window(-values if descending else values, start, end)]


def rows(run: PublishedRun, query: str, found: Longs) -> pd.DataFrame:
    """Run a query on `customer_id in :names` for customers at some places, in their order."""
    if not len(found):
        found = np.zeros(0, dtype=np.int64)
    listed = names(run).of(found)
    frame = read_frame(run.connection, query, run_id=run.run_id, names=listed)
    order = pd.Series(np.arange(len(listed)), index=listed, dtype=np.int64)
    return frame.iloc[np.argsort(order.reindex(frame[IDENTIFIERS]).to_numpy())].reset_index(
        drop=True
    )


def _window(values: Floats, start: int, end: int) -> Longs:
    """Give where the values from rank `start` up to `end` are, without sorting the others."""
    values = np.where(np.isnan(values), np.inf, values)
    least, most = np.partition(values, (start, end - 1))[[start, end - 1]]
    among = np.flatnonzero((values >= least) & (values <= most))
    before = start - int((values < least).sum())
    ranked = among[np.argsort(values[among], kind="stable")]
    return ranked[before : before + end - start]
