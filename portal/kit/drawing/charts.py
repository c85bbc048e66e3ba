"""What every chart is made of, and cards for charts that are drawn from inputs of the page.

A chart whose rows are read is declared with the page's cards; one that is drawn from figures
entered beside it has nothing behind it, and a callback of the page fills it::

    def layout() -> Component:
        return grid(chart_card(PROFIT, subject="Profit in 10,000 draws"))

    @PAGE.callback(*chart_outputs(PROFIT), Input(FIELD, "value"))
    def show_profit(value: float | None) -> Drawn:
        with published_run() as run:
            return drawn(run, _profit, value)
"""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, cast

from dash import Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.kit.drawing.blank import blank
from portal.kit.drawing.chart import Chart
from portal.kit.drawing.modes import GRAPH_CONFIG, in_mode
from portal.reading.published import PublishedRun, remember
from portal.words.plain_text import masked, shown_as_text, unmasked

Asked = ParamSpec("Asked")
Drawn = tuple[dict[str, Any], str, str]
"""A figure, its finding, and what it shows for who can't see it."""


def chart_card(card: str, *, subject: str, height: int = 320, columns: int = 6) -> Component:
    """Lay out a card whose content `chart_outputs(card)` fills.

    Parameters
    ----------
    card
        Id of the graph; `{card}-title`, `{card}-text` and `{card}-problem` stand beside it.
    subject
        A quiet line under the finding: what is drawn, of whom, in which unit.
    height
        Of the chart in pixels.
    columns
        Of twelve, on a wide screen.
    """
    return html.Section(
        [
            html.Header(
                html.Div(
                    [
                        html.H2(id=f"{card}-title", className="card-title"),
                        html.P(subject, className="card-subject"),
                    ]
                ),
                className="card-head",
            ),
            graph(card, height),
            html.Div(id=problem_of(card), role="status"),
        ],
        className=f"card span-{columns}",
        **data(card=card),
    )


def graph(card: str, height: int, config: Mapping[str, Any] = GRAPH_CONFIG) -> Component:
    """Lay out a chart of a fixed height, so that nothing moves when it arrives."""
    return html.Figure(
        [
            dcc.Graph(
                id=card,
                config=cast(Any, dict(config)),
                responsive=True,
                style={"height": f"{height}px"},
                className="chart",
            ),
            html.Figcaption(id=f"{card}-text", className="visually-hidden"),
        ],
        className="card-body",
        style={"minHeight": f"{height}px"},
        **aria(labelledby=f"{card}-title"),
    )


def chart_outputs(card: str) -> tuple[Output, Output, Output]:
    """Name what a callback that returns `Drawn` fills: figure, title, text alternative."""
    return (
        Output(card, "figure"),
        Output(f"{card}-title", "children"),
        Output(f"{card}-text", "children"),
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


def plain(chart: Chart) -> Drawn:
    """Give a chart as the browser takes it; one without any mark says what is missing.

    Here alone what was masked in its data becomes text again.
    """
    is_blank = not chart.figure.data
    figure = blank(masked(chart.missing)) if is_blank else chart.figure
    alternative = chart.missing if is_blank else chart.alternative
    return shown_as_text(figure.to_dict()), unmasked(chart.finding), unmasked(alternative)


def problem_of(card: str) -> str:
    """Name the place where a card says what went wrong."""
    return f"{card}-problem"


def _plain(
    run: PublishedRun,
    draw: Callable[..., Chart],
    arguments: tuple[Any, ...],
    named: tuple[tuple[str, Any], ...],
) -> Drawn:
    return plain(draw(run, *arguments, **dict(named)))
