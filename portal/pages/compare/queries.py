"""What the comparison of two runs asks: settings, scores, who changed segment."""

import json
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from db.frames import read_frame
from portal.reading.columns import COLUMNS, Longs, Names, names, stored
from portal.reading.published import PublishedRun
from portal.reading.rows import each_row

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

MOVES = COLUMNS
NOT_IN_FIRST, NOT_IN_SECOND = "Not in the first", "Not in the second"
WIDEST = 64
"""Bytes of an identifier up to which all are compared as one array of equal widths."""

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
    return read_frame(run.connection, COMPARABLE, dataset=run.dataset)


def figures(run: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per figure, `figure` being its column: its value in both runs."""
    found = read_frame(run.connection, FIGURES, first=first, second=second).set_index("run_id")
    return pd.DataFrame(
        {
            "figure": list(FIGURE_NAMES),
            "first": [found[name].get(first) for name in FIGURE_NAMES],
            "second": [found[name].get(second) for name in FIGURE_NAMES],
        }
    )


def models(run: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per run and task: the model that serves, and its score on the test.

    Columns `run_id, task, title, status, model, metric, value, low, high`.
    """
    return read_frame(run.connection, MODELS, first=first, second=second)


def changed_settings(run: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per setting that differs: its value in both runs."""
    found = read_frame(run.connection, FIGURES, first=first, second=second)
    told = {row.run_id: flat(json.loads(row.settings)) for row in each_row(found)}
    one, other = told.get(first, {}), told.get(second, {})
    rows = [
        {"setting": name, "first": one.get(name), "second": other.get(name)}
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]
    return pd.DataFrame(rows, columns=["setting", "first", "second"])


def moves(at: PublishedRun, first: int, second: int) -> pd.DataFrame:
    """One row per pair of segments: customers by their segment in both runs."""
    before, after = (_segmented(at._replace(run_id=run)) for run in (first, second))
    one, other = _in_both(before.identifiers, after.identifiers)
    wide = len(after.segments) + 1
    pairs = [
        before.codes[one] * wide + after.codes[other],
        np.delete(before.codes, one) * wide + len(after.segments),
        len(before.segments) * wide + np.delete(after.codes, other),
    ]
    counts = np.bincount(np.concatenate(pairs))
    there = np.flatnonzero(counts)
    left, right = (*before.segments, NOT_IN_FIRST), (*after.segments, NOT_IN_SECOND)
    return pd.DataFrame(
        {
            "before": [left[place] for place in there // wide],
            "after": [right[place] for place in there % wide],
            "customers": counts[there],
        }
    )


def flat(settings: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Name nested settings by their path."""
    named: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            named |= flat(value, f"{prefix}{name}.")
        else:
            named[f"{prefix}{name}"] = json.dumps(value)
    return named


class _Segmented(NamedTuple):
    """The customers of a run and the segment of each, as its place among the names."""

    identifiers: Names
    codes: Longs
    segments: tuple[str, ...]


def _segmented(run: PublishedRun) -> _Segmented:
    found = names(run)
    column = stored(run, "segment").get("segment")
    if column is None:
        return _Segmented(found, np.zeros(len(found.starts), dtype=np.int64), ("",))
    return _Segmented(found, column.values.astype(np.int64), column.words)


def _in_both(one: Names, other: Names) -> tuple[Longs, Longs]:
    """Give the places of the customers that are in both, in the first and in the second."""
    if one.text == other.text:
        every = np.arange(len(one.starts))
        return every, every
    left, right = (_listed(each) for each in (one, other))
    if not len(left) or not len(right):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    places = np.minimum(np.searchsorted(right, left), len(right) - 1)
    same = right[places] == left
    return np.flatnonzero(same), places[same]


def _listed(found: Names) -> NDArray[Any]:
    if not len(found.starts):
        return np.zeros(0, dtype="S1")
    widest = int(np.diff(found.starts, append=len(found.text) + 1).max())
    return np.array(found.text.split(found.between), dtype=object if widest > WIDEST else None)
