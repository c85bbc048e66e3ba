"""Revenue by month, country and product."""

import datetime as dt
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

UNKNOWN_COUNTRY = "Unspecified"


class Sales(NamedTuple):
    """One frame per result table, without the run; money is net of what was cancelled."""

    monthly: pd.DataFrame
    countries: pd.DataFrame
    products: pd.DataFrame


def sales(purchases: pd.DataFrame, cancellations: pd.DataFrame, *, as_of: dt.date) -> Sales:
    """Add up the purchases that stood at the end of `as_of`."""
    lines = _net_lines(purchases, cancellations, pd.Timestamp(as_of) + pd.Timedelta(days=1))
    return Sales(_monthly(lines, as_of), _countries(lines), _products(lines))


def _net_lines(
    purchases: pd.DataFrame, cancellations: pd.DataFrame, end: pd.Timestamp
) -> pd.DataFrame:
    lines = purchases[purchases["ordered_at"] < end]
    known = cancellations[cancellations["cancelled_at"] < end]
    back = known.groupby("purchase")[["value", "quantity"]].sum()
    cancelled = back["value"].reindex(lines.index, fill_value=0.0)
    pieces = back["quantity"].reindex(lines.index, fill_value=0.0)
    return lines.assign(
        cancelled=cancelled,
        cancelled_pieces=pieces,
        net=lines["value"] - cancelled,
        pieces=lines["quantity"] - pieces,
    )


def _monthly(lines: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    known = lines["customer_id"].notna()
    month = lines["ordered_at"].dt.to_period("M")
    money = (
        lines.assign(anonymous=lines["net"].where(~known, 0.0), month=month)
        .groupby("month")[["net", "cancelled", "anonymous"]]
        .sum()
        .rename(columns={"net": "revenue", "anonymous": "anonymous_revenue"})
    )
    standing = _standing(lines[known])
    ordered_in = standing["ordered_at"].dt.to_period("M")
    first_month = ordered_in.groupby(standing["customer_id"], observed=True).transform("min")
    by_month = standing.assign(month=ordered_in, is_new=first_month == ordered_in).groupby(
        "month"
    )
    money["orders"] = by_month.size()
    money["customers"] = by_month["customer_id"].nunique()
    newcomers = standing.assign(month=ordered_in)[first_month == ordered_in]
    money["new_customers"] = newcomers.groupby("month")["customer_id"].nunique()
    money = money.reindex(pd.period_range(month.min(), month.max(), freq="M"))
    counts = ["orders", "customers", "new_customers"]
    money[counts] = money[counts].fillna(0).astype("int64")
    money = money.fillna(0.0).round(2)
    first_day = lines["ordered_at"].min().date()
    starts = money.index.start_time.date  # type: ignore[attr-defined]
    ends = money.index.end_time.date  # type: ignore[attr-defined]
    complete = [
        bool(end <= as_of and (start >= first_day or (first_day - start).days <= 1))
        for start, end in zip(starts, ends, strict=True)
    ]
    return money.assign(month=starts, is_complete=complete).reset_index(drop=True)


def _standing(lines: pd.DataFrame) -> pd.DataFrame:
    """One row per order of a known customer that has a positive net value."""
    orders = lines.groupby(["customer_id", "invoice"], observed=True).agg(
        net=("net", "sum"), ordered_at=("ordered_at", "min")
    )
    return orders[orders["net"].round(4) > 0].reset_index()


def _countries(lines: pd.DataFrame) -> pd.DataFrame:
    country = lines["country"]
    if country.hasnans:
        named = country.cat.categories.union([UNKNOWN_COUNTRY], sort=False)
        country = country.cat.set_categories(named).fillna(UNKNOWN_COUNTRY)
    result = _grouped(lines.assign(country=country), "country")
    result = result.assign(country=result["country"].astype("str"))
    return result.sort_values(
        ["revenue", "country"], ascending=[False, True], ignore_index=True
    )


def _products(lines: pd.DataFrame) -> pd.DataFrame:
    result = _grouped(
        lines, "product", pieces=("pieces", "sum"), cancelled_pieces=("cancelled_pieces", "sum")
    )
    result = result.assign(product=result["product"].astype("str"))
    names = (
        lines[lines["description"].notna()]
        .groupby(["product", "description"], observed=True)
        .size()
        .reset_index(name="times")
    )
    names = names.assign(**{c: names[c].astype("str") for c in ("product", "description")})
    names = names.sort_values(
        ["product", "times", "description"], ascending=[True, False, True]
    )
    names = names.drop_duplicates("product")[["product", "description"]]
    result = result.merge(names, on="product", how="left")
    return result.sort_values(
        ["revenue", "product"], ascending=[False, True], ignore_index=True
    )


def _grouped(lines: pd.DataFrame, by: str, **more: tuple[str, str]) -> pd.DataFrame:
    """Add up lines by a column of categories, and count the different orders and customers."""
    found = lines.groupby(by, observed=True).agg(revenue=("net", "sum"), **more)
    groups = lines[by].cat
    places = groups.categories.get_indexer(found.index)
    counts = {
        name: _different(groups.codes.to_numpy(), lines[column].cat)[places]
        for name, column in (("orders", "invoice"), ("customers", "customer_id"))
    }
    return found.assign(**counts).round({"revenue": 2}).reset_index()


def _different(groups: np.ndarray, values: Any) -> np.ndarray:
    """Count the different values of each group, both given as codes of categories."""
    codes, several = values.codes.to_numpy(dtype=np.int64), len(values.categories)
    known = (codes >= 0) & (groups >= 0)
    pairs = pd.unique(groups[known].astype(np.int64) * several + codes[known])
    return np.bincount(pairs // max(several, 1), minlength=int(groups.max(initial=-1)) + 1)
