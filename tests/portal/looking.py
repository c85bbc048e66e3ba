"""Looking at a published data set as a page does."""

from collections.abc import Iterator
from contextlib import contextmanager

from dash import Dash

from portal.reading.published import Snapshot, snapshot


@contextmanager
def looking(portal: Dash, dataset: str) -> Iterator[Snapshot]:
    """Open the published run of a data set."""
    with portal.server.test_request_context("/"), snapshot(f"?dataset={dataset}") as at:
        yield at
