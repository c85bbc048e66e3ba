"""The models that compete: what each is built from and which of its settings are searched.

Everything that is fitted lies in one scikit-learn pipeline of two steps, `prepare` (gaps
filled, categories encoded, numbers scaled) and `model`, so that each fold fits its own.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import optuna
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from pipeline.scoring.inputs import Feature
from pipeline.scoring.machines import VectorMachine

Params = Mapping[str, Any]
SCALED, LOGGED = "scaled", "logged"
"""Names of the parts of `prepare` that hold numbers; each category is a part by itself."""
RARE = 0.01
"""Levels under this share of the rows are one level together."""


class Family(NamedTuple):
    """A kind of model.

    Attributes
    ----------
    name, title, meaning
        For tables and for people.
    defaults
        Settings tried first.
    suggest
        Asks a trial for settings.
    build
        From settings and seed to the unfitted estimator, which gives probabilities.
    flexibility
        From settings to a number that grows with how closely they follow the rows.
    is_slow
        Whether its cost grows faster than its rows, so that it is fitted on fewer.
    is_costly
        Whether its settings are searched on fewer rows.
    sketch
        A cheaper estimator with the same ranking, for tuning; `None` where there is none.
    """

    name: str
    title: str
    meaning: str
    defaults: Params
    suggest: Callable[[optuna.Trial], dict[str, Any]]
    build: Callable[[Params, int], Any]
    flexibility: Callable[[Params], float]
    is_slow: bool = False
    is_costly: bool = False
    sketch: Callable[[Params, int], Any] | None = None


def preparation(features: Sequence[Feature]) -> ColumnTransformer:
    """Make the first step of every model: fill gaps, mark them, scale numbers, encode words.

    Skewed numbers, which are never negative, are taken by log(1 + x).
    """
    logged = [feature.name for feature in features if feature.is_number and feature.is_skewed]
    scaled = [
        feature.name for feature in features if feature.is_number and not feature.is_skewed
    ]
    words = [feature.name for feature in features if not feature.is_number]
    log = FunctionTransformer(np.log1p, feature_names_out="one-to-one")
    parts: list[tuple[str, Any, list[str]]] = [
        (LOGGED, make_pipeline(_filled(), log, StandardScaler()), logged),
        (SCALED, make_pipeline(_filled(), StandardScaler()), scaled),
        *((f"word_{name}", _encoder(), [name]) for name in words),
    ]
    return ColumnTransformer([part for part in parts if part[2]])


def build(
    family: Family, params: Params, features: Sequence[Feature], *, seed: int
) -> Pipeline:
    """Give the unfitted pipeline of a family with these settings."""
    return Pipeline([("prepare", preparation(features)), ("model", family.build(params, seed))])


def _filled() -> SimpleImputer:
    return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)


def _encoder() -> OneHotEncoder:
    return OneHotEncoder(
        handle_unknown="infrequent_if_exist", min_frequency=RARE, sparse_output=False
    )


def _logistic_regression(params: Params, seed: int) -> LogisticRegression:
    return LogisticRegression(C=params["C"], max_iter=1_000, random_state=seed)


def _nearest_neighbours(params: Params, _seed: int) -> KNeighborsClassifier:
    return KNeighborsClassifier(params["n_neighbors"], weights=params["weights"], p=params["p"])


def _tree(params: Params, seed: int) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(**params, random_state=seed)


class MatrixSVC(SVC):  # type: ignore[misc] # scikit-learn has no types
    """A support vector machine that decides by products of matrices.

    libsvm takes one row after the other, some three times as long; decisions are the same up
    to the last digits.
    """

    def decision_function(self, X: np.ndarray) -> np.ndarray:  # noqa: N803 - its name there
        """Give each row's distance from the border of two classes, else a vote per class."""
        none = np.zeros(0)
        machine = VectorMachine(
            self.support_vectors_, self.dual_coef_, self.intercept_, self.n_support_,
            0.0 if self.kernel == "linear" else float(self.gamma), none, none,
        )  # fmt: skip
        decisions = machine.decisions(np.asarray(X, dtype=float))
        return decisions[:, 0] if len(self.n_support_) == 2 else decisions


def _vector_machine(params: Params, seed: int) -> SVC:
    return MatrixSVC(**params, cache_size=500, random_state=seed)


def _calibrated_vector_machine(params: Params, seed: int) -> CalibratedClassifierCV:
    return CalibratedClassifierCV(
        _vector_machine(params, seed), method="sigmoid", cv=2, ensemble=False
    )


def _forest(params: Params, seed: int) -> RandomForestClassifier:
    return RandomForestClassifier(100, **params, n_jobs=1, random_state=seed)


def _small_forest(params: Params, seed: int) -> RandomForestClassifier:
    return RandomForestClassifier(25, **params, n_jobs=1, random_state=seed)


def _boosted(params: Params, seed: int) -> Any:
    from xgboost import XGBClassifier  # noqa: PLC0415 - half a second that only this one needs

    return XGBClassifier(**params, tree_method="hist", max_bin=64, n_jobs=1, random_state=seed)


FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Family(
            "logistic_regression",
            "Logistic regression",
            "adds up a weight for each feature",
            {"C": 0.01},
            lambda trial: {"C": trial.suggest_float("C", 1e-4, 10.0, log=True)},
            _logistic_regression,
            lambda params: params["C"],
        ),
        Family(
            "k_nearest_neighbours",
            "k nearest neighbours",
            "asks the customers most alike what they did",
            {"n_neighbors": 50, "weights": "uniform", "p": 2},
            lambda trial: {
                "n_neighbors": trial.suggest_int("n_neighbors", 5, 150, log=True),
                "weights": trial.suggest_categorical("weights", ["uniform", "distance"]),
                "p": trial.suggest_categorical("p", [1, 2]),
            },
            _nearest_neighbours,
            lambda params: -params["n_neighbors"],
            is_slow=True,
            is_costly=True,
        ),
        Family(
            "decision_tree",
            "Decision tree",
            "asks one question after the other",
            {"max_depth": 5, "min_samples_leaf": 50, "criterion": "gini"},
            lambda trial: {
                "max_depth": trial.suggest_int("max_depth", 2, 10),
                "min_samples_leaf": trial.suggest_int("min_samples_leaf", 5, 200, log=True),
                "criterion": trial.suggest_categorical("criterion", ["gini", "entropy"]),
            },
            _tree,
            lambda params: params["max_depth"] / params["min_samples_leaf"],
        ),
        Family(
            "support_vector_machine",
            "Support vector machine",
            "draws the widest border between the classes",
            {"C": 1.0, "gamma": 0.02},
            lambda trial: {
                "C": trial.suggest_float("C", 1e-2, 10.0, log=True),
                "gamma": trial.suggest_float("gamma", 1e-3, 0.5, log=True),
            },
            _calibrated_vector_machine,
            lambda params: params["C"] * params["gamma"],
            is_slow=True,
            is_costly=True,
            sketch=_vector_machine,
        ),
        Family(
            "random_forest",
            "Random forest",
            "lets a hundred trees vote, each grown on other rows",
            {"max_depth": 6, "min_samples_leaf": 50, "max_features": "sqrt"},
            lambda trial: {
                "max_depth": trial.suggest_int("max_depth", 3, 14),
                "min_samples_leaf": trial.suggest_int("min_samples_leaf", 3, 100, log=True),
                "max_features": trial.suggest_categorical("max_features", ["sqrt", 0.5]),
            },
            _forest,
            lambda params: params["max_depth"] / params["min_samples_leaf"],
            is_costly=True,
            sketch=_small_forest,
        ),
        Family(
            "xgboost",
            "XGBoost",
            "adds small trees, each mending what those before it got wrong",
            {
                "n_estimators": 150, "learning_rate": 0.05, "max_depth": 3,
                "min_child_weight": 10.0, "subsample": 0.8, "colsample_bytree": 0.7,
                "reg_lambda": 1.0,
            },
            lambda trial: {
                "n_estimators": trial.suggest_int("n_estimators", 50, 300),
                "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
                "max_depth": trial.suggest_int("max_depth", 2, 6),
                "min_child_weight": trial.suggest_float("min_child_weight", 1, 30, log=True),
                "subsample": trial.suggest_float("subsample", 0.6, 1.0),
                "colsample_bytree": trial.suggest_float("colsample_bytree", 0.5, 1.0),
                "reg_lambda": trial.suggest_float("reg_lambda", 0.1, 10.0, log=True),
            },
            _boosted,
            lambda params: (
                params["n_estimators"] * params["learning_rate"] * 2 ** params["max_depth"]
            ),
            is_costly=True,
        ),
    )
}  # fmt: skip
