"""Ranges hold what they promise where errors are alike, and are wider where they are larger."""

import numpy as np
import pytest

from pipeline.forecast.intervals import LEVELS, coverage, ends, half_widths, off_by


def errors(scale: float = 0.2, *, origins: int = 200) -> np.ndarray:
    return np.random.default_rng(3).normal(0, scale, (origins, 13))


@pytest.mark.parametrize("level", LEVELS)
def test_independent_errors_are_covered_as_promised(level: float) -> None:
    assert coverage(errors(), 0.2, level, apart=6) == pytest.approx(level, abs=0.03)


def test_a_heavy_tail_is_covered_too() -> None:
    heavy = np.random.default_rng(5).standard_t(3, (200, 13)) * 0.1
    assert coverage(heavy, 0.1, 0.8, apart=6) == pytest.approx(0.8, abs=0.03)


def test_twice_the_errors_are_twice_the_width() -> None:
    one, two = (half_widths(errors(scale), scale, 0.8, apart=6) for scale in (0.1, 0.2))
    assert two == pytest.approx(2 * one)


def test_ranges_are_never_narrower_further_ahead() -> None:
    assert (np.diff(half_widths(errors(), 0.2, 0.95, apart=6)) >= 0).all()


def test_few_origins_make_them_wider() -> None:
    few, many = (half_widths(errors(origins=n), 0.2, 0.8, apart=6) for n in (8, 200))
    assert few.mean() > many.mean()


def test_without_any_error_the_usual_change_tells() -> None:
    nothing = np.full((3, 4), np.nan)
    widths = half_widths(nothing, 0.3, 0.8, apart=2)
    assert (widths > 0.3).all()
    assert np.isnan(coverage(nothing, 0.3, 0.8, apart=2))


def test_ends_lie_around_and_above_nothing() -> None:
    expected = np.array([0.0, 10.0, 1000.0])
    base = np.array([5.0, 5.0, 5.0])
    low, high = ends(expected, base, np.array([2.0, 2.0, 0.1]))
    assert (low >= 0).all()
    assert (low <= expected).all()
    assert (high >= expected).all()
    assert low[2] > 800
    # What lies on an end errs by just the width.
    assert off_by(high, expected, base) == pytest.approx([2.0, 2.0, 0.1])
