"""What models tell of customers: segments, outcomes with reasons, and what was assumed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.attributes import UNKNOWN, known_of
from pipeline.features.history import COUNTRY
from pipeline.features.labels import ACTIVITY_DROP, OUTCOMES, is_given
from pipeline.run.progress import Progress, Silent
from pipeline.scoring.entries import fills, marked
from pipeline.scoring.explanation import Explainer
from pipeline.scoring.given import CUSTOMER, Given
from pipeline.scoring.inputs import Feature, columns
from pipeline.scoring.membership import Segmentation
from pipeline.scoring.phrases import amount
from pipeline.scoring.plain import Preparation
from pipeline.scoring.reasons import PLACES, REASONS, Reason, reasons_by_row, worded
from pipeline.scoring.served import REPLICATION, SEGMENT, Served, decided
from pipeline.sources.forms import has

SECONDS = 4.0
"""Time for all reasons of a file; where it doesn't suffice, the most probable have them."""
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
        return has(self.form).orders

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The tasks that tell what a customer will do, or what the source would say of it."""
        return (
            *(task for task in OUTCOMES if task in self.models),
            *sorted(task for task in self.models if is_given(task)),
        )


class Membership(NamedTuple):
    """A customer's segment, how probable each one is (where known), and how that was told."""

    name: str
    probability: float | None
    probabilities: Mapping[str, float]
    how: str


class Answer(NamedTuple):
    """What a model says of a customer: a class, how probable it is, and why.

    `probability` is that of the class `of`: the positive one of two, of more the predicted one,
    as reasons are. `probabilities` are those of all classes, `unit` is that of the reasons'
    contributions.
    """

    task: str
    title: str
    family: str
    predicted: str
    of: str
    probability: float
    probabilities: Mapping[str, float]
    reasons: tuple[Reason, ...]
    unit: str
    is_exact: bool


class Scored(NamedTuple):
    """Everything that is told of a customer."""

    customer_id: str
    segment: Membership | None
    answers: tuple[Answer, ...]
    remarks: tuple[str, ...]


def score(scorer: Scorer, customers: Given) -> list[Scored]:
    """Tell of each customer the segment and every outcome that is asked, with reasons.

    All customers are asked at once of each model; nobody's answer depends on the others.
    """
    answers_by_task = {task: _answers(scorer, task, customers) for task in scorer.outcomes}
    segments, remarks = _memberships(scorer, customers).told(), _remarks(scorer, customers)
    return [
        Scored(
            customer_id=str(customer),
            segment=segments[place],
            answers=tuple(
                answers[place] for answers in answers_by_task.values() if place in answers
            ),
            remarks=(
                *remarks[place],
                *(
                    _not_asked(scorer, task)
                    for task in answers_by_task
                    if place not in answers_by_task[task]
                ),
            ),
        )
        for place, customer in enumerate(customers.features[CUSTOMER])
    ]


def score_frame(
    scorer: Scorer, customers: Given, *, progress: Progress | None = None
) -> pd.DataFrame:
    """Score many customers: one row each, in their order.

    Columns are `customer_id`, `segment`, `segment_probability`, of each outcome its
    probability and three reasons with what each does, and `remarks`. With an outcome that the
    source gives stands the class whose probability that is. Where reasons would take
    too long they are given to the customers most probable first.
    """
    reporter = progress or Silent()
    steps = len(scorer.outcomes) + 1
    reporter.step(0, steps, "segments")
    segments = _memberships(scorer, customers)
    values_by_column: dict[str, Any] = {
        CUSTOMER: customers.features[CUSTOMER].to_numpy(),
        "segment": segments.names,
        "segment_probability": segments.own.round(PLACES),
    }
    for place, task in enumerate(scorer.outcomes, start=1):
        reporter.step(place, steps, title_of(scorer.models[task].served))
        values_by_column |= _outcome_columns(scorer, task, customers)
    values_by_column["remarks"] = np.array(
        [" ".join(remarks) for remarks in _remarks(scorer, customers)], dtype=object
    )
    reporter.step(steps, steps)
    return pd.DataFrame({name: _as_is(values) for name, values in values_by_column.items()})


def by_demography(scorer: Scorer, row: pd.DataFrame) -> Membership | None:
    """Tell the segment of a row of features from demography and channels alone.

    That is what the task *segment* predicts, also where the segment itself is known; `None`
    where the run has no model of it.
    """
    names, how, probabilities = _predicted(scorer, row)
    if probabilities is None:
        return None
    probabilities = probabilities.set_axis([0])
    return _Memberships(
        names, _own(names, probabilities), probabilities, np.array([how])
    ).told()[0]


def _as_is(values: np.ndarray) -> pd.Series:
    """Make a column without looking for a better type of its texts."""
    return pd.Series(values, dtype=values.dtype, copy=False)


def _not_asked(scorer: Scorer, task: str) -> str:
    title = title_of(scorer.models[task].served)
    if task == ACTIVITY_DROP:
        return (
            f"{title} is told of customers who spent in the last {scorer.horizon_days} days,"
            " not of this one."
        )
    return (
        f"{title} is told of customers with an order in the last {scorer.active_days} days,"
        " not of this one."
    )


def _answers(scorer: Scorer, task: str, customers: Given) -> dict[int, Answer]:
    """Give what a model says of each customer who is asked, by place."""
    explainer = scorer.models[task]
    places = _asked(customers, task)
    if not len(places):
        return {}
    values_by_feature = columns(_rows(customers.features, places), explainer.served.features)
    points = explainer.model.prepare.transform(values_by_feature)
    probabilities, why = explainer.probabilities(points), explainer.of_points(points)
    reasons = reasons_by_row(explainer.served, values_by_feature, why, currency=scorer.currency)
    classes = explainer.served.classes
    predicted, class_places = decided(probabilities), _shown(probabilities)
    return {
        place: Answer(
            task=task,
            title=title_of(explainer.served),
            family=explainer.served.family,
            predicted=classes[int(predicted[row])],
            of=classes[int(class_places[row])],
            probability=round(float(probabilities[row, class_places[row]]), PLACES),
            probabilities=dict(
                zip(classes, probabilities[row].round(PLACES).tolist(), strict=True)
            ),
            reasons=tuple(reasons[row]),
            unit=why.unit,
            is_exact=why.is_exact,
        )
        for row, place in enumerate(places.tolist())
    }


def title_of(served: Served) -> str:
    """Give what people call the task of a model."""
    return served.title or served.task.replace("_", " ").capitalize()


def _shown(probabilities: np.ndarray) -> np.ndarray:
    """Give the places of the classes told of: of two the positive one, else the likeliest.

    Reasons speak for the same ones.
    """
    if probabilities.shape[1] == 2:
        return np.ones(len(probabilities), dtype=np.int64)
    return probabilities.argmax(axis=1)


def _asked(customers: Given, task: str) -> np.ndarray:
    """Give the places of the customers of whom an outcome is asked."""
    everyone = np.ones(len(customers.features), dtype=bool)
    return np.flatnonzero(customers.is_asked.get(task, everyone))


def _rows(customers: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    return customers if len(places) == len(customers) else customers.iloc[places]


def _outcome_columns(scorer: Scorer, task: str, customers: Given) -> dict[str, np.ndarray]:
    """Give a column for the probability, and one for each place of the reasons.

    A reason says whether it speaks for the outcome.
    """
    explainer, count = scorer.models[task], len(customers.features)
    places = _asked(customers, task)
    probabilities = np.full(count, np.nan)
    values_by_column = {
        f"{task}_probability": probabilities,
        **({f"{task}_class": np.full(count, None, dtype=object)} if is_given(task) else {}),
        **{
            f"{task}_reason_{place}": np.full(count, None, dtype=object)
            for place in range(1, REASONS + 1)
        },
    }
    if not len(places):
        return values_by_column
    rows = _rows(customers.features, places)
    points = explainer.points(rows)
    shares = explainer.probabilities(points)
    class_places = _shown(shares)
    classes = np.array(explainer.served.classes, dtype=object)
    probabilities[places] = shares[np.arange(len(class_places)), class_places].round(PLACES)
    if is_given(task):
        values_by_column[f"{task}_class"][places] = classes[class_places]
    most = explainer.rows_within(SECONDS / len(scorer.outcomes))
    some = np.sort(np.argsort(-probabilities[places], kind="stable")[:most])
    why = worded(
        explainer.served,
        columns(rows.iloc[some], explainer.served.features),
        explainer.of_points(points[some]),
        currency=scorer.currency,
    )
    sides = np.array(
        [
            [f" (speaks against “{class_name}”)", f" (speaks for “{class_name}”)"]
            for class_name in explainer.served.classes
        ],
        dtype=object,
    )
    is_for = (why.contributions > 0).astype(int)
    sentences = why.sentences + sides[class_places[some][why.rows], is_for]
    for place in range(1, REASONS + 1):
        mine = why.places == place
        values_by_column[f"{task}_reason_{place}"][places[some][why.rows[mine]]] = sentences[
            mine
        ]
    return values_by_column


class _Memberships(NamedTuple):
    """Segments of customers: names, the probability of their own, that of each, and how."""

    names: np.ndarray
    own: np.ndarray
    probabilities: pd.DataFrame | None
    how: np.ndarray

    def told(self) -> list[Membership | None]:
        """Give each customer's membership; none where no segment is known."""
        own = [
            share if np.isfinite(share) else None for share in self.own.round(PLACES).tolist()
        ]
        return [
            None if name is None else Membership(str(name), share, shares, str(how))
            for name, share, shares, how in zip(
                self.names, own, self._shares(), self.how, strict=True
            )
        ]

    def _shares(self) -> list[dict[str, float]]:
        """Give of each customer the probabilities that are known, by segment."""
        if self.probabilities is None:
            return [{} for _ in self.names]
        values = self.probabilities.to_numpy(dtype=float)
        names = [str(name) for name in self.probabilities.columns]
        return [
            {name: share for name, share in zip(names, row, strict=True) if np.isfinite(share)}
            for row in values.round(PLACES).tolist()
        ]


def _memberships(scorer: Scorer, customers: Given) -> _Memberships:
    """Tell segments from what they were made from, or else from demography and channels."""
    features, segmentation = customers.features, scorer.segmentation
    count = len(features)
    is_assigned = np.zeros(count, dtype=bool)
    if segmentation is not None:
        known_share = features[list(segmentation.inputs)].notna().to_numpy().mean(axis=1)
        is_assigned = (known_share >= LEAST_KNOWN) | (SEGMENT not in scorer.models)
    names = np.full(count, None, dtype=object)
    how = np.full(count, "", dtype=object)
    frames: list[pd.DataFrame] = []
    for rows, tell in ((is_assigned, _assigned), (~is_assigned, _predicted)):
        if rows.any():
            names[rows], how[rows], probabilities = tell(
                scorer, _rows(features, np.flatnonzero(rows))
            )
            if probabilities is not None:
                frames.append(probabilities.set_axis(np.flatnonzero(rows)))
    if not frames:
        return _Memberships(names, np.full(count, np.nan), None, how)
    whole = frames[0] if len(frames[0]) == count else pd.concat(frames).reindex(range(count))
    return _Memberships(names, _own(names, whole), whole, how)


def _assigned(
    scorer: Scorer, features: pd.DataFrame
) -> tuple[np.ndarray, str, pd.DataFrame | None]:
    """Give the segments that customers belong to by what segments were made from."""
    segmentation = scorer.segmentation
    assert segmentation is not None  # noqa: S101 - nobody is assigned without one
    names, probabilities = segmentation.segments(features), segmentation.memberships(features)
    if probabilities is not None:
        return (
            names,
            "as the mixture of normal distributions that made the segments says",
            probabilities,
        )
    if REPLICATION not in scorer.models:
        return names, "the nearest segment", None
    family = scorer.models[REPLICATION].served.family
    return (
        names,
        "the nearest segment; its probability is that of the model that was trained to"
        f" reproduce the segments ({family})",
        _by_model(scorer, REPLICATION, features),
    )


def _predicted(
    scorer: Scorer, features: pd.DataFrame
) -> tuple[np.ndarray, str, pd.DataFrame | None]:
    """Give the segments that are most probable by demography and channels."""
    if SEGMENT not in scorer.models:
        return np.full(len(features), None, dtype=object), "", None
    probabilities = _by_model(scorer, SEGMENT, features)
    names = np.array(probabilities.columns, dtype=object)[
        probabilities.to_numpy().argmax(axis=1)
    ]
    family = scorer.models[SEGMENT].served.family
    return (
        names,
        f"predicted from demography and channels ({family}), as too little is given of what"
        " segments are made from",
        probabilities,
    )


def _by_model(scorer: Scorer, task: str, features: pd.DataFrame) -> pd.DataFrame:
    explainer = scorer.models[task]
    probabilities = explainer.probabilities(explainer.points(features))
    return pd.DataFrame(probabilities, columns=list(explainer.served.classes))


def _own(names: np.ndarray, probabilities: pd.DataFrame) -> np.ndarray:
    """Give the probability of the segment that each customer is in."""
    places = probabilities.columns.get_indexer(pd.Index(names))
    values = probabilities.to_numpy()[np.arange(len(names)), places]
    own: np.ndarray = np.where(places >= 0, values, np.nan)
    return own


def _remarks(scorer: Scorer, customers: Given) -> list[list[str]]:
    """Say of each customer what is not given or unknown, and what is done about it."""
    remarks: list[list[str]] = [[] for _ in range(len(customers.features))]
    for feature, prepare in _assumptions(scorer).values():
        values = customers.features[feature.name]
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
    assumptions: dict[str, tuple[Feature, Preparation]] = {}
    for explainer in scorer.models.values():
        learned = marked(explainer.model.prepare)
        for feature in explainer.served.features:
            if feature.name not in learned:
                assumptions.setdefault(feature.name, (feature, explainer.model.prepare))
    if scorer.segmentation is not None:
        for name in scorer.segmentation.inputs:
            attribute = known_of(name)
            feature = Feature(name, attribute.title, attribute.unit, attribute.kind == "number")
            assumptions.setdefault(name, (feature, scorer.segmentation.prepare))
    if scorer.takes_orders:
        return {
            name: assumption
            for name, assumption in assumptions.items()
            if name in MAY_BE_MISSING
        }
    return assumptions
