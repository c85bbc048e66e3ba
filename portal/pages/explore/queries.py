"""What the explore page asks: overview, associations, groups, tables, spreads, labels."""

import json
from typing import NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa

from db.frames import read_frame
from portal.reading.columns import Flags, Floats, Groups, Longs, groups, kept, kinds, read
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun
from portal.words.titles import CAMPAIGN

ATTRIBUTES = """
select attribute, kind, role, unit, filled, distinct_values, lowest, quarter, median,
    three_quarters, highest, mean, deviation, skew, most_frequent, outliers
from attribute
where run_id = :run_id
order by position
"""
ASSOCIATIONS = """
select a.left, a.right, a.value, a.p_value, a.customers
from association a
where a.run_id = :run_id and a.scope = :scope and a.method = :method
order by a.left, a.right
"""
SCOPES = """
select distinct s.segment, s.position
from segment_result s
join association a on a.run_id = s.run_id and a.scope = s.segment
where s.run_id = :run_id
order by s.position
"""
RULES = "select settings from run where run_id = :run_id"

LEAST_FOR_INTERVAL = 5
Z = 1.959964
EVERYONE = "Everyone"
NOT_SPLIT = ""
BINS = 40
VIP, PASSIVE, PROMOTIONAL = "VIP", "Passive", "Promotional"


class Thresholds(NamedTuple):
    """From where on customers are called VIP, passive or promotional; all shares."""

    vip: float = 0.1
    passive: float = 0.1
    promotional: float = 0.5


def attributes(run: PublishedRun) -> pd.DataFrame:
    """One row per attribute that the data set's source fills."""
    return read_frame(run.connection, ATTRIBUTES, run_id=run.run_id)


def associations(run: PublishedRun, *, scope: str, method: str) -> pd.DataFrame:
    """One row per pair of attributes, of all customers or those of one segment."""
    return read_frame(
        run.connection, ASSOCIATIONS, run_id=run.run_id, scope=scope, method=method
    )


def scopes(run: PublishedRun) -> list[str]:
    """Name the segments in which associations were measured."""
    return list(read_frame(run.connection, SCOPES, run_id=run.run_id)["segment"])


def grouped(
    run: PublishedRun, filters: Filters, *, by: str, measure: str, split: str = NOT_SPLIT
) -> pd.DataFrame:
    """Give the mean and the median of a measure by group, each with a 95 % interval.

    One row per group and part of `split`: `group, part, customers, mean, low, high, median,
    median_low, median_high`. The mean's interval is that of the t distribution, the median's
    that of order statistics; under five customers there are none.
    """
    there = read(run, measure)
    across = groups(run, by)
    if measure not in there or across is None:
        return pd.DataFrame(columns=list(GROUPED))
    parts = _parts(run, split)
    values = there[measure].values
    keep = kept(run, filters) & ~np.isnan(values) & (across.codes >= 0)
    codes, names = _crossed(across, parts, keep)
    rows = _moments(codes[keep], values[keep], len(names))
    return pd.DataFrame(
        [
            {"group": names[place][0], "part": names[place][1], **row}
            for place, row in rows.items()
        ],
        columns=list(GROUPED),
    )


GROUPED = (
    "group", "part", "customers", "mean", "low", "high", "median", "median_low", "median_high",
)  # fmt: skip


def crossed(
    run: PublishedRun, filters: Filters, *, rows: str, columns: str, measure: str = ""
) -> pd.DataFrame:
    """Count customers, and give the mean of a measure, by two attributes.

    One row per pair of groups: `row, column, customers, value`.
    """
    down, across = groups(run, rows), groups(run, columns)
    if down is None or across is None:
        return pd.DataFrame(columns=["row", "column", "customers", "value"])
    keep = kept(run, filters) & (down.codes >= 0) & (across.codes >= 0)
    values = None
    if measure:
        values = read(run, measure)[measure].values
        keep &= ~np.isnan(values)
    wide = len(across.names)
    cells = down.codes[keep] * wide + across.codes[keep]
    many = np.bincount(cells, minlength=len(down.names) * wide)
    shown: Floats = many.astype(np.float64)
    if values is not None:
        with np.errstate(invalid="ignore"):
            shown = np.bincount(cells, values[keep], minlength=len(many)) / many
    return pd.DataFrame(
        {
            "row": np.repeat(np.array(down.names, dtype=object), wide),
            "column": np.tile(np.array(across.names, dtype=object), len(down.names)),
            "customers": many,
            "value": shown,
        }
    )


class Spread(NamedTuple):
    """How a number is spread: bins by part, and what is said of all that the filters keep."""

    bins: pd.DataFrame
    customers: int
    missing: int
    unshown: int
    mean: float
    median: float
    skew: float
    outliers: int


def spread(
    run: PublishedRun, filters: Filters, *, name: str, split: str = NOT_SPLIT, log: bool = False
) -> Spread:
    """Count the customers in 40 bins of a number, of equal width or equal on a log scale.

    `bins` has one row per part and bin: `part, low, high, customers, share`. On a log scale
    what is not above 0 is not shown.
    """
    keep = kept(run, filters)
    values = read(run, name)[name].values[keep]
    known = ~np.isnan(values)
    numbers = values[known]
    shown = known & (values > 0) if log else known
    bins = pd.DataFrame(columns=["part", "low", "high", "customers", "share"])
    if shown.any():
        scaled = np.log10(values[shown]) if log else values[shown]
        bins = _binned(scaled, _parts(run, split), keep, shown)
        if log:
            bins[["low", "high"]] = 10.0 ** bins[["low", "high"]].astype(float)
    return Spread(
        bins,
        customers=len(values),
        missing=int((~known).sum()),
        unshown=int(known.sum() - shown.sum()),
        mean=float(numbers.mean()) if len(numbers) else np.nan,
        median=float(np.median(numbers)) if len(numbers) else np.nan,
        skew=_skew(numbers),
        outliers=_outliers(numbers),
    )


def accepted(run: PublishedRun, filters: Filters) -> pd.DataFrame:
    """Give the share of customers who accepted each campaign, by segment.

    One row per campaign and segment: `campaign, segment, asked, accepted, rate, low, high`,
    the ends those of Wilson's 95 % interval.
    """
    names = [name for name in kinds(run) if name.startswith(CAMPAIGN)]
    segments = groups(run, "segment")
    rows = []
    if names and segments is not None:
        keep = kept(run, filters) & (segments.codes >= 0)
        for name, column in sorted(read(run, *names).items()):
            yes = column.words.index("yes") if "yes" in column.words else -2
            asked = keep & (column.values >= 0)
            many = np.bincount(segments.codes[asked], minlength=len(segments.names))
            said = asked & (column.values == yes)
            took = np.bincount(segments.codes[said], minlength=len(segments.names))
            rows += [
                {
                    "campaign": name.removeprefix(CAMPAIGN),
                    "segment": segment,
                    "asked": int(n),
                    "accepted": int(k),
                    "rate": k / n,
                    **dict(zip(("low", "high"), wilson(int(k), int(n)), strict=True)),
                }
                for segment, n, k in zip(segments.names, many, took, strict=True)
                if n
            ]
    columns = ["campaign", "segment", "asked", "accepted", "rate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def thresholds(run: PublishedRun) -> Thresholds:
    """Give the thresholds with which the run labelled its customers."""
    found = run.connection.execute(sa.text(RULES), {"run_id": run.run_id}).scalar_one()
    rules = (json.loads(found) if isinstance(found, str) else found).get("rules", {})
    own = Thresholds()
    return Thresholds(
        rules.get("vip_share", own.vip),
        rules.get("passive_share", own.passive),
        rules.get("promotional_share", own.promotional),
    )


def labelled(run: PublishedRun, filters: Filters, *, limits: Thresholds) -> pd.DataFrame:
    """Count VIP, passive and promotional customers by thresholds, and how they overlap.

    One row per combination of labels that somebody has: `labels, customers, share, spend,
    spend_share`; `labels` is a tuple. Thresholds are taken among all customers of the run.
    """
    names = ("monetary", "response", "discount_applied", "promotional_share")
    there, keep = read(run, *names), kept(run, filters)
    columns = ["labels", "customers", "share", "spend", "spend_share"]
    if "monetary" not in there:
        return pd.DataFrame(columns=columns)
    spend = there["monetary"].values
    marks: dict[str, Flags] = {
        VIP: spend >= np.nanquantile(spend, 1 - limits.vip),
        PASSIVE: spend <= np.nanquantile(spend, limits.passive),
        PROMOTIONAL: np.zeros(len(spend), dtype=bool),
    }
    for name in ("response", "discount_applied"):
        if name in there and "yes" in there[name].words:
            marks[PROMOTIONAL] |= there[name].values == there[name].words.index("yes")
    if "promotional_share" in there:
        marks[PROMOTIONAL] |= there["promotional_share"].values >= limits.promotional
    code = sum(flag.astype(np.int64) << place for place, flag in enumerate(marks.values()))
    code = np.asarray(code)[keep]
    paid = np.nan_to_num(spend[keep])
    many, money = np.bincount(code, minlength=8), np.bincount(code, paid, minlength=8)
    rows = [
        (
            tuple(name for place, name in enumerate(marks) if each >> place & 1),
            int(many[each]),
            many[each] / max(many.sum(), 1),
            money[each],
            money[each] / (money.sum() or 1),
        )
        for each in range(8)
        if many[each]
    ]
    return pd.DataFrame(rows, columns=columns)


def compared(run: PublishedRun, filters: Filters, *, split: str) -> pd.DataFrame:
    """Describe every attribute in each part of a split: a mean, or the share of one word.

    One row per attribute and part: `attribute, part, customers, mean, word, share`.
    """
    found, parts = kinds(run), _parts(run, split)
    described = attributes(run)
    words = described.set_index("attribute")["most_frequent"]
    keep = kept(run, filters) & (parts.codes >= 0)
    codes = parts.codes[keep]
    rows = []
    for name, column in read(
        run, *(each for each in described["attribute"] if each in found)
    ).items():
        values = column.values[keep]
        known = values >= 0 if column.words else ~np.isnan(values)
        many = np.bincount(codes[known], minlength=len(parts.names))
        word = str(words[name]) if column.words else ""
        shown = (
            values == column.words.index(word) if column.words else np.where(known, values, 0)
        )
        sums = np.bincount(codes[known], shown[known].astype(float), minlength=len(parts.names))
        for part, n, total in zip(parts.names, many, sums, strict=True):
            value = total / n if n else np.nan
            rows.append(
                {
                    "attribute": name,
                    "part": part,
                    "customers": int(n),
                    "mean": np.nan if word else value,
                    "word": word,
                    "share": value if word else np.nan,
                }
            )
    return pd.DataFrame(
        rows, columns=["attribute", "part", "customers", "mean", "word", "share"]
    )


def wilson(successes: int, tries: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share (1927)."""
    if not tries:
        return 0.0, 1.0
    share, square = successes / tries, Z * Z
    middle = (share + square / (2 * tries)) / (1 + square / tries)
    reach = Z * np.sqrt(share * (1 - share) / tries + square / (4 * tries**2))
    reach /= 1 + square / tries
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def student(freedom: int) -> float:
    """Give the 97.5 % point of the t distribution, by the expansion of Cornish and Fisher.

    Right to 0.01 from four degrees of freedom on.
    """
    v, z = freedom, Z
    return float(
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def _parts(run: PublishedRun, split: str) -> Groups:
    found = groups(run, split) if split else None
    if found is not None:
        return found
    return Groups(np.zeros(run.customers, dtype=np.int64), (EVERYONE,))


def _crossed(across: Groups, parts: Groups, keep: Flags) -> tuple[Longs, list[tuple[str, str]]]:
    keep &= parts.codes >= 0
    names = [(group, part) for group in across.names for part in parts.names]
    return across.codes * len(parts.names) + parts.codes, names


def _moments(codes: Longs, values: Floats, many: int) -> dict[int, dict[str, float]]:
    values = values[np.argsort(codes.astype(np.int16), kind="stable")]  # a radix sort
    ends = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=many))])
    return {
        place: _moment(values[ends[place] : ends[place + 1]])
        for place in range(many)
        if ends[place + 1] > ends[place]
    }


def _moment(values: Floats) -> dict[str, float]:
    """Describe values."""
    n = len(values)
    below = max(int(np.floor(n / 2 - Z * np.sqrt(n) / 2)) - 1, 0)
    ranked = np.partition(values, (below, (n - 1) // 2, n // 2, n - 1 - below))
    found = {
        "customers": n,
        "mean": float(values.mean()),
        "median": float((ranked[(n - 1) // 2] + ranked[n // 2]) / 2),
    }
    if n < LEAST_FOR_INTERVAL:
        return found
    reach = student(n - 1) * float(values.std(ddof=1)) / np.sqrt(n)
    return found | {
        "low": found["mean"] - reach,
        "high": found["mean"] + reach,
        "median_low": float(ranked[below]),
        "median_high": float(ranked[n - 1 - below]),
    }


def _binned(scaled: Floats, parts: Groups, keep: Flags, shown: Flags) -> pd.DataFrame:
    low, high = scaled.min(), scaled.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    bins = np.minimum(((scaled - low) / (high - low) * BINS).astype(np.int64), BINS - 1)
    codes = parts.codes[keep][shown]
    known = codes >= 0
    cells = np.bincount(
        codes[known] * BINS + bins[known], minlength=len(parts.names) * BINS
    ).reshape(-1, BINS)
    totals = np.maximum(cells.sum(axis=1, keepdims=True), 1)
    return pd.DataFrame(
        {
            "part": np.repeat(np.array(parts.names, dtype=object), BINS),
            "low": np.tile(edges[:-1], len(parts.names)),
            "high": np.tile(edges[1:], len(parts.names)),
            "customers": cells.ravel(),
            "share": (cells / totals).ravel(),
        }
    )


def _skew(values: Floats) -> float:
    n = len(values)
    if n < 3 or np.ptp(values) == 0:
        return np.nan
    apart = values - values.mean()
    plain = (apart**3).mean() / (apart**2).mean() ** 1.5
    return float(plain * np.sqrt(n * (n - 1)) / (n - 2))


def _outliers(values: Floats) -> int:
    if not len(values):
        return 0
    quarter, three_quarters = np.quantile(values, [0.25, 0.75])
    reach = 1.5 * (three_quarters - quarter)
    return int(((values < quarter - reach) | (values > three_quarters + reach)).sum())
