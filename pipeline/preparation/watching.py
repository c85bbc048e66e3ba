"""The end of a refresh before it publishes: unusual days, drift, and which rules fire."""

from typing import Any

import pandas as pd
from sqlalchemy.engine import Engine

from db.tables.watch import Alert, Drift, SalesPeriod, SalesPeriodPart
from db.workspace import rules
from pipeline import recorder
from pipeline.preparation.compared import earlier_published, watched
from pipeline.preparation.known import Known
from pipeline.preparation.request import Request
from pipeline.recorder import Result
from pipeline.sales.unusual_parts import Explained, with_segments
from pipeline.watch.alerts import Facts, fired
from pipeline.watch.drifting import drifted
from pipeline.watch.unusual_days import lately


def alerted(
    engine: Engine,
    prepared: Known,
    customers: pd.DataFrame,
    *,
    request: Request,
    run: tuple[int, int],
    currency: str,
    is_quick: bool,
) -> tuple[dict[str, Any], ...]:
    """Write what is unusual, what drifted and which rules fire; give the alerts in short.

    `run` is the number of the data set and of the run, whose other results are written: rules
    look at what will be published. A quick run leaves drift and rules to the full one.
    """
    settings = request.settings.watch
    dataset, run_id = run
    periods, parts = pd.DataFrame(), pd.DataFrame()
    if prepared.selling is not None:
        odd = prepared.selling.unusual
        segments = customers.set_index(customers["customer_id"].astype(str))["segment"]
        periods = odd.periods
        parts = with_segments(Explained(odd.parts, odd.by_customer), segments.dropna())
    results = [Result(SalesPeriod, periods), Result(SalesPeriodPart, parts)]
    if is_quick:
        recorder.write_results(engine, run_id, results)
        return ()
    now = watched(engine, run_id)
    earlier = earlier_published(engine, dataset, run_id)
    before = None if earlier is None else watched(engine, earlier)
    drift = drifted(before, now, settings)
    days = lately(
        periods, parts, as_of=prepared.as_of, days=settings.recent_days, currency=currency
    )
    alerts = fired(rules.in_force(engine, dataset), Facts(now, before, drift, days, currency))
    results += [Result(Drift, drift), Result(Alert, alerts)]
    recorder.write_results(engine, run_id, results)
    records = alerts[["rule", "figure", "value", "threshold", "sentence"]].to_dict("records")
    return tuple({str(name): value for name, value in row.items()} for row in records)
