"""What groups of customers are worth together."""

import pandas as pd

ADDED = ["expected_orders_90d", "clv_12m", "clv_historic_12m"]


def totals(customers: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Add up expected orders and lifetime values by group, the most valuable first.

    `customers` are those of `stage.value`, `groups` says by `customer_id` to which group one
    belongs; who is in none is a group without a name, so that the totals add up to the whole.
    Expectations add up; intervals don't, and are left out.
    """
    named = customers.assign(group=customers["customer_id"].map(groups))
    grouped = named.groupby("group", dropna=False)
    sums = grouped[ADDED].sum().assign(customers=grouped.size())
    ordered = sums.sort_values("clv_12m", ascending=False, kind="stable")
    return ordered.reset_index()[["group", "customers", *ADDED]]
