"""The key figures of value: what customers will bring together, and how far off that was."""

from typing import Any

import pandas as pd

from portal.kit.tiles import Tile
from portal.pages.value.figures import name_of
from portal.pages.value.models import held_out
from portal.pages.value.queries import RIVALS
from portal.words import wording


def headline_tiles(
    headline: Any, metrics: pd.DataFrame, *, currency: str, tells_leaving: bool
) -> list[Tile]:
    """Write the tiles of the headline's row; the last one needs a model that knows leaving."""
    tiles = [
        Tile(
            "clv_12m",
            wording.money_short(headline.total, currency),
            since=f"{wording.money_short(headline.historic, currency)} by the historic formula",
            title="Expected revenue, 12 months",
        ),
        error_tile(metrics),
        Tile(
            "concentration",
            wording.percent(headline.top_fifth),
            since="of the expected revenue",
            title="The best fifth brings",
        ),
        Tile(
            "expected_orders_90d",
            wording.number_short(headline.orders),
            since="in the next 90 days",
            title="Expected orders",
        ),
    ]
    if tells_leaving:
        tiles.append(
            Tile(
                "p_alive",
                wording.percent(headline.alive / headline.customers),
                since=f"about {wording.number(headline.alive)} of them",
            )
        )
    return tiles


def error_tile(rows: pd.DataFrame) -> Tile:
    """Say by how much the model erred on the sum of the hold-out, and the best rival."""
    model = held_out(rows)
    return Tile(
        "value_total_error",
        wording.percent(model.get("total_error")),
        since=_rival_error(rows) if model else "no hold-out",
        title="Error on the hold-out",
    )


def _rival_error(rows: pd.DataFrame) -> str:
    some = rows[(rows["measure"] == "revenue") & rows["model"].isin(RIVALS)]
    errors = some.set_index("model")["total_error"].dropna()
    if errors.empty:
        return "of the revenue that then came"
    best = str(errors.abs().idxmin())
    return f"of what then came; “{name_of(best)}” {wording.percent(errors[best])}"
