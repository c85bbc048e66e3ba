"""Three reasons in words for each answer, for people who plan campaigns."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.models import phrases
from pipeline.models.examples import UNKNOWN, Feature, prepared
from pipeline.models.explanation import Contributions
from pipeline.models.phrases import kin_of
from pipeline.models.reference import HIGH, LOW, TYPICAL, Reference
from pipeline.models.served import Served

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
    features = served.features
    rows, places, named = _weightiest(explained.values, features)
    sentences = _told(served, prepared(frame, features), rows, named, currency)
    names = np.array([each.name for each in features], dtype=object)
    return pd.DataFrame(
        {
            "task": served.task,
            "customer_id": frame["customer_id"].to_numpy()[rows],
            "place": places,
            "feature": names[named],
            "contribution": explained.values[rows, named].round(PLACES),
            "reason": sentences,
        }
    )


def reasons_by_row(
    served: Served, seen: pd.DataFrame, explained: Contributions, *, currency: str
) -> list[list[Reason]]:
    """Give the reasons for each of some rows, which `prepared` made."""
    rows, _, named = _weightiest(explained.values, served.features)
    sentences = _told(served, seen, rows, named, currency)
    amounts = explained.values[rows, named].round(PLACES).tolist()
    found: list[list[Reason]] = [[] for _ in range(len(seen))]
    for row, number, amount, said in zip(
        rows.tolist(), named.tolist(), amounts, sentences.tolist(), strict=True
    ):
        found[row].append(Reason(served.features[number].name, amount, said))
    return found


def _weightiest(
    values: np.ndarray, features: Sequence[Feature]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Choose of each row the weightiest features of different kin: rows, places, features."""
    kin, _ = pd.factorize(np.array([kin_of(each) for each in features], dtype=object))
    order = np.argsort(-np.abs(values).round(ALIKE), axis=1, kind="stable")
    every = np.arange(len(values))
    is_named = np.zeros((len(values), int(kin.max()) + 1), dtype=bool)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    count = np.zeros(len(values), dtype=np.int64)
    for feature in order.T:
        weighs = np.abs(values[every, feature]) > LEAST
        fresh = (count < REASONS) & weighs & ~is_named[every, kin[feature]]
        rows = np.flatnonzero(fresh)
        is_named[rows, kin[feature[rows]]] = True
        count[rows] += 1
        found.append((rows, count[rows], feature[rows]))
        if (count == REASONS).all():
            break
    rows, places, named = (np.concatenate(each) for each in zip(*found, strict=True))
    in_order = np.lexsort((places, rows))
    return rows[in_order], places[in_order], named[in_order]


def _told(
    served: Served, seen: pd.DataFrame, rows: np.ndarray, named: np.ndarray, currency: str
) -> np.ndarray:
    """Tell the value of a feature of each of some rows; equal values are told once."""
    found = np.empty(len(rows), dtype=object)
    for number in np.unique(named).tolist():
        mine = np.flatnonzero(named == number)
        feature = served.features[number]
        values = seen[feature.name].to_numpy()[rows[mine]].tolist()
        known = [UNKNOWN if value != value else value for value in values]
        told = {
            value: sentence(value, feature, served.reference, number, currency)
            for value in set(known)
        }
        found[mine] = [told[value] for value in known]
    return found


def sentence(
    value: float | str, feature: Feature, known: Reference | None, place: int, currency: str
) -> str:
    """Tell one value of a customer and how it compares with the median customer's.

    `place` is the feature's among those of `known`; “far” stands for the outer tenths.
    """
    if not feature.is_number:
        return _of_word(str(value), feature, known.words[place] if known else "")
    if value == UNKNOWN or not np.isfinite(float(value)):
        return phrases.unknown_clause(feature)
    said = phrases.clause(float(value), feature, currency)
    if known is None or not np.isfinite(known.levels[place, TYPICAL]):
        return said
    return f"{said}, {_compared(float(value), feature, known.levels[place], currency)}"


def _of_word(word: str, feature: Feature, commonest: str) -> str:
    if word == UNKNOWN:
        return f"{feature.title}: not known"
    said = phrases.word_clause(word, feature)
    if feature.name in phrases.FLAGS:
        return f"{said}, {'like' if word == commonest else 'unlike'} most"
    if word == commonest:
        return f"{said}, the commonest"
    return f"{said}; the commonest is {commonest}" if commonest else said


def _compared(value: float, feature: Feature, levels: np.ndarray, currency: str) -> str:
    phrase = phrases.phrase_of(feature)
    usual = phrases.amount(float(levels[TYPICAL]), feature, currency)
    if phrases.amount(value, feature, currency) == usual:
        return "as is usual"
    is_more = value > levels[TYPICAL]
    is_far = value >= levels[HIGH] if is_more else value <= levels[LOW]
    word = phrase.more if is_more else phrase.less
    return f"{'far ' if is_far else ''}{word} than usual ({usual})"
