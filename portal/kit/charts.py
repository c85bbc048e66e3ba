"""Cards with a chart: a finding as the title, the figure, and where it comes from.

A page uses three names::

    def layout() -> Component:
        return grid(chart_card(SIZES, evidence=EVIDENCE[SIZES], columns=6))

    @callback(*chart_outputs(SIZES), Input(URL, "search"))
    def show_sizes(search: str) -> Drawn:
        with published_run(search) as at:
            return drawn(at, _sizes, from_query(search))

    def _sizes(at: PublishedRun, filters: Filters) -> Chart:
        rows = segments.overview(at)
        return Chart(size_bars(rows), sizes_finding(rows), "Bars …")
"""

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, cast

from dash import Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.kit.blank import blank
from portal.kit.chart import Chart
from portal.kit.clicks import CUSTOMER, clicked
from portal.kit.evidence import DATA, HOW, Evidence, evidence_button
from portal.kit.modes import GRAPH_CONFIG, in_mode
from portal.kit.page import Page
from portal.reading.published import PublishedRun, remember

Asked = ParamSpec("Asked")
Drawn = tuple[dict[str, Any], str, str]


def chart_card(
    card: str,
    *,
    evidence: Evidence | None,
    height: int = 320,
    columns: int = 6,
    subject: str = "",
    controls: Sequence[Component] = (),
    config: dict[str, Any] | None = None,
) -> Component:
    """Lay out a card whose content `chart_outputs(card)` fills.

    Parameters
    ----------
    card
        Id of the graph; `{card}-title`, `{card}-text` and `{card}-problem` stand beside it.
    evidence
        What stands behind it; `None` where the rows stand beside the chart anyway.
    height
        Of the chart in pixels; fixed, so that nothing moves when it arrives.
    columns
        Of twelve, on a wide screen.
    subject
        A quiet line under the finding: what is drawn, of whom, in which unit.
    controls
        Small controls at the right of the title.
    """
    return html.Section(
        [
            html.Header(
                [
                    html.Div(
                        [
                            html.H2(id=_title(card), className="card-title"),
                            html.P(subject, className="card-subject") if subject else None,
                        ]
                    ),
                    html.Div(list(controls), className="card-controls") if controls else None,
                ],
                className="card-head",
            ),
            html.Figure(
                [
                    dcc.Graph(
                        id=card,
                        config=cast(Any, config or GRAPH_CONFIG),
                        responsive=True,
                        style={"height": f"{height}px"},
                        className="chart",
                    ),
                    html.Figcaption(id=_text(card), className="visually-hidden"),
                ],
                className="card-body",
                **aria(labelledby=_title(card)),
            ),
            html.Div(id=problem_of(card), role="status"),
            card_foot(card, evidence, subject or evidence.source) if evidence else None,
        ],
        className=f"card span-{columns}",
        **data(card=card),
    )


def card_foot(card: str, evidence: Evidence, title: str) -> Component:
    """Name the source of a card and lead to its rows and its explanation."""
    return html.Footer(
        [
            html.Span(["Source: ", html.Code(evidence.source)], className="card-source"),
            evidence_button(card, DATA, "Data", title),
            evidence_button(card, HOW, "How", title),
        ],
        className="card-foot",
    )


def chart_outputs(card: str) -> tuple[Output, Output, Output]:
    """Name what a callback that returns `drawn(…)` fills."""
    return (
        Output(card, "figure"),
        Output(_title(card), "children"),
        Output(_text(card), "children"),
    )


def drawn(
    run: PublishedRun,
    draw: Callable[Concatenate[PublishedRun, Asked], Chart],
    *arguments: Asked.args,
    **named: Asked.kwargs,
) -> Drawn:
    """Draw a chart, or take it from memory, in the mode that the browser shows.

    `draw` is a function with a name, its arguments are hashable: they are the key.
    """
    figure, finding, alternative = remember(run, _plain, draw, arguments, tuple(named.items()))
    return in_mode(figure), finding, alternative


def filter_on_click(page: Page, graph: str, field: str) -> None:
    """Let a click on a mark of `graph` take its value into or out of a filter of the page."""
    page.clientside_callback(*clicked(graph, field), prevent_initial_call=True)


def open_on_click(page: Page, graph: str) -> None:
    """Let a click on the mark of a customer open the customer's page."""
    page.clientside_callback(*clicked(graph, CUSTOMER), prevent_initial_call=True)


def problem_of(card: str) -> str:
    """Name the place where a card says what went wrong."""
    return f"{card}-problem"


def _title(card: str) -> str:
    return f"{card}-title"


def _text(card: str) -> str:
    return f"{card}-text"


def _plain(
    run: PublishedRun,
    draw: Callable[..., Chart],
    arguments: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
) -> Drawn:
    chart = draw(run, *arguments, **dict(named))
    if not chart.figure.data:
        return blank(chart.missing).to_dict(), chart.finding, chart.missing
    return chart.figure.to_dict(), chart.finding, chart.alternative
