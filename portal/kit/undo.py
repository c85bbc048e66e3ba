"""The way back from a deletion: “Undo” beside the sentence, and a list of all that went."""

from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, ctx, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from db.workspace.undo import KEPT_FOR, Deleted
from portal.kit.attributes import aria
from portal.words import wording

AT_ONCE, LISTED = "at-once", "listed"
"""Where a button stands that brings something back: beside the sentence, or in the list."""


def restoring(button: str) -> Input:
    """Give what a callback that brings back listens to; `button` is the type of its ids."""
    return Input({"type": button, "number": ALL, "place": ALL}, "n_clicks")


def asked_back(clicks: Sequence[int | None]) -> int:
    """Give the number of what was asked back; nothing happens where no button was pressed."""
    pressed: Any = ctx.triggered_id
    if pressed is None or not any(clicks):
        raise PreventUpdate
    return int(pressed["number"])


def said_with_undo(sentence: str, button: str, number: int) -> Component:
    """Say what was deleted, with the button that brings it back."""
    return html.P(
        [
            f"{sentence} ",
            html.Button(
                "Undo",
                id={"type": button, "number": number, "place": AT_ONCE},
                type="button",
                className="button",
            ),
        ]
    )


def deleted_list(deleted: Sequence[Deleted], button: str, *, unnamed: str) -> Component | None:
    """List what can be brought back, folded; None where there is nothing."""
    if not deleted:
        return None
    return html.Details(
        [
            html.Summary(f"Deleted ({wording.number(len(deleted))})"),
            html.P(f"Each can be brought back for {KEPT_FOR.days} days.", className="quiet"),
            html.Ul(
                [
                    html.Li(
                        [
                            f"{deletion.name or unnamed}, deleted"
                            f" {wording.moment(deletion.deleted_at)} ",
                            html.Button(
                                "Restore",
                                id={"type": button, "number": deletion.number, "place": LISTED},
                                type="button",
                                className="button",
                                **aria(label=f"Restore {deletion.name or unnamed}"),
                            ),
                        ],
                        key=str(deletion.number),
                    )
                    for deletion in deleted
                ],
                className="plain-list",
            ),
        ],
        className="card-text deleted",
    )
