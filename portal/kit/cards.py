"""Cards: declared once with id, query, drawing and source; everything else follows.

    MONTHS = PAGE.chart(
        "today-months",
        query=queries.months,      # (run, filters) -> Statement
        draw=figures.months,       # (rows, scope) -> Chart
        source="customers",
        measures=("revenue", "orders"),
        subject="Revenue by month of the order",
        columns=8,
    )

    @PAGE.layout
    def layout() -> Component:
        return grid(MONTHS, …)

What is drawn is the frame of the card's statement, Data lists the same frame and its CSV holds
it, and How shows the statement with its parameters filled in.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

import pandas as pd
from dash import Input, Output, dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria, data
from portal.kit.drawing.chart import Chart, Scope
from portal.kit.drawing.charts import Drawn, chart_outputs, graph, plain, problem_of
from portal.kit.drawing.modes import GRAPH_CONFIG, in_mode
from portal.kit.evidence import DATA, HOW, SHOWN_ROWS, evidence_button
from portal.reading.filters import URL, Filters, from_query
from portal.reading.published import PublishedRun, published_run
from portal.reading.statements import Statement
from portal.words.plain_text import masked

CHOICES = "card-choices"
"""Type of the stores that hold what a card was drawn with."""

Choices = tuple[tuple[str, Any], ...]
Measures = tuple[str, ...] | Callable[[PublishedRun], tuple[str, ...]]


class Query(Protocol):
    """A pure function that gives what to ask, `None` where the run lacks what it needs."""

    def __call__(
        self, run: PublishedRun, filters: Filters, /, **choices: Any
    ) -> Statement | None:
        """Give the statement for a run, filters and the values of the card's controls."""


class Control(NamedTuple):
    """An input that a card follows; its value goes to query and drawing under `name`.

    `component` stands in the head of the card; without one the input stands elsewhere.
    """

    name: str
    id: str
    component: Component | None = None
    property: str = "value"


class Asked(NamedTuple):
    """What a card is drawn for: filters, and the values of its controls by their names."""

    filters: Filters
    choices: Choices = ()

    @property
    def named(self) -> dict[str, Any]:
        """The values of the controls, to be handed on as keywords."""
        return dict(self.choices)


@dataclass(frozen=True, kw_only=True, eq=False)
class Card:
    """What every kind of card declares.

    Attributes
    ----------
    id
        Of the component that shows it; `{id}-title`, `{id}-problem` and so on stand beside it.
    query
        What it asks.
    source
        View or table that is read, as the footer names it.
    measures
        Names in `portal.words.measures.MEASURES` that How explains, or how a run tells them.
    note
        How the figure is made from the rows, where that is not plain.
    beside
        Further queries by the keyword under which their frames go to the drawing; How shows
        them too.
    knowing
        What else the drawing must know, by keyword: functions of run, filters and choices.
    subject
        A quiet line under the title: what is shown, of whom, in which unit.
    columns
        Of twelve, on a wide screen.
    controls
        Inputs that it follows.
    reads
        Values that stand in the address beside the filters, by name: functions of its query.
    late
        Whether the page comes without it and it follows: what takes the browser long.
    """

    id: str
    query: Query
    source: str
    measures: Measures = ()
    note: str = ""
    beside: Mapping[str, Query] = field(default_factory=dict)
    knowing: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    subject: str = ""
    columns: int = 6
    controls: tuple[Control, ...] = ()
    reads: Mapping[str, Callable[[str | None], Any]] = field(default_factory=dict)
    late: bool = False

    def statement(self, run: PublishedRun, question: Asked) -> Statement | None:
        """Give what is asked of a run."""
        return self.query(run, question.filters, **question.named)

    def rows(self, run: PublishedRun, question: Asked) -> pd.DataFrame:
        """Give the rows that are drawn; never change them."""
        return rows_of(run, self.statement(run, question))

    def statements(self, run: PublishedRun, question: Asked) -> list[Statement]:
        """Give everything that is asked of a run, the card's own query first."""
        queries = [self.query, *self.beside.values()]
        statements = [query(run, question.filters, **question.named) for query in queries]
        return [statement for statement in statements if statement is not None]

    def scope(self, run: PublishedRun, question: Asked) -> Scope:
        """Give what its drawing must know beside the rows."""
        return Scope(
            dataset=run.dataset,
            currency=run.currency,
            as_of=run.as_of,
            customers=run.customers,
            segments=run.segments,
            has=run.has,
            filters=question.filters,
            choices=question.named,
        )

    def drawn_with(self, run: PublishedRun, question: Asked, draw: Callable[..., Any]) -> Any:
        """Call a drawing with the rows, those beside them and the scope; once per question."""

        def compute() -> Any:
            arguments: dict[str, Any] = {
                name: rows_of(run, query(run, question.filters, **question.named))
                for name, query in self.beside.items()
            }
            for name, know in self.knowing.items():
                arguments[name] = know(run, question.filters, **question.named)
            return draw(self.rows(run, question), self.scope(run, question), **arguments)

        return run.results.get((run.key, self.id, question), compute)

    def asked_by_name(self, search: str | None, choices: Mapping[str, Any]) -> Asked:
        """Give what is asked where the values of controls come by their names."""
        return self.asked(search, [choices.get(control.name) for control in self.controls])

    def pairs(self, question: Asked) -> list[str]:
        """Write the values of controls as parts of an address, read again by `choices_in`."""
        if not self.controls:
            return []
        named = {control.name: question.named.get(control.name) for control in self.controls}
        return [urlencode({CHOICES: json.dumps(named, ensure_ascii=False)})]

    def stream(
        self, run: PublishedRun, question: Asked, query_arguments: Mapping[str, str]
    ) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
        """Give the names of the columns and every row; `query_arguments` may name an order."""
        del query_arguments  # only tables can be sorted
        statement = self.statement(run, question)
        return ([], iter(())) if statement is None else run.stream(statement)

    def sample(self, run: PublishedRun, question: Asked) -> tuple[pd.DataFrame, int]:
        """Give the first rows for Data, and how many there are."""
        rows = self.rows(run, question)
        return rows.head(SHOWN_ROWS), len(rows)

    def asked(self, search: str | None, values: Sequence[Any] = ()) -> Asked:
        """Read what is asked from the address and the values of the controls."""
        names = [control.name for control in self.controls]
        choices = list(zip(names, map(_hashable, values), strict=True))
        choices += [(name, read(search)) for name, read in self.reads.items()]
        return Asked(from_query(search), tuple(choices))

    @property
    def inputs(self) -> list[Input]:
        """The address and the controls, to which its callback listens."""
        return [
            Input(URL, "search"),
            *(Input(control.id, control.property) for control in self.controls),
        ]

    def outputs(self) -> list[Output]:
        """Name what `answers` fills."""
        raise NotImplementedError

    def answers(self, run: PublishedRun, question: Asked) -> list[Any]:
        """Give what the outputs are filled with."""
        raise NotImplementedError

    def layout(self) -> Component:
        """Lay the card out; its callback fills it."""
        raise NotImplementedError

    def show(self, search: str | None, *values: Any) -> list[Any]:
        """Answer the card's callback."""
        question = self.asked(search, values)
        with published_run(search) as run:
            answers = self.answers(run, question)
        return [*answers, question.named] if self.controls else answers

    @property
    def callback(self) -> tuple[list[Any], Callable[..., Any]]:
        """The callback that fills the card: its dependencies and its function."""
        outputs = self.outputs()
        if self.controls:
            outputs = [*outputs, Output(choices_of(self.id), "data")]
        return [*outputs, *self.inputs], partial(_shown, self)

    def head(self, title: Component | None, *beside: Component) -> Component:
        """Write the head of the card: title, subject, controls, what stands behind it."""
        placed = [
            control.component for control in self.controls if control.component is not None
        ]
        subject = html.P(self.subject, className="card-subject") if self.subject else None
        return html.Header(
            [
                html.Div([title, subject]),
                html.Div([*placed, *beside, self.menu()], className="card-controls"),
            ],
            className="card-head",
        )

    def menu(self) -> Component:
        """Lead to the rows, the explanation and whatever else the card hands out."""
        named = self.title_said or self.subject or self.source
        return html.Details(
            [
                html.Summary(
                    html.I(className="bi bi-three-dots", **aria(hidden="true")),
                    className="icon-button card-menu-button",
                    title="What stands behind it",
                    **aria(label=f"What stands behind it: {named}"),
                ),
                html.Div(self.menu_items(named), className="menu-panel card-menu-panel"),
            ],
            className="menu card-menu",
        )

    def menu_items(self, named: str) -> list[Component]:
        """Name what the menu leads to."""
        return [
            evidence_button(self.id, DATA, "Data", named),
            evidence_button(self.id, HOW, "How it is made", named),
        ]

    @property
    def title_said(self) -> str:
        """The title that stands before anything is known, empty where there is none."""
        return ""

    def framed(self, *content: Component | None) -> Component:
        """Put the parts of the card into its frame."""
        store = dcc.Store(id=choices_of(self.id)) if self.controls else None
        return html.Section(
            [part for part in (*content, store) if part is not None],
            className=f"card span-{self.columns} {self.id}",
            **data(card=self.id),
        )

    def problem(self) -> Component:
        """Keep the place where the card says what went wrong."""
        return html.Div(id=problem_of(self.id), role="status")


@dataclass(frozen=True, kw_only=True, eq=False)
class ChartCard(Card):
    """A card with a chart; its title is the finding.

    Attributes
    ----------
    draw
        Rows and scope in, those of `beside` as keywords, a `Chart` out.
    height
        Of the chart in pixels; fixed, so that nothing moves when it arrives.
    config
        Plotly's configuration of the graph.
    click
        What a click on a mark does: `segment`, `country`, `band` or `risk` takes the mark's
        value into or out of that filter, `customer` opens the customer's page.
    """

    draw: Callable[..., Chart]
    height: int = 320
    click: str = ""
    config: Mapping[str, Any] = field(default_factory=lambda: GRAPH_CONFIG)

    def outputs(self) -> list[Output]:
        """Name the figure, the title and the text alternative."""
        return list(chart_outputs(self.id))

    def answers(self, run: PublishedRun, question: Asked) -> list[Any]:
        """Draw the chart in the mode that the browser shows, or take it from memory."""
        figure, finding, alternative = self.drawn_with(run, question, self._plain)
        return [in_mode(figure), finding, alternative]

    def layout(self) -> Component:
        """Lay the card out."""
        return self.framed(
            self.head(html.H2(id=f"{self.id}-title", className="card-title")),
            graph(self.id, self.height, self.config),
            self.problem(),
        )

    def menu_items(self, named: str) -> list[Component]:
        """Hand out the picture as well."""
        picture = html.Button(
            "Save as image",
            className="link-button",
            type="button",
            **aria(label=f"Save as image: {named}"),
            **data(action="save-image", card=self.id),
        )
        return [*super().menu_items(named), picture]

    def _plain(self, rows: pd.DataFrame, scope: Scope, **arguments: Any) -> Drawn:
        return plain(self.draw(masked(rows), masked(scope), **masked(arguments)))


class Panel(NamedTuple):
    """What a panel shows, and its title where that is a finding."""

    content: Any
    title: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class PanelCard(Card):
    """A card with anything but a chart or a table that pages: a small table, tiles, words.

    Attributes
    ----------
    draw
        Rows and scope in, those of `beside` as keywords, a `Panel` out.
    title
        Until the panel gives one; empty where the content says by itself what it is.
    room
        Pixels that are kept for the content while it comes, where it is `late`.
    """

    draw: Callable[..., Panel]
    title: str = ""
    room: int = 0

    def outputs(self) -> list[Output]:
        """Name the content, and the title where there is one."""
        content = Output(self.id, "children")
        return [content, Output(f"{self.id}-title", "children")] if self.title else [content]

    def answers(self, run: PublishedRun, question: Asked) -> list[Any]:
        """Write the panel, or take it from memory."""
        panel = self.drawn_with(run, question, self.draw)
        return [panel.content, panel.title or self.title] if self.title else [panel.content]

    def layout(self) -> Component:
        """Lay the card out."""
        title = html.H2(self.title, id=f"{self.id}-title", className="card-title")
        return self.framed(
            self.head(title if self.title else None),
            html.Div(
                id=self.id,
                className="card-body",
                style={"minHeight": f"{self.room}px"} if self.room else None,
            ),
            self.problem(),
        )

    @property
    def title_said(self) -> str:
        """Its title."""
        return self.title


def rows_of(run: PublishedRun, statement: Statement | None) -> pd.DataFrame:
    """Ask a run, and give no rows where there is nothing to ask."""
    return pd.DataFrame() if statement is None else run.ask(statement)


def choices_of(card: str) -> dict[str, str]:
    """Name the store of what a card was drawn with."""
    return {"type": CHOICES, "card": card}


def choices_in(text: str | None) -> dict[str, Any]:
    """Read the values of controls from an address; what can't be read is passed over."""
    try:
        choices = json.loads(text or "{}")
    except ValueError:
        return {}
    return choices if isinstance(choices, dict) else {}


def _shown(card: Card, search: str | None, *values: Any) -> Any:
    """Answer a callback; what fills one output alone comes without a list, as Dash takes it."""
    answers = card.show(search, *values)
    return answers[0] if len(answers) == 1 else answers


def _hashable(value: Any) -> Any:
    """Turn lists of controls into tuples: what is asked is the key of what is remembered."""
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def grid(*cards: Card | Component | None) -> Component:
    """Put cards on the twelve columns."""
    return html.Div([_laid_out(card) for card in cards if card is not None], className="grid")


def stack(*cards: Card | Component | None, columns: int = 6) -> Component:
    """Put cards one under the other in some of the twelve columns."""
    return html.Div(
        [_laid_out(card) for card in cards if card is not None],
        className=f"stack span-{columns}",
    )


def _laid_out(card: Card | Component) -> Component:
    return card.layout() if isinstance(card, Card) else card
