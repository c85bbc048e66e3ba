"""A button that brings a file in, with its progress; assets/portal.js streams the file."""

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data


def upload_control(
    prefix: str,
    *,
    label: str = "Choose a file …",
    to: str = "/api/v1/uploads",
    page: str = "/data",
    several: bool = False,
) -> Component:
    """Lay out the button, the place to drop a file on, the bar and what is said.

    The file goes to the route `to`; what came of it is shown on `page`, whose query then names
    the upload. Ids begin with `prefix`; the names of the inputs that go along are
    `{prefix}-name` and `{prefix}-as-of`, where the page has them. `several` files may be chosen
    at once where they belong together.
    """
    return html.Div(
        [
            html.Div(
                [
                    html.Button(
                        [html.I(className="bi bi-upload", **aria(hidden="true")), label],
                        id=f"{prefix}-choose",
                        type="button",
                        className="button primary",
                        **data(action="choose-file", prefix=prefix),
                    ),
                    html.Span(
                        "or drop them here" if several else "or drop it here",
                        className="quiet upload-hint",
                    ),
                    html.Button(
                        "Cancel the upload",
                        id=f"{prefix}-abort",
                        type="button",
                        className="button",
                        hidden=True,
                        **data(action="abort-upload"),
                    ),
                ],
                className="button-row",
            ),
            html.Div(
                html.Div(id=f"{prefix}-upload-bar", className="bar-filled"),
                id=f"{prefix}-upload-track",
                className="bar",
                hidden=True,
            ),
            html.P(id=f"{prefix}-upload-said", className="upload-said", role="status"),
        ],
        className="drop",
        **data(drop=prefix, to=to, page=page, **({"several": "1"} if several else {})),
    )
