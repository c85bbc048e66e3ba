"""Campaigns: whom they are for, who of them is held out, and from when on they are read back.

A campaign's members come in by parts, so that a million of them don't hold the write lock;
until the last one is there the campaign is "writing" and nobody sees it.
"""

import datetime as dt
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from db.engine import reading, speaking, writing
from db.errors import DatabaseError, DatabaseUnavailable
from db.frames import read_frame
from db.runs import DATASET
from db.tables import core
from db.tables.workspace import Campaign as CampaignRow
from db.tables.workspace import CampaignDetail as CampaignDetailRow
from db.tables.workspace import CampaignMember as CampaignMemberRow
from db.workspace import undo
from db.workspace.owners import NameTaken, check_name, owner
from db.workspace.undo import Deleted

CAMPAIGN, MEMBER = core(CampaignRow), core(CampaignMemberRow)
DETAIL = core(CampaignDetailRow)
WRITING = "writing"
SAID_LATER = ("offer", "cost")
AT_ONCE = 50_000
"""Members in one transaction."""
LEFT_AFTER = dt.timedelta(minutes=30)
"""After which a campaign whose members stopped coming in is taken away."""


MEMBERS = """
select customer_id, contacted, stratum
from campaign_member
where campaign_id = :campaign_id
order by customer_id
"""


class NoCampaign(DatabaseError):
    """There is no such campaign."""


class Campaign(NamedTuple):
    """A campaign without its members; `stamp` is JSON and says what the list was made from.

    `offer` is what the contacted were offered, `cost` all that it cost, where someone said so.
    """

    campaign_id: int
    dataset: str
    name: str
    state: str
    made_by_run: int
    as_of: dt.date | None
    stamp: str
    contacted: int
    held_out: int
    note: str
    created_at: dt.datetime
    starts_on: dt.date | None
    ends_on: dt.date | None
    offer: str = ""
    cost: float | None = None


def create(
    engine: Engine,
    members: pd.DataFrame,
    *,
    dataset: str,
    name: str,
    made_by_run: int,
    as_of: dt.date | None,
    stamp: str,
    at: dt.datetime,
    note: str = "",
) -> int:
    """Keep a campaign and its members (`customer_id, contacted, stratum`); give its number.

    Raises `NameTaken` where the data set has a campaign of that name, and `BadName`.
    """
    check_name(name)
    _sweep(engine, at)
    campaign_id = _begin(
        engine,
        dataset,
        name=name,
        made_by_run=made_by_run,
        as_of=as_of,
        stamp=stamp,
        note=note,
        created_at=at,
    )
    try:
        _write_members(engine, campaign_id, members)
        _complete(engine, campaign_id, name, contacted=int(members["contacted"].sum()))
    except BaseException:
        erase(engine, campaign_id)
        raise
    return campaign_id


def start(engine: Engine, campaign_id: int, *, on: dt.date) -> None:
    """Record the first day of contacts: what happens from then on is read back."""
    _set(engine, campaign_id, state="running", starts_on=on, ends_on=None)


def end(engine: Engine, campaign_id: int, *, on: dt.date) -> None:
    """Record the last day that is read back."""
    _set(engine, campaign_id, state="ended", ends_on=on)


def describe(
    engine: Engine, campaign_id: int, *, name: str, note: str, offer: str, cost: float | None
) -> None:
    """Change what a campaign is called, the note on it, its offer and its cost.

    Raises `NameTaken` where another campaign of the data set has that name, `BadName` and
    `NoCampaign`; then nothing has changed.
    """
    check_name(name)
    with speaking(engine):
        try:
            with engine.begin() as connection:
                _change(connection, campaign_id, name=name, note=note)
                mine = DETAIL.c.campaign_id == campaign_id
                connection.execute(sa.delete(DETAIL).where(mine))
                connection.execute(
                    sa.insert(DETAIL).values(campaign_id=campaign_id, offer=offer, cost=cost)
                )
        except IntegrityError as error:
            raise _taken(name) from error


def delete(engine: Engine, campaign_id: int, *, at: dt.datetime) -> None:
    """Delete a campaign: nobody sees it from now on, and for 30 days it can be brought back.

    What was deleted longer ago goes for good.
    """
    _sweep(engine, at)
    with writing(engine) as connection:
        connection.execute(
            sa.update(CAMPAIGN)
            .where(CAMPAIGN.c.campaign_id == campaign_id, undo.is_here(CAMPAIGN))
            .values(deleted_at=at)
        )


def restore(engine: Engine, campaign_id: int) -> None:
    """Bring a deleted campaign back, with its members and all that was said of it.

    Raises `NameTaken` where another one has its name by now, and `NoCampaign`.
    """
    mine = (CAMPAIGN.c.campaign_id == campaign_id, CAMPAIGN.c.state != WRITING)
    with speaking(engine):
        with engine.connect() as connection:
            name = connection.execute(sa.select(CAMPAIGN.c.name).where(*mine)).scalar()
        if name is None:
            raise NoCampaign("That campaign is gone for good.")
        try:
            with engine.begin() as connection:
                connection.execute(sa.update(CAMPAIGN).where(*mine).values(deleted_at=None))
        except IntegrityError as error:
            raise _taken(str(name)) from error


def deleted(connection: Connection, dataset: str) -> list[Deleted]:
    """Give the campaigns of a data set that can be brought back, the latest first."""
    query = (
        undo.listed(CAMPAIGN, CAMPAIGN.c.campaign_id, CAMPAIGN.c.name)
        .join(DATASET, DATASET.c.dataset_id == CAMPAIGN.c.dataset_id)
        .where(DATASET.c.name == dataset, CAMPAIGN.c.state != WRITING)
    )
    return [Deleted._make(row) for row in connection.execute(query)]


def erase(engine: Engine, campaign_id: int) -> None:
    """Take a campaign away for good with its members; nobody sees it from the first moment."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(CAMPAIGN)
            .where(CAMPAIGN.c.campaign_id == campaign_id)
            .values(state=WRITING)
        )
    some = (
        sa.select(MEMBER.c.customer_id)
        .where(MEMBER.c.campaign_id == campaign_id)
        .limit(AT_ONCE)
    )
    gone = AT_ONCE
    while gone == AT_ONCE:
        with writing(engine) as connection:
            gone = connection.execute(
                sa.delete(MEMBER).where(
                    MEMBER.c.campaign_id == campaign_id, MEMBER.c.customer_id.in_(some)
                )
            ).rowcount
    with writing(engine) as connection:
        connection.execute(sa.delete(DETAIL).where(DETAIL.c.campaign_id == campaign_id))
        connection.execute(sa.delete(CAMPAIGN).where(CAMPAIGN.c.campaign_id == campaign_id))


def delete_all(engine: Engine, dataset_id: int) -> None:
    """Take every campaign of a data set away, those deleted too."""
    with reading(engine) as connection:
        query = sa.select(CAMPAIGN.c.campaign_id).where(CAMPAIGN.c.dataset_id == dataset_id)
        every = list(connection.execute(query).scalars())
    for campaign_id in every:
        erase(engine, int(campaign_id))


def one(connection: Connection, campaign_id: int) -> Campaign | None:
    """Give a campaign by its number."""
    query = _whole(connection).where(CAMPAIGN.c.campaign_id == campaign_id)
    row = connection.execute(query).first()
    return None if row is None else Campaign(*row)


def of(connection: Connection, dataset: str) -> list[Campaign]:
    """Give the campaigns of a data set, the latest first."""
    query = _whole(connection).where(DATASET.c.name == dataset)
    rows = connection.execute(query.order_by(CAMPAIGN.c.campaign_id.desc()))
    return [Campaign(*row) for row in rows]


def members(connection: Connection, campaign_id: int) -> pd.DataFrame:
    """Give a campaign's customers by their identifiers: `customer_id, contacted, stratum`."""
    rows = read_frame(connection, MEMBERS, campaign_id=campaign_id)
    return rows.astype({"customer_id": "str", "contacted": bool, "stratum": "str"})


def _begin(engine: Engine, dataset: str, *, name: str, **values: Any) -> int:
    with writing(engine) as connection:
        dataset_id = owner(connection, dataset)
        namesakes = sa.select(CAMPAIGN.c.campaign_id).where(
            CAMPAIGN.c.dataset_id == dataset_id,
            CAMPAIGN.c.name == name,
            CAMPAIGN.c.state != WRITING,
            undo.is_here(CAMPAIGN),
        )
        if connection.execute(namesakes).first() is not None:
            raise _taken(name)
        key = connection.execute(
            sa.insert(CAMPAIGN).values(
                dataset_id=dataset_id,
                name=name,
                state=WRITING,
                contacted=0,
                held_out=0,
                **values,
            )
        ).inserted_primary_key
        if key is None:
            raise DatabaseUnavailable("The database gave no key for a new campaign.")
        return int(key[0])


def _write_members(engine: Engine, campaign_id: int, rows: pd.DataFrame) -> None:
    for begin in range(0, len(rows), AT_ONCE):
        part = rows.iloc[begin : begin + AT_ONCE]
        values = zip(
            part["customer_id"].astype("str").tolist(),
            part["contacted"].astype(bool).tolist(),
            part["stratum"].astype("str").tolist(),
            strict=True,
        )
        with writing(engine) as connection:
            connection.execute(
                sa.insert(MEMBER),
                [
                    {
                        "campaign_id": campaign_id,
                        "customer_id": customer_id,
                        "contacted": is_contacted,
                        "stratum": stratum,
                    }
                    for customer_id, is_contacted, stratum in values
                ],
            )


def _complete(engine: Engine, campaign_id: int, name: str, *, contacted: int) -> None:
    count = (
        sa.select(sa.func.count()).where(MEMBER.c.campaign_id == campaign_id).scalar_subquery()
    )
    with speaking(engine):
        try:
            with engine.begin() as connection:
                connection.execute(
                    sa.update(CAMPAIGN)
                    .where(CAMPAIGN.c.campaign_id == campaign_id)
                    .values(state="planned", contacted=contacted, held_out=count - contacted)
                )
        except IntegrityError as error:
            raise _taken(name) from error


def _sweep(engine: Engine, at: dt.datetime) -> None:
    """Take away what processes that died left half written, and what was deleted long ago."""
    is_left = sa.and_(CAMPAIGN.c.state == WRITING, CAMPAIGN.c.created_at < at - LEFT_AFTER)
    with reading(engine) as connection:
        query = sa.select(CAMPAIGN.c.campaign_id).where(
            sa.or_(is_left, undo.is_due(CAMPAIGN, at))
        )
        campaign_ids = list(connection.execute(query).scalars())
    for campaign_id in campaign_ids:
        erase(engine, int(campaign_id))


def _set(engine: Engine, campaign_id: int, **values: Any) -> None:
    with writing(engine) as connection:
        _change(connection, campaign_id, **values)


def _change(connection: Connection, campaign_id: int, **values: Any) -> None:
    changed = connection.execute(
        sa.update(CAMPAIGN)
        .where(
            CAMPAIGN.c.campaign_id == campaign_id,
            CAMPAIGN.c.state != WRITING,
            undo.is_here(CAMPAIGN),
        )
        .values(**values)
    )
    if changed.rowcount == 0:
        raise NoCampaign("That campaign is not there any more; look at the list again.")


def _whole(connection: Connection) -> sa.Select[Any]:
    """Select campaigns; a database that no newer writer opened yet has no details."""
    has_details = sa.inspect(connection).has_table(DETAIL.name)
    columns = [
        DATASET.c.name.label("dataset") if name == "dataset" else CAMPAIGN.c[name]
        for name in Campaign._fields
        if name not in SAID_LATER
    ]
    if has_details:
        columns += [sa.func.coalesce(DETAIL.c.offer, "").label("offer"), DETAIL.c.cost]
    joined = sa.select(*columns).join(DATASET, DATASET.c.dataset_id == CAMPAIGN.c.dataset_id)
    if has_details:
        joined = joined.outerjoin(DETAIL, DETAIL.c.campaign_id == CAMPAIGN.c.campaign_id)
    return joined.where(CAMPAIGN.c.state != WRITING, undo.is_here(CAMPAIGN))


def _taken(name: str) -> NameTaken:
    return NameTaken(f"There is a campaign “{name}” already; choose another name.")
