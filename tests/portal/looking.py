"""Looking at a published data set as a page does."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from dash import Dash

from portal.reading.published import Snapshot, snapshot


@contextmanager
def looking(portal: Dash, dataset: str) -> Iterator[Snapshot]:
    """Open the published run of a data set."""
    with portal.server.test_request_context("/"), snapshot(f"?dataset={dataset}") as at:
        yield at


def page_of(portal: Dash, name: str) -> ModuleType:
    """Give a page's module, which only a portal can import."""
    assert portal.server
    return next(
        module for path, module in sys.modules.items() if path.endswith(f"pages.{name}")
    )
