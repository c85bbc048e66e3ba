"""A card for each segment, by priority: who they are, what to do, what it should bring."""

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component

from portal.pages.strategy import parts, queries
from portal.pages.strategy.plan import Plan
from portal.reading import economics
from portal.reading.published import PublishedRun, remember
from portal.reading.rows import each_row
from portal.words.theme import marks


def segment_cards(
    run: PublishedRun, plan: Plan | None, *, by_profit: bool = False
) -> list[Component]:
    """Write the cards, with the share of a plan's budget where there is a plan."""
    playbook = queries.in_force(run).playbook
    rows = remember(run, queries.segments)
    scores = remember(run, queries.engagement, playbook.engagement).set_index("segment")
    spent: Mapping[str, Any] = {}
    if plan is not None:
        divided = plan.division.by_profit if by_profit else plan.division.by_playbook
        spent = {row.segment: row for row in each_row(divided.rows)}
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
            colour=looks[row.segment].colour,
            currency=run.currency,
        )
        for row in ordered
    ]
