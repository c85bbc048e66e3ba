"""What the comparison of two runs asks: settings, scores, who changed segment."""

import json
from typing import Any

import pandas as pd

from db.frames import read_frame
from portal.rows import each_row
from portal.snapshot import Snapshot

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

MOVES = """
select
    coalesce(before.segment, 'Not in the first') as before,
    coalesce(after.segment, 'Not in the second') as after,
    count(*) as customers
from (
    select customer_id from customer_result where run_id = :first
    union
    select customer_id from customer_result where run_id = :second
) as everyone
left join customer_result before
    on before.run_id = :first and before.customer_id = everyone.customer_id
left join customer_result after
    on after.run_id = :second and after.customer_id = everyone.customer_id
group by 1, 2
"""

FIGURE_NAMES = {
    "as_of": "As of",
    "seed": "Seed",
    "rows_read": "Rows read",
    "rows_kept": "Rows kept",
    "customers": "Customers",
    "algorithm": "Algorithm",
    "tuned": "Tuned",
    "n_clusters": "Segments",
    "silhouette": "Silhouette",
    "davies_bouldin": "Davies-Bouldin",
    "calinski_harabasz": "Calinski-Harabasz",
    "stability": "Stability",
    "smallest_share": "Smallest segment",
    "seconds": "Seconds",
}


def comparable(at: Snapshot) -> pd.DataFrame:
    """One row per published run of the data set, the newest first."""
    return read_frame(at.connection, COMPARABLE, dataset=at.dataset)


def figures(at: Snapshot, first: int, second: int) -> pd.DataFrame:
    """One row per figure: its value in both runs."""
    found = read_frame(at.connection, FIGURES, first=first, second=second).set_index("run_id")
    return pd.DataFrame(
        {
            "figure": list(FIGURE_NAMES.values()),
            "first": [found[name].get(first) for name in FIGURE_NAMES],
            "second": [found[name].get(second) for name in FIGURE_NAMES],
        }
    )


def changed_settings(at: Snapshot, first: int, second: int) -> pd.DataFrame:
    """One row per setting that differs: its value in both runs."""
    found = read_frame(at.connection, FIGURES, first=first, second=second)
    told = {row.run_id: flat(json.loads(row.settings)) for row in each_row(found)}
    one, other = told.get(first, {}), told.get(second, {})
    rows = [
        {"setting": name, "first": one.get(name), "second": other.get(name)}
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]
    return pd.DataFrame(rows, columns=["setting", "first", "second"])


def moves(at: Snapshot, first: int, second: int) -> pd.DataFrame:
    """One row per pair of segments: customers by their segment in both runs."""
    return read_frame(at.connection, MOVES, first=first, second=second)


def flat(settings: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Name nested settings by their path."""
    named: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            named |= flat(value, f"{prefix}{name}.")
        else:
            named[f"{prefix}{name}"] = json.dumps(value)
    return named
