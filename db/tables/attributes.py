"""Everything that is known of a customer in one row, and what each column of it looks like."""

from sqlmodel import Field, SQLModel


class CustomerAttribute(SQLModel, table=True):
    """One row per run and customer: every attribute that some form knows, null elsewhere."""

    __tablename__ = "customer_attribute"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    age: float | None = Field(description="years, on the newest day in the data")
    gender: str | None = Field(description="as the source has it")
    country: str | None = Field(description="as the source has it, or of the latest order")
    city: str | None = Field(description="as the source has it")
    education: str | None = Field(description="as the source has it")
    marital_status: str | None = Field(description="as the source has it")
    income: float | None = Field(description="money a year")
    children: int | None = Field(description="children and teenagers at home")
    membership: str | None = Field(description="level of membership")
    recency_days: float | None = Field(description="days since the latest purchase")
    frequency: float | None = Field(description="orders or purchases")
    monetary: float | None = Field(description="money spent")
    average_basket: float | None = Field(description="money per order or purchase")
    tenure_days: float | None = Field(description="days as a customer")
    spend_wines: float | None = Field(description="money spent on wines")
    spend_fruits: float | None = Field(description="money spent on fruits")
    spend_meat: float | None = Field(description="money spent on meat")
    spend_fish: float | None = Field(description="money spent on fish")
    spend_sweets: float | None = Field(description="money spent on sweets")
    spend_gold: float | None = Field(description="money spent on gold products")
    purchases_web: float | None = Field(description="purchases on the web")
    purchases_catalogue: float | None = Field(description="purchases by catalogue")
    purchases_store: float | None = Field(description="purchases in a store")
    purchases_deals: float | None = Field(description="purchases at a discount")
    web_visits_month: float | None = Field(description="visits to the site in a month")
    campaigns_accepted: int | None = Field(description="of the campaigns before the last one")
    response: str | None = Field(description="whether the last campaign was accepted")
    complain: str | None = Field(description="whether there was a complaint")
    items_purchased: float | None = Field(description="pieces bought")
    average_rating: float | None = Field(description="1 to 5")
    discount_applied: str | None = Field(description="whether a discount was used")
    satisfaction: str | None = Field(description="the source's own label of satisfaction")
    activity: str | None = Field(description="the source's own label of falling activity")
    service_type: str | None = Field(description="as the source has it")
    messages_allowed: str | None = Field(description="whether messages may be sent")
    marketing_6_months: float | None = Field(description="messages a month, half a year back")
    marketing_this_month: float | None = Field(description="messages this month")
    promotional_share: float | None = Field(description="of purchases, 0 to 1")
    favourite_category: str | None = Field(description="category bought most")
    categories_per_visit: float | None = Field(
        description="mean number of categories looked at"
    )
    unpaid_products: float | None = Field(description="left in the basket in a quarter")
    service_errors: float | None = Field(description="errors while using the site")
    pages_per_visit: float | None = Field(description="mean number of pages looked at")
    revenue_before_last_month: float | None = Field(description="money two months ago")
    revenue_last_month: float | None = Field(description="money last month")
    revenue_this_month: float | None = Field(description="money this month")
    minutes_last_month: float | None = Field(description="minutes on the site last month")
    minutes_this_month: float | None = Field(description="minutes on the site this month")
    profit: float | None = Field(description="mean profit of three months")
    is_vip: bool | None = Field(description="among those who spend most, by setting")
    is_passive: bool | None = Field(description="among those who do least, by setting")
    is_promotional: bool | None = Field(description="buys when there is an offer, by setting")
    is_new: bool | None = Field(
        default=None, description="first order under 30 days old, by setting; only with orders"
    )
    is_wholesale: bool | None = Field(
        default=None,
        description="buys like a reseller: large orders, many pieces a line or regular times,"
        " by setting; only with orders",
    )


class OwnAttribute(SQLModel, table=True):
    """One row per run, customer and attribute that only its source knows, where it is known."""

    __tablename__ = "own_attribute"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True, description="that of the attribute in `attribute`")
    customer_id: str = Field(primary_key=True)
    number: float | None = Field(default=None, description="of numbers, money and days")
    word: str | None = Field(default=None, description="of categories, and yes or no")


class Attribute(SQLModel, table=True):
    """One row per run and attribute of customers that its source fills."""

    __tablename__ = "attribute"

    run_id: int = Field(primary_key=True)
    attribute: str = Field(
        primary_key=True,
        description="a column of `customer_attribute`; of the source's own: what it holds"
        " (number, money, category, yes_no, date), a colon and the column's name",
    )
    position: int = Field(description="order in which they are shown")
    kind: str = Field(description="number, category or flag (yes or no)")
    role: str = Field(
        description="demography, spend, behaviour, campaign, channel, value, target or constant"
    )
    unit: str = Field(description="money, days, years, share, count, points or nothing")
    filled: int = Field(description="customers of whom it is known")
    distinct_values: int
    lowest: float | None = Field(description="of numbers")
    quarter: float | None
    median: float | None
    three_quarters: float | None
    highest: float | None
    mean: float | None
    deviation: float | None = Field(description="standard deviation")
    skew: float | None = Field(description="adjusted Fisher-Pearson; above 1 heavily skewed")
    most_frequent: str | None = Field(description="of categories")
    outliers: int | None = Field(
        description="beyond 1.5 interquartile ranges from the middle half"
    )


class Association(SQLModel, table=True):
    """One row per run, group of customers, method and pair of attributes, each pair once."""

    __tablename__ = "association"

    run_id: int = Field(primary_key=True)
    scope: str = Field(primary_key=True, description="a segment, or “all”")
    method: str = Field(primary_key=True, description="pearson, spearman or phik")
    left: str = Field(primary_key=True)
    right: str = Field(primary_key=True)
    value: float = Field(description="-1 to 1; phik 0 to 1")
    p_value: float | None = Field(description="of no association at all")
    customers: int = Field(description="of whom both are known")


class SegmentAgreement(SQLModel, table=True):
    """One row per run and attribute: how far it tells a customer's segment by itself."""

    __tablename__ = "segment_agreement"

    run_id: int = Field(primary_key=True)
    attribute: str = Field(primary_key=True)
    mutual_information: float = Field(
        description="over the entropy of the segments, 0 to 1: how far the attribute tells them"
    )
    is_input: bool = Field(description="whether the segments were made from it")
