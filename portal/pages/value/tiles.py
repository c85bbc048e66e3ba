"""The key figures of value: what customers will bring together, within which range."""

from typing import Any

import pandas as pd

from portal.kit.drawing.tiles import Tile
from portal.pages.value.figures import name_of
from portal.pages.value.models import held_out
from portal.pages.value.queries import RIVALS
from portal.reading.predicting.value import Foretold
from portal.words import wording


def headline_tiles(
    headline: Any, ends: Foretold, *, currency: str, tells_leaving: bool
) -> list[Tile]:
    """Write the tiles of the headline's row; the last one needs a model that knows leaving."""
    tiles = [
        Tile(
            "clv_12m",
            wording.money_short(headline.total, currency),
            since=range_of(ends, currency) or "not checked on earlier orders",
            title="Expected revenue, 12 months",
        ),
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


def range_of(ends: Foretold, currency: str) -> str:
    """Write the ends of the expected revenue, empty where nothing could be checked."""
    if ends.low is None or ends.high is None:
        return ""
    low, high = (wording.money_short(amount, currency) for amount in (ends.low, ends.high))
    return wording.interval(low, high)


def answer(headline: Any, ends: Foretold, *, currency: str) -> str:
    """Say what 12 months bring, within which range, and who brings it."""
    total, between = wording.money_short(headline.total, currency), range_of(ends, currency)
    if ends.is_corrected:
        corrected = wording.money_short(ends.corrected, currency)
        between = f"{corrected} corrected by earlier misses, {between}"
    total_text = f"{total} ({between})" if between else total
    check = "" if between else "; the orders are too few to check that on earlier ones"
    return (
        f"{wording.count(headline.customers, 'customer')} should bring {total_text} in the next"
        f" 12 months{check}. The best fifth of them bring"
        f" {wording.percent(headline.top_fifth)} of it."
    )


def error_sentence(rows: pd.DataFrame) -> str:
    """Say by how much the model missed the sum of the check, and the best simple rule."""
    model = held_out(rows)
    if not model:
        return ""
    some = rows[(rows["measure"] == "revenue") & rows["model"].isin(RIVALS)]
    errors = some.set_index("model")["total_error"].dropna()
    sentence = (
        f"On the check the model missed the sum by {wording.percent(model.get('total_error'))}"
    )
    if errors.empty:
        return f"{sentence}."
    best = str(errors.abs().idxmin())
    return (
        f"{sentence}, “{name_of(best)}”, the best simple rule, {wording.percent(errors[best])}."
    )
