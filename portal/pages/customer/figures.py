"""The history of one customer: orders in money, segments over the snapshots."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from portal.kit.drawing.chart import Chart, Scope
from portal.reading.rows import each_row
from portal.words import theme
from portal.words.wording import count, date, money, number

TITLE = "Orders and segments over time"


def history(rows: pd.DataFrame, scope: Scope, *, moves: pd.DataFrame) -> Chart:
    """Show the orders of a customer, and the segments."""
    if rows.columns.empty:
        return Chart(go.Figure(), TITLE, "")
    finding = timeline_finding(rows, moves, scope.currency)
    figure = timeline(rows, moves, order=list(scope.segments), currency=scope.currency)
    text = f"Orders and segments by day. {finding}."
    return Chart(figure, finding, text, "No order of this customer stands.")


def timeline(
    orders: pd.DataFrame, moves: pd.DataFrame, *, order: Sequence[str], currency: str
) -> go.Figure:
    """Draw each order by its day and, below, the segment on the day of every snapshot."""
    if orders.empty:
        return go.Figure()
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.7, 0.3], vertical_spacing=0.08
    )
    days = pd.to_datetime(orders["ordered_at"], format="ISO8601").dt.normalize()
    figure.add_scatter(
        x=_there_and_back(days),
        y=[part for net in orders["net"] for part in (0, net, None)],
        mode="lines",
        line={"color": theme.MAIN, "width": 2},
        hoverinfo="skip",
        showlegend=False,
        row=1,
        col=1,
    )
    figure.add_scatter(
        x=days,
        y=orders["net"],
        mode="markers",
        marker={"color": theme.MAIN, "size": 8},
        customdata=[
            f"Order {row.invoice} of {date(day)}: {money(row.net, currency)}"
            for row, day in zip(each_row(orders), days.dt.date, strict=True)
        ],
        hovertemplate="%{customdata}<extra></extra>",
        showlegend=False,
        row=1,
        col=1,
    )
    looks = theme.marks([*order, *moves["segment"].dropna()])
    known_moves = moves.dropna(subset=["segment"])
    snapshot_days = pd.to_datetime(known_moves["as_of"])
    figure.add_scatter(
        x=snapshot_days,
        y=known_moves["segment"],
        mode="lines+markers",
        line={"color": theme.QUIET, "width": 1},
        marker={
            "color": [looks[name].colour for name in known_moves["segment"]],
            "symbol": [looks[name].symbol for name in known_moves["segment"]],
            "size": 10,
        },
        hovertemplate="%{y} on %{x|%d %b %Y}<extra></extra>",
        showlegend=False,
        row=2,
        col=1,
    )
    figure.update_yaxes(title_text=f"Order, {currency}" if currency else "Order", row=1, col=1)
    return figure


def timeline_finding(orders: pd.DataFrame, moves: pd.DataFrame, currency: str) -> str:
    """Say how many orders there were and where the customer went."""
    if orders.empty:
        return TITLE
    # What came back whole is no order, as in every count.
    kept_orders = orders[orders["net"] > 0]
    sentence = (
        f"{count(len(kept_orders), 'order')} worth"
        f" {money(float(kept_orders['net'].sum()), currency)}"
    )
    if back := len(orders) - len(kept_orders):
        sentence += f", {number(back)} more came back whole"
    segments = moves["segment"].dropna()
    changes = int((segments != segments.shift()).sum()) - 1
    if changes < 0:
        return sentence
    return (
        f"{sentence}; {count(changes, 'change')} of segment in"
        f" {count(len(segments), 'snapshot')}"
    )


def _there_and_back(days: pd.Series) -> list[pd.Timestamp | None]:
    return [part for day in days for part in (day, day, None)]
