"""What the list of whom to contact means, as tiles."""

from portal.kit.drawing.tiles import Tile
from portal.reading.contacting.contacts import Chosen
from portal.reading.predicting.reckoned import Reckoned
from portal.words import wording


def list_tiles(chosen: Chosen, currency: str, *, by: Reckoned) -> list[Tile]:
    """Give customers, leavers or answers, money, cost and profit of a list."""
    ends = [wording.money_short(end, currency) for end in (chosen.low, chosen.high)]
    whose = "probability of answering" if by.is_answer else "risk"
    return [
        Tile(
            "customers",
            wording.number(chosen.customers),
            since=f"of {wording.number(chosen.known)} whose {whose} is known",
            title="Contact",
        ),
        Tile(
            by.counted,
            wording.number(chosen.leavers),
            since=" to ".join(map(wording.number, chosen.leavers_range)),
        ),
        Tile(
            by.money,
            wording.money_short(chosen.at_risk, currency),
            since=" to ".join(
                wording.money_short(end, currency) for end in chosen.at_risk_range
            ),
        ),
        Tile("contact_cost", wording.money_short(chosen.cost, currency)),
        Tile(
            by.profit,
            wording.money_short(chosen.profit, currency),
            since=f"{ends[0]} to {ends[1]}",
        ),
    ]
