"""What is known of products, categories and returns; all of it of all customers."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

PRODUCTS = """
select product, description, category, abc, revenue, pieces as items, orders, customers,
    returned_share, price, margin, repeat_share, repeat_customers, first_customers,
    first_stayed_share
from product_sales
where run_id = :run_id
order by revenue desc, product
"""
CLASSES = """
select abc, count(*) as products, sum(revenue) as revenue, sum(pieces) as items
from product_sales
where run_id = :run_id
group by abc
order by abc
"""
OFTEN_RETURNED = """
select product, description, returned_share, cancelled as returned, revenue, orders, customers
from product_sales
where run_id = :run_id and cancelled > 0 and orders >= :least
order by returned_share desc, cancelled desc, product
"""
PRODUCT = """
select product, description, category, abc, revenue, pieces as items, orders, customers,
    cancelled as returned, cancelled_pieces as returned_items, returned_share, price, margin,
    repeat_customers, repeat_share, first_customers, first_stayed_share
from product_sales
where run_id = :run_id and product = :product
"""
PRODUCT_MONTHS = """
select month, revenue, items, orders, customers, price, cancelled
from monthly_product
where run_id = :run_id and product = :product
order by month
"""
PRODUCT_COUNTRIES = """
select p.country, c.iso, p.revenue, p.items, p.orders, p.customers, p.cancelled
from product_country p
left join country_sales c on c.run_id = p.run_id and c.country = p.country
where p.run_id = :run_id and p.product = :product
order by p.revenue desc, p.country
"""
CATEGORIES = """
select category, source, products, revenue, items, orders, customers, average_basket,
    returned_share
from category_sales
where run_id = :run_id
order by revenue desc, category
"""
CATEGORY_MONTHS = """
select m.category, m.month, m.revenue, m.items, m.orders, m.customers, sales.is_complete
from monthly_category m
join category_sales s on s.run_id = m.run_id and s.category = m.category
join monthly_sales sales on sales.run_id = m.run_id and sales.month = m.month
where m.run_id = :run_id
order by s.revenue desc, m.category, m.month
"""
RETURN_PAIRS = """
select customer_id, purchase, cancellation, product, purchased_at, cancelled_at, minutes,
    value, pieces, lines, share, is_large, is_quick, is_repeated, reasons
from return_pair
where run_id = :run_id
order by position
"""
UNUSUAL_RETURNS = RETURN_PAIRS.replace("order by", "and reasons is not null\norder by")
RETURN_RULES = """
select rule, title, explanation, rows, amount
from finding
where run_id = :run_id and stage = 'cleaning' and rule in (
    'cancellation_matched', 'cancellation_unmatched', 'cancellation_anonymous', 'cancelled',
    'status_cancelled', 'status_refunded', 'write_off', 'not_positive'
)
order by position
"""


def products(run: PublishedRun) -> Statement:
    """One row per product, best seller first: sales, class, price, margin, repeat buyers."""
    return of_database(PRODUCTS, run_id=run.run_id)


def classes(run: PublishedRun) -> Statement:
    """One row per class A, B, C: products, revenue and pieces."""
    return of_database(CLASSES, run_id=run.run_id)


def often_returned(run: PublishedRun, *, least: int = 10) -> Statement:
    """One row per product of at least so many orders of which something came back."""
    return of_database(OFTEN_RETURNED, run_id=run.run_id, least=least)


def product(run: PublishedRun, name: str) -> Statement:
    """One row: everything about one product; none where the run has no such product."""
    return of_database(PRODUCT, run_id=run.run_id, product=name)


def product_months(run: PublishedRun, name: str) -> Statement:
    """One row per month of a product of most revenue: sales and mean price of a piece."""
    return of_database(PRODUCT_MONTHS, run_id=run.run_id, product=name)


def product_countries(run: PublishedRun, name: str) -> Statement:
    """One row per country of a product of most revenue."""
    return of_database(PRODUCT_COUNTRIES, run_id=run.run_id, product=name)


def categories(run: PublishedRun) -> Statement:
    """One row per category; `source` says whether the source names it or descriptions do."""
    return of_database(CATEGORIES, run_id=run.run_id)


def category_months(run: PublishedRun) -> Statement:
    """One row per category and month, the category of most revenue first."""
    return of_database(CATEGORY_MONTHS, run_id=run.run_id)


def unusual_returns(run: PublishedRun) -> Statement:
    """One row per unusual pair with its reasons in words, of most money first."""
    return of_database(UNUSUAL_RETURNS, run_id=run.run_id)


def return_rules(run: PublishedRun) -> Statement:
    """One row per rule that tells a return or cancellation, with its rows and amount."""
    return of_database(RETURN_RULES, run_id=run.run_id)
