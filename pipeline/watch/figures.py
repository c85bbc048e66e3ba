"""Figures of customers that rules for alerts may watch, added up as pages add them up."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

Figures = dict[tuple[str, str | None], float]
DAYS = 30


def counted_figures(columns: Mapping[str, pa.ChunkedArray]) -> Figures:
    """Add up columns of the table `customers`; what it has no column for is left out.

    Worth contacting is whose expected profit of a contact is above 0 at the costs of the run,
    or whom a rule names where profits aren't known; value at risk is value at stake times the
    probability of leaving.
    """
    figures: Figures = {}
    if "orders_30d" in columns:
        orders = columns["orders_30d"]
        figures["revenue_30d", None] = _sum(columns["revenue_30d"])
        figures["orders_30d", None] = _sum(orders)
        figures["customers_30d", None] = _many(pc.greater(orders, 0))
    if "orders_30d" in columns and "first_order_on" in columns:
        since = pc.subtract(
            columns["as_of"].cast(pa.int32()), columns["first_order_on"].cast(pa.int32())
        )
        figures["new_customers_30d", None] = _many(pc.less(since, DAYS))
    if _is_known(columns, "contact_profit"):
        figures["worth_contacting", None] = _many(pc.greater(columns["contact_profit"], 0))
    elif _is_known(columns, "contact_reason"):
        figures["worth_contacting", None] = _many(pc.is_valid(columns["contact_reason"]))
    if _is_known(columns, "churn_probability") and _is_known(columns, "value_at_stake"):
        risked = pc.multiply(columns["churn_probability"], columns["value_at_stake"])
        figures["at_risk", None] = _sum(risked)
    return figures


def _is_known(columns: Mapping[str, pa.ChunkedArray], name: str) -> bool:
    return name in columns and columns[name].null_count < len(columns[name])


def _sum(column: pa.ChunkedArray) -> float:
    return float(pc.sum(column).as_py() or 0.0)


def _many(are: pa.ChunkedArray) -> float:
    return float(pc.sum(are).as_py() or 0)
