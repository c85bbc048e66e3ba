"""Records of forms with one row a customer, typed and under known names; part of a load."""

from sqlmodel import Field, SQLModel


class CustomerRecord(SQLModel, table=True):
    """One row per row of a source without orders, as it holds it, before any cleaning."""

    __tablename__ = "customer_record"
    __table_args__ = {"sqlite_with_rowid": False}

    load_id: int = Field(primary_key=True)
    line: int = Field(primary_key=True, description="position in the load, from 0")
    part: int = Field(description="position of the sheet or member in the load, from 0")
    source_row: int = Field(description="row in its sheet or file, the header being row 1")
    form: str = Field(description="a form, or one of market activity's four tables")
    customer_id: str | None
    fields: str = Field(description="every field of the row by its known name, as JSON")
    unreadable: bool = Field(description="whether a cell held something that could not be read")
