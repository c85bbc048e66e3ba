"""What the page of products asks: what sells, what of, to whom again, and where."""

from typing import Any

from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database
from portal.reading.trade import baskets
from portal.reading.trade import products as reading

CHOICES = """
select product, coalesce(description, product) as description
from product_sales
where run_id = :run_id and product in (
    select product from monthly_product where run_id = :run_id
)
order by revenue desc, product
"""


def products(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per product."""
    return reading.products(run)


def classes(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per class by revenue: A up to 80 %, B to 95 %, C the rest."""
    return reading.classes(run)


def categories(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per category, most revenue first."""
    return reading.categories(run)


def category_months(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per category and month."""
    return reading.category_months(run)


def choices(run: PublishedRun) -> Statement:
    """List the products whose months are kept, most revenue first."""
    return of_database(CHOICES, run_id=run.run_id)


def one(
    run: PublishedRun, _filters: Filters, *, product: str | None = None, **_choices: Any
) -> Statement | None:
    """One product, or nothing where none is chosen."""
    return reading.product(run, product) if product else None


def one_by_month(
    run: PublishedRun, _filters: Filters, *, product: str | None = None, **_choices: Any
) -> Statement | None:
    """One row per month in which a product sold."""
    return reading.product_months(run, product) if product else None


def one_by_country(
    run: PublishedRun, _filters: Filters, *, product: str | None = None, **_choices: Any
) -> Statement | None:
    """One row per country to which a product sold, most revenue first."""
    return reading.product_countries(run, product) if product else None


def partners(
    run: PublishedRun, _filters: Filters, *, product: str | None = None, **_choices: Any
) -> Statement | None:
    """One row per product bought with the chosen one more often than chance explains."""
    return baskets.partners(run, product) if product else None


def stock(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per product to stock, what to order now first."""
    return baskets.stock(run)


def idle(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per product that has not sold for long."""
    return baskets.idle(run)


def points(run: PublishedRun, _filters: Filters, **_choices: Any) -> Statement:
    """One row per class: how often points from before would have held."""
    return baskets.points(run)
