"""What the clustering page asks of the database: candidates, trials, sizes, overlaps."""

from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement, of_database

CANDIDATES = """
select algorithm, tuned, n_clusters, silhouette, davies_bouldin, calinski_harabasz, inertia,
    bic, gap, stability, smallest_share, chosen, verdict, params
from clustering
where run_id = :run_id
order by chosen desc, silhouette desc, algorithm, tuned, n_clusters
"""

SIZES = """
select s.algorithm, s.tuned, s.n_clusters, s.place, s.customers
from cluster_size s
join clustering c on c.run_id = s.run_id and c.algorithm = s.algorithm
    and c.tuned = s.tuned and c.n_clusters = s.n_clusters
where s.run_id = :run_id and (c.stability is not null or c.chosen)
order by c.silhouette desc, s.algorithm, s.tuned, s.n_clusters, s.place
"""

TRIALS = """
select study, trial, state, value, seconds, params
from trial
where run_id = :run_id and study like 'segments.%'
order by study, trial
"""

IMPORTANCES = """
select study, parameter, importance
from tuning_importance
where run_id = :run_id and study like 'segments.%'
order by study, importance desc
"""

SILHOUETTES = """
select s.segment, s.place, s.silhouette, r.customers, r.nearer_elsewhere
from silhouette_sample s
join segment_result r on r.run_id = s.run_id and r.segment = s.segment
where s.run_id = :run_id
order by r.position, s.place
"""

OVERLAPS = """
select "left", "right", left_segment, right_segment, customers
from cluster_overlap
where run_id = :run_id and "left" = :left and "right" = :right
order by left_segment, right_segment
"""

FINALISTS = """
select
    algorithm || case when tuned then ', tuned, ' else ', defaults, ' end || n_clusters as name
from clustering
where run_id = :run_id and stability is not null
order by chosen desc, silhouette desc, algorithm, tuned, n_clusters
"""


def candidates(run: PublishedRun, _filters: Filters, **_choices: object) -> Statement:
    """One row per clustering, the chosen one first, then by silhouette."""
    return of_database(CANDIDATES, run_id=run.run_id)


def sizes(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per finalist and cluster, the largest first."""
    return of_database(SIZES, run_id=run.run_id)


def trials(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per study and trial."""
    return of_database(TRIALS, run_id=run.run_id)


def importances(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per study and setting that was searched."""
    return of_database(IMPORTANCES, run_id=run.run_id)


def silhouettes(run: PublishedRun, _filters: Filters) -> Statement:
    """One row per published segment and place in it, sorted silhouettes."""
    return of_database(SILHOUETTES, run_id=run.run_id)


def overlaps(
    run: PublishedRun,
    _filters: Filters = NO_FILTERS,
    *,
    left: str | None = None,
    right: str | None = None,
) -> Statement:
    """One row per pair of segments of two finalists that share customers.

    Without a choice the published clustering stands beside the next finalist.
    """
    first, second = (*finalists(run), "", "")[:2]
    return of_database(OVERLAPS, run_id=run.run_id, left=left or first, right=right or second)


def finalists(run: PublishedRun) -> list[str]:
    """Name the clusterings that can be compared, the published one first."""
    return list(run.ask(of_database(FINALISTS, run_id=run.run_id))["name"])
