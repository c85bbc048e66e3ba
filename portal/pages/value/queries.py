"""What the value page asks: expected values of customers, and how the model did before."""

from portal.reading.filters import Filters
from portal.reading.predicting import value
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

DISTRIBUTION = """
with valued as (
    select greatest(clv_12m, 0) as value
    from customers
    where {filters} and clv_12m is not null
),
scale as (
    select greatest(max(value), 10) * 1.000001 as highest from valued having count(*) > 0
),
counted as (
    select
        case when value < 1 then 0
            else 1 + cast(floor(ln(greatest(value, 1)) / ln(highest) * 39) as integer)
        end as bin,
        count(*) as customers,
        sum(value) as value
    from valued
    cross join scale
    group by bin
)
select
    case when bin = 0 then 0 else pow(highest, (bin - 1) / 39) end as low,
    pow(highest, bin / 39) as high,
    coalesce(customers, 0) as customers,
    coalesce(value, 0) as value
from unnest(range(40)) as bins(bin)
cross join scale
left join counted using (bin)
order by bin
"""

CONCENTRATION = """
with ranked as (
    select
        greatest(clv_12m, 0) as value,
        row_number() over (order by clv_12m desc) as place
    from customers
    where {filters} and clv_12m is not null
),
everyone as (select count(*) as many, sum(value) as total from ranked),
parts as (
    select (100 * place + many - 1) // many as step, sum(value) as value, max(value) as first
    from ranked
    cross join everyone
    group by step
)
select
    step / 100 as customers,
    (
        sum(coalesce(parts.value, 0)) over (order by step)
        + (step * many % 100) / 100 * coalesce(
            max(first) over (order by step rows between 1 following and unbounded following), 0
        )
    ) / total as value
from unnest(range(101)) as steps(step)
cross join everyone
left join parts using (step)
where total > 0
order by step
"""

MATRIX = """
with recencies(recency_place, recency, recency_from, recency_to) as (
    values
        (0, '0 to 14', 0, 14), (1, '15 to 30', 15, 30), (2, '31 to 60', 31, 60),
        (3, '61 to 90', 61, 90), (4, '91 to 180', 91, 180), (5, '181 to 365', 181, 365),
        (6, '366 to 730', 366, 730), (7, '731 +', 731, null)
),
frequencies(frequency_place, frequency, frequency_from, frequency_to) as (
    values
        (0, '1', 1, 1), (1, '2', 2, 2), (2, '3', 3, 3), (3, '4', 4, 4), (4, '5 to 6', 5, 6),
        (5, '7 to 9', 7, 9), (6, '10 to 14', 10, 14), (7, '15 to 24', 15, 24),
        (8, '25 +', 25, null)
),
counted as (
    select recency_days, frequency, count(*) as customers, sum({measure}) as total
    from customers
    where {filters} and {measure} is not null and recency_days >= 0 and frequency >= 1
    group by recency_days, frequency
)
select
    recency, recency_place, frequencies.frequency, frequency_place,
    sum(customers) as customers,
    sum(total) / sum(customers) as mean
from counted
join recencies
    on recency_days >= recency_from and recency_days <= coalesce(recency_to, recency_days)
join frequencies
    on counted.frequency >= frequency_from
    and counted.frequency <= coalesce(frequency_to, counted.frequency)
group by recency, recency_place, frequencies.frequency, frequency_place
order by recency_place, frequency_place
"""

RISK = """
with valued as (
    select churn_probability as risk, clv_12m as value
    from customers
    where {filters} and churn_probability is not null and clv_12m is not null
),
scale as (select greatest(max(value), 10) * 1.000001 as highest from valued),
cells as (
    select
        cast(least(floor(risk * 20), 19) as integer) as risk_place,
        cast(floor(ln(greatest(value, 1)) / ln(highest) * 24) as integer) as value_place,
        count(*) as customers,
        sum(value) as value
    from valued
    cross join scale
    group by risk_place, value_place
)
select
    risk_place / 20 as risk_low,
    (risk_place + 1) / 20 as risk_high,
    case when value_place = 0 then 0 else pow(highest, value_place / 24) end as value_low,
    pow(highest, (value_place + 1) / 24) as value_high,
    customers,
    value
from cells
cross join scale
order by risk_place, value_place
"""

TRACKING = """
select week, is_holdout, expected, actual, naive
from value_tracking
where run_id = :run_id
order by week
"""
BY_FREQUENCY = """
select repeat_orders, customers, expected, actual
from value_by_frequency
where run_id = :run_id
order by repeat_orders
"""
METRICS = """
select
    measure, model,
    max(case when metric = 'total' then value end) as total,
    max(case when metric = 'total_error' then value end) as total_error,
    max(case when metric = 'bias' then value end) as bias,
    max(case when metric = 'mean_absolute_error' then value end) as mean_absolute_error,
    max(case when metric = 'rmse' then value end) as rmse,
    max(case when metric = 'coverage' then value end) as coverage,
    max(case when metric = 'below_interval' then value end) as below_interval,
    max(case when metric = 'above_interval' then value end) as above_interval,
    max(case when metric = 'interval_width' then value end) as interval_width,
    max(case when metric = 'interval_customers' then value end) as interval_customers
from value_metric
where run_id = :run_id
group by measure, model
order by
    measure,
    case
        when model = 'actual' then 0
        when model in ('historic_rate', 'everybody_mean', 'last_period') then 2
        else 1
    end,
    model
"""
CHECKS = """
select
    as_of, repeat_orders, model, chosen, customers, expected_revenue, revenue, coverage, above,
    winkler
from value_check
where run_id = :run_id
order by as_of desc, chosen desc, model, repeat_orders
"""
BASIS = """
select
    model, rule, history_days, holdouts, holdout_days, is_seasonal, stretch, unforeseen_none,
    unforeseen_one, unforeseen_some, unforeseen_many, middle_from, high_from
from value_basis
where run_id = :run_id
"""
TOTALS = """
select
    method, chosen,
    case when method = coalesce(rule, model) then 1 else 0 end as is_of_values,
    expected, corrected, low, high, error, value_total.holdouts
from value_total
join value_basis on value_basis.run_id = value_total.run_id
where value_total.run_id = :run_id
order by chosen desc, method
"""
PARTS = """
select
    part, level, customers, expected, holdout_customers, holdout_expected, holdout_revenue,
    holdout_revenue / nullif(holdout_expected, 0) as ratio
from value_part
where run_id = :run_id
order by case part when 'segment' then 0 when 'decile' then 1 else 2 end, position
"""
ACTUAL = "actual"
RIVALS = ("historic_rate", "everybody_mean", "last_period")
NAIVE = (ACTUAL, *RIVALS)
"""What a metric can be of besides the model in use."""


def has_values(run: PublishedRun, filters: Filters) -> bool:
    """Tell whether the filters keep anybody with a value."""
    statement = value.headline(run, filters)
    return statement is not None and len(run.ask(statement)) > 0


def distribution(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per bin of value: 40, equal on a log scale; under 1 is the first bin."""
    return _of_valued(run, DISTRIBUTION, filters)


def concentration(run: PublishedRun, filters: Filters) -> Statement | None:
    """Which share of the value the most valuable share of customers brings, 0 to 1 each."""
    return _of_valued(run, CONCENTRATION, filters)


def by_segment(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per segment, the most valuable first; the sums add up to the whole."""
    return value.by_segment(run, filters)


def alive(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per cell of orders and days since: mean probability of still being here."""
    return _of_valued(run, MATRIX, filters, measure="p_alive")


def expected_orders(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per cell of orders and days since: mean of the orders expected in 90 days."""
    return _of_valued(run, MATRIX, filters, measure="expected_orders_90d")


def risk_and_value(run: PublishedRun, filters: Filters) -> Statement | None:
    """One row per cell of churn probability and value that is not empty."""
    return _of_valued(run, RISK, filters)


def tracking(run: PublishedRun, _filters: Filters) -> Statement | None:
    """Repeat orders of all customers so far week by week, expected and actual."""
    return _of_models(run, TRACKING)


def by_frequency(run: PublishedRun, _filters: Filters) -> Statement | None:
    """Orders in the check by repeat orders before it, expected and actual."""
    return _of_models(run, BY_FREQUENCY)


def metrics(run: PublishedRun, _filters: Filters) -> Statement | None:
    """One row per measure and model or rival on the check: what came, the model, rivals."""
    return _of_models(run, METRICS)


def checks(run: PublishedRun, _filters: Filters) -> Statement | None:
    """One row per check, model or rule and group of repeat orders: how intervals held."""
    return _of_models(run, CHECKS)


def basis(run: PublishedRun, _filters: Filters) -> Statement | None:
    """One row: what the values rest on."""
    return _of_models(run, BASIS)


def totals(run: PublishedRun, _filters: Filters) -> Statement | None:
    """One row per method by which 12 months are totalled, the one in use first."""
    return _of_models(run, TOTALS)


def parts(run: PublishedRun, _filters: Filters) -> Statement | None:
    """One row per segment, tenth by value and quarter of first orders, with its checks."""
    return _of_models(run, PARTS)


def _of_valued(
    run: PublishedRun, sql: str, filters: Filters, **columns: str
) -> Statement | None:
    return run.of_customers(sql, filters, columns=columns) if value.is_known(run) else None


def _of_models(run: PublishedRun, sql: str) -> Statement | None:
    return of_database(sql, run_id=run.run_id) if value.is_known(run) else None
