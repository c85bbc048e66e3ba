"""Views of the list that are looked for often, as buttons that set the filters."""

from typing import NamedTuple

from dash import dcc, html
from dash.development.base_component import Component

from portal.reading import customers
from portal.reading.contacting.contact_terms import is_worth_known
from portal.reading.filters import NO_FILTERS, YES, Filters, to_query
from portal.reading.published import PublishedRun, remember
from portal.words import wording

BEST = "Top 20 %"


class Saved(NamedTuple):
    """A view: its title, and the filters that it is."""

    title: str
    filters: Filters


def saved(run: PublishedRun) -> list[Saved]:
    """Give the views that a run can fill."""
    knows = run.table.knows
    views = []
    if is_worth_known(run):
        by_rule = customers.named(run, NO_FILTERS) is not None
        title = "Named by a rule" if by_rule else "Worth contacting"
        views.append(Saved(title, Filters(contact=(YES,))))
    if knows("overdue_days"):
        views.append(Saved("Overdue", Filters(where=("overdue=yes",))))
    if knows("is_new"):
        views.append(Saved("New", Filters(where=("is_new=yes",))))
    if knows("moved") and knows("spend_band"):
        slipping = Filters(bands=(BEST,), moved=("slipped",))
        views.append(Saved("Best customers slipping", slipping))
    return [*views, Saved("Everyone", NO_FILTERS)]


def buttons(run: PublishedRun, filters: Filters) -> list[Component]:
    """Write the views as links, each with how many it shows; the one shown is marked."""
    return [_button(run, view, is_shown=view.filters == filters) for view in saved(run)]


def _button(run: PublishedRun, view: Saved, *, is_shown: bool) -> Component:
    many = wording.number(remember(run, customers.count, view.filters))
    current_mark = html.Span(" (shown)", className="visually-hidden") if is_shown else None
    return dcc.Link(
        [view.title, current_mark, html.Span(many, className="choice-count")],
        href=f"/customers{to_query(view.filters, run.dataset)}",
        className="button view current" if is_shown else "button view",
    )
