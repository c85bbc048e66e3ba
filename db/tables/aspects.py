"""What a source tells of its customers beside orders: demography, spend and the like."""

from sqlmodel import Field, SQLModel


class Demography(SQLModel, table=True):
    """One row per run and customer."""

    __tablename__ = "demography"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    age: float | None
    gender: str | None
    country: str | None
    city: str | None
    education: str | None
    marital_status: str | None
    income: float | None
    children: int | None
    membership: str | None


class CategorySpend(SQLModel, table=True):
    """One row per run, customer and category."""

    __tablename__ = "category_spend"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    category: str = Field(primary_key=True)
    spend: float | None


class CampaignResponse(SQLModel, table=True):
    """One row per run, customer and campaign."""

    __tablename__ = "campaign_response"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    campaign: str = Field(primary_key=True)
    accepted: bool | None


class ChannelUse(SQLModel, table=True):
    """One row per run, customer and channel."""

    __tablename__ = "channel_use"
    __table_args__ = {"sqlite_with_rowid": False}

    run_id: int = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    is_online: bool | None
    purchases: float | None
