"""Customers of a form with one row each: mended, under the names that all forms share."""

import numpy as np
import pandas as pd
from sqlalchemy.engine import Engine

from db.frames import append_rows
from db.tables.aspects import CampaignResponse, CategorySpend, ChannelUse
from db.tables.customers import (
    Snapshot,
)
from pipeline import recorder
from pipeline.features.customers import (
    CAMPAIGNS,
    LAST_CAMPAIGN,
    campaign_responses,
    channel_use,
    known_customers,
    made_from,
    spend_by_category,
    yes_or_no,
)
from pipeline.features.days import day_number
from pipeline.features.figures import figures_of_customers
from pipeline.features.labels import ACTIVITY_DROP, GIVEN_OUTCOME, OUTCOMES
from pipeline.learning.given import Labelled, answer_task, given_materials, leaving_task
from pipeline.learning.single import activity_material
from pipeline.learning.tasks import Prepared, Refused, outcome_task
from pipeline.preparation.known import Known, Loaded
from pipeline.preparation.request import Request
from pipeline.quality.mending import Mended, mend
from pipeline.recorder import Result
from pipeline.run.timing import Stopwatch
from pipeline.segments.mixed import input_attributes, mixed_space
from pipeline.sources.customers.names import ANSWER, LEAVING, STAYING
from pipeline.sources.customers.roles import NO_WORDS
from pipeline.sources.customers.rows import leaving_words
from pipeline.sources.outcomes import outcome_of

POSITIVE = {LEAVING: leaving_words(), STAYING: NO_WORDS}
"""Words by which an outcome says that somebody left, in small letters."""


def of_records(
    engine: Engine,
    request: Request,
    loaded: Loaded,
    *,
    run_id: int,
    watch: Stopwatch,
) -> Known:
    """Mend records with one row a customer and bring their attributes under common names."""
    settings = request.settings
    with watch.stage("collect"):
        records = recorder.stored_records(engine, loaded.loads)
    with watch.stage("clean"):
        mended = mend(records, settings.cleaning, as_of=request.as_of)
        del records
    with watch.stage("features"):
        customers = known_customers(
            loaded.form, mended.customers, settings.rules, as_of=mended.as_of
        )
        day = customers["as_of"].iloc[0]
        append_rows(
            engine,
            Snapshot,
            pd.DataFrame({"as_of": [day], "as_of_day": [day_number(day)]}),
            run_id=run_id,
        )
        given_outcomes = _given(loaded.form, mended, request)
    campaigns = campaign_responses(mended.customers)
    return Known(
        snapshots=customers,
        figures=figures_of_customers(mended.customers),
        remarks=loaded.remarks,
        as_of=mended.as_of,
        rows_kept=mended.rows_kept,
        findings=mended.findings,
        results=[
            Result(CategorySpend, spend_by_category(customers)),
            Result(CampaignResponse, campaigns),
            Result(ChannelUse, channel_use(customers)),
        ],
        space_of=lambda newest: mixed_space(newest, settings.segments.inputs),
        inputs_of=lambda newest: input_attributes(newest, settings.segments.inputs),
        outcomes=lambda newest: _labelled(newest, given_outcomes, request),
        answer=answer_task(given_outcomes),
        leaving=leaving_task(given_outcomes),
    )


def _given(form: str, mended: Mended, request: Request) -> list[Labelled]:
    """Collect the outcomes that the source gives, by the names that the mapping has for them.

    A column is known under several keys where loads were read with different mappings.
    """
    fields = mended.customers
    people = fields["customer_id"].astype(str).to_numpy()
    outcomes: dict[str, Labelled] = {}
    for key in fields:
        outcome = outcome_of(str(key))
        if outcome is None:
            continue
        words = pd.Series(fields[key].to_numpy(dtype=object), index=people, dtype=object)
        own = (
            made_from(form, outcome.field, fields, request.settings.rules, as_of=mended.as_of)
            if outcome.field
            else frozenset[str]()
        )
        if outcome.name in outcomes:
            earlier = outcomes[outcome.name]
            words, own = earlier.words.combine_first(words), earlier.own | own
        outcomes[outcome.name] = Labelled(
            outcome.name,
            words,
            own,
            is_answer=outcome.field in {*CAMPAIGNS, ANSWER},
            is_leaving=outcome.field in {LEAVING, STAYING},
            positive=POSITIVE.get(outcome.field or "", frozenset()),
        )
    return list(outcomes.values()) or _last_answers(form, mended, people, request)


def _last_answers(
    form: str, mended: Mended, people: np.ndarray, request: Request
) -> list[Labelled]:
    """Take the answers to the last campaign for the outcome, where no other is named."""
    fields = mended.customers
    if LAST_CAMPAIGN not in fields or fields[LAST_CAMPAIGN].dropna().nunique() < 2:
        return []
    words = yes_or_no(fields[LAST_CAMPAIGN]).astype(object)
    own = made_from(form, LAST_CAMPAIGN, fields, request.settings.rules, as_of=mended.as_of)
    answers = pd.Series(words.to_numpy(), index=people, dtype=object)
    return [Labelled(CAMPAIGNS[LAST_CAMPAIGN], answers, own, is_answer=True)]


def _labelled(
    customers: pd.DataFrame, given_outcomes: list[Labelled], request: Request
) -> list[Prepared]:
    """Prepare what a source without orders can tell of outcomes: its own labels, if any."""
    settings = request.settings.models
    missing = (
        "This source has one row a customer and no order lines, so what customers do next can't"
        " be seen. Add a data set of order lines."
    )
    prepared: list[Prepared] = []
    for name in (outcome for outcome in settings.tasks if outcome in OUTCOMES):
        if name == ACTIVITY_DROP and "activity" in customers:
            prepared.append(activity_material(customers, settings=settings, seed=request.seed))
        else:
            task = outcome_task(name, settings.horizon_days)
            prepared.append(Refused(task, missing))
    if GIVEN_OUTCOME in settings.tasks:
        prepared += given_materials(
            customers, given_outcomes, settings=settings, seed=request.seed
        )
    return prepared
