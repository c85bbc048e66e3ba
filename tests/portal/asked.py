"""Callbacks asked over HTTP, as the browser does."""

import re
from typing import Any

from dash import Dash
from flask.testing import FlaskClient

from tests.dash_protocol import posted


def answer(
    app: Dash,
    client: FlaskClient,
    output: str,
    given: dict[str, Any],
    changed: list[str] | None = None,
) -> Any:
    """Ask the callback that fills `output`; `given` are its inputs and states by id.

    `changed` names the inputs that have changed, all of them where nothing is given.
    """
    found = next(
        each
        for each in app._callback_list
        if output in re.sub(r"^\.\.|\.\.$", "", each["output"]).split("...")
    )
    filled = posted(found["output"])
    several = found["output"].startswith("..")
    sent = {
        kind: [{**each, "value": given[each["id"]]} for each in found[kind]]
        for kind in ("inputs", "state")
    }
    response = client.post(
        "/_dash-update-component",
        json={
            "output": found["output"],
            "outputs": filled if several else filled[0],
            "changedPropIds": changed
            or [f"{each['id']}.{each['property']}" for each in found["inputs"]],
            **sent,
        },
    )
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()
