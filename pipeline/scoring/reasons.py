"""Three reasons in words for each answer, for people who plan campaigns."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.attributes import UNKNOWN
from pipeline.scoring import phrases
from pipeline.scoring.explanation import Contributions
from pipeline.scoring.inputs import Columns, Feature, columns
from pipeline.scoring.phrases import kin_of
from pipeline.scoring.reference import HIGH, LOW, TYPICAL, Reference
from pipeline.scoring.served import Served

REASONS = 3
LEAST = 1e-9
"""A contribution nearer to 0 is no reason."""
ALIKE = 9
"""Contributions that agree to so many places weigh the same: the first feature goes first."""
PLACES = 6


class Reason(NamedTuple):
    """Why a model answers so: a feature, what it adds, and the customer's value in words."""

    feature: str
    contribution: float
    reason: str


class Worded(NamedTuple):
    """Reasons of some rows, an entry each, row by row and the weightiest first.

    `rows` are places of rows, `places` count from 1, `features` are places of features.
    """

    rows: np.ndarray
    places: np.ndarray
    features: np.ndarray
    contributions: np.ndarray
    sentences: np.ndarray


def reasons(
    served: Served,
    frame: pd.DataFrame,
    explained: Contributions,
    *,
    currency: str,
) -> pd.DataFrame:
    """Give up to three reasons for each row, the weightiest first.

    Parameters
    ----------
    frame
        Rows with `customer_id` and the features by name.
    explained
        The contributions for these rows.
    currency
        ISO code of all amounts.

    Returns
    -------
    One row per customer and place: `task`, `customer_id`, `place` from 1, `feature`,
    `contribution`, `reason`. Of features that tell nearly the same only the weightiest is
    named, so that three reasons are three.
    """
    worded_reasons = worded(
        served, columns(frame, served.features), explained, currency=currency
    )
    names = np.array([feature.name for feature in served.features], dtype=object)
    return pd.DataFrame(
        {
            "task": served.task,
            "customer_id": frame["customer_id"].to_numpy()[worded_reasons.rows],
            "place": worded_reasons.places,
            "feature": names[worded_reasons.features],
            "contribution": worded_reasons.contributions,
            "reason": worded_reasons.sentences,
        }
    )


def reasons_by_row(
    served: Served, values_by_feature: Columns, explained: Contributions, *, currency: str
) -> list[list[Reason]]:
    """Give the reasons for each of some rows, which `columns` made."""
    worded_reasons = worded(served, values_by_feature, explained, currency=currency)
    row_reasons: list[list[Reason]] = [[] for _ in range(len(explained.values))]
    for row, number, contribution, sentence in zip(
        worded_reasons.rows.tolist(),
        worded_reasons.features.tolist(),
        worded_reasons.contributions.tolist(),
        worded_reasons.sentences.tolist(),
        strict=True,
    ):
        row_reasons[row].append(Reason(served.features[number].name, contribution, sentence))
    return row_reasons


def worded(
    served: Served, values_by_feature: Columns, explained: Contributions, *, currency: str
) -> Worded:
    """Give the reasons for rows that `columns` made, see `reasons`; equal values told once."""
    rows, places, named = _weightiest(explained.values, served.features)
    sentences = np.empty(len(rows), dtype=object)
    for number in np.unique(named).tolist():
        mine = np.flatnonzero(named == number)
        feature = served.features[number]
        tell = teller(feature, served.reference, number, currency)
        values = values_by_feature[feature.name][rows[mine]]
        filled = np.where(pd.isna(values), UNKNOWN, values.astype(object)).tolist()
        once = {value: tell(value) for value in set(filled)}
        sentences[mine] = [once[value] for value in filled]
    contributions = explained.values[rows, named].round(PLACES)
    return Worded(rows, places, named, contributions, sentences)


def _weightiest(
    values: np.ndarray, features: Sequence[Feature]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Choose of each row the weightiest features of different kin: rows, places, features."""
    kin, _ = pd.factorize(np.array([kin_of(feature) for feature in features], dtype=object))
    order = np.argsort(-np.abs(values).round(ALIKE), axis=1, kind="stable")
    every = np.arange(len(values))
    is_named = np.zeros((len(values), int(kin.max()) + 1), dtype=bool)
    chosen: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    count = np.zeros(len(values), dtype=np.int64)
    for feature in order.T:
        weighs = np.abs(values[every, feature]) > LEAST
        fresh = (count < REASONS) & weighs & ~is_named[every, kin[feature]]
        rows = np.flatnonzero(fresh)
        is_named[rows, kin[feature[rows]]] = True
        count[rows] += 1
        chosen.append((rows, count[rows], feature[rows]))
        if (count == REASONS).all():
            break
    rows, places, named = (np.concatenate(arrays) for arrays in zip(*chosen, strict=True))
    in_order = np.lexsort((places, rows))
    return rows[in_order], places[in_order], named[in_order]


Teller = Callable[[float | str], str]


def teller(feature: Feature, reference: Reference | None, place: int, currency: str) -> Teller:
    """Make what tells a value of a customer and how it compares with the median customer's.

    `place` is the feature's among those of `reference`; “far” stands for the outer tenths.
    """
    if not feature.is_number:
        commonest = reference.words[place] if reference else ""
        return lambda word: _of_word(str(word), feature, commonest)
    compare = _comparison(feature, reference, place, currency)

    def tell(value: float | str) -> str:
        if value == UNKNOWN or not math.isfinite(float(value)):
            return phrases.unknown_clause(feature)
        number = float(value)
        written = phrases.amount(number, feature, currency)
        return f"{phrases.clause(number, feature, written)}{compare(number, written)}"

    return tell


def _of_word(word: str, feature: Feature, commonest: str) -> str:
    if word == UNKNOWN:
        return f"{feature.title}: not known"
    clause = phrases.word_clause(word, feature)
    if feature.name in phrases.FLAGS:
        return f"{clause}, {'like' if word == commonest else 'unlike'} most"
    if word == commonest:
        return f"{clause}, the commonest"
    return f"{clause}; the commonest is {commonest}" if commonest else clause


def _comparison(
    feature: Feature, reference: Reference | None, place: int, currency: str
) -> Callable[[float, str], str]:
    if reference is None or not np.isfinite(reference.levels[place, TYPICAL]):
        return lambda _value, _written: ""
    low, typical, high = reference.levels[place, [LOW, TYPICAL, HIGH]].tolist()
    usual, phrase = phrases.amount(typical, feature, currency), phrases.phrase_of(feature)

    def compare(value: float, written: str) -> str:
        if written == usual:
            return ", as is usual"
        is_more = value > typical
        is_far = value >= high if is_more else value <= low
        word = phrase.more if is_more else phrase.less
        return f", {'far ' if is_far else ''}{word} than usual ({usual})"

    return compare
