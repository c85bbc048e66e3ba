"""The one door of the portal to the models: loaded at its first use, kept per run.

Importing this module loads nothing: a worker that never scores has no scikit-learn in memory.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from db.frames import read_frame
from portal.reading.published import PublishedRun, remember
from portal.scoring import schema
from portal.scoring.schema import Answers, Customer, Inputs

if TYPE_CHECKING:
    from pipeline.scoring.score import Answer, Input, Membership, Scored, Scorer

STORED = """
select name, format, sha256, content from artifact where run_id = :run_id order by name
"""
SETTINGS = "select settings from run where run_id = :run_id"
STATES = """
select * from order_state where run_id = :run_id and customer_id = :customer_id
"""
ATTRIBUTES = """
select * from customer_attribute where run_id = :run_id and customer_id = :customer_id
"""
OWN_ATTRIBUTES = """
select attribute.attribute, attribute.kind, own_attribute.number, own_attribute.word
from own_attribute
join attribute
    on attribute.run_id = own_attribute.run_id
    and attribute.position = own_attribute.position
where own_attribute.run_id = :run_id and own_attribute.customer_id = :customer_id
order by attribute.position
"""
FIRST = dt.date(1970, 1, 1)
OUTCOMES = ("churn", "activity_drop", "high_value")
CUSTOMER = "customer_id"


class ScoringError(Exception):
    """Something can't be scored; `str()` is one sentence."""


class NoModels(ScoringError):
    """The published run holds nothing to score with."""


class NotScorable(ScoringError):
    """The models can't work with what was given."""


class Placed(NamedTuple):
    """A change: an order of so much money on the day looked at."""

    value: float
    items: float | None = None


class Passed(NamedTuple):
    """A change: so many days without an order."""

    days: int


def inputs(run: PublishedRun) -> Inputs:
    """Give what a customer of the data set must come with; raises `NoModels`."""
    return remember(run, _inputs)


def score(
    run: PublishedRun, customers: Sequence[Customer], *, as_of: dt.date | None = None
) -> Answers:
    """Say of each customer what the models of the published run say.

    Parameters
    ----------
    customers
        As `misfit` lets them pass: by orders or by attributes, as `inputs` says.
    as_of
        Day on which to look at orders; by default the snapshot's.

    Raises `NoModels`, and `NotScorable` where the models can't work with what was given.
    """
    door, scorer = _door(), remember(run, _scorer)
    day = as_of or run.as_of
    try:
        if scorer.takes_orders:
            prepared = door.of_orders(scorer, _orders(customers), _number(day))
        else:
            prepared = door.of_rows(scorer, _rows(customers))
        scored_by_id = {scored.customer_id: scored for scored in door.score(scorer, prepared)}
    except door.NotScorable as error:
        raise NotScorable(str(error)) from error
    return Answers(
        dataset=run.dataset,
        run=run.run_id,
        as_of=day,
        currency=run.currency,
        models=_models(scorer),
        customers=[
            _answer(customer.customer_id, scored_by_id[_key(place)])
            for place, customer in enumerate(customers)
        ],
    )


Changes = Mapping[str, float | str | None] | Sequence[Placed | Passed]


class Seen(NamedTuple):
    """What is said of a customer of the data set, as it is or after changes.

    `by_demography` is the segment that demography and channels alone make most probable;
    `None` where customers are scored by orders, or the run has no model of it.
    """

    answer: schema.Answer
    by_demography: schema.Segment | None


def what_if(
    run: PublishedRun, customer_id: str, changes: Changes
) -> tuple[schema.Answer, schema.Answer]:
    """Score a customer of the data set as it is, and after changes.

    `changes` are attributes by name where the data set is scored by attributes, else orders
    and days without one, in their order. Raises `NoModels`, and `NotScorable` where there is
    no such customer or the changes are of the other kind.
    """
    before, after = _changed(run, customer_id, changes)
    return before.answer, after.answer


def step_by_step(run: PublishedRun, customer_id: str, changes: Changes) -> list[Seen]:
    """Score a customer as it is, and after each of the changes made one after the other.

    One more than there are changes; raises as `what_if` does.
    """
    before, after = _changed(run, customer_id, changes)
    if not changes:
        return [before]
    earlier = [
        _changed(run, customer_id, _first(changes, many))[1] for many in range(1, len(changes))
    ]
    return [before, *earlier, after]


def today(run: PublishedRun, customer_id: str) -> dict[str, float | str | None]:
    """Give the attributes of a customer as it is, of those that `inputs` asks for."""
    attributes = _attributes(run, customer_id)
    if attributes.empty:
        raise _nobody(customer_id)
    row = attributes.astype(object).where(attributes.notna(), None).iloc[0]
    return {attribute.name: row.get(attribute.name) for attribute in inputs(run).attributes}


def _attributes(run: PublishedRun, customer_id: str) -> pd.DataFrame:
    """Read all attributes of a customer in one row, those that only its source knows too."""
    parameters = {"run_id": run.run_id, "customer_id": customer_id}
    attributes = read_frame(run.connection, ATTRIBUTES, **parameters)
    own = read_frame(run.connection, OWN_ATTRIBUTES, **parameters)
    if attributes.empty or own.empty:
        return attributes
    values: dict[str, Any] = {
        row["attribute"]: row["number" if row["kind"] == "number" else "word"]
        for row in own.to_dict("records")
    }
    return attributes.assign(**values)


def _first(changes: Changes, many: int) -> Changes:
    if isinstance(changes, Mapping):
        return dict(list(changes.items())[:many])
    return changes[:many]


def _changed(run: PublishedRun, customer_id: str, changes: Changes) -> tuple[Seen, Seen]:
    door, scorer = _door(), remember(run, _scorer)
    customer_rows = (
        read_frame(run.connection, STATES, run_id=run.run_id, customer_id=customer_id)
        if scorer.takes_orders
        else _attributes(run, customer_id)
    )
    if customer_rows.empty:
        raise _nobody(customer_id)
    if scorer.takes_orders is isinstance(changes, Mapping):
        kind = "orders and days" if scorer.takes_orders else "attributes"
        raise NotScorable(f"Customers of this data set are changed by {kind}.")
    try:
        if isinstance(changes, Mapping):
            row = _known_attributes(run, customer_rows)
            both = door.what_if(scorer, row, dict(changes))
            expected = [
                door.by_demography(scorer, door.of_rows(scorer, attributes).features)
                for attributes in (row, row.assign(**changes))
            ]
        else:
            expected = [None, None]
            order_changes = [
                door.Waited(change.days)
                if isinstance(change, Passed)
                else door.AddedOrder(*change)
                for change in changes
            ]
            both = door.what_if_orders(scorer, customer_rows, _number(run.as_of), order_changes)
    except door.NotScorable as error:
        raise NotScorable(str(error)) from error
    before, after = (
        Seen(_answer(customer_id, scored), _segment(segment))
        for scored, segment in zip(both, expected, strict=True)
    )
    return before, after


def _nobody(customer_id: str) -> NotScorable:
    return NotScorable(f"There is no customer “{customer_id}” in this data set.")


def _door() -> Any:
    """Open the door: from here on this process has scikit-learn in memory."""
    from pipeline.scoring import score as door  # noqa: PLC0415 - not before somebody scores

    return door


def _scorer(run: PublishedRun) -> "Scorer":
    """Load what the run stored."""
    stored = read_frame(run.connection, STORED, run_id=run.run_id)
    if stored.empty:
        raise NoModels(
            f"Run {run.run_id} of “{run.dataset}” stored no models; refresh the data set."
        )
    door = _door()
    settings = read_frame(run.connection, SETTINGS, run_id=run.run_id)["settings"].iloc[0]
    models = {row[0]: door.Stored(*row) for row in stored.itertuples(index=False, name=None)}
    try:
        loaded: Scorer = door.load(models, form=run.form, settings=json.loads(settings))
    except door.ModelUnusable as error:
        raise NoModels(str(error)) from error
    return loaded


def _inputs(run: PublishedRun) -> Inputs:
    door, scorer = _door(), remember(run, _scorer)
    entries = door.inputs(scorer)
    country = next((entry for entry in entries if entry.name == "country"), None)
    by_orders = scorer.takes_orders
    return Inputs(
        dataset=run.dataset,
        run=run.run_id,
        as_of=run.as_of,
        currency=run.currency,
        by="orders" if by_orders else "attributes",
        countries=list(country.choices) if by_orders and country else None,
        attributes=[]
        if by_orders
        else [_input(entry) for entry in entries if entry.name != CUSTOMER],
        models=_models(scorer),
    )


def _input(entry: "Input") -> schema.Input:
    is_number = entry.kind == "number"
    return schema.Input(
        name=entry.name,
        title=entry.title,
        unit=entry.unit,
        kind="number" if is_number else "category",
        required=entry.required,
        least=entry.low,
        most=entry.high,
        choices=None if is_number else list(entry.choices),
        typical=entry.typical,
    )


def _models(scorer: "Scorer") -> list[schema.Model]:
    return [
        schema.Model(task=task, model=explainer.served.family)
        for task, explainer in scorer.models.items()
    ]


def _orders(customers: Sequence[Customer]) -> pd.DataFrame:
    """Give a row per order; customers go by their places."""
    return pd.DataFrame(
        [
            (
                _key(place),
                order.date,
                order.value,
                order.items,
                order.returned,
                customer.country,
            )
            for place, customer in enumerate(customers)
            for order in customer.orders or ()
        ],
        columns=[CUSTOMER, "ordered_on", "value", "items", "returned", "country"],
    )


def _rows(customers: Sequence[Customer]) -> pd.DataFrame:
    """Give a row of attributes per customer, who goes by the place."""
    rows = pd.DataFrame([customer.attributes or {} for customer in customers])
    return rows.assign(**{CUSTOMER: [_key(place) for place in range(len(customers))]})


def _known_attributes(run: PublishedRun, row: pd.DataFrame) -> pd.DataFrame:
    names = [attribute.name for attribute in inputs(run).attributes if attribute.name in row]
    return row[[CUSTOMER, *names]].reset_index(drop=True)


def _key(place: int) -> str:
    return f"{place:06}"


def _number(day: dt.date | None) -> int:
    if day is None:
        raise NotScorable("This data set has no day to look at orders on; give one.")
    return (day - FIRST).days


def _answer(customer_id: str | None, scored: "Scored") -> schema.Answer:
    outcomes: dict[str, Any] = {answer.task: _outcome(answer) for answer in scored.answers}
    return schema.Answer(
        customer_id=customer_id,
        segment=_segment(scored.segment),
        remarks=list(scored.remarks),
        given_outcomes={
            task: outcome for task, outcome in outcomes.items() if task not in OUTCOMES
        },
        **{task: outcomes.get(task) for task in OUTCOMES},
    )


def _segment(membership: "Membership | None") -> schema.Segment | None:
    if membership is None:
        return None
    return schema.Segment(
        segment=membership.name,
        probabilities=dict(membership.probabilities) or None,
        how=membership.how,
    )


def _outcome(answer: "Answer") -> schema.Outcome:
    return schema.Outcome(
        title=answer.title,
        probability=answer.probability,
        of=answer.of,
        probabilities=dict(answer.probabilities) if len(answer.probabilities) > 2 else None,
        predicted=answer.predicted,
        model=answer.family,
        unit=answer.unit,
        reasons=[
            schema.Reason(
                feature=reason.feature, contribution=reason.contribution, reason=reason.reason
            )
            for reason in answer.reasons
        ],
    )
