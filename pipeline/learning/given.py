"""Outcomes that the source itself gives in a column: yes and no, or a few classes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.features.attributes import Known, attributes_of
from pipeline.features.labels import GIVEN_OUTCOME
from pipeline.learning.single import NOT_FOR_LABELS, UNLABELLED, material_of, varying
from pipeline.learning.tasks import Prepared, Refused, Task, given_task
from pipeline.settings import ModelSettings

YES = frozenset({"1", "yes", "y", "true", "t", "да"})
"""Words for the positive class of two."""


class Labelled(NamedTuple):
    """An outcome column: its name, its words by customer, and the attributes made from it.

    `is_answer` tells that it says who answered a campaign, `is_leaving` that it says who left;
    `positive` are words for its positive class of two beside those for yes.
    """

    column: str
    words: pd.Series
    own: frozenset[str] = frozenset()
    is_answer: bool = False
    is_leaving: bool = False
    positive: frozenset[str] = frozenset()


def task_names(outcomes: Sequence[Labelled]) -> list[str]:
    """Name the task of each outcome: of several by their columns."""
    if len(outcomes) == 1:
        return [GIVEN_OUTCOME]
    return [f"{GIVEN_OUTCOME}:{outcome.column}" for outcome in outcomes]


def answer_task(outcomes: Sequence[Labelled]) -> str | None:
    """Name the task on the answer to a campaign, the first of several; `None` without one."""
    named = zip(task_names(outcomes), outcomes, strict=True)
    return next((name for name, outcome in named if outcome.is_answer), None)


def leaving_task(outcomes: Sequence[Labelled]) -> str | None:
    """Name the task on who left, the first of several; `None` where no outcome says it."""
    named = zip(task_names(outcomes), outcomes, strict=True)
    return next((name for name, outcome in named if outcome.is_leaving), None)


def given_materials(
    customers: pd.DataFrame,
    outcomes: Sequence[Labelled],
    *,
    settings: ModelSettings,
    seed: int,
) -> list[Prepared]:
    """Prepare a task for each outcome that the source gives.

    `customers` is the newest snapshot. What is made from an outcome's own column predicts
    nothing, and neither does what tells the outcome one to one; the design says what was left
    out.
    """
    targets = frozenset[str]().union(*(outcome.own for outcome in outcomes))
    return [
        _material(name, outcome, customers, targets, settings, seed=seed)
        for name, outcome in zip(task_names(outcomes), outcomes, strict=True)
    ]


def classes_of(words: pd.Series, positive: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Name the classes of a column's words, in their commonest spelling.

    Of two the second is the positive one: one of `positive`, a word for yes, else the rarer.
    More are ordered as numbers where all are, else by how many customers they have.

    >>> classes_of(pd.Series(["Yes", "no", "No", "No", None]))
    ('No', 'Yes')
    >>> classes_of(pd.Series(["stayed", "left", "stayed"]))
    ('stayed', 'left')
    >>> classes_of(pd.Series(["10", "9", "8", "10"]))
    ('8', '9', '10')
    """
    known_words = words.dropna()
    folded = known_words.str.casefold()
    sizes = folded.value_counts()
    spelt = {name: _commonest(known_words[folded == name]) for name in sizes.index}
    order = sorted(spelt, key=lambda name: (-int(sizes[name]), name))
    if len(order) == 2:
        positive_words = positive if len({*order} & positive) == 1 else YES
        order = (
            order[::-1]
            if order[0] in positive_words and order[1] not in positive_words
            else order
        )
    elif all(_is_number(name) for name in order):
        order.sort(key=float)
    return tuple(spelt[name] for name in order)


def _material(
    name: str,
    outcome: Labelled,
    customers: pd.DataFrame,
    targets: frozenset[str],
    settings: ModelSettings,
    *,
    seed: int,
) -> Prepared:
    words = outcome.words.reindex(customers["customer_id"].astype(str)).reset_index(drop=True)
    classes = classes_of(words, outcome.positive)
    task = given_task(name, outcome.column, classes)
    folded = [class_name.casefold() for class_name in classes]
    labels = pd.Categorical(words.str.casefold(), categories=folded).codes.astype(np.int64)
    is_known = labels != UNLABELLED
    problem = _too_thin(task, labels[is_known], settings)
    if problem:
        return Refused(task, problem)
    usable = [
        attribute
        for attribute in attributes_of(customers)
        if attribute.role not in NOT_FOR_LABELS and attribute.name not in targets
    ]
    telling = [attribute for attribute in usable if _tells(customers, attribute, labels)]
    features = varying(
        customers, [attribute for attribute in usable if attribute not in telling]
    )
    if not features:
        return Refused(
            task,
            "Nothing is known of these customers beside the outcome itself; a source with more"
            " columns would tell more.",
        )
    material = material_of(task, customers, labels, features, settings, seed=seed)
    left_out = [
        attribute.title for attribute in attributes_of(customers) if attribute.name in targets
    ]
    left_out += [attribute.title for attribute in telling]
    return material._replace(design=material.design + _left_out(left_out))


def _too_thin(task: Task, labels: np.ndarray, settings: ModelSettings) -> str:
    """Say why labels are too few to train and test on; empty where they aren't."""
    requirement = (
        f"{settings.least_customers:,} and {settings.least_in_class:,} are asked for"
        " (settings models.least_customers and models.least_in_class)."
    )
    if len(task.classes) < 2:
        return (
            f"{len(labels):,} customers carry a label, all of them the same; two classes with"
            f" {settings.least_in_class:,} customers each are asked for (setting"
            " models.least_in_class)."
        )
    sizes = np.bincount(labels, minlength=len(task.classes))
    rarest = int(sizes.argmin())
    if len(labels) >= settings.least_customers and sizes[rarest] >= settings.least_in_class:
        return ""
    return (
        f"{len(labels):,} customers carry a label, {sizes[rarest]:,} of them the rarest one,"
        f" “{task.classes[rarest]}”; {requirement}"
    )


def _tells(customers: pd.DataFrame, attribute: Known, labels: np.ndarray) -> bool:
    """Tell whether an attribute's values, or where it has one, go one to one with the labels.

    Looked at are customers with a label; gaps count as a value of their own, and once not.
    """
    if attribute.name not in customers:
        return False
    is_known = labels != UNLABELLED
    values, known_labels = customers.loc[is_known, attribute.name], labels[is_known]
    is_present = values.notna().to_numpy()
    codes = pd.factorize(values)[0]
    return (
        _one_to_one(codes, known_labels)
        or _one_to_one(is_present.astype(np.int64), known_labels)
        or (
            2 * is_present.sum() >= len(is_present)
            and _one_to_one(codes[is_present], known_labels[is_present])
        )
    )


def _one_to_one(values: np.ndarray, labels: np.ndarray) -> bool:
    pairs = pd.DataFrame({"value": values, "label": labels}).drop_duplicates()
    many = pairs["label"].nunique()
    return many > 1 and len(pairs) == many == pairs["value"].nunique()


def _left_out(titles: Sequence[str]) -> str:
    if not titles:
        return ""
    why = "as made from a column with an outcome or one to one with the label"
    return f" Left out, {why}: {', '.join(dict.fromkeys(titles))}."


def _commonest(words: pd.Series) -> str:
    sizes = words.value_counts()
    return str(min(sizes.index[sizes == sizes.max()]))


def _is_number(word: str) -> bool:
    try:
        return bool(np.isfinite(float(word)))
    except ValueError:
        return False
