"""What the page of campaigns says in its first line."""

from db.workspace.campaigns import Campaign
from portal.pages.campaigns import outcome
from portal.reading.published import PublishedRun
from portal.words import wording

NONE = (
    "No campaign yet: a list with some customers not contacted shows later what contacting"
    " brought."
)


def answer(run: PublishedRun, every: list[Campaign]) -> str:
    """Say how many campaigns there are, and what the latest one with a result brought."""
    if not every:
        return NONE
    many = wording.count(len(every), "campaign")
    for campaign in every:
        result = outcome.result(run, campaign)
        if result.readback is not None:
            sentence = outcome.revenue_said(result.readback, run.currency)
            return f"{many}; “{campaign.name}”: {sentence}"
    return f"{many}, none with orders to compare yet."
