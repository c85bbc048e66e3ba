"""How a run says what it is doing; the command line decides how that looks."""

from typing import Protocol


class Progress(Protocol):
    """What a stage may call while it works."""

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""

    def step(self, done: float, of: float | None = None, what: str = "") -> None:
        """Report `done` out of `of` units (rows, candidates) of the present stage."""


class Silent:
    """Progress that nobody watches."""

    def stage(self, name: str) -> None:
        """Say nothing."""

    def step(self, done: float, of: float | None = None, what: str = "") -> None:
        """Say nothing."""


class Parts:
    """Progress of a stage over several parts, each of which counts from 0 for itself.

    Parameters
    ----------
    progress : what is told, with the parts as units.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._expected = self._begun = 0

    def expect(self, parts: int) -> None:
        """Say that so many more parts come; more than come do no harm."""
        self._expected += parts

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""
        self._progress.stage(name)

    def step(self, done: float, of: float | None = None, what: str = "") -> None:
        """Report the share of all parts that is done; a part begins where nothing of it is."""
        if not done:
            self._begun += 1
        share = done / of if of else 0.0
        whole = max(self._expected, self._begun)
        self._progress.step(round(max(self._begun - 1, 0) + share, 3), whole, what)
