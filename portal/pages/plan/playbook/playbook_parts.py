"""What the strategy page shows of the playbook: faults, versions, differences."""

import datetime as dt
from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component

from db.workspace.playbooks import BUILT_IN, PlaybookVersion
from portal.kit.attributes import aria, data
from portal.pages.plan.parts import scrolled
from portal.pages.plan.playbook.playbook_versions import Difference, Line, told
from portal.reading.contacting.economics import Fault
from portal.words import wording

SIGNS = {"+": "line-came", "−": "line-went", "…": "line-between"}
SPOKEN = {"+": "added", "−": "removed"}


def title_of(version: int) -> str:
    """Name a version."""
    return "the built-in playbook" if version == BUILT_IN else f"version {version}"


def fault_list(faults: list[Fault]) -> Component:
    """Say what is wrong, each fault with its line, or that nothing is."""
    if not faults:
        return html.P(
            [html.I(className="bi bi-check-lg", **aria(hidden="true")), " Nothing is wrong."],
            className="playbook-valid",
        )
    return html.Div(
        [
            html.P(f"{wording.count(len(faults), 'fault')} to mend before it can be saved:"),
            html.Ul([html.Li(_fault(fault)) for fault in faults], className="plain-list"),
        ],
        className="playbook-faults",
    )


def _fault(fault: Fault) -> Component | str:
    if fault.line is None:
        return fault.sentence
    return html.Button(
        told(fault.line, fault.sentence),
        type="button",
        className="link-button",
        **data(action="go-to-line", line=str(fault.line)),
    )


class Buttons(NamedTuple):
    """The types of the ids of the buttons beside a version."""

    restore: str
    delete: str


def version_table(versions: list[PlaybookVersion], buttons: Buttons) -> Component:
    """List the versions, the built-in one last, with the buttons to each."""
    titles = ("Version", "Saved", "Note", "Restore it", "Delete it")
    head = [html.Th(title, scope="col") for title in titles]
    newest = versions[0].version if versions else BUILT_IN
    rows = [
        _row(version.version, version.saved_at, version.note, newest, buttons)
        for version in versions
    ]
    rows.append(_row(BUILT_IN, None, "What the product comes with", newest, buttons))
    return scrolled(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain-table wide"),
        "Versions of the playbook",
    )


def _row(
    version: int, saved_at: dt.datetime | None, note: str, newest: int, buttons: Buttons
) -> Component:
    restored: Any = html.Span("in force", className="quiet")
    if version != newest:
        restored = _button("Restore", buttons.restore, version)
    deleted = None if version == BUILT_IN else _button("Delete", buttons.delete, version)
    return html.Tr(
        [
            html.Th("Built-in" if version == BUILT_IN else str(version), scope="row"),
            html.Td(wording.moment(saved_at), className="nowrap"),
            html.Td(note or wording.NOTHING),
            html.Td(restored, className="nowrap"),
            html.Td(deleted, className="nowrap"),
        ],
        className="chosen" if version == newest else "",
    )


def _button(verb: str, kind: str, version: int) -> Component:
    return html.Button(
        verb,
        id={"type": kind, "version": version},
        type="button",
        className="button",
        **aria(label=f"{verb} {title_of(version)}"),
    )


def difference_view(difference: Difference) -> Component:
    """Show what changed in words, and line by line."""
    if not difference.lines:
        return html.P("The two are the same.", className="quiet card-text")
    words: list[Component] = []
    if difference.words:
        words = [html.Ul([html.Li(change) for change in difference.words])]
    return html.Div(
        [
            *words,
            html.Div(
                [_line(line) for line in difference.lines],
                className="lines",
                tabIndex=0,
                role="region",
                **aria(label="Differences line by line"),
            ),
        ],
        className="card-text",
    )


def _line(line: Line) -> Component:
    spoken = SPOKEN.get(line.sign)
    return html.Div(
        [
            html.Span(line.sign, className="line-sign", **aria(hidden="true")),
            html.Span(f"{spoken}: ", className="visually-hidden") if spoken else None,
            html.Span(line.text or " "),
        ],
        className=SIGNS.get(line.sign, ""),
    )
