"""The bar at the top: data set, day, search, update, report, theme."""

from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.reading.datasets import DataSet
from portal.reading.filters import Filters, to_query
from portal.reading.published import PublishedRun
from portal.words import wording

DATASETS = "datasets"
FACTS = "facts"
UPDATE = "update"
REFRESH = "refreshing"
REFRESH_SAID = "refreshing-said"
REFRESH_TIME = "refreshing-time"
REFRESH_BAR = "refreshing-bar"
REFRESH_SHOW = "refreshing-show"
FIND, FOUND = "find", "found"
LISTED = 20
"""Data sets that the menu lists, the latest published; the others stand on the page Data."""
THEMES = (
    ("light", "sun", "Light"),
    ("dark", "moon", "Dark"),
    ("auto", "circle-half", "As the system"),
)


def top_bar() -> Component:
    """Lay out the bar; the shell fills what depends on the data set."""
    return html.Header(
        [
            html.Button(
                icon("list"),
                className="icon-button nav-toggle",
                type="button",
                **aria(label="Pages", controls="sidebar", expanded="false"),
                **data(action="toggle-navigation"),
            ),
            html.Div(id=DATASETS, className="datasets"),
            html.Div(id=FACTS, className="facts"),
            _finder(),
            _refreshing(),
            html.Div(id=UPDATE, className="update"),
            html.Div(
                [_theme_button(*theme) for theme in THEMES],
                className="theme-choice",
                role="group",
                **aria(label="Theme"),
            ),
        ],
        className="top-bar",
    )


def datasets(published_sets: list[DataSet], dataset: str | None) -> list[Component]:
    """Name the data set that is shown, and offer the others."""
    if not published_sets:
        return [html.Span("No data yet", className="quiet")]
    if len(published_sets) == 1:
        return [html.Span(dataset, className="dataset-name")]
    items = [
        html.Li(
            dcc.Link(
                [
                    html.Span(published_set.name, className="choice-name"),
                    html.Span(wording.date(published_set.as_of), className="choice-count"),
                ],
                href=to_query(Filters(), published_set.name),
                className="menu-item current" if published_set.name == dataset else "menu-item",
            )
        )
        for published_set in published_sets[:LISTED]
    ]
    if len(published_sets) > LISTED:
        every = f"All {wording.count(len(published_sets), 'data set')}"
        items.append(html.Li(dcc.Link(every, href="/data", className="menu-item")))
    summary = html.Summary(
        [
            html.Span("Data set: ", className="visually-hidden"),
            html.Span(dataset, className="dataset-name"),
            icon("chevron-down"),
        ],
        className="menu-button",
    )
    panel = html.Ul(items, className="menu-panel")
    return [html.Details([summary, panel], className="menu", key=dataset)]


def facts(run: PublishedRun) -> list[Component]:
    """Say on which day the data set is seen."""
    if run.as_of is None:
        return [html.Span("No day in the data")]
    return [html.Span(["As of ", html.Strong(wording.date(run.as_of))])]


def update(run: PublishedRun) -> list[Component]:
    """Lead to new records, to what the last update did, and to the report."""
    query = to_query(Filters(), run.dataset)
    return [
        html.Details(
            [
                html.Summary(
                    [
                        icon("arrow-repeat"),
                        html.Span("Update data", className="update-label"),
                    ],
                    className="menu-button",
                    **aria(label="Update data"),
                ),
                html.Ul(
                    [
                        html.Li(
                            dcc.Link(
                                "Bring in new records …",
                                href=f"/data{query}",
                                className="menu-item",
                            )
                        ),
                        html.Li(
                            html.Button(
                                "Compute anew from the kept records",
                                className="choice refresh-now",
                                type="button",
                                **data(action="refresh-again", dataset=run.dataset),
                            )
                        ),
                        html.Li(
                            dcc.Link(
                                f"What the last update did (run {run.run_id})",
                                href=f"/history{query}",
                                className="menu-item",
                            )
                        ),
                    ],
                    className="menu-panel",
                ),
            ],
            className="menu",
        ),
        html.A(
            [icon("file-earmark-text"), html.Span("Report", className="update-label")],
            href=f"/export/report.html{query}",
            className="button report-link",
            title="What was found, whom to contact and the plan, as one file",
            download="",
            **aria(label="Report"),
        ),
    ]


def _finder() -> Component:
    """Lay out the search; assets/finding.js asks and lists."""
    return html.Div(
        [
            icon("search"),
            html.Label(
                "Find a customer, a segment or a page",
                htmlFor=FIND,
                className="visually-hidden",
            ),
            dcc.Input(
                id=FIND,
                type="search",
                placeholder="Find a customer, segment, page  /",
                maxLength=100,
                autoComplete="off",
                className="find-text",
            ),
            html.Ul(id=FOUND, role="listbox", hidden=True, **aria(label="Found")),
        ],
        className="find",
        role="search",
        **aria(label="Customers, segments and pages"),
    )


def _refreshing() -> Component:
    """Keep the place where a refresh of the data set shown tells how far it is."""
    return html.Div(
        [
            html.Span(id=REFRESH_SAID, role="status"),
            html.Span(id=REFRESH_TIME, className="quiet", **aria(hidden="true")),
            html.Div(html.Div(id=REFRESH_BAR, className="bar-filled"), className="bar"),
            html.A("Show it", id=REFRESH_SHOW, href="", hidden=True),
            dcc.Link("Details", href="/data", className="refresh-details"),
        ],
        id=REFRESH,
        className="refreshing",
        hidden=True,
    )


def _theme_button(value: str, name: str, title: str) -> Component:
    return html.Button(
        icon(name),
        type="button",
        title=title,
        **aria(label=title, pressed="false"),
        **data(action="choose-theme", theme=value),
    )


def icon(name: str) -> Component:
    """Draw an icon of Bootstrap's, which nobody is read out."""
    return html.I(className=f"bi bi-{name}", **aria(hidden="true"))
