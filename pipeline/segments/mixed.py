"""The space of forms without orders: numbers and categories side by side."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from pipeline.features.attributes import Known, attributes_of, known_of
from pipeline.segments.agreement import several
from pipeline.segments.distinguishing import name_by_profile, personas
from pipeline.segments.space import prepare
from pipeline.segments.spaces import Space

SKEWED = 1.0
"""From this skew on a number without negatives is taken by its logarithm."""
LEAST_COMPONENTS = 2
LEAST_INPUTS = 2
MORE = frozenset({"demography", "value", "spend", "behaviour", "channel"})
"""Roles of what segments are made from where a source has too little of what is asked for."""


def mixed_space(customers: pd.DataFrame, roles: Sequence[str]) -> Space:
    """Make a space of the attributes with these roles that tell customers apart.

    Every attribute weighs the same: numbers are standardised, categories are indicators whose
    variances add up to 1. The principal components that carry more than an average attribute
    are kept, two at least (Kaiser 1960), so that what many attributes agree on counts and noise
    in a single one does not. Gaps are filled with the median, in categories with a level of
    their own.
    """
    return space_from(customers, input_attributes(customers, roles))


def space_from(customers: pd.DataFrame, inputs: Sequence[str]) -> Space:
    """Make the space of these inputs, every step of it fitted on the customers given."""
    numbers = [name for name in inputs if known_of(name).kind == "number"]
    categories = [name for name in inputs if name not in numbers]
    encoder = _encoder(customers, numbers, categories)
    prepared = prepare(customers, inputs)
    encoded = encoder.fit_transform(prepared)
    reduction = _reduction(encoded, len(inputs))
    fitted = Pipeline([("encode", encoder), ("components", reduction)])
    return Space(
        inputs=tuple(inputs),
        encode=lambda frame: fitted.transform(prepare(frame, inputs)),
        scaler=FunctionTransformer(),
        axes=tuple(_axis(name) for name in encoder.get_feature_names_out()),
        weights=reduction.components_,
        steps=tuple(fitted.steps),
        name=name_by_profile,
        describe=personas,
        measured=lambda frame: encoder.transform(prepare(frame, inputs)),
        refitted=lambda frame: space_from(
            frame, [name for name in inputs if several(frame[name])]
        ),
    )


def input_attributes(customers: pd.DataFrame, roles: Sequence[str]) -> list[str]:
    """List the attributes with these roles of which the customers have several values.

    Where spend is asked for and the source doesn't split it, it is the spend as a whole. Where
    fewer than two are left, who the customers are and what they bought is taken in.
    """
    attributes = [
        attribute for attribute in attributes_of(customers) if _tells(customers, attribute)
    ]
    is_split = any(
        attribute.role == "spend" and attribute.unit == "money" for attribute in attributes
    )
    whole = {"monetary"} if "spend" in roles and not is_split else set()
    names = [
        attribute.name
        for attribute in attributes
        if attribute.role in roles or attribute.name in whole
    ]
    if len(names) >= LEAST_INPUTS:
        return names
    more = [attribute.name for attribute in attributes if attribute.role in MORE]
    return [attribute.name for attribute in attributes if attribute.name in {*names, *more}]


def _tells(customers: pd.DataFrame, attribute: Known) -> bool:
    return several(customers[attribute.name])


def _encoder(
    customers: pd.DataFrame, numbers: Sequence[str], categories: Sequence[str]
) -> ColumnTransformer:
    skewed = [name for name in numbers if _is_skewed(customers[name].astype(float))]
    even = [name for name in numbers if name not in skewed]
    fill = SimpleImputer(strategy="median")
    steps = [
        (
            "skewed",
            make_pipeline(
                fill,
                FunctionTransformer(np.log1p, feature_names_out="one-to-one"),
                StandardScaler(),
            ),
            skewed,
        ),
        ("even", make_pipeline(fill, StandardScaler()), even),
    ]
    weights = {}
    for name in categories:
        shares = customers[name].value_counts(normalize=True, dropna=False).to_numpy()
        weights[name] = float(1 / np.sqrt((shares * (1 - shares)).sum()))
        steps.append(
            (name, OneHotEncoder(handle_unknown="ignore", sparse_output=False), [name])
        )
    used = [step for step in steps if step[2]]
    return ColumnTransformer(used, transformer_weights=weights or None)


def _is_skewed(values: pd.Series) -> bool:
    return float(values.min()) >= 0 and float(values.astype(float).skew(skipna=True)) > SKEWED  # type: ignore[arg-type]


def _reduction(encoded: np.ndarray, attributes: int) -> PCA:
    full = PCA(svd_solver="full").fit(encoded)
    average = full.explained_variance_.sum() / attributes
    n_components = max(int((full.explained_variance_ > average).sum()), LEAST_COMPONENTS)
    return PCA(min(n_components, *encoded.shape), svd_solver="full").fit(encoded)


def _axis(name: str) -> str:
    """Name a dimension after its attribute, an indicator after its level too."""
    transformer, _, feature = name.partition("__")
    if transformer in {"skewed", "even"}:
        return feature
    return f"{transformer}: {feature.removeprefix(f'{transformer}_')}"
