"""What a campaign of the made-up shop costs: its own figures, never those of a real shop."""

from pipeline.settings import Settings

COSTS = {
    "contact_cost": 3.0,
    "incentive": 25.0,
    "success_rate": 0.3,
    "margin": 0.4,
}
"""A printed card by post, a voucher for whoever comes back, and a retailer's margin."""

SAID = (
    "Everything here is made up: the shop, its customers and orders, and what a campaign of it"
    f" costs (£{COSTS['contact_cost']:.0f} a contact, a voucher of £{COSTS['incentive']:.0f},"
    f" {COSTS['success_rate']:.0%} of leavers kept, a margin of {COSTS['margin']:.0%})."
).replace("%", " %")


def with_its_costs(settings: Settings) -> Settings:
    """Give settings with the made-up shop's costs, wherever they tell none of their own."""
    stated_costs = settings.strategy.model_dump(include=set(COSTS))
    missing = {name: cost for name, cost in COSTS.items() if stated_costs[name] is None}
    return settings.model_copy(
        update={"strategy": settings.strategy.model_copy(update=missing)}
    )
