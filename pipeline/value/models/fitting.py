"""Maximum likelihood of positive parameters: several starts, bounds, an honest verdict."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from pipeline.value.history import Floats

LogLikelihood = Callable[[Floats], tuple[float, Floats]]
"""Of a place in coordinates: the log-likelihood and its gradient."""

STARTS = 4
SAME = 1e-5
"""Starts that end within this log-likelihood per customer came to the same place."""
FLAT = 1e-9
"""What another Newton step may still gain, per customer, where a search has converged."""
EDGE = 1e-3
"""A coordinate this near to a bound is on it."""
ALIKE = 1.0
"""The same for the top of a coordinate whose top is a model of its own."""
NEWTON_STEPS = 8
STEP = 1e-4
SPREAD = 1.5


class Coordinate(NamedTuple):
    """One axis of a search: the logarithm or logit of something, within bounds.

    Parameters
    ----------
    low, high : the range that is searched.
    name : what is meant, for the sentence that a fit ran to a bound.
    alike : what holds where the coordinate reaches its top, if that is a model as good as any
        (all customers alike); otherwise a fit on a bound has not converged.
    """

    low: float
    high: float
    name: str
    alike: str | None = None


class Space(NamedTuple):
    """The coordinates of a model's parameters and the way from the first to the second."""

    coordinates: tuple[Coordinate, ...]
    names: tuple[str, ...]
    parameters: Callable[[Floats], Floats]

    @property
    def box(self) -> Floats:
        """Give a row of low and high per coordinate."""
        return np.array([(coordinate.low, coordinate.high) for coordinate in self.coordinates])


class Fit(NamedTuple):
    """What a search for the most likely parameters found, converged or not.

    Parameters
    ----------
    params : by name.
    errors : standard errors by name, from the curvature there; None where it gives none.
    converged : whether this is a maximum inside the bounds; `message` says why not.
    iterations : steps of all searches together.
    """

    params: dict[str, float]
    errors: dict[str, float | None]
    log_likelihood: float
    converged: bool
    message: str
    iterations: int

    @property
    def aic(self) -> float:
        """Akaike's criterion: the smaller, the better."""
        return 2 * len(self.params) - 2 * self.log_likelihood


class _Search(NamedTuple):
    place: Floats
    value: float
    iterations: int


def most_likely(
    log_likelihood: LogLikelihood,
    space: Space,
    start: Floats,
    *,
    customers: float,
    starts: int,
    seed: int,
    rough: LogLikelihood | None = None,
) -> Fit:
    """Find the parameters that make what was seen most likely.

    The searches begin at `start` and at points at random round it; each is followed on `rough`
    — the same likelihood of fewer customers, where there are many. The best goes on to the end
    and is polished by Newton's method.
    """
    first = rough or log_likelihood
    searches = [
        _climb(first, place, space.box, iterations=80, precision=1e-9)
        for place in _places(start, space.box, number=starts, seed=seed)
    ]
    best = max(searches, key=lambda search: search.value)
    near = abs(best.value) * SAME
    agreeing = sum(best.value - search.value < near for search in searches)
    final_search = _climb(
        log_likelihood, best.place, space.box, iterations=500, precision=1e-13
    )
    on_edge = _edges(final_search.place, space)
    final_search, curvature = _polished(
        log_likelihood, final_search, space.box, ~on_edge, customers
    )
    slope = log_likelihood(final_search.place)[1][~on_edge]
    still = _still_to_gain(slope, curvature) / customers
    verdict, converged = _verdict(final_search, on_edge, space, still=still)
    return Fit(
        params=_named(space, space.parameters(final_search.place)),
        errors=_errors(space, final_search.place, curvature, on_edge),
        log_likelihood=final_search.value,
        converged=converged,
        message=f"{verdict}; {agreeing} of {starts} starts led there",
        iterations=final_search.iterations + sum(search.iterations for search in searches),
    )


def _places(start: Floats, box: Floats, *, number: int, seed: int) -> list[Floats]:
    rng = np.random.default_rng([seed, len(start)])
    away = rng.normal(0.0, SPREAD, (number - 1, len(start)))
    return [np.clip(place, *box.T) for place in (start, *(start + away))]


def _climb(
    function: LogLikelihood, start: Floats, box: Floats, *, iterations: int, precision: float
) -> _Search:
    scale = abs(function(start)[0]) or 1.0

    def loss(place: Floats) -> tuple[float, Floats]:
        value, slope = function(place)
        return -value / scale, -slope / scale

    optimum = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=box,
        options={"maxiter": iterations, "ftol": precision, "gtol": precision, "maxcor": 20},
    )
    return _Search(optimum.x, -float(optimum.fun) * scale, int(optimum.nit))


def _edges(place: Floats, space: Space) -> NDArray[np.bool_]:
    low, high = space.box.T
    alike = np.array([coordinate.alike is not None for coordinate in space.coordinates])
    return (place - low < EDGE) | (high - place < np.where(alike, ALIKE, EDGE))


def _polished(
    function: LogLikelihood,
    search: _Search,
    box: Floats,
    free: NDArray[np.bool_],
    customers: float,
) -> tuple[_Search, Floats]:
    """Take Newton steps in the free coordinates while they gain; give the curvature there."""
    curvature = _curvature(function, search.place, free)
    for _ in range(NEWTON_STEPS):
        slope = function(search.place)[1][free]
        if not _is_peak(curvature):
            break
        step = np.zeros(len(free))
        step[free] = np.linalg.solve(curvature, slope)
        place = search.place + step
        if (
            slope @ step[free] < FLAT * 1e-4 * customers
            or (np.clip(place, *box.T) != place).any()
        ):
            break
        value = function(place)[0]
        if value <= search.value:
            break
        search = _Search(place, value, search.iterations + 1)
        curvature = _curvature(function, place, free)
    return search, curvature


def _curvature(function: LogLikelihood, place: Floats, free: NDArray[np.bool_]) -> Floats:
    """Give the negative Hessian of the free coordinates by differences of the gradient."""
    axes = np.eye(len(place))[free] * STEP
    rows = [function(place + axis)[1][free] - function(place - axis)[1][free] for axis in axes]
    hessian = np.array(rows).reshape(len(axes), len(axes)) / (2 * STEP)
    return -(hessian + hessian.T) / 2


def _is_peak(curvature: Floats) -> bool:
    return bool(
        np.isfinite(curvature).all()
        and (not curvature.size or np.linalg.eigvalsh(curvature)[0] > 0)
    )


def _still_to_gain(slope: Floats, curvature: Floats) -> float:
    """Give what another Newton step would gain; infinity where there is no peak to step to."""
    if not _is_peak(curvature):
        return np.inf
    return float(slope @ np.linalg.solve(curvature, slope)) / 2 if slope.size else 0.0


def _verdict(
    search: _Search, on_edge: NDArray[np.bool_], space: Space, *, still: float
) -> tuple[str, bool]:
    """Say whether the search ended on a maximum, and why not."""
    if not np.isfinite(search.value):
        return "The likelihood is no number there", False
    edges = [
        (coordinate, place > (coordinate.low + coordinate.high) / 2)
        for coordinate, place, edge in zip(
            space.coordinates, search.place, on_edge, strict=True
        )
        if edge
    ]
    ran = [
        f"{coordinate.name} ran to its {'upper' if top else 'lower'} bound"
        for coordinate, top in edges
        if not (top and coordinate.alike)
    ]
    if ran:
        return _sentence(ran), False
    if still > FLAT:
        return "The search ended at no peak of the likelihood", False
    return _sentence(["converged", *(coordinate.alike or "" for coordinate, _ in edges)]), True


def _sentence(parts: Sequence[str]) -> str:
    sentence = ", ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}"


def _named(space: Space, values: Floats) -> dict[str, float]:
    return {name: float(value) for name, value in zip(space.names, values, strict=True)}


def _errors(
    space: Space, place: Floats, curvature: Floats, on_edge: NDArray[np.bool_]
) -> dict[str, float | None]:
    """Carry the coordinates' errors over to the parameters (delta method)."""
    if on_edge.any() or not _is_peak(curvature):
        return dict.fromkeys(space.names)
    axes = np.eye(len(place)) * STEP
    moved = [space.parameters(place + axis) - space.parameters(place - axis) for axis in axes]
    jacobian = np.array(moved).T / (2 * STEP)
    spread = jacobian @ np.linalg.inv(curvature) @ jacobian.T
    return {
        name: float(np.sqrt(variance))
        for name, variance in zip(space.names, np.diag(spread), strict=True)
    }
