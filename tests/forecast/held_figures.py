"""What must hold of the forecasts of a published data set."""

from pathlib import Path

import pandas as pd

from tests.shops import rows

CHECKS = (
    "select series, step, origins, forecasts, mase, mase_naive, coverage_80, coverage_95"
    " from published_forecast_check where level = 'all' order by series, step"
)
SUMS = """
select f.series, f.step, f.period_start, substr(f.level, 1, instr(f.level, ':') - 1) as by,
    sum(f.expected) as parts, w.expected as whole
from published_forecast f
join published_forecast w
    on w.series = f.series and w.step = f.step and w.period_start = f.period_start
    and w.level = 'all'
where f.series in ('revenue', 'orders') and f.level <> 'all' and f.expected is not null
group by 1, 2, 3, 4
"""
OUT_OF_ORDER = """
select count(*) from published_forecast where actual is null and not (
    0 <= low_95 and low_95 <= low_80 and low_80 <= expected
    and expected <= high_80 and high_80 <= high_95
)
"""


def checks(database: Path) -> pd.DataFrame:
    """Give how far off earlier forecasts of the whole were, by series and step."""
    names = CHECKS.removeprefix("select ").split(" from ")[0].split(", ")
    return pd.DataFrame(rows(database, CHECKS), columns=names)


def covered(found: pd.DataFrame, step: str, level: int) -> float:
    """Share of all forecasts of a step, of the three series together, within their ranges."""
    mine = found[found["step"] == step]
    held = mine[f"coverage_{level}"] * mine["forecasts"]
    return float(held.sum() / mine["forecasts"].sum())


def assert_whole(database: Path) -> None:
    """Insist that parts add up to the whole and that ranges lie in order."""
    assert rows(database, OUT_OF_ORDER) == [(0,)]
    sums = rows(database, SUMS)
    assert {each[3] for each in sums} == {"country", "category", "segment"}
    for *_, parts, whole in sums:
        assert abs(parts - whole) <= 1e-2
    ahead = rows(
        database,
        "select step, count(*) from published_forecast"
        " where actual is null and level = 'all' and series = 'revenue' group by step",
    )
    assert dict(ahead) == {"month": 6, "week": 13}
    off = """
        select max(abs(m.revenue - f.actual)) from published_month m
        join published_forecast f on f.period_start = m.month and f.step = 'month'
            and f.series = 'revenue' and f.level = 'all' and f.actual is not null
        where m.complete
    """
    assert rows(database, off)[0][0] <= 1e-2
