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
    clv_12m: float = Field(description="summed, money")
    at_risk: float = Field(description="churn probability times value, summed, money")


class RetentionCut(SQLModel, table=True):
    """One row per run: the cut on churn probability that brings most, and its costs."""

    __tablename__ = "retention_cut"

    run_id: int = Field(primary_key=True)
    cut: float = Field(description="contact customers whose churn probability is at least this")
    cut_low: float | None = Field(description="lower end of its 95 % bootstrap interval")
    cut_high: float | None
    value_cut: float = Field(description="median of the 12 months' value, money")
    profit: float = Field(description="expected at the cut, money")
    customers: int = Field(description="contacted at the cut")
    contact_cost: float
    incentive: float
    success_rate: float = Field(description="of leavers who were offered it and stay")
    margin: float = Field(description="share of the value that is kept")
