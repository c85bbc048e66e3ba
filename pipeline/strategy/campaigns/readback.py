"""What a campaign brought: those contacted against those held out at random.

The difference is taken within strata and averaged with the contacted customers' shares of them
(post-stratification), after what earlier figures explain of the outcome has been taken out
(CUPED: Deng, Xu, Kohavi and Walker 2013), with one regression for both arms. Its variance is
that of the textbook (Neyman 1923) in each stratum, for the residuals. The textbook's interval —
two means, no strata, no earlier figures — is given beside it. Where the adjusted interval would
be the wider one, which only chance can bring about, the textbook's stands.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.errors import StrategyError

CRITICAL = 1.959964
"""Of a two-sided 95 % interval."""
LEAST_IN_ARM = 5
"""Customers of each arm that a stratum needs to be compared within itself."""
FEW_BUYERS = 10
ADJUSTED, TEXTBOOK = "adjusted", "textbook"


class Effect(NamedTuple):
    """One difference between contacted and held out.

    Per customer: the arms' means, their `difference` with its 95 % interval, and the textbook's
    interval. In total: the same times the customers contacted. `method` says which of the two
    the interval is.
    """

    measure: str
    contacted: float
    held_out: float
    difference: float
    low: float
    high: float
    total: float
    total_low: float
    total_high: float
    textbook_difference: float
    textbook_low: float
    textbook_high: float
    method: str

    @property
    def verdict(self) -> str:
        """Say what the interval allows to say: more, less or unclear."""
        if self.low > 0:
            return "more"
        return "less" if self.high < 0 else "unclear"


class ReadBack(NamedTuple):
    """What a campaign brought in `conversion` (share who ordered) and `revenue` (money).

    `strata`: one row each with customers, conversion and revenue of both arms. `warnings` say
    what makes the intervals rough.
    """

    contacted: int
    held_out: int
    conversion: Effect
    revenue: Effect
    strata: pd.DataFrame
    warnings: tuple[str, ...]

    @property
    def effects(self) -> pd.DataFrame:
        """Both effects as rows."""
        return pd.DataFrame([self.conversion, self.revenue])


def read_back(
    members: pd.DataFrame, outcomes: pd.DataFrame, *, before: Sequence[str] = ()
) -> ReadBack:
    """Compare contacted and held out.

    Parameters
    ----------
    members : one row per customer of the campaign: `customer_id, contacted, stratum`.
    outcomes : one row per customer: `customer_id, orders, revenue` since the campaign began;
        customers without a row have neither. Others' rows are passed over.
    before : columns of `outcomes` that were known before it began, such as revenue of the year
        before; unknown counts as 0.
    """
    joined = _joined(members, outcomes, before)
    is_in = joined["contacted"].to_numpy(dtype=bool)
    if is_in.all() or not is_in.any():
        raise StrategyError(
            "Nobody was held out or nobody was contacted, so there is nothing to compare with."
        )
    if min(is_in.sum(), (~is_in).sum()) < 2:
        raise StrategyError("Reading back needs two customers contacted and two held out.")
    stratum = _comparable(joined["stratum"], is_in)
    covariates = _explaining(joined, before)
    bought = (joined["orders"].to_numpy() > 0).astype(float)
    revenue = joined["revenue"].to_numpy(dtype=float)
    return ReadBack(
        contacted=int(is_in.sum()),
        held_out=int((~is_in).sum()),
        conversion=_effect("conversion", bought, is_in, stratum, covariates),
        revenue=_effect("revenue", revenue, is_in, stratum, covariates),
        strata=_by_stratum(joined, bought),
        warnings=_warnings(bought, revenue, is_in),
    )


class _Estimate(NamedTuple):
    difference: float
    error: float


def _effect(
    measure: str,
    outcome: np.ndarray,
    is_in: np.ndarray,
    stratum: np.ndarray,
    covariates: np.ndarray,
) -> Effect:
    plain = _textbook(outcome, is_in)
    adjusted = _adjusted(outcome, is_in, stratum, covariates)
    is_better = adjusted.error <= plain.error
    chosen = adjusted if is_better else plain
    contacted = int(is_in.sum())
    low, high = _interval(chosen)
    textbook_low, textbook_high = _interval(plain)
    return Effect(
        measure=measure,
        contacted=float(outcome[is_in].mean()),
        held_out=float(outcome[~is_in].mean()),
        difference=chosen.difference,
        low=low,
        high=high,
        total=chosen.difference * contacted,
        total_low=low * contacted,
        total_high=high * contacted,
        textbook_difference=plain.difference,
        textbook_low=textbook_low,
        textbook_high=textbook_high,
        method=ADJUSTED if is_better else TEXTBOOK,
    )


def _interval(estimate: _Estimate) -> tuple[float, float]:
    half = CRITICAL * estimate.error
    return estimate.difference - half, estimate.difference + half


def _textbook(outcome: np.ndarray, is_in: np.ndarray) -> _Estimate:
    contacted, held_out = outcome[is_in], outcome[~is_in]
    variance = contacted.var(ddof=1) / len(contacted) + held_out.var(ddof=1) / len(held_out)
    return _Estimate(float(contacted.mean() - held_out.mean()), float(np.sqrt(variance)))


def _adjusted(
    outcome: np.ndarray, is_in: np.ndarray, stratum: np.ndarray, covariates: np.ndarray
) -> _Estimate:
    """Average differences within strata, earlier figures taken out.

    Residuals are distances from the mean of one's own stratum and arm; those of the outcome
    are regressed on those of the earlier figures.
    """
    cell = 2 * stratum + is_in
    count = np.bincount(cell, minlength=2 * (stratum.max() + 1)).astype(float)
    share = count[1::2] / is_in.sum()
    residual, gap = _within(outcome, cell, count)
    difference = float(share @ gap)
    if covariates.shape[1]:
        parts = [_within(column, cell, count) for column in covariates.T]
        covariate_residuals = np.column_stack([residuals for residuals, _ in parts])
        slopes = np.linalg.lstsq(covariate_residuals, residual, rcond=None)[0]
        residual = residual - covariate_residuals @ slopes
        difference -= float(np.array([share @ gaps for _, gaps in parts]) @ slopes)
    weight = share[stratum] ** 2 / (count[cell] * (count[cell] - 1))
    return _Estimate(difference, float(np.sqrt(weight @ residual**2)))


def _within(
    values: np.ndarray, cell: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give distances from the mean of one's cell, and each stratum's gap between the arms."""
    means = np.bincount(cell, values, minlength=len(count)) / count
    return values - means[cell], means[1::2] - means[0::2]


def _joined(
    members: pd.DataFrame, outcomes: pd.DataFrame, before: Sequence[str]
) -> pd.DataFrame:
    if members["customer_id"].duplicated().any() or outcomes["customer_id"].duplicated().any():
        raise StrategyError("Every customer may stand once among members and outcomes.")
    figures = ["orders", "revenue", *before]
    joined = members[["customer_id", "contacted", "stratum"]].merge(
        outcomes[["customer_id", *figures]], on="customer_id", how="left"
    )
    joined[figures] = joined[figures].astype(float).fillna(0.0)
    return joined


def _comparable(stratum: pd.Series, is_in: np.ndarray) -> np.ndarray:
    """Give each customer the number of a stratum, those with few in an arm taken together."""
    codes, names = pd.factorize(stratum.astype("str").fillna(""), sort=True)
    arms = np.bincount(2 * codes + is_in, minlength=2 * len(names)).reshape(-1, 2).min(axis=1)
    is_small = arms < LEAST_IN_ARM
    codes = np.where(is_small[codes], -1, codes)
    pooled = codes == -1
    if pooled.any() and min((is_in & pooled).sum(), (~is_in & pooled).sum()) < LEAST_IN_ARM:
        codes[pooled] = arms.argmax()
    return np.unique(codes, return_inverse=True)[1]


def _explaining(joined: pd.DataFrame, before: Sequence[str]) -> np.ndarray:
    """Give each earlier figure and its logarithm, scaled, but for what is the same for all."""
    columns = []
    for name in before:
        values = joined[name].to_numpy(dtype=float)
        for column in (values, np.sign(values) * np.log1p(np.abs(values))):
            spread = column.std()
            if spread > 0:
                columns.append(column / spread)
    return np.column_stack(columns) if columns else np.empty((len(joined), 0))


def _by_stratum(joined: pd.DataFrame, bought: np.ndarray) -> pd.DataFrame:
    rows = joined.assign(
        bought=bought, arm=np.where(joined["contacted"], "contacted", "held_out")
    )
    by_arm = rows.groupby(["stratum", "arm"], dropna=False).agg(
        customers=("bought", "size"), conversion=("bought", "mean"), revenue=("revenue", "mean")
    )
    strata = by_arm.index.unique("stratum").rename("stratum").to_frame(index=False)
    for arm in ("contacted", "held_out"):
        part = by_arm.xs(arm, level="arm").add_suffix(f"_{arm}")
        strata = strata.merge(part, left_on="stratum", right_index=True, how="left")
        strata[f"customers_{arm}"] = strata[f"customers_{arm}"].fillna(0).astype(int)
    return strata


def _warnings(bought: np.ndarray, revenue: np.ndarray, is_in: np.ndarray) -> tuple[str, ...]:
    warnings = []
    fewest = int(min(bought[is_in].sum(), bought[~is_in].sum()))
    if fewest < FEW_BUYERS:
        warnings.append(
            f"Only {fewest} customers of one side ordered; below {FEW_BUYERS} the intervals are"
            " rough."
        )
    smaller = revenue[is_in] if is_in.sum() < (~is_in).sum() else revenue[~is_in]
    spread = smaller.std()
    skew = 0.0 if spread == 0 else float((((smaller - smaller.mean()) / spread) ** 3).mean())
    if len(smaller) < 25 * skew**2:
        warnings.append(
            "A few large orders decide about the revenue; its interval may hold the truth less"
            " often than 95 %."
        )
    return tuple(warnings)
