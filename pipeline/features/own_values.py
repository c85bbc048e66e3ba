"""What only a source knows of its customers, as rows that its columns' names don't limit."""

import pandas as pd

from pipeline.features.attributes import known_of
from pipeline.sources.customers.own import own_of

COLUMNS = ("position", "customer_id", "number", "word")


def own_values(customers: pd.DataFrame, attributes: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and attribute of the source's own of which something is known.

    `attributes` has `attribute` and `position`, as `overview` gives them; columns of the result
    are those of the table `own_attribute`.
    """
    if attributes.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    frames = [
        _of_one(customers, name, position)
        for name, position in zip(attributes["attribute"], attributes["position"], strict=True)
        if own_of(name)
    ]
    if not frames:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(frames, ignore_index=True)


def _of_one(customers: pd.DataFrame, name: str, position: int) -> pd.DataFrame:
    is_filled = customers[name].notna()
    values = customers.loc[is_filled, name]
    is_number = known_of(name).kind == "number"
    return pd.DataFrame(
        {
            "position": position,
            "customer_id": customers.loc[is_filled, "customer_id"].astype(str).to_numpy(),
            "number": values.to_numpy(dtype=float) if is_number else None,
            "word": None if is_number else values.astype(str).to_numpy(),
        }
    )
