"""Scoring customers, one at a time or a hundred thousand: segment, outcomes, reasons.

The only door of the portal to the models, opened when somebody scores first. What comes in is
checked by whoever asks (`inputs` says what there is to enter); what goes out names the model
that said so, and remarks on everything that it had to assume.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.scoring.answers import (
    Answer,
    Membership,
    Scored,
    Scorer,
    by_demography,
    score,
    score_frame,
)
from pipeline.scoring.entries import Input, attribute_inputs, order_inputs
from pipeline.scoring.explanation import explainer
from pipeline.scoring.given import (
    AddedOrder,
    Change,
    Given,
    NotScorable,
    Waited,
    changed,
    given_rows,
    given_states,
    states_of_orders,
)
from pipeline.scoring.reasons import Reason
from pipeline.scoring.store import (
    MODEL,
    SEGMENTATION,
    ModelUnusable,
    unpack_segmentation,
    unpack_served,
)
from pipeline.scoring.stored import Stored
from pipeline.settings import Settings


def load(stored: Mapping[str, Stored], *, form: str, settings: Mapping[str, Any]) -> Scorer:
    """Load what a run stored, by name; `form` and `settings` are those that the run recorded.

    Raises `ModelUnusable` where a model is damaged or of another version.
    """
    own, usual = settings.get("models", {}), Settings().models
    models = {
        name.removeprefix(MODEL): explainer(unpack_served(packed))
        for name, packed in stored.items()
        if name.startswith(MODEL)
    }
    return Scorer(
        form=form,
        currency=str(settings.get("currency", "")),
        horizon_days=int(own.get("horizon_days", usual.horizon_days)),
        active_days=int(own.get("active_days", usual.active_days)),
        models=models,
        segmentation=unpack_segmentation(stored[SEGMENTATION])
        if SEGMENTATION in stored
        else None,
    )


def inputs(scorer: Scorer) -> tuple[Input, ...]:
    """List everything that there is to enter about a customer."""
    models = list(scorer.models.values())
    if scorer.takes_orders:
        return order_inputs(models)
    return attribute_inputs(scorer.form, models, scorer.segmentation)


def of_states(scorer: Scorer, states: pd.DataFrame, day: int) -> Given:
    """Look at the customers of order states on the day of a number."""
    bases = (model.served.base for model in scorer.models.values())
    return given_states(
        states,
        day,
        horizon_days=scorer.horizon_days,
        active_days=scorer.active_days,
        base=next((base for base in bases if base is not None), None),
    )


def of_orders(scorer: Scorer, orders: pd.DataFrame, day: int) -> Given:
    """Look at customers given by their orders, see `states_of_orders`.

    Whoever has no order left by that day is not among them. Raises `NotScorable` where nobody
    has.
    """
    customers = of_states(scorer, states_of_orders(orders), day)
    if customers.features.empty:
        raise NotScorable(
            "There is no order up to the day looked at of which anything was kept;"
            " give an earlier order, or a later day."
        )
    return customers


def of_rows(scorer: Scorer, rows: pd.DataFrame) -> Given:
    """Look at customers given by attributes; what is not given is missing."""
    if rows.empty:
        raise NotScorable("There is no customer to score; give one at least.")
    return given_rows(scorer.form, rows, _needed(scorer))


def what_if(
    scorer: Scorer, row: pd.DataFrame, changes: Mapping[str, float | str | None]
) -> tuple[Scored, Scored]:
    """Score a customer given by attributes as it is, and with some of them changed."""
    before = of_rows(scorer, row)
    after = of_rows(scorer, row.assign(**changes))
    return score(scorer, before)[0], score(scorer, after)[0]


def what_if_orders(
    scorer: Scorer, states: pd.DataFrame, day: int, changes: Sequence[Change]
) -> tuple[Scored, Scored]:
    """Score a customer given by states of orders as it is, and after changes one by one."""
    before = of_states(scorer, states, day)
    after = of_states(scorer, *changed(states, day, changes))
    if before.features.empty or after.features.empty:
        raise NotScorable("The customer has no order that stands on that day.")
    return score(scorer, before)[0], score(scorer, after)[0]


def _needed(scorer: Scorer) -> list[str]:
    """Name every feature of a model and every input of the segmentation."""
    of_models = [
        feature.name for model in scorer.models.values() for feature in model.served.features
    ]
    of_segments = scorer.segmentation.inputs if scorer.segmentation else ()
    return list(dict.fromkeys([*of_models, *of_segments]))


__all__ = [
    "AddedOrder", "Answer", "Given", "Input", "Membership", "ModelUnusable", "NotScorable",
    "Reason", "Scored", "Scorer", "Stored", "Waited", "by_demography", "inputs", "load",
    "of_orders", "of_rows", "of_states", "score", "score_frame", "what_if", "what_if_orders",
]  # fmt: skip
