"""What stands behind a card: its rows, what its measures mean, the SQL that was run."""

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from portal.kit.attributes import data
from portal.kit.cards import Asked, Card
from portal.kit.evidence import download_link, frame_table
from portal.reading.filters import dataset_from
from portal.reading.published import PublishedRun
from portal.reading.statements import Statement
from portal.words.measures import MEASURES

OVER = {
    "customers": (
        "Run over the table customers: export it with ",
        "python scripts/export.py customers --format parquet",
        " and ask the file with DuckDB under that name.",
    ),
    "database": ("Run on the database: any tool that reads ", "SQLite", " can run it again."),
}


def card_data(card: Card, run: PublishedRun, question: Asked, search: str) -> list[Component]:
    """Show the rows behind a card, with a link to all of them as CSV."""
    sample, many = card.sample(run, question)
    extent = (
        f"{many:,} rows"
        if many <= len(sample)
        else f"The first {len(sample):,} of {many:,} rows; the CSV holds all of them"
    )
    query = "&".join([search or "?", *card.pairs(question)]) if card.controls else search
    return [
        html.H2("The rows behind it", id="evidence-title"),
        html.P([f"{extent}, read from ", html.Code(card.source), "."]),
        download_link(f"/export/{quote(card.id)}.csv", query),
        frame_table(
            sample, label="The rows behind the figure", customers_of=dataset_from(search) or ""
        ),
    ]


def card_how(card: Card, run: PublishedRun, question: Asked) -> list[Component | None]:
    """Explain every measure of a card and show the SQL that was run for it."""
    names = card.measures(run) if callable(card.measures) else card.measures
    terms = [
        part
        for name in names
        for part in (html.Dt(MEASURES[name].title), html.Dd(MEASURES[name].meaning))
    ]
    statements = card.statements(run, question)
    return [
        html.H2("How it is made", id="evidence-title"),
        html.Dl(terms) if terms else None,
        html.P(card.note) if card.note else None,
        html.P(["Read from ", html.Code(card.source), "."]),
        *(part for statement in statements for part in _said(statement)),
        None if statements else html.P("This data set has nothing that it could be read from."),
    ]


def _said(statement: Statement) -> list[Component]:
    before, named, after = OVER[statement.over]
    return [
        html.P([before, html.Code(named), after]),
        html.Pre(
            html.Code(statement.shown),
            className="sql",
            tabIndex=0,
            **data(over=statement.over),
        ),
    ]
