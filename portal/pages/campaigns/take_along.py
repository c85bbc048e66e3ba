"""What is taken along: a campaign's list in each format, and what the run found."""

from urllib.parse import urlencode

import dash_bootstrap_components as dbc
from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.choices import choice
from portal.kit.evidence import download_link
from portal.pages.campaigns import lists, parts, queries
from portal.pages.campaigns.declared import CHOSEN, PAGE, number_of
from portal.reading.filters import NO_FILTERS, URL, to_query
from portal.reading.published import published_run

COLUMNS = "campaigns-columns"
WHOM = "campaigns-whom"
LINKS = "campaigns-links"
TAKEN = "campaigns-taken"
FORMATS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}


def list_form() -> Component:
    """Lay out what the list of a campaign can hold, and its links."""
    return html.Div(
        [
            choice(
                WHOM,
                "Whom the list holds",
                [
                    {"label": "Customers to contact", "value": lists.CONTACTS},
                    {"label": "Everyone, those not contacted marked", "value": lists.EVERYONE},
                ],
                lists.CONTACTS,
                show_label=True,
            ),
            html.Fieldset(
                [
                    html.Legend("Columns beside the customer and the group", className="quiet"),
                    dbc.Checklist(
                        id=COLUMNS,
                        options=[
                            {"label": title, "value": name}
                            for name, title in parts.NAMES.items()
                        ],
                        value=list(queries.COLUMNS),
                        className="campaign-columns",
                    ),
                ]
            ),
            html.Div(id=LINKS, className="button-row"),
            html.P(
                "What the list was made from is stamped in: a file beside the"
                " CSV, the first sheet in Excel, metadata of the schema in Parquet.",
                className="quiet",
            ),
        ],
        className="campaign-part campaign-stack",
    )


def run_links() -> Component:
    """Lay out the links to what the run found."""
    return html.Div(
        [
            html.P("What the last update found, to print and to pass on."),
            html.Div(id=TAKEN, className="button-row"),
        ]
    )


@PAGE.callback(
    Output(LINKS, "children"),
    Input(CHOSEN, "value"),
    Input(COLUMNS, "value"),
    Input(WHOM, "value"),
    State(URL, "search"),
)
def show_links(
    chosen: str | None, columns: list[str] | None, whom: str, search: str | None
) -> list[Component]:
    """Link to the list in each format, with the columns chosen."""
    if number_of(chosen) is None:
        return []
    return list_links(search, str(chosen), columns=columns, whom=whom)


def list_links(
    search: str | None, campaign: str, *, columns: list[str] | None, whom: str
) -> list[Component]:
    """Link to a campaign's list in each format; without `columns` with all of them."""
    with published_run(search) as run:
        parameters = [("dataset", run.dataset), ("list", whom)]
    if columns is not None:
        parameters += [("column", name) for name in columns or ["none"]]
    query = f"?{urlencode(parameters)}"
    return [
        download_link(f"/export/campaigns/{campaign}.{kind}", query, title)
        for kind, title in FORMATS.items()
    ]


@PAGE.callback(Output(TAKEN, "children"), Input(URL, "search"))
def show_taken(search: str | None) -> list[Component]:
    """Link to the report, the segment summary and the action plan."""
    with published_run(search) as run:
        query = to_query(NO_FILTERS, run.dataset)
    return [
        download_link("/export/report.html", query, "Report"),
        download_link("/export/segments/summary.csv", query, "Segment summary"),
        download_link("/export/segments/actions.csv", query, "Action plan"),
    ]
