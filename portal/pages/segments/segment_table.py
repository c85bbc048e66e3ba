"""The segments as a table: size, value, risk, movement, what to do; a row opens the rest."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from portal.kit.attributes import aria
from portal.kit.cards import Panel
from portal.kit.drawing.chart import Scope
from portal.kit.drawing.tiles import explained
from portal.reading.contacting.economics import Play, Welcome
from portal.reading.filters import to_query
from portal.reading.leading import to_customers
from portal.reading.rows import each_row
from portal.words import wording
from portal.words.theme import marks

NEW = "New since then"


class Followed(NamedTuple):
    """What the playbook in force does with each segment, and with new customers."""

    plays: Mapping[str, Play]
    greeting: Welcome


class Head(NamedTuple):
    """A column: its title, its measure, and how a row writes it."""

    title: str
    measure: str
    column: str
    write: Callable[[Any, str], str]


def _money(name: str) -> Callable[[Any, str], str]:
    return lambda row, currency: wording.money_short(getattr(row, name), currency)


def _share(name: str) -> Callable[[Any, str], str]:
    return lambda row, _currency: wording.percent(getattr(row, name))


HEADS = (
    Head("Customers", "customers", "customers", lambda row, _: wording.number(row.customers)),
    Head("Share", "share", "share", _share("share")),
    Head("Revenue share", "revenue_share", "revenue_share", _share("revenue_share")),
    Head("Value, 12 months", "clv_12m", "value", _money("value")),
    Head("Chance of leaving", "churn_probability", "probability", _share("probability")),
    Head("Moved in − out", "segment", "net", lambda row, _: moved_net(row)),
)


def segments(
    rows: pd.DataFrame,
    scope: Scope,
    *,
    personas: pd.DataFrame,
    value: pd.DataFrame,
    worth: pd.DataFrame,
    moves: pd.DataFrame,
    followed: Followed,
    next_products: pd.DataFrame,
) -> Panel:
    """Write the segments as a table; each row opens who they are and what to do."""
    joined = joined_of(rows, personas, value=value, worth=worth, moves=moves)
    joined = joined.assign(wanted=joined["segment"].map(wanted_said(next_products)))
    return Panel(
        segment_table(joined, scope, followed), "The segments, the best spenders first"
    )


def joined_of(
    rows: pd.DataFrame,
    personas: pd.DataFrame,
    *,
    value: pd.DataFrame,
    worth: pd.DataFrame,
    moves: pd.DataFrame,
) -> pd.DataFrame:
    """Put what is known of each segment side by side; what isn't is null."""
    joined = rows.merge(personas, on="segment", how="left")
    blank = pd.DataFrame(columns=["segment", "value"])
    values = value[["segment", "value"]] if len(value) else blank
    names = ["segment", "probability", "paying"]
    chances = (
        worth.rename(columns={"level": "segment"})[names]
        if len(worth)
        else pd.DataFrame(columns=names)
    )
    for table in (values, chances, net_moves(moves)):
        joined = joined.merge(table.astype({"segment": object}), on="segment", how="left")
    return joined


def wanted_said(next_products: pd.DataFrame) -> dict[str, str]:
    """Name of each segment the products that most of its customers may buy next."""
    products_by_segment: dict[str, str] = {}
    for row in each_row(next_products):
        product = f"{row.next_product} ({wording.count(row.customers, 'customer')})"
        products_by_segment[row.segment] = (
            f"{products_by_segment[row.segment]}, {product}"
            if row.segment in products_by_segment
            else product
        )
    return products_by_segment


def net_moves(moves: pd.DataFrame) -> pd.DataFrame:
    """Count who came into each segment and who went out, those that are new apart."""
    columns = ["segment", "came", "went", "net"]
    if moves.empty:
        return pd.DataFrame(columns=columns)
    between = moves[(moves["before"] != moves["after"]) & (moves["before"] != NEW)]
    came = between.groupby("after")["customers"].sum()
    went = between.groupby("before")["customers"].sum()
    names = sorted({*moves["after"], *moves["before"]} - {NEW})
    table = pd.DataFrame({"segment": names})
    table["came"] = table["segment"].map(came).fillna(0)
    table["went"] = table["segment"].map(went).fillna(0)
    return table.assign(net=table["came"] - table["went"])[columns]


def moved_net(row: Any) -> str:
    """Write how many more came than went, with both."""
    if pd.isna(row.net):
        return wording.NOTHING
    sign = "+" if row.net > 0 else ""
    ways = f"{wording.number(row.came)} in, {wording.number(row.went)} out"
    return f"{sign}{wording.number(row.net)} ({ways})"


def segment_table(rows: pd.DataFrame, scope: Scope, followed: Followed) -> Component:
    """Write two lines per segment: its figures, and what to do, which opens the rest."""
    heads = [column for column in HEADS if rows[column.column].notna().any()]
    looks = marks([*scope.segments, *rows["segment"]])
    head = html.Tr(
        [
            html.Th(["Segment", explained("segment")], scope="col"),
            *(
                html.Th(
                    [column.title, explained(column.measure)], className="number", scope="col"
                )
                for column in heads
            ),
            html.Th("Contact", className="number", scope="col"),
        ]
    )
    body = [
        line
        for row in each_row(rows)
        for line in (
            _figures(row, heads, scope, looks[row.segment].colour),
            _opening(row, followed, scope, columns=len(heads) + 2),
        )
    ]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(body)], className="plain-table segment-rows"),
        className="table-scroll",
        tabIndex=0,
        role="region",
        **aria(label="Segments"),
    )


def _figures(row: Any, heads: list[Head], scope: Scope, colour: str) -> Component:
    key = html.Span(className="key", style={"backgroundColor": colour}, **aria(hidden="true"))
    narrower = to_query(scope.filters.toggled("segment", row.segment), scope.dataset) or "?"
    name = dcc.Link([key, row.segment], href=narrower, className="segment-link")
    return html.Tr(
        [
            html.Th(name, scope="row"),
            *(
                html.Td(column.write(row, scope.currency), className="number")
                for column in heads
            ),
            html.Td(_contact(row, scope), className="number"),
        ],
        className="segment-figures",
    )


def _contact(row: Any, scope: Scope) -> Component:
    """Lead to whom contacting pays, to all where a rule names some, or where nobody pays."""
    many = 0 if pd.isna(row.paying) else int(row.paying)
    is_worth = many > 0 and pd.notna(row.probability)
    label = (
        "List" if not many else f"{wording.number(many)} {'worth it' if is_worth else 'named'}"
    )
    beside = html.Span(f" of {row.segment}", className="visually-hidden")
    href = to_customers(scope.filters, scope.dataset, segment=row.segment, is_worth=is_worth)
    return dcc.Link([label, beside], href=href)


def _opening(row: Any, followed: Followed, scope: Scope, *, columns: int) -> Component:
    play = followed.plays[row.segment]
    summary = html.Summary([html.Strong("What to do: "), f"{play.strategy}. {play.actions[0]}"])
    opened = html.Div(
        [
            html.Div([html.H3("Who they are"), html.P(row.persona), _behaviour(row, scope)]),
            html.Div([html.H3("Playbook"), *_play(play)]),
            html.Div([html.H3("Likely to buy next"), html.P(row.wanted)])
            if isinstance(row.wanted, str)
            else None,
            html.Div([html.H3("New customers"), html.P(_greeted(row, followed.greeting))])
            if _new(row)
            else None,
            _ways_on(row, scope),
        ],
        className="segment-opened",
    )
    details = html.Details([summary, opened], className="segment-details")
    return html.Tr(html.Td(details, colSpan=columns), className="segment-more")


def _behaviour(row: Any, scope: Scope) -> Component:
    facts = (
        ("Days since the last order", wording.number(row.recency_days, 1)),
        ("Orders", wording.number(row.frequency, 1)),
        ("Spent", wording.money(row.monetary, scope.currency)),
    )
    known_facts = [fact for fact in facts if fact[1] != wording.NOTHING]
    parts = [part for name, value in known_facts for part in (html.Dt(name), html.Dd(value))]
    return html.Dl(parts, className="segment-facts")


def _play(play: Play) -> list[Component]:
    share = play.budget_share
    offer = f"{play.discount.least:g} to {play.discount.most:g} %" if play.discount else "None"
    facts = (
        ("Channels", wording.plain_list(play.channels)),
        ("Discount", offer),
        ("Share of a budget", f"{share.target:g} % ({share.least:g} to {share.most:g} %)"),
        ("Priority", f"{play.priority}"),
    )
    parts = [part for name, value in facts for part in (html.Dt(name), html.Dd(value))]
    return [
        html.Ul([html.Li(action) for action in play.actions]),
        html.Dl(parts, className="segment-facts"),
    ]


def _new(row: Any) -> int:
    return 0 if pd.isna(row.new_customers) else int(row.new_customers)


def _greeted(row: Any, greeting: Welcome) -> str:
    who = wording.count(_new(row), "customer is", "customers are")
    actions, channels = "; ".join(greeting.actions), wording.plain_list(greeting.channels)
    return f"{who} new and get the welcome first: {actions} ({channels})."


def _ways_on(row: Any, scope: Scope) -> Component:
    only = scope.filters._replace(segments=(row.segment,))
    query = to_query(only, scope.dataset)
    return html.P(
        [
            dcc.Link("Make a campaign", href=f"/campaigns{query}", className="button"),
            dcc.Link(
                "All customers",
                href=to_customers(scope.filters, scope.dataset, segment=row.segment),
                className="button",
            ),
        ],
        className="segment-ways",
    )
