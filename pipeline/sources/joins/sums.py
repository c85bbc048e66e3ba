"""Several rows an order, added up before they are joined: payments."""

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.sources.cells.numerals import read_numbers
from pipeline.sources.cells.texts import as_text
from pipeline.sources.joins.links import Link
from pipeline.sources.joins.tables import Table
from pipeline.sources.orders.fields import MONEY
from pipeline.sources.orders.statuses import statuses


def summed(link: Link) -> Link | None:
    """Turn a link of payments to orders round: one row an order with the sum of what was paid.

    Payments that failed or were taken back, by their status, count nothing. None where the
    child of the link holds no money.
    """
    paid, (column,) = link.child, link.columns[:1]
    money = next((paid.fields[field] for field in MONEY if field in paid.fields), None)
    if money is None or money == column or len(link.columns) != 1:
        return None
    amounts = read_numbers(paid.rows[money]).values.to_numpy(zero_copy_only=False)
    counts = np.ones(len(amounts), dtype=bool)
    if "status" in paid.fields:
        stored = statuses(as_text(paid.rows[paid.fields["status"]])).stored
        counts = stored.is_null().to_numpy()
    frame = pd.DataFrame(
        {"key": np.asarray(paid.key((column,)).to_pandas(), dtype=object), "money": amounts}
    )
    total = frame[counts].dropna().groupby("key", sort=False)["money"].sum()
    table = pa.table(
        {
            column: pa.array(total.index.astype(str), pa.string()),
            money: pa.array(total.to_numpy(dtype=np.float64)),
        }
    )
    sums = Table(paid.name, [paid.parts[0]._replace(table=table, keys=())])
    orders = link.parent
    keys = orders.key(link.key)
    positions = sums.positions((column,), keys)
    return Link(
        orders,
        link.key,
        sums,
        (column,),
        link.evidence,
        len(keys) - keys.null_count,
        len(positions) - positions.null_count,
        unique=True,
    )
