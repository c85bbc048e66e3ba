"""A fitted pipeline as plain numbers and words: to store, to score quickly and to explain.

Nothing here can run code when it is loaded, and it depends on no version of a library. What it
answers is what the pipeline answered, up to the rounding of float32 in XGBoost.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from pipeline.scoring import trees
from pipeline.scoring.inputs import Columns
from pipeline.scoring.machines import Blend, Linear, Neighbours, VectorMachine
from pipeline.scoring.trees import Trees

Model = Linear | Trees | VectorMachine | Neighbours | Blend


class Numbers(NamedTuple):
    """Columns of numbers: gaps filled and marked, logarithms taken, all scaled.

    `marked` are the places of the columns whose gaps are marked; the marks come after all
    columns. `means` and `scales` have an entry for each column and each mark.
    """

    names: tuple[str, ...]
    fills: tuple[float, ...]
    marked: tuple[int, ...]
    is_logged: bool
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def transform(self, frame: pd.DataFrame | Columns) -> np.ndarray:
        """Give rows × (columns and marks)."""
        values = np.column_stack([np.asarray(frame[name], dtype=float) for name in self.names])
        gaps = np.isnan(values)
        whole = np.concatenate(
            [np.where(gaps, self.fills, values), gaps[:, list(self.marked)]], axis=1
        )
        if self.is_logged:
            whole = np.log1p(np.maximum(whole, 0.0))
        scaled: np.ndarray = (whole - self.means) / self.scales
        return scaled

    @property
    def owners(self) -> tuple[str, ...]:
        """The feature of each column that comes out."""
        return (*self.names, *(self.names[place] for place in self.marked))


class Words(NamedTuple):
    """A column of words: an indicator for each level, and one for all rare ones together.

    Words that are new count as rare; where none was rare they have no indicator.
    """

    name: str
    levels: tuple[str, ...]
    rare: tuple[str, ...]

    def transform(self, frame: pd.DataFrame | Columns) -> np.ndarray:
        """Give rows × indicators."""
        place_by_level = {level: place for place, level in enumerate(self.levels)}
        width = len(self.levels) + bool(self.rare)
        rare_place = len(self.levels) if self.rare else -1
        places = np.array(
            [place_by_level.get(word, rare_place) for word in frame[self.name]], dtype=int
        )
        return (places[:, None] == np.arange(width)).astype(float)

    @property
    def owners(self) -> tuple[str, ...]:
        """The feature of each column that comes out."""
        return (self.name,) * (len(self.levels) + bool(self.rare))


class Preparation(NamedTuple):
    """The first step of a pipeline."""

    parts: tuple[Numbers | Words, ...]

    def transform(self, frame: pd.DataFrame | Columns) -> np.ndarray:
        """Give the points that models see, rows × columns."""
        return np.concatenate([part.transform(frame) for part in self.parts], axis=1)

    def owners(self, names: Sequence[str]) -> np.ndarray:
        """Give the place of each column's feature among `names`."""
        places = {name: place for place, name in enumerate(names)}
        return np.array([places[owner] for part in self.parts for owner in part.owners])

    @property
    def width(self) -> int:
        """Number of columns that come out."""
        return sum(len(part.owners) for part in self.parts)

    @property
    def words(self) -> dict[str, Words]:
        """The columns of words by name."""
        return {part.name: part for part in self.parts if isinstance(part, Words)}


class Predictor(Protocol):
    """What gives probabilities for rows that hold the features by name."""

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """Give n × k probabilities."""


class Plain(NamedTuple):
    """A pipeline of two steps, as plain numbers."""

    prepare: Preparation
    model: Model

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        """Give n × k probabilities for rows that `prepared` made."""
        return self.model.probabilities(self.prepare.transform(frame))


class NotPlain(Exception):
    """A model of a kind that can't be told in plain numbers."""


def plain(pipeline: Any) -> Plain:
    """Take over a fitted pipeline of the steps `prepare` and `model`; plain ones stay."""
    if isinstance(pipeline, Plain):
        return pipeline
    return Plain(plain_preparation(pipeline["prepare"]), _plain_model(pipeline["model"]))


def plain_preparation(columns: Any) -> Preparation:
    """Take over a fitted column transformer as `candidates.preparation` lays it out."""
    return Preparation(
        tuple(
            _words(step, names[0]) if hasattr(step, "categories_") else _numbers(step, names)
            for _, step, names in columns.transformers_
            if step != "drop"
        )
    )


def _numbers(steps: Any, names: Sequence[str]) -> Numbers:
    fill, scale = steps[0], steps[-1]
    marked = fill.indicator_.features_ if fill.indicator_ is not None else ()
    return Numbers(
        names=tuple(names),
        fills=tuple(np.nan_to_num(fill.statistics_.astype(float)).tolist()),
        marked=tuple(int(place) for place in marked),
        is_logged=len(steps) == 3,
        means=tuple(scale.mean_.tolist()),
        scales=tuple(scale.scale_.tolist()),
    )


def _words(encoder: Any, name: str) -> Words:
    infrequent = (
        encoder.infrequent_categories_[0] if encoder.min_frequency is not None else None
    )
    rare = () if infrequent is None else tuple(str(word) for word in infrequent)
    levels = (str(word) for word in encoder.categories_[0])
    return Words(name, tuple(word for word in levels if word not in rare), rare)


def _plain_model(model: Any) -> Model:
    kind = type(model).__name__
    if kind not in TAKEN_OVER:
        raise NotPlain(
            f"A model of the kind {kind} can't be stored; choose one of the families."
        )
    return TAKEN_OVER[kind](model)


TAKEN_OVER: Mapping[str, Callable[[Any], Model]] = {
    "LogisticRegression": Linear.of,
    "DecisionTreeClassifier": lambda model: trees.averaged([model]),
    "RandomForestClassifier": lambda model: trees.averaged(model.estimators_),
    "XGBClassifier": trees.boosted,
    "CalibratedClassifierCV": VectorMachine.of,
    "KNeighborsClassifier": Neighbours.of,
}
"""Kinds of models that are known, and how each is told in plain numbers."""
