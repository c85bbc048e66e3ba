"""What customers will bring in 12 months with its range, and the models that tell it."""

from typing import NamedTuple

import pandas as pd

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun, remember
from portal.reading.rows import each_row
from portal.reading.statements import Statement, of_database

HEADLINE = """
with valued as (
    select clv_12m, clv_historic_12m, expected_orders_90d, p_alive
    from customers
    where {filters} and clv_12m is not null
),
fifth as (
    select greatest(round(0.2 * count(*)), 1) as best, quantile_disc(clv_12m, 0.8) as least
    from valued
)
select
    count(*) as customers,
    sum(clv_12m) as total,
    sum(clv_historic_12m) as historic,
    sum(expected_orders_90d) as orders,
    sum(p_alive) as alive,
    (
        coalesce(sum(clv_12m) filter (where clv_12m > least), 0)
        + (max(best) - count(*) filter (where clv_12m > least)) * max(least)
    ) / nullif(sum(clv_12m), 0) as top_fifth
from valued
cross join fifth
having count(*) > 0
"""
BY_SEGMENT = """
select
    coalesce(segment, 'Without a segment') as segment,
    count(*) as customers,
    sum(clv_12m) as value,
    sum(clv_historic_12m) as historic,
    sum(clv_12m) / nullif(sum(sum(clv_12m)) over (), 0) as share,
    avg(clv_12m) as mean,
    sum(expected_orders_90d) as orders
from customers
where {filters} and clv_12m is not null
group by coalesce(segment, 'Without a segment')
order by value desc, segment
"""

NOTEWORTHY = 0.02
"""Share of a total from which on a correction of it is said."""

RANGE = """
select
    chosen.low / of_values.expected as low,
    chosen.high / of_values.expected as high,
    chosen.corrected / of_values.expected as corrected
from value_total chosen
join value_basis b on b.run_id = chosen.run_id
join value_total of_values on of_values.run_id = chosen.run_id
    and of_values.method = coalesce(b.rule, b.model)
where chosen.run_id = :run_id and chosen.chosen and chosen.low is not null
    and of_values.expected > 0
"""

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


class Foretold(NamedTuple):
    """What 12 months bring by the values added up, with the range; money.

    `corrected` is the total less what earlier totals were missed by, round which the range
    lies; it, `low` and `high` are `None` where orders are too few to check such a sum on
    earlier ones.
    """

    customers: int
    total: float
    low: float | None
    high: float | None
    corrected: float | None = None

    @property
    def is_corrected(self) -> bool:
        """Tell whether earlier misses move the total by more than rounding it does."""
        return self.corrected is not None and abs(self.corrected - self.total) > (
            NOTEWORTHY * abs(self.total)
        )


def is_known(run: PublishedRun) -> bool:
    """Tell whether the run knows the value of any customer."""
    return run.table.knows("clv_12m")


def headline(run: PublishedRun, filters: Filters = NO_FILTERS) -> Statement | None:
    """One row of what customers are worth together; none where nobody with a value is kept."""
    return run.of_customers(HEADLINE, filters) if is_known(run) else None


def by_segment(run: PublishedRun, filters: Filters, **_choices: object) -> Statement | None:
    """One row per segment, the most valuable first; the sums add up to the whole."""
    return run.of_customers(BY_SEGMENT, filters) if is_known(run) else None


def spread(run: PublishedRun) -> tuple[float, float, float] | None:
    """Give the ends and the middle of what all values may come to, as shares of the sum.

    They hold what earlier totals were missed by; `None` where none could be checked.
    """
    return remember(run, _spread)


def ends(run: PublishedRun, _filters: Filters) -> tuple[float, float] | None:
    """Give the range of all values added up, as shares of the sum."""
    shares = spread(run)
    return None if shares is None else shares[:2]


def foretold(run: PublishedRun, filters: Filters = NO_FILTERS) -> Foretold | None:
    """Add up the values of whom filters keep; the range is that of all, in proportion."""
    statement = headline(run, filters)
    if statement is None:
        return None
    rows, shares = list(each_row(run.ask(statement))), spread(run)
    customers, total = (int(rows[0].customers), float(rows[0].total)) if rows else (0, 0.0)
    if shares is None:
        return Foretold(customers, total, None, None)
    return Foretold(customers, total, *(total * share for share in shares))


def _spread(run: PublishedRun) -> tuple[float, float, float] | None:
    rows = list(each_row(run.ask(of_database(RANGE, run_id=run.run_id))))
    if not rows:
        return None
    row = rows[0]
    return min(1.0, float(row.low)), max(1.0, float(row.high)), float(row.corrected)
