"""Risk and value joined: the groups that a retention campaign tells apart."""

from sqlmodel import Field, SQLModel


class RiskValueGroup(SQLModel, table=True):
    """One row per run and group by churn probability and value, at the playbook's costs."""

    __tablename__ = "risk_value_group"

    run_id: int = Field(primary_key=True)
    risk_value: str = Field(primary_key=True)
    position: int = Field(description="order by urgency, from 0")
    customers: int
    churn_probability: float = Field(description="mean")
    clv_12m: float = Field(description="summed, money; profit where that is at stake")
    at_risk: float = Field(description="churn probability × value at stake, summed, money")


class RetentionCut(SQLModel, table=True):
    """One row per run: the cut on churn probability that brings most, and its costs."""

    __tablename__ = "retention_cut"

    run_id: int = Field(primary_key=True)
    cut: float = Field(description="contact customers whose churn probability is at least this")
    cut_low: float | None = Field(description="lower end of its 95 % bootstrap interval")
    cut_high: float | None
    value_cut: float = Field(
        description="median of the 12 months' value, else of profit, money"
    )
    profit: float = Field(description="expected at the cut, money")
    customers: int = Field(description="contacted at the cut")
    contact_cost: float
    incentive: float
    success_rate: float = Field(description="of leavers who were offered it and stay")
    margin: float = Field(description="share of the value that is kept")


class ContactCost(SQLModel, table=True):
    """One row per run: what contacting costs, and what contacting whoever pays brings."""

    __tablename__ = "contact_cost"

    run_id: int = Field(primary_key=True)
    contact_cost: float = Field(description="money per contacted customer")
    incentive: float = Field(description="money per customer who takes it")
    success_rate: float = Field(description="share of leavers who stay once contacted")
    staying_accept: float = Field(
        description="share of those staying anyway who take the incentive"
    )
    margin: float = Field(description="share of revenue that is kept")
    months: float = Field(description="months whose revenue is at stake")
    customers: int = Field(description="who pays: contact_profit above 0")
    cost: float = Field(description="expected of contacting all of them, money")
    profit: float = Field(description="the same, the sum of their contact_profit")
    profit_low: float = Field(description="lower end of its range")
    profit_high: float = Field(description="upper end of its range")
    fewest: int = Field(description="who would pay were the level at the ends of its range")
    most: int = Field(description="the same, at the other end")
    basis: str | None = Field(
        default=None,
        description="what a contact is reckoned by: revenue or profit of leavers, answer (an"
        " order of whoever answers a campaign), or rule (no amount is known); null: revenue",
    )
    task: str | None = Field(
        default=None, description="whose probability it takes; null by rule"
    )
    note: str | None = Field(default=None, description="what to mind, in sentences")
    middle_from: float | None = Field(
        default=None, description="profit from which value_band is middle; null by others"
    )
    high_from: float | None = Field(
        default=None, description="profit from which value_band is high; null by others"
    )
