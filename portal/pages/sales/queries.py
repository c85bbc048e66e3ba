"""What the page of sales asks: months, countries, returns, who came and who stayed away."""

from typing import Any

from portal.reading import forecasts
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement
from portal.reading.trade import cohorts, products, sales, watched

LEAST_ORDERS = 5
"""Orders of a product from which the share that came back says something."""


def months(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row per month: revenue, orders, is_complete; without filters all lines count."""
    return sales.months(run, filters) if run.has.orders else None


def months_ahead(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row per month ahead: revenue of all sales with its ranges; none under filters."""
    return forecasts.months_ahead(run, filters)


def periods(
    run: PublishedRun,
    _filters: Filters,
    *,
    series: str | None = None,
    step: str | None = None,
    level: str | None = None,
) -> Statement | None:
    """One row per week or month of one level, those known and those ahead."""
    if not run.has.orders:
        return None
    return forecasts.periods(
        run, series=series or "revenue", step=step or "week", level=level or "all"
    )


def parts(
    run: PublishedRun, _filters: Filters, *, series: str | None = None, **_choices: Any
) -> Statement | None:
    """One row per level and month, known or ahead."""
    return forecasts.parts(run, series=series or "revenue") if run.has.orders else None


def checks(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement | None:
    """One row per series and step of all sales: how far off it was told before."""
    return forecasts.checks(run) if run.has.orders else None


def countries(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row per country, most revenue first; filtered, that of the customers' last order."""
    return sales.countries(run, filters) if run.has.countries else None


def codes(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """Give the two-letter code of each country, null for what is on no map."""
    return sales.country_codes(run)


def trend(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per country and month."""
    return sales.monthly_countries(run)


def activity(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per month: customers who were new, kept, back or lapsed."""
    return cohorts.monthly_movement(run)


def single_figures(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """Single figures about orders and returns by name."""
    return sales.figures(run)


def returned_products(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per product of some orders of which something came back."""
    return products.often_returned(run, least=LEAST_ORDERS)


def unusual_returns(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per purchase and what took it back, with why that is unusual."""
    return products.unusual_returns(run)


def rules(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per cleaning rule about what came back, with how many rows it took."""
    return products.return_rules(run)


def item_classes(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per class of codes in the source, before any cleaning."""
    return sales.item_classes(run)


def unusual_customers(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row per customer who buys unlike the others, with the reasons in words."""
    return sales.unusual_customers(run, filters) if run.has.orders else None


def wholesale(run: PublishedRun, filters: Filters, **_choices: Any) -> Statement | None:
    """One row for wholesale and one for retail: customers, revenue, orders, means."""
    return sales.wholesale(run, filters) if run.has.orders else None


def unusual_days(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per unusual day or week, the newest first."""
    return watched.unusual(run)
