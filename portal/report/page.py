"""One HTML file that tells a published run: one page first, the appendix after.

Nothing is loaded, no script runs, and it is fit to print.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from portal.reading.published import PublishedRun
from portal.report import ahead, contacts, models, queries, sections
from portal.report.first_page import first_page
from portal.words import wording


class Section(NamedTuple):
    """A part of the appendix: its template, and what is told in it."""

    template: str
    tell: Callable[[PublishedRun], Any]


SECTIONS: Mapping[str, Section] = {
    "Overview": Section("overview.html", sections.overview),
    "Segments": Section("segments.html", sections.segments),
    "Models": Section("models.html", models.tasks),
    "Churn": Section("churn.html", contacts.contacts),
    "Value": Section("value.html", models.value),
    "What comes next": Section("ahead.html", ahead.ahead),
    "Strategy": Section("strategy.html", sections.strategy),
    "Data quality": Section("quality.html", sections.quality),
    "Definitions": Section("definitions.html", sections.definitions),
}


def report(run: PublishedRun) -> str:
    """Write the report of a run as HTML; the same run gives the same text."""
    run_row = run.ask(queries.made(run)).iloc[0]
    return _templates().get_template("report.html").render(
        run=run,
        day=wording.date(run.as_of),
        moment=wording.moment(run.published_at),
        seed=int(run_row["seed"]),
        kept=wording.number(run_row["rows_kept"]),
        read=wording.number(run_row["rows_read"]),
        first=first_page(run),
        sections=[
            {"title": title, "template": section.template, "told": section.tell(run)}
            for title, section in SECTIONS.items()
        ],
    )  # fmt: skip


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("portal.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
