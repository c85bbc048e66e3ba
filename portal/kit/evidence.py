"""The dialog for what stands behind a card, and tables and links as it shows them."""

from typing import Any

import numpy as np
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.reading.filters import customer_link

DIALOG = "evidence"
DIALOG_BODY = "evidence-body"
ASKED = "evidence-asked"
DATA, HOW = "data", "how"
SHOWN_ROWS = 200
CUSTOMER_ID = "customer_id"


def evidence_button(card: str, part: str, label: str, title: str) -> Component:
    """Open the dialog on one part of a card's evidence."""
    return html.Button(
        label,
        className="link-button",
        type="button",
        **aria(haspopup="dialog", label=f"{label}: {title}"),
        **data(action="show-evidence", card=card, part=part),
    )


def evidence_dialog() -> Component:
    """Stand ready, once in the shell, for every card."""
    return html.Dialog(
        [
            html.Button(
                html.I(className="bi bi-x-lg", **aria(hidden="true")),
                className="icon-button dialog-close",
                type="button",
                **aria(label="Close"),
                **data(action="close-dialog"),
            ),
            dcc.Store(id=ASKED),
            html.Div(id=DIALOG_BODY),
        ],
        id=DIALOG,
        className="dialog",
        **aria(labelledby="evidence-title"),
    )


def download_link(path: str, search: str, label: str = "Download as CSV") -> Component:
    """Link to an export route with the filters of the page."""
    return html.A(
        [html.I(className="bi bi-download", **aria(hidden="true")), label],
        href=f"{path}{search or ''}",
        className="button",
        download="",
    )


def frame_table(
    rows: pd.DataFrame, *, label: str, customers_of: str | None = None
) -> Component:
    """Show a small frame as a plain table; `customers_of` a data set lead to their pages.

    An empty `customers_of` is the data set that the portal shows by itself.
    """
    numeric = {name for name in rows.columns if _is_numeric(rows[name])}
    head = html.Tr(
        [
            html.Th(str(name), className=_side(name, numeric), scope="col")
            for name in rows.columns
        ]
    )
    body = [
        html.Tr(
            [
                html.Td(
                    _linked(value, customers_of) if name == CUSTOMER_ID else _cell(value),
                    className=_side(name, numeric),
                )
                for name, value in row.items()
            ]
        )
        for row in rows.astype(object).to_dict("records")
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label=label),
    )


def _linked(customer_id: Any, dataset: str | None) -> Component | str:
    text = _cell(customer_id)
    if dataset is None or not text:
        return text
    return html.A(text, href=customer_link(text, dataset))


def _is_numeric(column: "pd.Series[Any]") -> bool:
    values = column.dropna()
    return len(values) > 0 and all(
        isinstance(value, int | float | np.number) and not isinstance(value, bool | np.bool_)
        for value in values
    )


def _side(name: Any, numeric: set[Any]) -> str:
    return "number" if name in numeric else ""


def _cell(value: Any) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return (
            f"{value:,.4f}".rstrip("0").rstrip(".") if abs(value) < 1_000 else f"{value:,.2f}"
        )
    return f"{value:,}" if isinstance(value, int) else str(value)
