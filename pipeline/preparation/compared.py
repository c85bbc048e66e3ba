"""What of a run is compared with the update before it, read as it was published."""

import pandas as pd
from sqlalchemy.engine import Engine

from db.customers import CAMPAIGN, GROUP, open_customers
from db.customers.columns import ATTRIBUTES
from db.engine import reading
from db.frames import read_frame
from pipeline.watch.drifting import Watched
from pipeline.watch.figures import counted_figures

EARLIER_PUBLISHED = """
select max(r.run_id) as run_id
from run r
where r.dataset_id = :dataset and r.run_id < :run_id and r.status = 'published'
    and r.kind is null
    and (
        exists (
            select 1 from run_load a where a.run_id = r.run_id
            and a.load_id not in (select m.load_id from run_load m where m.run_id = :run_id)
        )
        or exists (
            select 1 from run_load m where m.run_id = :run_id
            and m.load_id not in (select a.load_id from run_load a where a.run_id = r.run_id)
        )
    )
"""
BASE_RATES = """
select task, base_rate
from forecast_window w
where run_id = :run_id and chosen and base_rate is not null and as_of = (
    select max(n.as_of) from forecast_window n
    where n.run_id = w.run_id and n.task = w.task and n.chosen and n.base_rate is not null
) and not exists (
    select 1 from task_result t
    where t.run_id = w.run_id and t.task = w.task and t.trained_run <> t.run_id
)
order by task
"""
"""Of tasks whose models serve on windows ended where they were trained: no rate of today."""
CHOSEN_SCORES = """
select task, value, low
from model_score
where run_id = :run_id and chosen and metric = 'roc_auc' and value is not null
order by task
"""
RETURNED_SHARE = """
select value from sales_figure
where run_id = :run_id and figure = 'returned_share' and value is not null
"""
PEOPLE = (
    "recency_days", "frequency", "monetary", "average_basket", "tenure_days", "country",
    "segment", "churn_probability", "answer_probability",
)  # fmt: skip
"""Columns of `customers` whose drift is told beside the source's attributes."""
COUNTED = (
    "revenue_30d", "orders_30d", "first_order_on", "as_of", "contact_profit", "contact_reason",
    "churn_probability", "value_at_stake",
)  # fmt: skip


def earlier_published(engine: Engine, dataset: int, run_id: int) -> int | None:
    """Give the newest run published before from other records; None where there is none.

    One from the same records would hide what changed: computed anew, nothing drifts.
    """
    with reading(engine) as connection:
        published = read_frame(connection, EARLIER_PUBLISHED, dataset=dataset, run_id=run_id)
    run = published["run_id"].iloc[0]
    return None if pd.isna(run) else int(run)


def watched(engine: Engine, run_id: int) -> Watched:
    """Read what of a run is compared with another: customers, and figures as published."""
    table = open_customers(engine, run_id)
    figures = counted_figures(
        {name: table[name] for name in COUNTED if name in table.column_names}
    )
    figures["customers", None] = float(len(table))
    with reading(engine) as connection:
        rates = read_frame(connection, BASE_RATES, run_id=run_id)
        scores = read_frame(connection, CHOSEN_SCORES, run_id=run_id)
        returned = read_frame(connection, RETURNED_SHARE, run_id=run_id)
    for task, rate in zip(rates["task"], rates["base_rate"], strict=True):
        figures["base_rate", str(task)] = float(rate)
    for task, value in zip(scores["task"], scores["value"], strict=True):
        figures["score", str(task)] = float(value)
    if len(returned):
        figures["returned_share", None] = float(returned["value"].iloc[0])
    ranged = scores.dropna(subset=["low"])
    least = dict(zip(ranged["task"].astype(str), ranged["low"].astype(float), strict=True))
    columns = [name for name in table.column_names if name in PEOPLE or _is_attribute(name)]
    return Watched(run_id, table.select(columns).to_pandas(), figures, least)


def _is_attribute(name: str) -> bool:
    is_own = ": " in name and not name.startswith(CAMPAIGN)
    return (name in ATTRIBUTES or is_own) and not name.endswith(GROUP)
