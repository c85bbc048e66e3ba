"""What is bought together and next, and how much of each product to have; of all customers."""

from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

STOCK = """
select s.product, p.description, s.abc, s.state, s.weekly_demand, s.expected_demand,
    s.reorder_point, s.safety_stock, s.on_hand, s.order_now, s.lead_time_days, s.service_level,
    row_number() over (
        order by coalesce(s.order_now, 0) desc, s.weekly_demand desc, s.product
    ) as place
from product_stock s
left join product_sales p on p.run_id = s.run_id and p.product = s.product
where s.run_id = :run_id and s.state <> 'idle'
order by place
"""
IDLE = """
select s.product, p.description, s.abc, s.idle_days, s.on_hand, p.revenue, p.pieces as items
from product_stock s
left join product_sales p on p.run_id = s.run_id and p.product = s.product
where s.run_id = :run_id and s.state = 'idle'
order by p.revenue desc, s.product
"""
POINTS = """
select abc, sum(products) as products, sum(held) as held, min(first_day) as first_day,
    max(last_day) as last_day, max(asked_level) as asked_level
from stock_check
where run_id = :run_id
group by abc
order by abc
"""
PARTNERS = """
select r.with_product, p.description, r.orders, r.support, r.confidence, r.lift
from product_pair r
left join product_sales p on p.run_id = r.run_id and p.product = r.with_product
where r.run_id = :run_id and r.product = :product
order by r.position
"""
CHECKS = """
select first_day, recommender, customers, hits, hit_rate
from next_check
where run_id = :run_id
order by first_day, recommender
"""
NEXT_OF = """
select n.place, n.product, p.description, n.because, b.description as because_description
from next_product n
left join product_sales p on p.run_id = n.run_id and p.product = n.product
left join product_sales b on b.run_id = n.run_id and b.product = n.because
where n.run_id = :run_id and n.customer_id = :customer
order by n.place
"""


def stock(run: PublishedRun) -> Statement:
    """One row per product to stock, what to order now first."""
    return of_database(STOCK, run_id=run.run_id)


def idle(run: PublishedRun) -> Statement:
    """One row per product that has not sold for long, of most revenue first."""
    return of_database(IDLE, run_id=run.run_id)


def points(run: PublishedRun) -> Statement:
    """One row per class: how often points from before would have held."""
    return of_database(POINTS, run_id=run.run_id)


def partners(run: PublishedRun, product: str) -> Statement:
    """One row per product that is bought with one, the strongest first."""
    return of_database(PARTNERS, run_id=run.run_id, product=product)


def next_of(run: PublishedRun, customer: str) -> Statement:
    """One row per product that a customer is likely to buy next; none where not told."""
    return of_database(NEXT_OF, run_id=run.run_id, customer=customer)


def next_checks(run: PublishedRun) -> Statement:
    """One row per month and way to suggest: how many bought one of ten suggestions."""
    return of_database(CHECKS, run_id=run.run_id)
