"""The cards of what comes next: weeks and months ahead, by parts, and how good that was."""

from typing import Any

import pandas as pd
from dash import Input, Output

from portal.kit.cards import Card, Control
from portal.kit.choices import choice
from portal.kit.page import Page
from portal.pages.sales import ahead, ahead_tables, queries
from portal.reading import forecasts
from portal.reading.filters import URL
from portal.reading.published import published_run

SERIES, STEP, LEVEL, DIMENSION = "sales-series", "sales-step", "sales-level", "sales-dimension"
SEGMENT_THEN = "A segment is the one that a customer had before the order."


def declared(page: Page, *, note: str) -> tuple[Card, ...]:
    """Declare them on a page; `note` says of whom they tell."""
    which = Control(
        "series", SERIES, choice(SERIES, "Shown", _options(ahead.SERIES), "revenue")
    )
    expected = page.chart(
        "sales-next",
        query=queries.periods,
        beside={"figures": queries.single_figures},
        draw=ahead.periods,
        source="published_forecast",
        measures=("revenue", "orders", "customers"),
        note="Whole weeks and months that came, and what is expected of those ahead. One that"
        " has begun holds what came of it already. Ranges are as wide as the same forecasts"
        f" were off at earlier times. {SEGMENT_THEN} {note}",
        subject="What came, and what is expected with its ranges",
        columns=12,
        height=380,
        controls=(
            which,
            Control("step", STEP, choice(STEP, "Step", _options(ahead.STEPS), "week")),
            Control(
                "level", LEVEL, choice(LEVEL, "Of", ahead.offered(pd.DataFrame()), ahead.ALL)
            ),
        ),
    )
    parts = page.panel(
        "sales-next-parts",
        query=queries.parts,
        beside={"figures": queries.single_figures},
        draw=ahead_tables.parts,
        source="published_forecast",
        measures=("revenue", "orders", "customers"),
        note=f"The next month that has not begun. {SEGMENT_THEN} {note}",
        title="What the next month should bring",
        columns=12,
        controls=(
            which._replace(component=None),
            Control(
                "dimension",
                DIMENSION,
                choice(DIMENSION, "By", _options(ahead.DIMENSIONS), "country"),
            ),
        ),
    )
    checks = page.panel(
        "sales-next-checks",
        query=queries.checks,
        beside={"figures": queries.single_figures},
        draw=ahead_tables.checks,
        source="published_forecast_check",
        measures=("revenue", "orders", "customers"),
        note="Forecasts made in the same way from earlier weeks, beside what came. The error is"
        " the mean absolute one by the mean change on a year before (on the period before where"
        " there are no two years), known as MASE. Ranges of one week were made from those far"
        " from it.",
        title="How good it was, told from earlier weeks",
        columns=12,
    )

    @page.callback(Output(LEVEL, "options"), Input(URL, "search"))
    def offer(search: str | None) -> list[dict[str, Any]]:
        """Offer the parts of sales that are told apart."""
        with published_run(search) as run:
            return ahead.offered(run.ask(forecasts.levels(run)))

    return expected, parts, checks


def _options(named: dict[str, str]) -> list[dict[str, str]]:
    return [{"label": title, "value": name} for name, title in named.items()]
