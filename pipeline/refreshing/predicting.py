"""The stage that predicts: models that are trained or serve on, and what follows from them."""

from typing import NamedTuple

import pandas as pd
from sqlalchemy.engine import Engine

from pipeline import recorder
from pipeline.features.labels import ACTIVITY_DROP, CHURN
from pipeline.learning.done import Predicted, joined
from pipeline.learning.explained import Explained, explained
from pipeline.learning.retraining.trained import Trained
from pipeline.learning.single import segment_materials
from pipeline.learning.stage import parts_of, predicted
from pipeline.learning.tasks import Prepared
from pipeline.preparation.known import Known
from pipeline.preparation.request import Request
from pipeline.preparation.trained import Retraining, retraining, stamped
from pipeline.quality.findings import Finding
from pipeline.refreshing.assembly import (
    banded_by_profit,
    level_miss,
    named_by_prediction,
    with_churn,
    with_stakes,
)
from pipeline.run.progress import Parts, Progress
from pipeline.scoring.served import REPLICATION, SEGMENT
from pipeline.segments.stage import Segments
from pipeline.sources.forms import has
from pipeline.sources.telling.remarks import Remark
from pipeline.strategy.basis import FOLLOWING, PROFIT, Basis, basis_of
from pipeline.strategy.stage import Contacts, contacts


class Foretold(NamedTuple):
    """What is predicted of customers, why, and whom to contact.

    `customers` are those of the newest snapshot with all of it, `grouped` the segments under
    the names that follow from it; `findings` say which names changed, `remarks` which models
    served on or why they were trained again.
    """

    customers: pd.DataFrame
    grouped: Segments
    models: Predicted
    why: Explained
    risk: Contacts
    findings: tuple[Finding, ...]
    remarks: tuple[Remark, ...]


def foretold(
    engine: Engine,
    request: Request,
    preparation: Known,
    grouped: Segments,
    customers: pd.DataFrame,
    *,
    form: str,
    currency: str,
    run: tuple[int, int],
    is_quick: bool,
    progress: Progress,
) -> Foretold:
    """Predict what customers do, name segments by it, and choose whom to contact.

    `run` is the number of the data set and of the run. A quick run predicts nothing.
    """
    settings, (dataset, run_id) = request.settings, run
    earlier = (
        Retraining()
        if is_quick
        else retraining(
            engine, request, preparation, customers, form=form, currency=currency, run=run
        )
    )
    parts = Parts(progress)

    def learned(prepared: list[Prepared]) -> Predicted:
        return _learned(prepared, request, earlier.trained, parts)

    prepared = [] if is_quick else preparation.outcomes(customers)
    parts.expect(parts_of(prepared) + len({SEGMENT, REPLICATION} & set(settings.models.tasks)))
    outcomes = learned(prepared)
    has_orders = has(form).orders
    leaving = CHURN if has_orders else preparation.leaving or ACTIVITY_DROP
    customers = with_churn(customers, outcomes.predictions, leaving)
    before = (
        recorder.earlier_segments(engine, dataset, run_id)
        if has_orders
        else pd.Series(dtype=object)  # names of other forms say what is so today
    )
    grouped, customers, findings = named_by_prediction(
        grouped, customers, before, horizon_days=settings.models.horizon_days
    )
    told_apart = segment_materials(
        customers,
        preparation.inputs_of(customers),
        names=() if is_quick else settings.models.tasks,
        settings=settings.models,
        seed=request.seed,
    )
    models = joined(outcomes, learned(told_apart))
    models = models._replace(tasks=stamped(models.tasks, run_id, preparation.as_of))
    remarks = earlier.remarks(models.tasks, run_id, settings.models.retrain_days)
    why = explained(models, settings.models, currency=currency, seed=request.seed)
    basis = (
        FOLLOWING
        if is_quick
        else basis_of(
            customers, models.tasks,
            has_orders=has_orders, leaving=leaving, answer=preparation.answer,
        )
    )  # fmt: skip
    customers, risk = _contacts(engine, request, customers, models, basis, run=run)
    return Foretold(customers, grouped, models, why, risk, findings, remarks)


def _learned(
    prepared: list[Prepared], request: Request, trained: Trained | None, parts: Parts
) -> Predicted:
    return predicted(
        prepared,
        request.settings.models,
        seed=request.seed,
        progress=parts,
        workers=request.workers,
        trained=trained,
    )


def _contacts(
    engine: Engine,
    request: Request,
    customers: pd.DataFrame,
    models: Predicted,
    basis: Basis,
    *,
    run: tuple[int, int],
) -> tuple[pd.DataFrame, Contacts]:
    """Put beside customers what is at stake with them and whether to contact them."""
    dataset, run_id = run
    customers = with_stakes(customers, basis, models.predictions)
    risk = contacts(
        customers,
        request.settings.strategy,
        basis=basis,
        median=recorder.earlier_median(engine, dataset, run_id),
        miss=level_miss(basis, models.tasks),
    )
    customers = customers.assign(**risk.columns)
    if basis.kind == PROFIT:
        starts = recorder.earlier_profit_bands(engine, dataset, run_id)
        return banded_by_profit(customers, risk, starts)
    return customers, risk
