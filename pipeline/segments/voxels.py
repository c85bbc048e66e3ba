"""All customers in a grid of cells: a picture as light for a million as for a thousand."""

import numpy as np
import pandas as pd

from pipeline.features.rfm import MEASURES

CELLS = 20


def voxels(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per filled cell of a 20 × 20 × 20 grid: its centre, its customers and segment.

    Recency is divided evenly, frequency and monetary by their logarithms. The segment is the
    one with most customers in the cell. Where a measure isn't known there is no grid.
    """
    if customers[MEASURES].isna().any(axis=None):
        return pd.DataFrame()
    axes = {
        "recency_days": customers["recency_days"].to_numpy(dtype=float),
        "frequency": np.log10(customers["frequency"].to_numpy(dtype=float).clip(min=1)),
        "monetary": np.log10(customers["monetary"].to_numpy(dtype=float).clip(min=0.01)),
    }
    cells = pd.DataFrame({name: _cells(values) for name, values in axes.items()})
    cells["segment"] = customers["segment"].to_numpy()
    counts = cells.groupby([*axes, "segment"]).size().reset_index(name="customers")
    counts = counts.sort_values(
        [*axes, "customers", "segment"], ascending=[True, True, True, False, True]
    )
    total = counts.groupby(list(axes))["customers"].transform("sum")
    first = counts.assign(customers=total).drop_duplicates(list(axes)).reset_index(drop=True)
    centres = {name: _centres(axes[name], first[name].to_numpy()) for name in axes}
    return pd.DataFrame(
        {
            "voxel": np.arange(len(first)),
            "recency_days": centres["recency_days"].round(2),
            "frequency": (10 ** centres["frequency"]).round(4),
            "monetary": (10 ** centres["monetary"]).round(4),
            "segment": first["segment"],
            "customers": first["customers"],
        }
    )


def _cells(values: np.ndarray) -> np.ndarray:
    low, span = values.min(), np.ptp(values) or 1.0
    return np.minimum(((values - low) / span * CELLS).astype(int), CELLS - 1)


def _centres(values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    low, span = values.min(), np.ptp(values) or 1.0
    centres: np.ndarray = low + (cells + 0.5) / CELLS * span
    return centres
