"""Results kept in memory; one belongs to a run and a playbook, so that none is ever stale."""

import threading
from collections.abc import Callable, Hashable
from typing import Any

from cachetools import LRUCache


class Results:
    """The latest results asked for, by run, function and arguments; safe between threads."""

    def __init__(self, size: int) -> None:
        self._kept: LRUCache[Hashable, Any] = LRUCache(size)
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Give what is kept under `key`, computing it where it is not there yet."""
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        value = compute()
        with self._lock:
            self._kept[key] = value
        return value

    def __len__(self) -> int:
        return len(self._kept)
