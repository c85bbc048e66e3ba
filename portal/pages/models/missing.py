"""What stands where there are no models, or where a question is not answered."""

from dash import dcc
from dash.development.base_component import Component

from portal.kit.states import empty_state
from portal.pages.models.sentences import Told
from portal.reading.predicting.predictions import awaited
from portal.reading.published import PublishedRun


def nothing(run: PublishedRun) -> Component:
    """Say that a run trained no models, and what brings them."""
    if reason := awaited(run):
        return empty_state("No models yet", reason)
    return empty_state(
        "No models yet",
        "This run trained none; a refresh of the data set with its usual settings does.",
        dcc.Link("Refresh the data", href="/data", className="button"),
    )


def refusal(task: Told) -> Component:
    """Say why a question is not answered."""
    return empty_state(
        f"{task.value('title')} is not predicted",
        str(task.value("message") or "There is too little data for this task."),
        dcc.Link("Add data", href="/data", className="button"),
    )
