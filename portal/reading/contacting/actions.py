"""What the playbook in force does with a customer: by segment, new ones welcomed first."""

from typing import Any

import pandas as pd

from portal.reading.contacting import economics
from portal.reading.contacting.economics import BOTH, LIKELY, RULE, SILENT, UNSATISFIED
from portal.reading.contacting.playbook import in_force
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun

OFFERS = {
    LIKELY: "A call in person: what would they need to stay, and the plan that fits it.",
    UNSATISFIED: "Ask what went wrong, make good for it, then a loyalty card whose points begin"
    " above nought.",
    SILENT: "A word that they are missed, with double loyalty points on the next purchase.",
    BOTH: "A call or a letter in person first; then the loyalty card with a welcome gift.",
}
"""What is offered to whom a rule names: no discount, as nothing tells what it would bring."""
NOTHING = "cast(null as varchar)"


def action(run: PublishedRun, segment: str | None, *, is_new: bool = False) -> str:
    """Say what is done first with a customer of a segment; empty where there is no segment."""
    playbook = in_force(run).playbook
    if is_new:
        return economics.welcome(playbook).actions[0]
    return economics.play_for(playbook, segment).play.actions[0] if segment else ""


def first_actions(run: PublishedRun, customers: pd.DataFrame) -> pd.Series:
    """Say for each row what is done first with such a customer, as `suggested` does in SQL.

    Rows have `segment`, `is_new` and `contact_reason`; `None` where no segment is known.
    """
    is_named = reckoned(run).basis == RULE
    action_by_key: dict[tuple[Any, bool, Any], str | None] = {}

    def first(segment: Any, is_new: Any, reason: Any) -> str | None:
        key = (segment, is_new == 1, reason if is_named else None)
        if key not in action_by_key:
            offer = OFFERS.get(reason) if is_named and isinstance(reason, str) else None
            named = segment if isinstance(segment, str) else None
            action_by_key[key] = offer or action(run, named, is_new=key[1]) or None
        return action_by_key[key]

    columns = (customers[name] for name in ("segment", "is_new", "contact_reason"))
    actions = [first(*row) for row in zip(*columns, strict=True)]
    return pd.Series(actions, index=customers.index, dtype="str")


def suggested(run: PublishedRun) -> tuple[str, dict[str, Any]]:
    """Write what is done first with each customer as SQL, with its parameters.

    Where a rule names whom to contact its offer comes before that of the segment.
    """
    bound: dict[str, Any] = {}
    cases: list[str] = []

    def case(condition: str, first_action: str) -> None:
        name = f"action_{len(cases)}"
        bound[name] = first_action
        cases.append(f"when {condition} then :{name}")

    if reckoned(run).basis == RULE and run.table.knows("contact_reason"):
        for place, (reason, offer) in enumerate(OFFERS.items()):
            bound[f"named_{place}"] = reason
            case(f"contact_reason = :named_{place}", offer)
    if run.table.knows("is_new"):
        case("is_new = 'yes'", action(run, None, is_new=True))
    for place, segment in enumerate(run.segments):
        bound[f"of_segment_{place}"] = segment
        case(f"segment = :of_segment_{place}", action(run, segment))
    return (f"case {' '.join(cases)} end", bound) if cases else (NOTHING, {})
