"""A card for each segment, by priority: who they are, what to do, what it should bring."""

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from portal.pages.plan import parts, queries
from portal.reading.contacting import economics
from portal.reading.contacting.contact_plan import ContactPlan
from portal.reading.published import PublishedRun, remember
from portal.reading.rows import each_row
from portal.reading.segments import newcomers
from portal.words.theme import marks


def segment_cards(run: PublishedRun, plan: ContactPlan | None) -> list[Component]:
    """Write the cards, with what a plan spends on each segment where there is a plan."""
    playbook = queries.in_force(run).playbook
    rows = remember(run, queries.segments)
    scores = remember(run, queries.engagement, playbook.engagement).set_index("segment")
    spent: Mapping[str, Any] = {}
    if plan is not None:
        spent = {row.segment: row for row in each_row(plan.rows)}
        rows = rows[rows["segment"].isin(list(spent))]
    new = remember(run, newcomers)
    looks = marks(list(rows["segment"]))
    ordered = sorted(
        each_row(rows),
        key=lambda row: (
            economics.play_for(playbook, row.segment).play.priority,
            row.position,
        ),
    )
    return [
        parts.segment_card(
            row,
            economics.play_for(playbook, row.segment).play,
            spend=spent.get(row.segment),
            score=scores.loc[row.segment] if row.segment in scores.index else None,
            newcomers=new.get(row.segment, 0),
            greeting=economics.welcome(playbook),
            colour=looks[row.segment].colour,
            currency=run.currency,
        )
        for row in ordered
    ]
