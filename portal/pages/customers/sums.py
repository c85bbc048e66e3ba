"""What the customers of the list come to, as tiles and as a sentence."""

from portal.kit.drawing.tiles import Tile
from portal.reading.summary import Summary
from portal.words import wording


def sums(summary: Summary, currency: str) -> list[Tile]:
    """Write customers, revenue, 12 months' value and whom contacting pays for."""
    tiles = [Tile("customers", wording.number(summary.customers))]
    if summary.revenue is not None:
        tiles.append(Tile("revenue", wording.money_short(summary.revenue, currency)))
    if summary.value is not None:
        low, high = (
            wording.money_short(end, currency)
            for end in (summary.value.low, summary.value.high)
        )
        tiles.append(
            Tile(
                "clv_12m",
                wording.money_short(summary.value.total, currency),
                since=wording.interval(low, high) if summary.value.low is not None else "",
            )
        )
    if summary.worth is not None:
        profit = wording.money_short(summary.worth.profit, currency)
        tiles.append(
            Tile(
                "contact_profit",
                wording.number(summary.worth.customers),
                since=f"expected profit {profit}",
                title="Worth contacting",
            )
        )
    if summary.named is not None:
        tiles.append(Tile("named", wording.number(summary.named)))
    return tiles


def told(summary: Summary, currency: str, *, is_filtered: bool) -> str:
    """Say how many of the customers are worth contacting, and what that should bring."""
    of = f"{'these ' if is_filtered else ''}{wording.count(summary.customers, 'customer')}"
    if not summary.customers:
        return "No customer fits the filters."
    if summary.named is not None:
        return f"A rule names {wording.number(summary.named)} of {of} to contact."
    if summary.worth is None:
        return f"{of[:1].upper()}{of[1:]}; whom contacting pays for is not known."
    if not summary.worth.customers:
        return f"Contacting none of {of} is expected to pay."
    low, high = (
        wording.money_short(end, currency) for end in (summary.worth.low, summary.worth.high)
    )
    some = f"{wording.number(summary.worth.customers)} of {of}"
    if summary.worth.customers == summary.customers > 1:
        some = f"All {of}"
    return (
        f"{some}"
        f" {'is' if summary.worth.customers == 1 else 'are'} worth contacting, for an expected"
        f" profit of {wording.money_short(summary.worth.profit, currency)} ({low} to {high})."
    )
