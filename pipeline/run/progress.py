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
