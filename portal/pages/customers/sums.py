"""What the customers of the list come to, as tiles and as a sentence."""

from portal.kit.drawing.tiles import Tile
from portal.reading.summary import Summary
from portal.words import wording


def sums(found: Summary, currency: str) -> list[Tile]:
    """Write customers, revenue, 12 months' value and whom contacting pays for."""
    tiles = [Tile("customers", wording.number(found.customers))]
    if found.revenue is not None:
        tiles.append(Tile("revenue", wording.money_short(found.revenue, currency)))
    if found.value is not None:
        low, high = (
            wording.money_short(each, currency) for each in (found.value.low, found.value.high)
        )
        tiles.append(
            Tile(
                "clv_12m",
                wording.money_short(found.value.total, currency),
                since=wording.interval(low, high) if found.value.low is not None else "",
            )
        )
    if found.worth is not None:
        profit = wording.money_short(found.worth.profit, currency)
        tiles.append(
            Tile(
                "contact_profit",
                wording.number(found.worth.customers),
                since=f"expected profit {profit}",
                title="Worth contacting",
            )
        )
    if found.named is not None:
        tiles.append(Tile("named", wording.number(found.named)))
    return tiles


def told(found: Summary, currency: str, *, is_filtered: bool) -> str:
    """Say how many of the customers are worth contacting, and what that should bring."""
    of = f"{'these ' if is_filtered else ''}{wording.count(found.customers, 'customer')}"
    if not found.customers:
        return "No customer fits the filters."
    if found.named is not None:
        return f"A rule names {wording.number(found.named)} of {of} to contact."
    if found.worth is None:
        return f"{of[:1].upper()}{of[1:]}; whom contacting pays for is not known."
    if not found.worth.customers:
        return f"Contacting none of {of} is expected to pay."
    low, high = (
        wording.money_short(each, currency) for each in (found.worth.low, found.worth.high)
    )
    some = f"{wording.number(found.worth.customers)} of {of}"
    if found.worth.customers == found.customers > 1:
        some = f"All {of}"
    return (
        f"{some}"
        f" {'is' if found.worth.customers == 1 else 'are'} worth contacting, for an expected"
        f" profit of {wording.money_short(found.worth.profit, currency)} ({low} to {high})."
    )
