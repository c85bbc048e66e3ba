"""Records as their sources hold them, typed and under known names; they belong to a load."""

from pydantic import NaiveDatetime
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
    form: str = Field(description="order-lines, marketing, behaviour or market-activity")
    rows_read: int = Field(description="data rows of every sheet and member")
    complete: bool = Field(default=False, description="whether every row has been written")


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
