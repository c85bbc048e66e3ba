"""Tasks on customers seen on one day: trained on four fifths of them, tested on the rest."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.features.attributes import Known, attributes_of, known_of
from pipeline.learning import rivals
from pipeline.learning.examples import Examples, sample, twins
from pipeline.learning.folds import inner_folds
from pipeline.learning.rivals import Rival
from pipeline.learning.tasks import (
    Material,
    Prepared,
    Refused,
    Task,
    label_task,
    segment_task,
)
from pipeline.scoring.inputs import Feature, prepared
from pipeline.scoring.served import REPLICATION, SEGMENT
from pipeline.segments.agreement import repeats
from pipeline.settings import ModelSettings

PREDICTING = ("demography", "channel")
"""Roles of the attributes that a segment is predicted from."""
NOT_FOR_LABELS = ("target", "rule")
SKEWED = frozenset({"money", "count", "minutes", "days"})
DROPPED = frozenset({"снизилась", "dropped", "decreased", "fell"})
"""Words by which a source says that activity dropped."""
UNLABELLED = -1
LEAST_IN_SEGMENT = 10
LEAST_CUSTOMERS = 100


def segment_materials(
    customers: pd.DataFrame,
    inputs: Sequence[str],
    *,
    names: Sequence[str],
    settings: ModelSettings,
    seed: int,
) -> list[Prepared]:
    """Prepare the tasks that tell a customer's segment.

    `customers` is the newest snapshot with its segments; `inputs` are the attributes that the
    segments were made from. What predicts is kept apart from them, and from what is one of them
    under another name: it would tell the segment by what made it.
    """
    sizes = customers["segment"].value_counts()
    order = [name for name in sizes.index if sizes[name] >= LEAST_IN_SEGMENT]
    repeated = repeated_inputs(customers, inputs)
    chosen = {
        SEGMENT: [
            attribute
            for attribute in attributes_of(customers)
            if attribute.role in PREDICTING and attribute.name not in {*inputs, *repeated}
        ],
        REPLICATION: [known_of(name) for name in inputs],
    }
    materials: list[Prepared] = []
    for name in (task_name for task_name in (SEGMENT, REPLICATION) if task_name in names):
        task = segment_task(name, tuple(str(segment) for segment in order))
        if len(order) < 2:
            materials.append(Refused(task, "There is a single segment: nothing to tell apart."))
            continue
        in_segments = customers[customers["segment"].isin(order)].reset_index(drop=True)
        if len(in_segments) < LEAST_CUSTOMERS:
            message = (
                f"There are {len(in_segments):,} customers; {LEAST_CUSTOMERS:,} are asked for"
                " to train and to test. Add more records."
            )
            materials.append(Refused(task, message))
            continue
        labels = pd.Categorical(in_segments["segment"], categories=order).codes.astype(np.int64)
        features = varying(in_segments, chosen[name])
        kept_out = _kept_out(repeated) if name == SEGMENT else ""
        if features:
            material = material_of(task, in_segments, labels, features, settings, seed=seed)
            materials.append(material._replace(design=f"{material.design}{kept_out}"))
        else:
            materials.append(
                Refused(
                    task,
                    "Neither demography nor channels are known of these customers that could"
                    " tell their segment; a source with ages, countries, memberships or"
                    f" channels would bring them.{kept_out}",
                )
            )
    return materials


def repeated_inputs(customers: pd.DataFrame, inputs: Sequence[str]) -> dict[str, str]:
    """Name the attributes that repeat an input of the clustering, each with that input.

    They equal it or are a function of it, whatever they are called.
    """
    return {
        attribute.name: name
        for attribute in attributes_of(customers)
        if attribute.role in PREDICTING and attribute.name not in inputs
        for name in reversed(inputs)
        if repeats(customers[attribute.name], customers[name])
    }


def _kept_out(repeated: dict[str, str]) -> str:
    """Say which attributes don't predict the segment, and why."""
    if not repeated:
        return ""
    named = ", ".join(
        f"{known_of(name).title} (follows from {known_of(input_name).within})"
        for name, input_name in repeated.items()
    )
    return f" Left out, since segments were made from the same: {named}."


def activity_material(
    customers: pd.DataFrame, *, settings: ModelSettings, seed: int
) -> Prepared:
    """Prepare the activity drop that the source labels itself, in `activity`."""
    task = label_task()
    is_known = customers["activity"].notna().to_numpy()
    activity_words = customers["activity"].astype(str).str.strip().str.casefold()
    labels = np.where(is_known, activity_words.isin(DROPPED), UNLABELLED).astype(np.int64)
    known_count = int(is_known.sum())
    fewest = int(np.bincount(labels[is_known], minlength=2).min())
    if known_count < settings.least_customers or fewest < settings.least_in_class:
        return Refused(
            task,
            f"{known_count:,} customers carry a label, {fewest:,} of the rarer one;"
            f" {settings.least_customers:,} and {settings.least_in_class:,} are asked for"
            " (settings models.least_customers and models.least_in_class).",
        )
    usable = [
        attribute
        for attribute in attributes_of(customers)
        if attribute.role not in NOT_FOR_LABELS
    ]
    features = varying(customers, usable)
    return material_of(task, customers, labels, features, settings, seed=seed)


def varying(customers: pd.DataFrame, usable: Sequence[Known]) -> tuple[Feature, ...]:
    """Give the attributes that vary, but for those that repeat one before them."""
    features: list[Feature] = []
    columns: list[pd.Series] = []
    for attribute in usable:
        if attribute.name not in customers or customers[attribute.name].nunique() < 2:
            continue
        values = customers[attribute.name]
        if any(values.equals(column) for column in columns):
            continue
        columns.append(values.rename(None))
        is_number = attribute.kind == "number"
        features.append(
            Feature(
                attribute.name,
                attribute.title,
                attribute.unit,
                is_number,
                is_number and attribute.unit in SKEWED and float(values.min()) >= 0,
            )
        )
    return tuple(features)


def material_of(
    task: Task,
    customers: pd.DataFrame,
    labels: np.ndarray,
    features: tuple[Feature, ...],
    settings: ModelSettings,
    *,
    seed: int,
) -> Material:
    """Split customers of one day, and prepare what a task on them is trained and tested on.

    Labels are places in the task's classes, `UNLABELLED` where they are not known.
    """
    names = [attribute.name for attribute in attributes_of(customers)]
    groups = twins(customers[names].astype(str))
    whole = Examples(
        prepared(customers, features),
        labels,
        customers["customer_id"].astype(object).to_numpy(),
        np.zeros(len(labels), dtype=np.int64),
    )
    labelled = np.flatnonzero(labels != UNLABELLED)
    most = settings.train_rows + settings.test_rows
    sampled = labelled[sample(labels[labelled], most, seed=seed)]
    everyones, few, groups = groups, whole.take(sampled), groups[sampled]
    parts = max(2, round(1 / settings.test_share))
    inside, outside = inner_folds(groups, few.labels, parts, seed=seed)[0]
    train, test = few.take(inside), few.take(outside)
    classes = len(task.classes)

    def answers() -> list[Rival]:
        return [
            rivals.majority(train, test, classes),
            *(rivals.alone(train, test, features, classes) if task.is_binary else []),
            rivals.one_attribute(train, test, features, classes, seed=seed),
        ]

    return Material(
        task=task,
        features=features,
        train=train,
        test=test,
        refit=few,
        groups=groups[inside],
        newest=customers[["customer_id", *(feature.name for feature in features)]],
        everyone=whole,
        everyone_groups=everyones,
        rivals=answers,
        design=(
            f"Trained on {len(inside):,} customers drawn at random, in proportion to the"
            f" classes, and tested once on the other {len(outside):,}; customers alike in"
            " everything that is known stay on one side. Settings and model were chosen inside"
            " the training part."
        ),
    )


def level_miss(material: Material) -> float:
    """Give the standard error of the share of positive labels, in log odds.

    It is what another sample of so many customers would differ by; another period may differ
    by more, which labels of one day can't tell.
    """
    known_labels = material.everyone.labels[material.everyone.labels >= 0]
    share = known_labels.mean()
    return float(round(1 / np.sqrt(len(known_labels) * share * (1 - share)), 6))
