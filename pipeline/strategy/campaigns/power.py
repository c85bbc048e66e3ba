"""How many customers a campaign needs to show an effect, by the textbook normal formulas.

Two-sided tests of two groups of unequal size. Conversion: Fleiss, Levin and Paik (2003),
"Statistical methods for rates and proportions", without continuity correction. Revenue: the
difference of two means with one standard deviation.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from pipeline.base.errors import StrategyError


class Size(NamedTuple):
    """Customers that a campaign needs in all, and how they divide."""

    customers: int
    contacted: int
    held_out: int


def size_for_conversion(
    *, base: float, effect: float, held_share: float, power: float = 0.8, level: float = 0.95
) -> Size:
    """Give the size at which conversion rising from `base` by `effect` shows with `power`.

    Both are shares (0.1 and 0.02: from 10 to 12 %); `effect` may be below 0.
    """
    _check_rates(base, effect)
    _check(held_share, power, level)
    if effect == 0:
        raise StrategyError("No audience is large enough to show an effect of 0.")
    together = _pooled(base, effect, held_share)
    under_none = np.sqrt(together * (1 - together) * (1 / held_share + 1 / (1 - held_share)))
    under_effect = np.sqrt(_rate_variance(base, effect, held_share))
    needed = (_critical(level) * under_none + ndtri(power) * under_effect) / effect
    return _size(needed**2, held_share)


def power_for_conversion(
    *, customers: int, base: float, effect: float, held_share: float, level: float = 0.95
) -> float:
    """Give the probability that an effect on conversion of this size shows."""
    _check_rates(base, effect)
    _check(held_share, 0.5, level)
    together = _pooled(base, effect, held_share)
    under_none = np.sqrt(together * (1 - together) * (1 / held_share + 1 / (1 - held_share)))
    under_effect = np.sqrt(_rate_variance(base, effect, held_share))
    if under_effect == 0:
        return float(effect != 0)
    reach = np.sqrt(customers) * abs(effect) - _critical(level) * under_none
    return float(ndtr(reach / under_effect))


def size_for_revenue(
    *,
    deviation: float,
    effect: float,
    held_share: float,
    correlation: float = 0.0,
    power: float = 0.8,
    level: float = 0.95,
) -> Size:
    """Give the size at which a change of revenue per customer by `effect` shows with `power`.

    `deviation` is the standard deviation of revenue per customer; `correlation` that with the
    revenue before, which the reading back takes account of.
    """
    _check(held_share, power, level)
    if effect == 0:
        raise StrategyError("No audience is large enough to show an effect of 0.")
    variance = _mean_variance(deviation, correlation, held_share)
    return _size(((_critical(level) + ndtri(power)) / effect) ** 2 * variance, held_share)


def power_for_revenue(
    *,
    customers: int,
    deviation: float,
    effect: float,
    held_share: float,
    correlation: float = 0.0,
    level: float = 0.95,
) -> float:
    """Give the probability that an effect on revenue per customer of this size shows."""
    _check(held_share, 0.5, level)
    variance = _mean_variance(deviation, correlation, held_share)
    if variance == 0 or customers == 0:
        return float(effect != 0 and customers > 0)
    return float(ndtr(abs(effect) * np.sqrt(customers / variance) - _critical(level)))


def smallest_revenue_effect(
    *,
    customers: int,
    deviation: float,
    held_share: float,
    correlation: float = 0.0,
    power: float = 0.8,
    level: float = 0.95,
) -> float:
    """Give the smallest change of revenue per customer that an audience shows with `power`."""
    _check(held_share, power, level)
    _check_audience(customers)
    variance = _mean_variance(deviation, correlation, held_share)
    return float((_critical(level) + ndtri(power)) * np.sqrt(variance / customers))


def smallest_conversion_effect(
    *,
    customers: int,
    base: float,
    held_share: float,
    power: float = 0.8,
    level: float = 0.95,
) -> float | None:
    """Give the smallest rise of conversion that an audience shows with `power`, if any does."""
    _check_rates(base, 0.0)
    _check(held_share, power, level)
    _check_audience(customers)

    def reached(effect: float) -> float:
        return power_for_conversion(
            customers=customers, base=base, effect=effect, held_share=held_share, level=level
        )

    low, high = 0.0, 1 - base
    if reached(high) < power:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) >= power else (middle, high)
    return high


def _size(needed: float, held_share: float) -> Size:
    contacted = int(np.ceil(round(needed * (1 - held_share), 9)))
    held_out = int(np.ceil(round(needed * held_share, 9)))
    return Size(contacted + held_out, contacted, held_out)


def _pooled(base: float, effect: float, held_share: float) -> float:
    return base + effect * (1 - held_share)


def _rate_variance(base: float, effect: float, held_share: float) -> float:
    rate = base + effect
    return rate * (1 - rate) / (1 - held_share) + base * (1 - base) / held_share


def _mean_variance(deviation: float, correlation: float, held_share: float) -> float:
    if not deviation >= 0 or not -1 <= correlation <= 1:
        raise StrategyError(
            "The deviation must not be below 0, the correlation must lie from -1 to 1."
        )
    return deviation**2 * (1 - correlation**2) * (1 / held_share + 1 / (1 - held_share))


def _critical(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _check(held_share: float, power: float, level: float) -> None:
    for name, value in (("share held out", held_share), ("power", power), ("level", level)):
        if not 0 < value < 1:
            raise StrategyError(f"The {name} must lie between 0 and 1.")


def _check_rates(base: float, effect: float) -> None:
    if not (0 <= base <= 1 and 0 <= base + effect <= 1):
        raise StrategyError("Conversion must stay from 0 to 1, before and with the effect.")


def _check_audience(customers: int) -> None:
    if customers < 1:
        raise StrategyError("The audience is empty; widen the filters.")
