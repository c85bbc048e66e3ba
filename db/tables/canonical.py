"""Records as their sources hold them, typed and under known names; they belong to a load."""

from pydantic import NaiveDatetime
from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel, UniqueConstraint


class DataSet(SQLModel, table=True):
    """One row per data set: one shop's records under one name."""

    __tablename__ = "dataset"

    dataset_id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, description="the name given with --dataset")


class Load(SQLModel, table=True):
    """One row per load: a source that was read once, known by its checksum."""

    __tablename__ = "load"
    __table_args__ = (UniqueConstraint("dataset_id", "checksum"),)

    load_id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.dataset_id")
    checksum: str = Field(
        description="SHA-256 of the source and of how its columns were mapped"
    )
    name: str = Field(description="the file's own name, or the database's and table's")
    form: str = Field(
        description="order-lines, customers, marketing, behaviour or market-activity"
    )
    rows_read: int = Field(description="data rows of every sheet and member")
    complete: bool = Field(default=False, description="whether every row has been written")
    currency: str | None = Field(
        default=None, description="ISO code of its money, where the source says it"
    )
    mapping: str | None = Field(
        default=None, description="which column is which field, as it was given, as JSON"
    )


class LoadRemark(SQLModel, table=True):
    """One row per thing that was said of a source when it was read."""

    __tablename__ = "load_remark"

    load_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    level: str = Field(description="warning, where a figure is in doubt, or note")
    code: str = Field(description="its stable name")
    sentence: str
    rows: int = Field(description="how many rows it is about")


class OrderLine(SQLModel, table=True):
    """One row per line of an order as the source holds it, before any cleaning."""

    __tablename__ = "order_line"
    __table_args__ = {"sqlite_with_rowid": False}

    load_id: int = Field(primary_key=True)
    line: int = Field(primary_key=True, description="position in the load, from 0")
    part: int = Field(description="position of the sheet or member in the load, from 0")
    source_row: int = Field(description="row in its sheet or file, the header being row 1")
    invoice: str | None
    product: str | None
    description: str | None
    ordered_at: NaiveDatetime | None
    quantity: float | None = Field(description="pieces; negative where something came back")
    unit_price: float | None = Field(description="money per piece")
    customer_id: str | None
    country: str | None
    unreadable: bool = Field(description="whether a cell held something that could not be read")
    category: str | None = Field(default=None, description="the source's own category")
    channel: str | None = Field(default=None, description="where it was bought")
    status: str | None = Field(
        default=None,
        description="cancelled, refunded, failed, voided, pending, or other (no sale);"
        " null where it counts",
    )
    cost: float | None = Field(
        default=None, description="what the shop paid, a piece or a line"
    )
    other: int | None = Field(
        default=None,
        sa_type=BigInteger,
        description="a number for all other columns of the row: lines that differ in it are no"
        " duplicates",
    )
