"""A refresh as an analyst would write it: pandas, openpyxl, `to_sql` and scikit-learn.

No trick and no sloth: masks where pandas has them, loops where they come naturally, every
result that the product publishes of it. One script from top to bottom; `plain_segments` and
`plain_explore` are its second half.
"""

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from pipeline.settings import SnapshotSettings, load_settings
from pipeline.trade_settings import CleaningSettings
from tests.benchmarks import plain_explore, plain_segments
from tests.benchmarks.children.timing import say

NAMES = {
    "InvoiceNo": "invoice",
    "StockCode": "product",
    "Description": "description",
    "Quantity": "quantity",
    "InvoiceDate": "ordered_at",
    "UnitPrice": "unit_price",
    "CustomerID": "customer_id",
    "Country": "country",
}
TEXTS = ["InvoiceNo", "StockCode", "Description", "CustomerID", "Country"]
NOTHING_LEFT = 0.00005
STAGES: dict[str, float] = {}


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Note the wall seconds of a stage."""
    began = time.perf_counter()
    yield
    STAGES[name] = round(time.perf_counter() - began, 4)


def read(path: Path, encoding: str) -> pd.DataFrame:
    """Read a workbook or a CSV file, ids as text."""
    text = dict.fromkeys(TEXTS, str)
    if path.suffix == ".xlsx":
        lines = pd.read_excel(path, engine="openpyxl", dtype=text)
    else:
        lines = pd.read_csv(path, encoding=encoding, dtype=text)
    lines = lines.rename(columns=NAMES)
    lines["ordered_at"] = pd.to_datetime(lines["ordered_at"])
    for column in ["invoice", "product", "description", "customer_id", "country"]:
        lines[column] = lines[column].str.strip().replace("", np.nan)
    lines["product"] = lines["product"].str.upper()
    return lines


def clean(
    lines: pd.DataFrame, rules: CleaningSettings
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Give purchases, cancellations and how many rows each rule took."""
    counts = {}

    def drop(lines: pd.DataFrame, rule: str, mask: pd.Series) -> pd.DataFrame:
        counts[rule] = int(mask.sum())
        return lines[~mask]

    needed = ["invoice", "product", "ordered_at", "quantity", "unit_price"]
    lines = drop(lines, "incomplete", lines[needed].isna().any(axis=1))
    lines = drop(lines, "duplicate", lines.duplicated())
    adjusted = lines["invoice"].str.match(r"(?i)A\d") | (lines["unit_price"] < 0)
    lines = drop(lines, "adjustment", adjusted)
    codes = [code.upper() for code in rules.fee_codes]
    fees = lines["product"].isin(codes)
    for prefix in rules.fee_prefixes:
        fees |= lines["product"].str.startswith(prefix.upper())
    lines = drop(lines, "fee", fees)
    is_back = lines["invoice"].str.match(r"(?i)C\d") | (lines["quantity"] < 0)
    back = lines[
        is_back
        & (lines["unit_price"] > 0)
        & (lines["quantity"] != 0)
        & lines["customer_id"].notna()
    ]
    purchases = lines[~is_back & (lines["unit_price"] > 0) & (lines["quantity"] > 0)].copy()
    purchases["value"] = purchases["quantity"] * purchases["unit_price"]
    return purchases, back, counts


def net(purchases: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    """Match each cancellation to the customer's latest purchase that still has its quantity."""
    matched = []
    bought_by = dict(tuple(purchases.groupby("customer_id")))
    for customer, returns in back.groupby("customer_id"):
        if customer not in bought_by:
            continue
        bought = bought_by[customer].sort_values("ordered_at", kind="stable")
        bought["left"] = bought["quantity"]
        for row in returns.sort_values("ordered_at", kind="stable").itertuples():
            fits = bought[
                (bought["product"] == row.product)
                & (bought["unit_price"] == row.unit_price)
                & (bought["ordered_at"] <= row.ordered_at)
                & (bought["left"] >= abs(row.quantity))
            ]
            if fits.empty:
                continue
            latest = fits.index[-1]
            bought.loc[latest, "left"] -= abs(row.quantity)
            matched.append(
                {
                    "purchase": latest,
                    "cancelled_at": row.ordered_at,
                    "quantity": abs(row.quantity),
                    "value": abs(row.quantity) * row.unit_price,
                }
            )
    found = pd.DataFrame(matched, columns=["purchase", "cancelled_at", "quantity", "value"])
    return found.astype({"purchase": "int64", "cancelled_at": "datetime64[us]"})


def net_lines(
    purchases: pd.DataFrame, matched: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Give what was known of the purchases at the end of a day, less what was cancelled."""
    end = as_of + pd.Timedelta(days=1)
    lines = purchases[purchases["ordered_at"] < end].copy()
    known = matched[matched["cancelled_at"] < end]
    back = known.groupby("purchase")[["value", "quantity"]].sum()
    lines["cancelled"] = back["value"].reindex(lines.index, fill_value=0)
    lines["net"] = lines["value"] - lines["cancelled"]
    lines["pieces"] = lines["quantity"] - back["quantity"].reindex(lines.index, fill_value=0)
    return lines


def standing_orders(lines: pd.DataFrame) -> pd.DataFrame:
    """Give one row per order of a known customer that is worth something."""
    orders = lines.groupby(["customer_id", "invoice"]).agg(
        ordered_at=("ordered_at", "min"), net=("net", "sum"), country=("country", "first")
    )
    orders["net"] = orders["net"].round(4)
    return orders[orders["net"] > 0].reset_index()


def rfm(
    purchases: pd.DataFrame, matched: pd.DataFrame, days: list[pd.Timestamp]
) -> pd.DataFrame:
    """Compute recency, frequency and monetary of each snapshot from the lines."""
    found = []
    for as_of in days:
        orders = standing_orders(net_lines(purchases, matched, as_of))
        by_customer = orders.sort_values(["ordered_at", "invoice"]).groupby("customer_id")
        snapshot = by_customer.agg(
            first=("ordered_at", "min"),
            last=("ordered_at", "max"),
            frequency=("invoice", "nunique"),
            monetary=("net", "sum"),
            country=("country", "last"),
        ).reset_index()
        snapshot["as_of"] = as_of
        snapshot["recency_days"] = (as_of - snapshot["last"].dt.normalize()).dt.days
        snapshot["tenure_days"] = (as_of - snapshot["first"].dt.normalize()).dt.days
        snapshot["monetary"] = snapshot["monetary"].round(4)
        snapshot["r_score"] = 6 - fifths(snapshot["recency_days"])
        snapshot["f_score"] = fifths(snapshot["frequency"])
        snapshot["m_score"] = fifths(snapshot["monetary"])
        found.append(snapshot.drop(columns=["first", "last"]))
    return pd.concat(found, ignore_index=True)


def fifths(values: pd.Series) -> np.ndarray:
    """Score values 1 to 5 by quintile, a value on a cut in the lower fifth."""
    cuts = values.quantile([0.2, 0.4, 0.6, 0.8])
    return 1 + np.searchsorted(cuts.to_numpy(), values.to_numpy(), side="left")


def snapshot_days(
    purchases: pd.DataFrame, matched: pd.DataFrame, settings: SnapshotSettings
) -> list[pd.Timestamp]:
    """List the day of the last standing order and those before it, oldest first."""
    last = matched["cancelled_at"].max() if len(matched) else purchases["ordered_at"].max()
    last = max(last, purchases["ordered_at"].max()).normalize()
    newest = standing_orders(net_lines(purchases, matched, last))["ordered_at"].max()
    first = purchases.loc[purchases["customer_id"].notna(), "ordered_at"].min().normalize()
    days = [
        newest.normalize() - pd.Timedelta(days=place * settings.every_days)
        for place in range(settings.at_most)
    ]
    return sorted(day for day in days if day >= first)


def sales(lines: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Add up revenue by month, country and product."""
    lines = lines.assign(month=lines["ordered_at"].dt.to_period("M").astype(str))
    lines["country"] = lines["country"].fillna("Unspecified")
    monthly = lines.groupby("month").agg(revenue=("net", "sum"), cancelled=("cancelled", "sum"))
    known = lines[lines["customer_id"].notna()]
    monthly["anonymous_revenue"] = (
        monthly["revenue"] - known.groupby("month")["net"].sum()
    ).fillna(monthly["revenue"])
    orders = standing_orders(lines)
    orders["month"] = orders["ordered_at"].dt.to_period("M").astype(str)
    orders["first"] = orders.groupby("customer_id")["month"].transform("min")
    monthly["orders"] = orders.groupby("month")["invoice"].nunique()
    monthly["customers"] = orders.groupby("month")["customer_id"].nunique()
    new = orders[orders["month"] == orders["first"]]
    monthly["new_customers"] = new.groupby("month")["customer_id"].nunique()
    counted = {"orders": ("invoice", "nunique"), "customers": ("customer_id", "nunique")}
    left = lines[lines["net"] > NOTHING_LEFT]
    countries = lines.groupby("country").agg(revenue=("net", "sum"))
    countries = countries.join(left.groupby("country").agg(**counted))
    products = lines.groupby("product").agg(revenue=("net", "sum"), pieces=("pieces", "sum"))
    products = products.join(left.groupby("product").agg(**counted))
    described = lines[lines["description"].notna()].groupby("product")["description"]
    products["description"] = described.agg(lambda names: names.value_counts().index[0])
    return {
        "monthly_sales": monthly.reset_index(),
        "country_sales": countries.sort_values("revenue", ascending=False).reset_index(),
        "product_sales": products.sort_values("revenue", ascending=False).reset_index(),
    }


def main() -> None:
    """Do it all and print the seconds of each stage as JSON."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("source", type=Path)
    arguments.add_argument("--db", type=Path, required=True)
    arguments.add_argument("--encoding", default="utf-8")
    arguments.add_argument("--settings", type=Path)
    arguments.add_argument("--seed", type=int, default=0)
    given = arguments.parse_args()
    settings = load_settings(given.settings)
    engine = sa.create_engine(f"sqlite:///{given.db}")

    with stage("read"):
        lines = read(given.source, given.encoding)
    with stage("write lines"):
        lines.to_sql("order_line", engine, index=False, if_exists="replace")
    with stage("clean"):
        purchases, back, counts = clean(lines, settings.cleaning)
    with stage("net"):
        matched = net(purchases, back)
    with stage("rfm"):
        days = snapshot_days(purchases, matched, settings.snapshots)
        snapshots = rfm(purchases, matched, days)
    with stage("sales"):
        known = net_lines(purchases, matched, days[-1])
        sold = sales(known)
        orders = standing_orders(known)
    with stage("segment"):
        grouped = plain_segments.segments(snapshots, settings.segments, seed=given.seed)
    with stage("explore"):
        told = plain_explore.explored(grouped["customer"])
    with stage("write"):
        counted = pd.DataFrame(counts.items(), columns=["rule", "rows"])
        tables = {"orders": orders, **sold, **grouped, **told, "finding": counted}
        for name, table in tables.items():
            table.to_sql(name, engine, index=False, if_exists="replace")
    say({"stages": STAGES, "rows_read": len(lines)})


if __name__ == "__main__":
    main()
