"""What the comparison of two runs asks: settings, scores, who changed segment."""

import json
from typing import Any

import pandas as pd

from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row
from portal.reading.statements import Statement, of_database

COMPARABLE = """
select run.run_id, run.as_of, run.started_at
from run
join dataset on dataset.dataset_id = run.dataset_id
where dataset.name = :dataset and run.status = 'published'
order by run.run_id desc
"""

FIGURES = """
select run.run_id, run.as_of, run.seed, run.rows_read, run.rows_kept, run.customers,
    run.seconds, run.settings, c.algorithm, c.tuned, c.n_clusters, c.silhouette,
    c.davies_bouldin, c.calinski_harabasz, c.stability, c.smallest_share
from run
left join clustering c on c.run_id = run.run_id and c.chosen
where run.run_id in (:first, :second)
"""

MODELS = """
select t.run_id, t.task, t.title, t.status, m.title as model, s.metric, s.value, s.low, s.high
from task_result t
left join model_result m on m.run_id = t.run_id and m.task = t.task and m.model = t.chosen
left join model_score s on s.run_id = t.run_id and s.task = t.task and s.model = t.chosen
    and s.metric = case when t.positive is null then 'accuracy' else 'roc_auc' end
where t.run_id in (:first, :second)
order by t.position
"""

MOVES = """
select before, after, count(*) as customers
from (
    select
        earlier.segment as before,
        case when later.customer_id is null then '{not_after}' else later.segment
            end as after
    from customer_result as earlier
    left join customer_result as later
        on later.run_id = :second and later.customer_id = earlier.customer_id
    where earlier.run_id = :first
    union all
    select '{not_before}', later.segment
    from customer_result as later
    left join customer_result as earlier
        on earlier.run_id = :first and earlier.customer_id = later.customer_id
    where later.run_id = :second and earlier.customer_id is null
) as moved
group by before, after
order by 1, 2
"""

NOT_BEFORE, NOT_AFTER = "Not in the first", "Not in the second"
MOVES = MOVES.replace("{not_before}", NOT_BEFORE).replace("{not_after}", NOT_AFTER)

FIGURE_NAMES = {
    "as_of": "As of",
    "seed": "Seed",
    "rows_read": "Rows read",
    "rows_kept": "Rows kept",
    "customers": "Customers",
    "algorithm": "Algorithm",
    "tuned": "Settings of the algorithm",
    "n_clusters": "Segments",
    "silhouette": "Silhouette",
    "davies_bouldin": "Davies-Bouldin",
    "calinski_harabasz": "Calinski-Harabasz",
    "stability": "Stability",
    "smallest_share": "Smallest segment",
    "seconds": "Took",
}


def comparable(run: PublishedRun) -> pd.DataFrame:
    """One row per published run of the data set, the newest first."""
    return run.ask(of_database(COMPARABLE, dataset=run.dataset))


def figures(run: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per figure, `figure` being its column: its value in both runs."""
    runs = run.ask(of_database(FIGURES, first=first, second=second)).set_index("run_id")
    return pd.DataFrame(
        {
            "figure": list(FIGURE_NAMES),
            "first": [runs[name].get(first) for name in FIGURE_NAMES],
            "second": [runs[name].get(second) for name in FIGURE_NAMES],
        }
    )


def models(run: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per run and task: the model that serves, and its score on the test.

    Columns `run_id, task, title, status, model, metric, value, low, high`.
    """
    return run.ask(of_database(MODELS, first=first, second=second))


def changed_settings(run: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per setting that differs: its value in both runs."""
    runs = run.ask(of_database(FIGURES, first=first, second=second))
    settings_by_run = {row.run_id: flat(json.loads(row.settings)) for row in each_row(runs)}
    first_settings, second_settings = (
        settings_by_run.get(first, {}),
        settings_by_run.get(second, {}),
    )
    rows = [
        {
            "setting": name,
            "first": first_settings.get(name),
            "second": second_settings.get(name),
        }
        for name in sorted({*first_settings, *second_settings})
        if first_settings.get(name) != second_settings.get(name)
    ]
    return pd.DataFrame(rows, columns=["setting", "first", "second"])


def of_data_set(run: PublishedRun, first: str | None, second: str | None) -> tuple[int, int]:
    """Fall back to the published run where a run is not of this data set."""
    run_id_by_text = {str(number): int(number) for number in comparable(run)["run_id"]}
    return (
        run_id_by_text.get(first or "", run.run_id),
        run_id_by_text.get(second or "", run.run_id),
    )


def moves(
    run: PublishedRun, _filters: Filters, *, first: str | None, second: str | None
) -> Statement:
    """One row per pair of segments: customers by their segment in both runs."""
    first_id, second_id = of_data_set(run, first, second)
    return of_database(MOVES, first=first_id, second=second_id)


def flat(settings: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Name nested settings by their path."""
    named: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            named |= flat(value, f"{prefix}{name}.")
        else:
            named[f"{prefix}{name}"] = json.dumps(value)
    return named
