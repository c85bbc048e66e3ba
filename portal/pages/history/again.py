"""The button that publishes an earlier run again, and the question before it does."""

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria

ROW = "history-again-row"
PUBLISH = "history-publish-again"
CONFIRMATION = "history-again-confirmation"
QUESTION = "history-again-question"
YES = "history-again-yes"
NO = "history-again-no"
ANSWER = "history-again-answer"


def again_row() -> Component:
    """Lay out the button, hidden unless the chosen run can be published again."""
    return html.Div(
        [
            html.Div(
                _button(PUBLISH, "Publish again"), id=ROW, className="button-row", hidden=True
            ),
            html.Div(
                [
                    html.P(id=QUESTION),
                    _button(YES, "Publish it", "button primary"),
                    _button(NO, "Leave it"),
                ],
                id=CONFIRMATION,
                className="button-row",
                hidden=True,
                role="alertdialog",
                **aria(labelledby=QUESTION),
            ),
            html.Div(id=ANSWER, role="status"),
        ]
    )


def question(dataset: str, run_id: int, shown_id: int) -> str:
    """Ask whether everybody shall see that run."""
    return (
        f"Show run {run_id} of “{dataset}” to everybody instead of run {shown_id}? Nothing is"
        " computed or deleted, and the next refresh publishes a newer run."
    )


def _button(name: str, label: str, style: str = "button") -> Component:
    return html.Button(label, id=name, type="button", className=style)
