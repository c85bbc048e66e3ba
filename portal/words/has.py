"""What a data set has: asked instead of what its form is called."""

from typing import NamedTuple


class Has(NamedTuple):
    """What a run knows of its customers.

    Attributes
    ----------
    orders
        Dated orders, so that there are months, earlier days and churn.
    campaigns
        Who accepted which campaign.
    countries
        Where customers are.
    channels
        By which channel they buy.
    outcome
        A label of falling activity, given by the source.
    promotional
        Who buys on promotion.
    products
        What was bought, by product.
    """

    orders: bool = False
    campaigns: bool = False
    countries: bool = False
    channels: bool = False
    outcome: bool = False
    promotional: bool = False
    products: bool = False


NOTHING = Has()
