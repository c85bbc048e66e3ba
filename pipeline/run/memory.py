"""Memory that libraries keep for later, given back to the system."""

import ctypes
import ctypes.util
from collections.abc import Callable
from functools import cache

import pyarrow as pa


def give_back() -> None:
    """Give what was freed back to the system.

    Allocators keep freed memory for what comes next; where stages differ as much as here, that
    is up to half of what the process holds.
    """
    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """Find glibc's way to return the ends of its heaps; other systems have none."""
    try:
        malloc_trim: Callable[[int], int] = ctypes.CDLL(
            ctypes.util.find_library("c")
        ).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None
    return malloc_trim
