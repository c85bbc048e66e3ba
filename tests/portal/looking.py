"""Looking at a published data set as a page does."""

from collections.abc import Iterator
from contextlib import contextmanager

from dash import Dash

from portal.reading.published import PublishedRun, published_run


@contextmanager
def looking(portal: Dash, dataset: str) -> Iterator[PublishedRun]:
    """Open the published run of a data set."""
    with portal.server.test_request_context("/"), published_run(f"?dataset={dataset}") as at:
        yield at
