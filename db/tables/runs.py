"""Runs of the pipeline: what they read, took and found; and which is published."""

import datetime as dt

from sqlmodel import Field, SQLModel


class Run(SQLModel, table=True):
    """One row per run: one execution of the pipeline over a data set."""

    __tablename__ = "run"

    run_id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.dataset_id", index=True)
    form: str = Field(description="form of the source")
    status: str = Field(description="running, published, failed, interrupted or lost")
    seed: int
    settings: str = Field(description="every setting of the run, as JSON")
    version: str = Field(description="version of the product")
    started_at: dt.datetime
    published_at: dt.datetime | None = None
    as_of: dt.date | None = Field(default=None, description="day of the newest snapshot")
    currency: str = Field(default="", description="ISO code of the currency of all amounts")
    rows_read: int | None = None
    rows_kept: int | None = None
    customers: int | None = None
    seconds: float | None = Field(
        default=None, description="wall time from start to publishing"
    )
    message: str | None = Field(default=None, description="why it was not published")
    kind: str | None = Field(
        default=None,
        description="quick: segments and sales alone, until the full run takes its place; null:"
        " full",
    )


class RunOwner(SQLModel, table=True):
    """One row per run that is running: whose it is, by a token that nobody else knows."""

    __tablename__ = "run_owner"

    run_id: int = Field(primary_key=True, foreign_key="run.run_id")
    token: str = Field(description="random; each write and publishing compare it")
    writes: int = Field(description="transactions that were committed for the run so far")
    beats: int = Field(description="signs of life so far")
    process: str = Field(description="boot, space, number and start of the process")


class RunLoad(SQLModel, table=True):
    """One row per load that a run reads; a later batch replaces invoices of an earlier one."""

    __tablename__ = "run_load"

    run_id: int = Field(primary_key=True, foreign_key="run.run_id")
    load_id: int = Field(primary_key=True, foreign_key="load.load_id")
    batch: int = Field(description="sources given in one command are one batch")
    position: int = Field(description="order within the run")


class Published(SQLModel, table=True):
    """One row per data set that has a published run: the pointer that publishing moves."""

    __tablename__ = "published"

    dataset_id: int = Field(primary_key=True, foreign_key="dataset.dataset_id")
    run_id: int = Field(foreign_key="run.run_id")


class StageTiming(SQLModel, table=True):
    """One row per run and stage."""

    __tablename__ = "stage_timing"

    run_id: int = Field(primary_key=True, foreign_key="run.run_id")
    position: int = Field(primary_key=True)
    stage: str
    seconds: float = Field(description="wall time")
    cpu_seconds: float = Field(description="processor time of the process and its threads")
    peak_bytes: int = Field(description="largest resident memory so far")


class Finding(SQLModel, table=True):
    """One row per run and rule or remark: how many rows it took, why, and examples."""

    __tablename__ = "finding"

    run_id: int = Field(primary_key=True, foreign_key="run.run_id")
    position: int = Field(primary_key=True, description="order in which the rules ran")
    stage: str = Field(description="reading, cleaning, orders, segments")
    rule: str
    title: str = Field(description="what was found, in a few words")
    explanation: str = Field(description="why the rule is there and what it does")
    rows: int = Field(description="rows it took or concerns")
    removes: bool = Field(description="whether these rows were left out")
    amount: float | None = Field(default=None, description="money on these rows")
    examples: str = Field(default="[]", description="up to five rows, as JSON")


class RunRemark(SQLModel, table=True):
    """One row per run and thing that is to be said of its sources and figures."""

    __tablename__ = "run_remark"

    run_id: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    level: str = Field(description="warning, where a figure is in doubt, or note")
    code: str = Field(description="its stable name")
    sentence: str
    rows: int = Field(description="how many rows it is about")


class Artifact(SQLModel, table=True):
    """One row per model that a run stored, in a form that can't run code when it is loaded."""

    __tablename__ = "artifact"

    run_id: int = Field(primary_key=True, foreign_key="run.run_id")
    name: str = Field(primary_key=True)
    format: str = Field(description="name and version of the form that it is stored in")
    sha256: str = Field(description="checksum of the content")
    content: bytes


class ResultChecksum(SQLModel, table=True):
    """One row per run and table: what the rows that the run wrote there add up to."""

    __tablename__ = "result_checksum"

    run_id: int = Field(primary_key=True, foreign_key="run.run_id")
    table_name: str = Field(primary_key=True)
    rows: int
    checksum: str = Field(description="sum of the hashes of the rows, in any order")


class LastCheck(SQLModel, table=True):
    """The one row that says what the last check of published results found."""

    __tablename__ = "last_check"

    check_id: int | None = Field(default=None, primary_key=True)
    checked_at: str = Field(description="when, in UTC as ISO 8601 has it")
    damaged: str = Field(description="names of the damaged tables by run, as JSON")
