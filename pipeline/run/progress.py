"""How a run says what it is doing; the command line decides how that looks."""

import threading
from typing import Protocol


class Progress(Protocol):
    """What a stage may call while it works."""

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Report `done` out of `of` units (rows, candidates) of the present stage."""


class Silent:
    """Progress that nobody watches."""

    def stage(self, name: str) -> None:
        """Say nothing."""

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Say nothing."""


class Parts:
    """Progress of a stage over several parts, each of which counts from 0 for itself.

    Parts that are done side by side are told through a lane each.

    Parameters
    ----------
    progress : what is told, with the parts as units.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._expected = 0
        self._lanes: list[Lane] = []
        self._saying = threading.Lock()
        self._alone = self.lane()

    def expect(self, parts: int) -> None:
        """Say that so many more parts come; more than come do no harm."""
        self._expected += parts

    def lane(self) -> "Lane":
        """Give what parts that follow each other are told to."""
        lane = Lane(self)
        with self._saying:
            self._lanes.append(lane)
        return lane

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""
        self._progress.stage(name)

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Report the share of all parts that is done; a part begins where nothing of it is."""
        self._alone.step(done, of, detail)

    def say(self, detail: str) -> None:
        """Report how far all lanes are together."""
        with self._saying:
            begun = sum(lane.begun for lane in self._lanes)
            done = sum(lane.done for lane in self._lanes)
            self._progress.step(round(done, 3), max(self._expected, begun), detail)


class Lane:
    """Progress of parts that follow each other, beside other such lanes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.begun = 0
        self.done = 0.0

    def stage(self, name: str) -> None:
        """Begin the stage `name`."""
        self._parts.stage(name)

    def step(self, done: float, of: float | None = None, detail: str = "") -> None:
        """Report how far the present part is; a part begins where nothing of it is done."""
        if not done:
            self.begun += 1
        self.done = max(self.begun - 1, 0) + (done / of if of else 0.0)
        self._parts.say(detail)

    def finish(self) -> None:
        """Count every part that was begun as done."""
        self.done = float(self.begun)
