"""What the portal writes: its one writer engine, opened at the first write."""

import threading
from pathlib import Path

from sqlalchemy.engine import Engine

from db.engine import parse_url
from db.workspace import open_workspace, uploads


class Workspace:
    """The writing side of a portal; nothing touches the disk before it is needed."""

    def __init__(self, url: str, at_once: int) -> None:
        self._url = url
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self.places = threading.BoundedSemaphore(at_once)

    @property
    def engine(self) -> Engine:
        """Give the writer, making the database's tables where they are missing."""
        with self._lock:
            if self._engine is None:
                self._engine = open_workspace(self._url)
            return self._engine

    @property
    def folder(self) -> Path:
        """Give the folder of uploads."""
        return uploads.folder(parse_url(self._url))

    @property
    def url(self) -> str:
        """Give the database's URL, as a process that this portal starts needs it."""
        return self._url
