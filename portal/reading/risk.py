"""Who is likely to leave, what they are worth, and what keeping them would bring."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa

from db.frames import read_frame
from db.workspace.playbooks import BUILT_IN
from portal.reading.columns import groups, kept, kinds, names, read, stored
from portal.reading.economics import (
    RetentionCosts,
    default_playbook,
    risk_cells,
    risk_value_groups,
)
from portal.reading.filters import Filters
from portal.reading.playbook import in_force
from portal.reading.published import PublishedRun
from portal.words.titles import title

MOST_EXACT = 200_000
"""Above so many customers probabilities are added up in cells of a thousandth."""
CELL = 0.001
BIN = 0.02

PROBABILITIES = """
select attribute, kind, dtype, words, data
from attribute_column
where run_id = :run_id and attribute in ('churn_probability', 'clv_12m', 'is_promotional')
"""
TASK = """
select status, message, question, horizon_days, test_day, warning, chosen, base_rate_test
from task_result
where run_id = :run_id and task = 'churn'
"""
CUT = """
select cut, cut_low, cut_high, value_cut, profit, contact_cost, incentive, success_rate, margin
from retention_cut
where run_id = :run_id
"""
RIVALS = """
select p.role, m.title, p.metric, p.difference, p.low, p.high, s.value as rival_score,
    (select c.value from model_score c where c.run_id = p.run_id and c.task = p.task
        and c.metric = p.metric and c.chosen) as score
from paired_test p
join model_result m on m.run_id = p.run_id and m.task = p.task and m.model = p.rival
left join model_score s on s.run_id = p.run_id and s.task = p.task and s.model = p.rival
    and s.metric = p.metric
where p.run_id = :run_id and p.task = 'churn'
order by case p.role when 'naive' then 0 when 'customer_base' then 1 else 2 end
"""
DRIVERS = """
select d.feature, d.importance
from driver d
join task_result t on t.run_id = d.run_id and t.task = d.task and t.chosen = d.model
where d.run_id = :run_id and d.task = 'churn'
order by d.importance desc
limit 15
"""
DETAILS = """
select r.customer_id, r.segment, coalesce(w.reason, '') as reason
from customer_result r
left join customer_reason w on w.run_id = r.run_id and w.customer_id = r.customer_id
    and w.task = 'churn' and w.place = 1
where r.run_id = :run_id and r.customer_id in :names
"""


class Task(NamedTuple):
    """How predicting who leaves went."""

    status: str
    message: str
    question: str
    horizon_days: int | None
    test_day: Any
    warning: str | None
    chosen: str | None
    base_rate_test: float | None


STEPS = 1_000
"""Places of the slider from 0 to 1."""


class Defaults(NamedTuple):
    """The costs to count with, and where the run parts high from low value."""

    costs: RetentionCosts
    value_cut: float


def task(run: PublishedRun) -> Task | None:
    """Give how the task went, `None` where it was not asked."""
    row = run.connection.execute(sa.text(TASK), {"run_id": run.run_id}).one_or_none()
    return Task(*row) if row else None


def defaults(run: PublishedRun) -> Defaults | None:
    """Give the costs to begin with and the run's median value, `None` where nobody has both.

    The costs are those of the playbook that someone saved, else those of the run.
    """
    known, followed = of_run(run), in_force(run)
    if known is None or followed.version == BUILT_IN:
        return known
    return known._replace(costs=followed.playbook.costs.retention)


def of_run(run: PublishedRun) -> Defaults | None:
    """Give the run's costs and median value, `None` where nobody has both figures."""
    row = run.connection.execute(sa.text(CUT), {"run_id": run.run_id}).one_or_none()
    if row is None:
        return None
    months = max(default_playbook().costs.retention.months, row.margin * 12)
    costs = RetentionCosts(
        contact_cost=row.contact_cost,
        incentive=row.incentive,
        success_rate=row.success_rate,
        margin=row.margin * 12 / months,
        months=months,
    )
    return Defaults(costs, float(row.value_cut))


def rivals(run: PublishedRun) -> pd.DataFrame:
    """One row per rival of the model that serves, the best simple rule first."""
    return read_frame(run.connection, RIVALS, run_id=run.run_id)


def drivers(run: PublishedRun) -> pd.DataFrame:
    """One row per feature of the model that serves, the most important first."""
    return read_frame(run.connection, DRIVERS, run_id=run.run_id)


def risks(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per customer that the filters keep and of whom risk and value are known.

    Columns `place` (among all customers), `probability, value` and `promotional`, 1 or 0.
    """
    there = read(run, "churn_probability", "clv_12m", "is_promotional")
    if "churn_probability" not in there or "clv_12m" not in there:
        return pd.DataFrame(columns=["place", "probability", "value", "promotional"])
    probability, value = there["churn_probability"].values, there["clv_12m"].values
    known = kept(run, filters) & ~np.isnan(probability) & ~np.isnan(value)
    promotional = np.zeros(len(value), dtype=bool)
    if is_promotional := there.get("is_promotional"):
        words = is_promotional.words
        promotional = is_promotional.values == (words.index("yes") if "yes" in words else 1)
    place = np.flatnonzero(known)
    return pd.DataFrame(
        {
            "place": place,
            "probability": probability[place],
            "value": value[place],
            "promotional": promotional[place].astype(np.int8),
        }
    )


def knows_promotional(run: PublishedRun) -> bool:
    """Tell whether the form of the data set says who buys on promotion."""
    return "is_promotional" in read(run, "is_promotional")


def cells(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Add customers up by probability, the highest first, as profit curves need it."""
    found = risks(run, filters)
    width = CELL if len(found) > MOST_EXACT else None
    return risk_cells(found["probability"], found["value"], width=width)


def bins(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """One row per bin of probabilities: where it starts and how many customers are in it."""
    found = risks(run, filters)["probability"].to_numpy(dtype=float)
    edges = np.round(np.arange(0, 1 + BIN, BIN), 10)
    counts, _ = np.histogram(found, edges)
    return pd.DataFrame({"least": edges[:-1], "customers": counts})


def grouped(run: PublishedRun, filters: Filters, cut: float) -> pd.DataFrame:
    """Give `risks` with the group by risk and value that a cut makes, as `risk_value`."""
    found, known = risks(run, filters), defaults(run)
    if known is None:
        return found.assign(risk_value="")
    names = risk_value_groups(
        found["probability"], found["value"], cut=cut, above=known.value_cut
    )
    return found.assign(risk_value=names)


def group_totals(run: PublishedRun, filters: Filters, cut: float) -> pd.DataFrame:
    """One row per group: customers, mean probability, value and what is at risk of it."""
    found = grouped(run, filters, cut)
    found = found.assign(at_risk=found["probability"] * found["value"])
    return found.groupby("risk_value", as_index=False).agg(
        customers=("place", "size"),
        churn_probability=("probability", "mean"),
        clv_12m=("value", "sum"),
        at_risk=("at_risk", "sum"),
        promotional=("promotional", "sum"),
    )


class Level(NamedTuple):
    """A group of an attribute, and how many of those with a risk are in it."""

    name: str
    customers: int


BARRED = frozenset({"segment", "country", "value_band", "risk_value"})
"""Attributes that have a filter of their own."""


def attributes(run: PublishedRun) -> list[str]:
    """Name the attributes in whose groups customers can be looked at, by their titles."""
    return sorted(set(kinds(run)) - BARRED, key=title)


def levels(run: PublishedRun, filters: Filters, attribute: str) -> list[Level]:
    """Give the groups of an attribute with how many of the customers kept are in each."""
    found = groups(run, attribute)
    if found is None:
        return []
    codes = found.codes[risks(run, filters)["place"].to_numpy(dtype=np.int64)]
    counts = np.bincount(codes[codes >= 0], minlength=len(found.names))
    return [
        Level(name, int(count))
        for name, count in zip(found.names, counts, strict=True)
        if count
    ]


EXPORTED = ("customer_id", "churn_probability", "clv_12m", "risk_value", "segment")


def listed(run: PublishedRun, filters: Filters, cut: float, group: str) -> pd.DataFrame:
    """Give all customers of a group (of all where it is empty), the riskiest first."""
    found = grouped(run, filters, cut)
    found = found[found["risk_value"] == group] if group else found
    found = found.sort_values(["probability", "place"], ascending=[False, True])
    places = found["place"].to_numpy(dtype=np.int64)
    there = stored(run, "segment").get("segment")
    return pd.DataFrame(
        {
            "customer_id": names(run).of(places),
            "churn_probability": found["probability"].to_numpy(),
            "clv_12m": found["value"].to_numpy(),
            "risk_value": found["risk_value"].to_numpy(),
            "segment": there.cells(places) if there else None,
        },
        columns=list(EXPORTED),
    )


def meant(run: PublishedRun, cut: float | None) -> float:
    """Give the cut of a place of the slider: the run's own where it stands on that."""
    place = cut or 0.0
    row = run.connection.execute(sa.text(CUT), {"run_id": run.run_id}).one_or_none()
    return float(row.cut) if row and placed(row.cut) == placed(place) else place


def placed(cut: float) -> float:
    """Give the place of the slider for a cut, so that who reaches the cut reaches the place."""
    return min(int(cut * STEPS) / STEPS, 1.0)


def in_group(run: PublishedRun, filters: Filters, group: str) -> int:
    """Count the customers of a group as the run drew it, whatever cut the page shows."""
    return int(kept(run, filters._replace(risks=(group,))).sum())


class Asked(NamedTuple):
    """A page of the customers of a group: the places of the first and the one past the last."""

    column: str
    descending: bool
    start: int
    end: int


def members(
    run: PublishedRun, filters: Filters, cut: float, group: str, asked: Asked
) -> tuple[pd.DataFrame, int]:
    """Give a page of the customers of a group (of all where it is empty), and how many."""
    found = grouped(run, filters, cut)
    found = found[found["risk_value"] == group] if group else found
    column = asked.column if asked.column in ("probability", "value") else "place"
    ordered = found.sort_values([column, "place"], ascending=[not asked.descending, True])
    shown = ordered.iloc[max(asked.start, 0) : min(asked.end, asked.start + 1_000)]
    listed = names(run).of(shown["place"].to_numpy(dtype=np.int64))
    shown = shown.assign(customer_id=pd.Series(listed, shown.index, dtype=object))
    if shown.empty:
        return shown.assign(segment="", reason=""), len(found)
    details = read_frame(run.connection, DETAILS, run_id=run.run_id, names=listed)
    details = details.astype({"customer_id": object})
    return shown.merge(details, on="customer_id", how="left"), len(found)
