"""What people do in the portal: files, mappings, playbooks, campaigns, scored customers.

No column here may be called `run_id` or `load_id`: rows with one go when a run is swept.
"""

import datetime as dt

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

ACTIVE = "state in ('queued', 'running')"
OF_A_FILE = "('check', 'score')"
ONE_PER_DATASET = sa.text(f"{ACTIVE} and kind not in {OF_A_FILE}")
ONE_PER_UPLOAD = sa.text(f"{ACTIVE} and kind in {OF_A_FILE}")
HERE = "deleted_at is null"
WHOLE = sa.text(f"state <> 'writing' and {HERE}")
NOT_DELETED = sa.text(HERE)
DELETED_AT = "when someone deleted it; it can be brought back for 30 days"


class Job(SQLModel, table=True):
    """One row per job: a check, scoring, refresh or deletion started in the portal."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index(
            "job_one_per_dataset",
            "dataset",
            unique=True,
            sqlite_where=ONE_PER_DATASET,
            postgresql_where=ONE_PER_DATASET,
        ),
        sa.Index(
            "job_one_per_upload",
            "upload_id",
            unique=True,
            sqlite_where=ONE_PER_UPLOAD,
            postgresql_where=ONE_PER_UPLOAD,
        ),
    )

    job_id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(description="check, score, refresh or delete")
    dataset: str = Field(description="name of the data set that it is about", index=True)
    upload_id: int | None = Field(default=None, description="the file that it reads")
    state: str = Field(description="queued, running, done, failed, cancelled or lost")
    stages: str = Field(default="[]", description="stages so far with their times, as JSON")
    message: str | None = Field(default=None, description="why it did not end well")
    log: str = Field(default="", description="what it said, line by line")
    request: str = Field(default="{}", description="what was asked for, as JSON")
    report: str | None = Field(default=None, description="what came of it, as JSON")
    made_run: int | None = Field(default=None, description="the run that it published")
    pid: int | None = Field(default=None, description="process that supervises it")
    cancel_asked: bool = Field(default=False, description="whether someone pressed cancel")
    asked_at: dt.datetime
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    heartbeat_at: dt.datetime = Field(description="last sign of life; an old one means lost")


class Upload(SQLModel, table=True):
    """One row per file brought through the browser; on disk it has a random name."""

    __tablename__ = "upload"

    upload_id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True, description="name of the file on disk")
    name: str = Field(description="the file's own name, never used as a path")
    dataset: str = Field(description="data set that it is meant for")
    size: int = Field(description="bytes that were announced")
    received: int = Field(default=0, description="bytes that came")
    state: str = Field(description="receiving, received, refused, published, scored or gone")
    checksum: str | None = Field(default=None, description="SHA-256 of its bytes")
    shape: str | None = Field(default=None, description="digest of its sorted header")
    form: str | None = Field(default=None, description="form that was recognised")
    message: str | None = Field(default=None, description="why it was refused")
    began_at: dt.datetime
    ended_at: dt.datetime | None = None


class UploadFile(SQLModel, table=True):
    """One row per further file of an upload, where several files belong together."""

    __tablename__ = "upload_file"

    upload_id: int = Field(primary_key=True, description="the upload that it belongs to")
    position: int = Field(primary_key=True, description="order among them, from 1")
    token: str = Field(unique=True, description="name of the file on disk")
    name: str = Field(description="the file's own name, never used as a path")
    size: int
    checksum: str = Field(description="SHA-256 of its bytes")


class DatasetReading(SQLModel, table=True):
    """One row per data set published from an upload: how its files are read."""

    __tablename__ = "dataset_reading"

    dataset_id: int = Field(primary_key=True, foreign_key="dataset.dataset_id")
    shapes: str = Field(description="digests of the headers of its files, as JSON")
    choices: str = Field(description="form, layout, columns, tables, currency, as JSON")
    changed_at: dt.datetime


class ColumnMapping(SQLModel, table=True):
    """One row per shape of file that someone mapped: remembered for the next such file."""

    __tablename__ = "column_mapping"

    shape: str = Field(primary_key=True, description="digest of the sorted header")
    mapping: str = Field(description="column of each field, as JSON")
    changed_at: dt.datetime


class PlaybookVersion(SQLModel, table=True):
    """One row per data set and version of its playbook; the built-in one is version 0."""

    __tablename__ = "playbook_version"

    dataset_id: int = Field(primary_key=True, foreign_key="dataset.dataset_id")
    version: int = Field(
        primary_key=True, description="from 1, the newest not deleted is in force"
    )
    text: str = Field(description="the playbook, as YAML")
    note: str = Field(default="", description="why it was changed, in the editor's words")
    saved_at: dt.datetime
    deleted_at: dt.datetime | None = Field(default=None, description=DELETED_AT)


class Scenario(SQLModel, table=True):
    """One row per scenario that someone saved under a name, to compare and to share."""

    __tablename__ = "scenario"
    __table_args__ = (
        sa.Index(
            "scenario_one_per_name",
            "dataset_id",
            "kind",
            "name",
            unique=True,
            sqlite_where=NOT_DELETED,
            postgresql_where=NOT_DELETED,
        ),
    )

    scenario_id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.dataset_id")
    kind: str = Field(description="what it is about: retention, return or budget")
    name: str
    inputs: str = Field(description="what was entered, or the file, as JSON")
    token: str = Field(unique=True, description="names it in a shared address")
    saved_at: dt.datetime
    deleted_at: dt.datetime | None = Field(default=None, description=DELETED_AT)


class Campaign(SQLModel, table=True):
    """One row per campaign: whom it is for, what the list was made from, how far it is."""

    __tablename__ = "campaign"
    __table_args__ = (
        sa.Index(
            "campaign_one_per_name",
            "dataset_id",
            "name",
            unique=True,
            sqlite_where=WHOLE,
            postgresql_where=WHOLE,
        ),
    )

    campaign_id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.dataset_id", index=True)
    name: str
    state: str = Field(description="writing (members come in), planned, running or ended")
    made_by_run: int = Field(description="the run whose customers it is made of")
    as_of: dt.date | None = Field(default=None, description="day of the snapshot")
    stamp: str = Field(description="what the list was made from, as JSON")
    contacted: int = Field(default=0, description="members to contact")
    held_out: int = Field(default=0, description="members held out")
    note: str = ""
    created_at: dt.datetime
    starts_on: dt.date | None = Field(default=None, description="first day of contacts")
    ends_on: dt.date | None = Field(default=None, description="last day that is read back")
    deleted_at: dt.datetime | None = Field(default=None, description=DELETED_AT)


class CampaignDetail(SQLModel, table=True):
    """One row per campaign that someone described: what was offered and what it cost."""

    __tablename__ = "campaign_detail"

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.campaign_id")
    offer: str = Field(default="", description="what the contacted were offered")
    cost: float | None = Field(default=None, description="all that it cost, in money")


class CampaignMember(SQLModel, table=True):
    """One row per campaign and customer in it."""

    __tablename__ = "campaign_member"
    __table_args__ = {"sqlite_with_rowid": False}

    campaign_id: int = Field(primary_key=True, foreign_key="campaign.campaign_id")
    customer_id: str = Field(primary_key=True)
    contacted: bool = Field(description="false: held out")
    stratum: str = Field(description="within which the choice was made")


class ScoredCustomer(SQLModel, table=True):
    """One row per data set and customer who was scored and saved; no run learns from it."""

    __tablename__ = "scored_customer"
    __table_args__ = {"sqlite_with_rowid": False}

    dataset_id: int = Field(primary_key=True, foreign_key="dataset.dataset_id")
    customer_id: str = Field(primary_key=True, description="as whoever saved it entered it")
    inputs: str = Field(description="what was entered, as JSON")
    answer: str = Field(description="what the models said of it, as JSON")
    scored_by_run: int = Field(description="the run whose models said so")
    as_of: dt.date | None = Field(default=None, description="day of that run's snapshot")
    saved_at: dt.datetime


class AlertRule(SQLModel, table=True):
    """One row per data set and rule for alerts, looked at with every update."""

    __tablename__ = "alert_rule"

    rule_id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.dataset_id", index=True)
    figure: str = Field(description="the figure that is watched")
    subject: str | None = Field(
        default=None, description="attribute or task, where the figure has several; null: any"
    )
    kind: str = Field(description="above, below, rises, falls or range")
    threshold: float = Field(description="limit; of a change a share, 0.3 is 30 %")
    is_on: bool
    is_given: bool = Field(description="whether it came with the data set")
    saved_at: dt.datetime
    deleted_at: dt.datetime | None = Field(default=None, description=DELETED_AT)
