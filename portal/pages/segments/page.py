"""Segments: who they are and what to do with each, where they lie, how they move."""

from dash import Input, Output, State, html
from dash.development.base_component import Component

from portal.kit.cards import grid, stack
from portal.kit.tabs import Tab
from portal.pages.segments import queries
from portal.pages.segments.cards import (
    AGREEMENT,
    ATTRIBUTE,
    ATTRIBUTES,
    CHANGED,
    CLOUD,
    CUSTOMERS,
    FLOW,
    FLOWED,
    FREQUENCY_MONETARY,
    MOVES,
    MOVES_OF_VALUE,
    PAGE,
    PROFILE,
    PROJECTION,
    RECENCY_MONETARY,
    SCORES,
    SPREADS,
    STABILITY,
    STREAMS,
    TABLE,
)
from portal.reading.filters import URL
from portal.reading.published import published_run
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.titles import title


def first() -> Component:
    """Lay out the first screen."""
    return grid(TABLE, PROFILE)


def lie() -> Component:
    """Lay out where the customers lie; the picture in three dimensions comes by itself."""
    flat = stack(RECENCY_MONETARY, FREQUENCY_MONETARY, columns=5)
    listed = html.Details(
        [html.Summary("The customers behind these pictures"), grid(CUSTOMERS)],
        className="more",
    )
    scored = html.Details(
        [html.Summary("How the scores are spread"), grid(SCORES)], className="more"
    )
    return html.Div([grid(CLOUD, flat, PROJECTION), scored, listed])


def move() -> Component:
    """Lay out how customers moved between segments."""
    listed = html.Details(
        [html.Summary("The customers of a move"), grid(FLOWED)], className="more"
    )
    return html.Div([grid(CHANGED, STREAMS, MOVES, MOVES_OF_VALUE), listed])


def sure() -> Component:
    """Lay out how sure the segments are and what sets them apart."""
    return grid(STABILITY, *SPREADS, ATTRIBUTES, AGREEMENT)


TABS = PAGE.tabs(
    "segments-tabs",
    Tab("segments", "Segments", first),
    Tab("map", "Map", lie),
    Tab("movement", "Movement", move),
    Tab("evidence", "Evidence", sure),
)


@PAGE.layout
def layout() -> Component:
    """Lay out the page; its cards fill themselves."""
    return TABS.layout()


@PAGE.callback(
    Output(ATTRIBUTE, "options"),
    Output(ATTRIBUTE, "value"),
    Input(URL, "search"),
    State(ATTRIBUTE, "value"),
)
def offer(search: str | None, chosen: str | None) -> tuple[list[dict[str, str]], str | None]:
    """Offer the attributes of the data set; what was chosen stays where it is still there."""
    with published_run(search) as run:
        attributes = queries.attributes(run)
    value = chosen if chosen in attributes else next(iter(attributes), None)
    return [{"label": title(attribute), "value": attribute} for attribute in attributes], value


@PAGE.callback(Output(FLOW, "options"), Output(FLOW, "value"), Input(URL, "search"))
def offer_flows(search: str | None) -> tuple[list[dict[str, str]], str | None]:
    """Offer the moves between the last two days, the largest first."""
    with published_run(search) as run:
        flows = queries.latest_flows(run)
    options = [
        {
            "label": f"{row.before} → {row.after} ({wording.number(row.customers)})",
            "value": queries.flow_named(row.before, row.after),
        }
        for row in each_row(flows)
    ]
    return options, options[0]["value"] if options else None
