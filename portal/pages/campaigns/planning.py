"""Campaigns as they are made: an audience divided, stored, named and described."""

import datetime as dt
import json
from typing import NamedTuple

import pandas as pd
from sqlalchemy.engine import Connection, Engine

from db.workspace import campaigns as kept
from db.workspace import is_there
from db.workspace.campaigns import Campaign
from db.workspace.undo import Deleted
from portal.pages.campaigns import queries, wanted
from portal.pages.campaigns.wanted import EVERYONE, WHOLE, Wanted
from portal.reading.contacting import economics
from portal.reading.filters import TEXT, WHERE, Filters, parts_of
from portal.reading.published import PublishedRun
from portal.words import wording
from portal.words.titles import title as named

STRATA = ("segment", "spend_band")
COMPARED = ("segment", "recency_days", "frequency", "monetary", "churn_probability", "clv_12m")
"""What both groups are compared on, so that it is seen whether chance made them alike."""
LONGEST_NOTE, LONGEST_OFFER, MOST_COST = 2_000, 200, 1e12
WORTH = "Worth contacting"
TITLES = {
    "segment": "Segment",
    "country": "Country",
    "band": "Spend band",
    "risk": "Churn risk",
    "contact": WORTH,
    TEXT: "Customer",
}


class Plan(NamedTuple):
    """An audience divided: one row per customer in `members`, and what it was made from."""

    members: pd.DataFrame
    stamp: economics.Stamp
    balance: pd.DataFrame


def plan(
    run: PublishedRun,
    filters: Filters,
    *,
    name: str,
    share: float,
    seed: int,
    targeting: Wanted = WHOLE,
) -> Plan:
    """Divide those of the customers that filters keep whom a campaign is meant for.

    Raises `StrategyError` where they are too few.
    """
    audience = queries.read(run, queries.audience(run, filters)).astype({"customer_id": "str"})
    profits = wanted.profits(run, filters, targeting)
    if targeting.whom != EVERYONE and profits is not None:
        is_listed = audience["customer_id"].isin(profits["customer_id"])
        audience = audience[is_listed].reset_index(drop=True)
    strata = [column for column in STRATA if audience[column].notna().any()]
    stratum = economics.strata(audience, strata)
    contacted = economics.assign(audience["customer_id"], stratum, share=share, seed=seed)
    stamp = economics.Stamp(
        name=name,
        dataset=run.dataset,
        run=run.run_id,
        as_of=run.as_of,
        model=queries.churn_model(run),
        filters=said_filters(filters) | wanted.list_said(targeting, run.currency),
        strata=tuple(strata),
        customers=len(audience),
        audience=economics.audience_digest(audience["customer_id"]),
        seed=seed,
        share=share,
        expected=wanted.expected(
            run, filters, targeting, rows=profits,
            contacted=set(audience["customer_id"][contacted]),
        ),
    )  # fmt: skip
    compared_columns = [column for column in COMPARED if audience[column].notna().any()]
    members = pd.DataFrame(
        {"customer_id": audience["customer_id"], "contacted": contacted, "stratum": stratum}
    )
    return Plan(members, stamp, economics.balance(audience[compared_columns], contacted))


def create(writer: Engine, planned: Plan, *, at: dt.datetime) -> int:
    """Store a plan as a campaign and give its number; raises `NameTaken` and `BadName`."""
    stamp = planned.stamp
    return kept.create(
        writer,
        planned.members,
        dataset=stamp.dataset,
        name=stamp.name,
        made_by_run=stamp.run,
        as_of=stamp.as_of,
        stamp=stamp.to_json(),
        at=at,
    )


def describe(
    writer: Engine, campaign_id: int, *, name: str, note: str, offer: str, cost: float | None
) -> None:
    """Keep what a campaign is called and what is said of it.

    Raises `StrategyError` on a text that is too long or a cost below 0, and what
    `kept.describe` raises.
    """
    for field, text, most in (("note", note, LONGEST_NOTE), ("offer", offer, LONGEST_OFFER)):
        if len(text) > most:
            raise economics.StrategyError(f"The {field} must have at most {most:,} characters.")
    if cost is not None and not 0 <= cost < MOST_COST:
        raise economics.StrategyError("The cost must be an amount of 0 or more.")
    kept.describe(writer, campaign_id, name=name, note=note, offer=offer, cost=cost)


def every(run: PublishedRun) -> list[Campaign]:
    """Give the campaigns of a data set, the latest first."""
    return kept.of(run.connection, run.dataset) if is_there(run.connection) else []


def deleted(run: PublishedRun) -> list[Deleted]:
    """Give the campaigns of a data set that can be brought back, the latest first."""
    return kept.deleted(run.connection, run.dataset) if is_there(run.connection) else []


def one(connection: Connection, campaign_id: int | None) -> Campaign | None:
    """Give a campaign, where it is there."""
    if campaign_id is None or not is_there(connection):
        return None
    return kept.one(connection, campaign_id)


def said_filters(filters: Filters) -> dict[str, str]:
    """Write filters by name, several values of one as JSON so that none runs into another."""
    values_by_title: dict[str, list[str]] = {}
    for field, value in filters.pairs:
        name, group = parts_of(value) if field == WHERE else (field, value)
        values_by_title.setdefault(TITLES.get(name, named(name)), []).append(group)
    text_by_title = {
        title: values[0] if len(values) == 1 else json.dumps(values, ensure_ascii=False)
        for title, values in values_by_title.items()
    }
    return {
        title: text if len(text) <= 200 else f"{text[:197]}..."
        for title, text in text_by_title.items()
    }


def free_name(filters: Filters, run: PublishedRun, targeting: Wanted = WHOLE) -> str:
    """Propose a name: whom it is for and the day, with a number where it is taken."""
    values = [
        f"{named(name)} {group}" if field == WHERE else WORTH if field == "contact" else value
        for field, value in filters.pairs
        for name, group in [parts_of(value)]
    ]
    if targeting.whom != EVERYONE:
        values = [WORTH, *values]
    whom = ", ".join(dict.fromkeys(values)) if values else "All customers"
    name = f"{whom[:70]}{f', {wording.date(run.as_of)}' if run.as_of else ''}"
    taken_names = {campaign.name for campaign in every(run)}
    return next(
        candidate
        for candidate in (
            name,
            *(f"{name} ({place})" for place in range(2, len(taken_names) + 3)),
        )
        if candidate not in taken_names
    )
