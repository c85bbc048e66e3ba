"""Which data sets there are, and what was done with them."""

from typing import Any

from portal.kit.job_progress import past_jobs
from portal.kit.states import empty_state
from portal.pages.data.dataset_table import dataset_page, list_said
from portal.pages.data.uploaded import everything


def listed_data_sets(number: int | None) -> tuple[Any, ...]:
    """Say which data sets there are, list those of a page, name all, and what was done."""
    every, done = everything()
    names = [str(name) for name in every["name"]] if len(every) else []
    return (
        list_said(every),
        dataset_page(every, number),
        [{"label": name, "value": name} for name in names],
        past_jobs(done)
        if done
        else empty_state("Nothing yet.", "Checks and refreshes from this page appear here."),
    )
