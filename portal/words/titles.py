"""What attributes of customers are called; the pipeline knows them under the same names."""

CAMPAIGN = "campaign:"
"""Before the name of a campaign, where columns are packed."""
OWN = ("number", "money", "category", "yes_no", "date")
"""What the names of columns that only a source knows begin with, before `BETWEEN`."""
BETWEEN = ": "
CHANNEL = "main_channel"
"""Not kept with a run: the channel by which a customer bought most often."""

TITLES = {
    "age": "Age",
    "gender": "Gender",
    "country": "Country",
    "city": "City",
    "education": "Education",
    "marital_status": "Marital status",
    "income": "Income",
    "children": "Children",
    "membership": "Membership",
    "recency_days": "Recency",
    "frequency": "Frequency",
    "monetary": "Spend",
    "average_basket": "Average basket",
    "tenure_days": "Days as a customer",
    "spend_wines": "Spend on wines",
    "spend_fruits": "Spend on fruits",
    "spend_meat": "Spend on meat",
    "spend_fish": "Spend on fish",
    "spend_sweets": "Spend on sweets",
    "spend_gold": "Spend on gold",
    "purchases_web": "Purchases on the web",
    "purchases_catalogue": "Purchases by catalogue",
    "purchases_store": "Purchases in a store",
    "purchases_deals": "Purchases at a discount",
    "web_visits_month": "Web visits a month",
    "campaigns_accepted": "Campaigns accepted",
    "response": "Accepted the last campaign",
    "complain": "Complained",
    "items_purchased": "Items purchased",
    "average_rating": "Average rating",
    "discount_applied": "Used a discount",
    "satisfaction": "Satisfaction",
    "activity": "Activity",
    "service_type": "Service type",
    "messages_allowed": "Allows messages",
    "marketing_6_months": "Messages over six months",
    "marketing_this_month": "Messages this month",
    "promotional_share": "Share bought on promotion",
    "favourite_category": "Favourite category",
    "categories_per_visit": "Categories per visit",
    "unpaid_products": "Unpaid products",
    "service_errors": "Service errors",
    "pages_per_visit": "Pages per visit",
    "revenue_before_last_month": "Revenue two months ago",
    "revenue_last_month": "Revenue last month",
    "revenue_this_month": "Revenue this month",
    "minutes_last_month": "Minutes last month",
    "minutes_this_month": "Minutes this month",
    "profit": "Profit",
    "is_vip": "VIP",
    "is_passive": "Passive",
    "is_promotional": "Promotional",
    "is_new": "New",
    "is_wholesale": "Wholesale",
    "segment": "Segment",
    "spend_band": "Spend band",
    "value_band": "Value band",
    "risk_value": "Risk and value",
    CHANNEL: "Main channel",
    "churn_probability": "Chance of leaving",
    "churn_low": "Chance of leaving, low end",
    "churn_high": "Chance of leaving, high end",
    "risk_band": "Risk",
    "value_at_stake": "Value at stake",
    "contact_profit": "Expected profit of a contact",
    "answer_probability": "Probability of answering",
    "contact_reason": "Named by a rule",
    "clv_12m": "Lifetime value, 12 months",
    "clv_12m_low": "Lifetime value, low end",
    "clv_12m_high": "Lifetime value, high end",
    "clv_historic_12m": "Lifetime value by past spend",
    "expected_orders_90d": "Orders expected in 90 days",
    "p_alive": "Still a customer",
    "moved": "Moved",
    "returned_share": "Share returned",
    "pieces_per_line": "Pieces a line",
    "outlier_reason": "Why unusual",
    "next_product": "Likely next product",
    "segment_before": "Segment before",
    "clv_12m_before": "Lifetime value before",
    "next_order_on": "Next order",
    "overdue_days": "Days overdue",
    "overdue": "Overdue",
    "first_order_on": "First order",
    "last_order_on": "Last order",
}
FEATURES = {
    "order_days": "Days with an order",
    "order_rate": "Days with an order per 90 days",
    "spend_rate": "Spend per 90 days",
    "last_basket": "Value of the last order",
    "items_per_order": "Items per order",
    "orders_30d": "Orders in 30 days",
    "orders_60d": "Orders in 60 days",
    "orders_90d": "Orders in 90 days",
    "orders_180d": "Orders in 180 days",
    "spend_30d": "Spend in 30 days",
    "spend_60d": "Spend in 60 days",
    "spend_90d": "Spend in 90 days",
    "spend_180d": "Spend in 180 days",
    "gap_days": "Days between orders",
    "gap_deviation_days": "Irregularity of orders",
    "lateness": "Lateness for the next order",
    "quiet_odds": "Rhythm of past orders",
    "spend_trend": "Trend of spend",
    "returned_share": "Share returned",
    "returned_orders": "Orders with returns",
}


def title(name: str) -> str:
    """Give what people call an attribute.

    >>> title("age"), title("number: CreditScore"), title("date: renewed")
    ('Age', 'CreditScore', 'Days since renewed')
    """
    return TITLES.get(name) or own_title(name) or name.removeprefix(CAMPAIGN)


def own_title(name: str) -> str | None:
    """Give what a source calls a column that only it knows, `None` of what others know too."""
    kind, between, column = name.partition(BETWEEN)
    if not between or kind not in OWN:
        return None
    return f"Days since {column}" if kind == "date" else column


def feature_title(name: str) -> str:
    """Give what people call a feature of a model."""
    title = FEATURES.get(name) or TITLES.get(name) or own_title(name)
    return title or name.replace("_", " ").capitalize()


GIVEN_OUTCOME = "given_outcome"
TASKS = {"churn": "Churn", "activity_drop": "Activity drop", "high_value": "High value"}


def task_title(task: str) -> str:
    """Give what people call an outcome, by the name of its task alone.

    >>> task_title("churn"), task_title("given_outcome:Left us"), task_title("given_outcome")
    ('Churn', 'Outcome “Left us”', 'Given outcome')
    """
    kind, _, column = task.partition(":")
    if kind != GIVEN_OUTCOME:
        return TASKS.get(task) or task.replace("_", " ").capitalize()
    return f"Outcome “{column}”" if column else "Given outcome"


def in_sentence(title: str) -> str:
    """Write a title within a sentence; names that it quotes stay as they are.

    >>> in_sentence("High value"), in_sentence("Outcome “Left us”")
    ('high value', 'outcome “Left us”')
    """
    return title[:1].lower() + title[1:]
