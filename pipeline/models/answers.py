"""What models tell of customers: segments, outcomes with reasons, and what was assumed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.attributes import BY_NAME
from pipeline.features.history import COUNTRY
from pipeline.features.labels import ACTIVITY_DROP, OUTCOMES
from pipeline.models.entries import fills, marked
from pipeline.models.evaluation import decided
from pipeline.models.examples import UNKNOWN, Feature, prepared
from pipeline.models.explanation import Explainer
from pipeline.models.given import CUSTOMER, Given
from pipeline.models.phrases import amount
from pipeline.models.plain import Preparation
from pipeline.models.reasons import REASONS, Reason, reasons, reasons_of_one
from pipeline.segments.membership import Segmentation

ORDER_LINES = "order-lines"
SEGMENT, REPLICATION = "segment", "segment_replication"
SECONDS = 4.0
"""Time for the reasons of a file; where it doesn't suffice, the riskiest have them."""
PLACES = 6
LEAST_KNOWN = 0.5
"""Share of what segments are made from that must be given for a customer to be assigned."""
MAY_BE_MISSING = frozenset({"items_per_order", COUNTRY})
"""Of what is known from orders."""


class Scorer(NamedTuple):
    """Everything that a run keeps to score customers with.

    Attributes
    ----------
    form, currency
        Of the data set.
    horizon_days, active_days
        The run's settings of outcome tasks.
    models
        By task.
    segmentation
        Missing where customers were too few to group.
    """

    form: str
    currency: str
    horizon_days: int
    active_days: int
    models: Mapping[str, Explainer]
    segmentation: Segmentation | None

    @property
    def takes_orders(self) -> bool:
        """Whether customers are given by their orders, not by attributes."""
        return self.form == ORDER_LINES

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The tasks that tell what a customer will do."""
        return tuple(task for task in OUTCOMES if task in self.models)


class Membership(NamedTuple):
    """A customer's segment, how probable each one is (where known), and how that was told."""

    name: str
    probability: float | None
    probabilities: Mapping[str, float]
    how: str


class Answer(NamedTuple):
    """What a model says of a customer: a class, how probable it is, and why.

    `probability` is that of the positive class, `unit` that of the reasons' contributions.
    """

    task: str
    family: str
    predicted: str
    probability: float
    reasons: tuple[Reason, ...]
    unit: str
    is_exact: bool


class Scored(NamedTuple):
    """Everything that is told of a customer; `features` is the row that models saw."""

    customer_id: str
    segment: Membership | None
    answers: tuple[Answer, ...]
    remarks: tuple[str, ...]
    features: pd.DataFrame


def score(scorer: Scorer, given: Given) -> list[Scored]:
    """Tell of each customer the segment and every outcome that is asked, with reasons."""
    return [
        _scored(scorer, given, place, remarks)
        for place, remarks in enumerate(_remarks(scorer, given))
    ]


def score_frame(scorer: Scorer, given: Given) -> pd.DataFrame:
    """Score many customers: one row each, in their order.

    Columns are `customer_id`, `segment`, `segment_probability`, the probability of each
    outcome, three reasons for the first of them with what each does, and `remarks`. Where
    reasons would take too long they are given to the customers most probable first.
    """
    segments = _memberships(scorer, given)
    columns: dict[str, Any] = {
        CUSTOMER: given.features[CUSTOMER].to_numpy(),
        "segment": segments.names,
        "segment_probability": segments.own.round(PLACES),
    }
    for place, task in enumerate(scorer.outcomes):
        served = scorer.models[task].served
        asked = np.asarray(given.asked.get(task, np.ones(len(given.features), dtype=bool)))
        told = np.full(len(asked), np.nan)
        rows = given.features[asked]
        told[asked] = served.probabilities(rows)[:, 1] if len(rows) else []
        columns[f"{task}_probability"] = told.round(PLACES)
        if place == 0:
            columns |= _reason_columns(scorer, task, given.features, told)
    remarks = [" ".join(each) for each in _remarks(scorer, given)]
    return pd.DataFrame(columns).assign(remarks=remarks)


def by_demography(scorer: Scorer, row: pd.DataFrame) -> Membership | None:
    """Tell the segment of a row of features from demography and channels alone.

    That is what the task *segment* predicts, also where the segment itself is known; `None`
    where the run has no model of it.
    """
    names, how, told = _predicted(scorer, row)
    if told is None:
        return None
    each = told.set_axis([0])
    return _Memberships(names, _own(names, each), each, np.array([how])).of(0)


def _scored(scorer: Scorer, given: Given, place: int, remarks: Sequence[str]) -> Scored:
    row = given.features.iloc[[place]].reset_index(drop=True)
    asked = {task: rows[place : place + 1] for task, rows in given.asked.items()}
    mine = Given(row, asked, given.day)
    answers, unasked = [], []
    for task in scorer.outcomes:
        if asked.get(task, _ASKED)[0]:
            answers.append(_answer(scorer, task, row))
        else:
            unasked.append(_not_asked(scorer, task))
    return Scored(
        customer_id=str(row[CUSTOMER].iloc[0]),
        segment=_memberships(scorer, mine).of(0),
        answers=tuple(answers),
        remarks=(*remarks, *unasked),
        features=row,
    )


_ASKED = np.ones(1, dtype=bool)


def _not_asked(scorer: Scorer, task: str) -> str:
    title = task.replace("_", " ").capitalize()
    if task == ACTIVITY_DROP:
        return (
            f"{title} is told of customers who spent in the last {scorer.horizon_days} days,"
            " not of this one."
        )
    return (
        f"{title} is told of customers with an order in the last {scorer.active_days} days,"
        " not of this one."
    )


def _answer(scorer: Scorer, task: str, row: pd.DataFrame) -> Answer:
    ready = scorer.models[task]
    seen = prepared(row, ready.served.features)
    points = ready.model.prepare.transform(seen)
    told, why = ready.probabilities(points), ready.of_points(points)
    return Answer(
        task=task,
        family=ready.served.family,
        predicted=ready.served.classes[int(decided(told)[0])],
        probability=round(float(told[0, 1]), PLACES),
        reasons=tuple(reasons_of_one(ready.served, seen, why, currency=scorer.currency)),
        unit=why.unit,
        is_exact=why.is_exact,
    )


def _reason_columns(
    scorer: Scorer, task: str, customers: pd.DataFrame, told: np.ndarray
) -> dict[str, np.ndarray]:
    """Give a column for each place: the reason and whether it speaks for the outcome."""
    ready = scorer.models[task]
    order = np.argsort(-np.nan_to_num(told, nan=-1.0), kind="stable")
    some = np.sort(order[: min(ready.rows_within(SECONDS), int(np.isfinite(told).sum()))])
    columns = {
        f"{task}_reason_{place}": np.full(len(customers), None, dtype=object)
        for place in range(1, REASONS + 1)
    }
    if not len(some):
        return columns
    rows = customers.iloc[some].assign(**{CUSTOMER: some})
    why = reasons(ready.served, rows, ready.contributions(rows), currency=scorer.currency)
    outcome = ready.served.classes[1]
    speaks = np.where(
        why["contribution"] > 0, f" (speaks for “{outcome}”)", f" (speaks against “{outcome}”)"
    )
    sentences = why["reason"].to_numpy() + speaks
    for place in range(1, REASONS + 1):
        mine = (why["place"] == place).to_numpy()
        columns[f"{task}_reason_{place}"][why[CUSTOMER].to_numpy()[mine]] = sentences[mine]
    return columns


class _Memberships(NamedTuple):
    """Segments of customers: names, the probability of their own, that of each, and how."""

    names: np.ndarray
    own: np.ndarray
    each: pd.DataFrame | None
    how: np.ndarray

    def of(self, place: int) -> Membership | None:
        if self.names[place] is None:
            return None
        own = float(self.own[place])
        each = pd.Series(dtype=float) if self.each is None else self.each.iloc[place]
        return Membership(
            str(self.names[place]),
            round(own, PLACES) if np.isfinite(own) else None,
            {str(name): round(float(p), PLACES) for name, p in each.dropna().items()},
            str(self.how[place]),
        )


def _memberships(scorer: Scorer, given: Given) -> _Memberships:
    """Tell segments from what they were made from, or else from demography and channels."""
    customers, found = given.features, scorer.segmentation
    count = len(customers)
    is_assigned = np.zeros(count, dtype=bool)
    if found is not None:
        known = customers[list(found.inputs)].notna().to_numpy().mean(axis=1)
        is_assigned = (known >= LEAST_KNOWN) | (SEGMENT not in scorer.models)
    names = np.full(count, None, dtype=object)
    how = np.full(count, "", dtype=object)
    told: list[pd.DataFrame] = []
    for rows, tell in ((is_assigned, _assigned), (~is_assigned, _predicted)):
        if rows.any():
            names[rows], how[rows], each = tell(scorer, customers[rows])
            if each is not None:
                told.append(each.set_axis(np.flatnonzero(rows)))
    if not told:
        return _Memberships(names, np.full(count, np.nan), None, how)
    whole = pd.concat(told).reindex(range(count))
    return _Memberships(names, _own(names, whole), whole, how)


def _assigned(
    scorer: Scorer, customers: pd.DataFrame
) -> tuple[np.ndarray, str, pd.DataFrame | None]:
    """Give the segments that customers belong to by what segments were made from."""
    found = scorer.segmentation
    assert found is not None  # noqa: S101 - nobody is assigned without one
    names, told = found.segments(customers), found.memberships(customers)
    if told is not None:
        return names, "as the mixture of normal distributions that made the segments says", told
    if REPLICATION not in scorer.models:
        return names, "the nearest segment", None
    family = scorer.models[REPLICATION].served.family
    return (
        names,
        "the nearest segment; its probability is that of the model that was trained to"
        f" reproduce the segments ({family})",
        _by_model(scorer, REPLICATION, customers),
    )


def _predicted(
    scorer: Scorer, customers: pd.DataFrame
) -> tuple[np.ndarray, str, pd.DataFrame | None]:
    """Give the segments that are most probable by demography and channels."""
    if SEGMENT not in scorer.models:
        return np.full(len(customers), None, dtype=object), "", None
    told = _by_model(scorer, SEGMENT, customers)
    names = np.array(told.columns, dtype=object)[told.to_numpy().argmax(axis=1)]
    family = scorer.models[SEGMENT].served.family
    return (
        names,
        f"predicted from demography and channels ({family}), as too little is given of what"
        " segments are made from",
        told,
    )


def _by_model(scorer: Scorer, task: str, customers: pd.DataFrame) -> pd.DataFrame:
    served = scorer.models[task].served
    return pd.DataFrame(served.probabilities(customers), columns=list(served.classes))


def _own(names: np.ndarray, told: pd.DataFrame) -> np.ndarray:
    """Give the probability of the segment that each customer is in."""
    places = told.columns.get_indexer(pd.Index(names))
    values = told.to_numpy()[np.arange(len(names)), places]
    found: np.ndarray = np.where(places >= 0, values, np.nan)
    return found


def _remarks(scorer: Scorer, given: Given) -> list[list[str]]:
    """Say of each customer what is not given or unknown, and what is done about it."""
    remarks: list[list[str]] = [[] for _ in range(len(given.features))]
    for feature, prepare in _assumptions(scorer).values():
        values = given.features[feature.name]
        if feature.is_number:
            fill = fills(prepare)[feature.name]
            gaps = np.flatnonzero(values.isna().to_numpy())
            stands = amount(fill, feature, scorer.currency)
            for row in gaps.tolist():
                remarks[row].append(f"{feature.title}: not given, {stands} assumed.")
            continue
        words = prepare.words[feature.name]
        for row, word in enumerate(values.tolist()):
            if pd.isna(word):
                if UNKNOWN not in (*words.levels, *words.rare):
                    remarks[row].append(f"{feature.title}: not given.")
            elif word not in words.levels and word not in words.rare:
                counts = "a rare one" if words.rare else "none of those known"
                remarks[row].append(f"{feature.title} “{word}” is new and counts as {counts}.")
    return remarks


def _assumptions(scorer: Scorer) -> dict[str, tuple[Feature, Preparation]]:
    """List the features for which something is assumed where they are missing or unknown.

    Nothing is assumed for numbers whose gaps a model has learned from. Of orders only items
    and country can be missing.
    """
    found: dict[str, tuple[Feature, Preparation]] = {}
    for each in scorer.models.values():
        learned = marked(each.model.prepare)
        for feature in each.served.features:
            if feature.name not in learned:
                found.setdefault(feature.name, (feature, each.model.prepare))
    if scorer.segmentation is not None:
        for name in scorer.segmentation.inputs:
            known = BY_NAME[name]
            feature = Feature(name, known.title, known.unit, known.kind == "number")
            found.setdefault(name, (feature, scorer.segmentation.prepare))
    if scorer.takes_orders:
        return {name: each for name, each in found.items() if name in MAY_BE_MISSING}
    return found
