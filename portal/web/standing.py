"""What stands under every page's title while it is so: made-up data, predictions to come."""

from dash import html
from dash.development.base_component import Component

from db.errors import DatabaseError
from portal.reading import made_up
from portal.reading.predicting.predictions import awaited
from portal.reading.published import PublishedRun, published_run


def standing(search: str | None) -> Component | None:
    """Say what is to be known of the data set that an address shows; None: nothing is."""
    try:
        with published_run(search) as run:
            notices = sentences(run)
    except DatabaseError:
        return None
    if not notices:
        return None
    return html.P(" ".join(notices), className="page-lead", role="note")


def sentences(run: PublishedRun) -> list[str]:
    """Give the sentences on a run."""
    return [sentence for sentence in (made_up.said(run), awaited(run)) if sentence]
