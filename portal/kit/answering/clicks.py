"""What a click on a mark of a figure does; assets/portal.js does it in the browser."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State

from portal.reading.filters import FIELDS, URL

CUSTOMER = "customer"


def clicked(graph: str, target: str) -> tuple[Any, ...]:
    """Give the callback of the browser for a click on a mark of `graph`.

    A field of the filters takes the mark's `customdata`, or the first item of it, into or out
    of that filter. `customer` opens the page of the customer whose segment and identifier are
    the mark's `customdata`; a mark that has only a segment is taken into the filter.
    """
    if target == CUSTOMER:
        return (
            ClientsideFunction("clientele", "open_customer"),
            Output(graph, "clickData"),
            Input(graph, "clickData"),
            State(URL, "search"),
        )
    if target not in FIELDS:
        raise ValueError(f"There is no filter “{target}”; known are {', '.join(FIELDS)}.")
    return (
        ClientsideFunction("clientele", f"toggle_{target}"),
        Output(URL, "search", allow_duplicate=True),
        Output(graph, "clickData"),
        Input(graph, "clickData"),
        State(URL, "search"),
    )
