"""How large the made-up shop is, how its customers behave and how untidy its records are."""

import datetime as dt
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Archetype(BaseModel):
    """A kind of customer: the distributions from which each of them draws its own nature.

    Parameters
    ----------
    share : weight among all customers; the weights need not add up to 1.
    rate_shape, orders_a_year : order rate ~ gamma with this shape and mean.
    leaving_a, leaving_b : probability to leave after an order ~ beta(a, b).
    spend : mean spend an order, relative to the shop's mean order.
    early : 1 arrives evenly over the span; the larger, the earlier.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    share: Positive
    rate_shape: Annotated[float, Field(ge=0.1)]
    orders_a_year: Annotated[float, Field(gt=0, le=200)]
    leaving_a: Positive
    leaving_b: Positive
    spend: Positive
    early: Positive = 1.2


ARCHETYPES = (
    Archetype(
        name="loyal",
        share=0.11,
        rate_shape=8,
        orders_a_year=16,
        leaving_a=1.5,
        leaving_b=500,
        spend=1.15,
        early=1.5,
    ),
    Archetype(
        name="regular",
        share=0.28,
        rate_shape=6,
        orders_a_year=4,
        leaving_a=2,
        leaving_b=20,
        spend=0.82,
    ),
    Archetype(
        name="one-time",
        share=0.30,
        rate_shape=3,
        orders_a_year=2,
        leaving_a=9,
        leaving_b=1,
        spend=0.55,
    ),
    Archetype(
        name="lapsed",
        share=0.24,
        rate_shape=4,
        orders_a_year=6,
        leaving_a=4,
        leaving_b=7,
        spend=0.7,
        early=2.2,
    ),
    Archetype(
        name="big spender",
        share=0.05,
        rate_shape=5,
        orders_a_year=2.2,
        leaving_a=2,
        leaving_b=30,
        spend=3.3,
    ),
)


class Quirks(BaseModel):
    """How often each untidiness of real exports occurs; 0 switches one off.

    Parameters
    ----------
    cancelled : share of customers' orders that are cancelled later, wholly or in part (`C`).
    cancelled_whole, cancelled_at_once : shares of those: every line; within the hour.
    returned_without_prefix : share of orders with a return that lacks the `C`.
    unmatched_cancellation : per order, a `C` invoice for something bought before the span.
    mistakes : number of very large orders that are cancelled minutes later.
    no_customer : share of all lines that stand on invoices without a customer.
    duplicate : share of product lines that occur twice, exactly equal.
    postage_abroad : share of orders from abroad with a line POST.
    fee : share of orders at home with a line M or BANK CHARGES.
    discount : per order, a `C` invoice with a line D.
    write_off : share of all lines: price 0, negative quantity, no customer.
    zero_price : share of product lines (of orders that are never cancelled) given away.
    outer_blanks, no_description : shares of product lines.
    two_countries : share of customers whose later orders name another country.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    cancelled: Share = 0.11
    cancelled_whole: Share = 0.12
    cancelled_at_once: Share = 0.12
    returned_without_prefix: Share = 0.004
    unmatched_cancellation: Share = 0.02
    mistakes: Annotated[int, Field(ge=0, le=50)] = 2
    no_customer: Annotated[float, Field(ge=0, le=0.6)] = 0.15
    duplicate: Annotated[float, Field(ge=0, le=0.5)] = 0.01
    postage_abroad: Share = 0.55
    fee: Share = 0.012
    discount: Share = 0.004
    write_off: Annotated[float, Field(ge=0, le=0.05)] = 0.0025
    zero_price: Share = 0.0006
    outer_blanks: Share = 0.12
    no_description: Share = 0.002
    two_countries: Share = 0.002


class PastCampaign(BaseModel):
    """A campaign that the shop ran over the last days of its records, with a hold-out.

    Parameters
    ----------
    days : how many days it ran, the last ones of the records.
    least_silent, most_silent : whom it was for: days since the last order as it began.
    held_out : share of them, drawn at random, who were not contacted, to compare.
    extra : share of the contacted, of those still customers, who order once because of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[int, Field(ge=1, le=365)] = 31
    least_silent: Annotated[int, Field(ge=0)] = 30
    most_silent: Annotated[int, Field(ge=1)] = 240
    held_out: Annotated[float, Field(gt=0, lt=1)] = 0.3
    extra: Share = 0.25


class ShopSettings(BaseModel):
    """A made-up shop; the same settings give the same rows, to the last one.

    Parameters
    ----------
    customers, lines : the size, one or the other. `lines` is met to the row; without lines that
        have no customer, which fill the rest, it falls short by less than one customer's rows.
    seed : another number, another shop.
    until, days : the last day of the records and how many days they span.
    lines_per_order : mean number of product lines an order.
    line_value : mean value of a line, in `CURRENCY`.
    spend_shape : shape p of the gamma that one customer's orders follow.
    spend_spread : shape q of the gamma that customers' scales follow; above 1.
    products, popularity : number of products and exponent of their Zipf law.
    bulk_products : share of products that cost 15 % less from a dozen or more on.
    home_share : share of customers in the home country.
    campaign : a campaign of the last days, none by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    customers: Annotated[int, Field(ge=1, le=20_000_000)] | None = None
    lines: Annotated[int, Field(ge=1_000, le=1_000_000_000)] | None = None
    seed: Annotated[int, Field(ge=0)] = 20_251_123
    until: Annotated[dt.date, Field(ge=dt.date(1980, 1, 1), le=dt.date(2200, 1, 1))] = dt.date(
        2025, 11, 23
    )
    days: Annotated[int, Field(ge=30, le=3_660)] = 730
    lines_per_order: Annotated[float, Field(ge=1, le=100)] = 22.0
    line_value: Positive = 17.5
    spend_shape: Positive = 6.0
    spend_spread: Annotated[float, Field(gt=1)] = 4.0
    products: Annotated[int, Field(ge=100, le=40_000)] = 2_400
    popularity: Annotated[float, Field(ge=0, le=2)] = 0.9
    bulk_products: Share = 0.08
    home_share: Share = 0.84
    archetypes: Annotated[tuple[Archetype, ...], Field(min_length=1, max_length=100)] = (
        ARCHETYPES
    )
    quirks: Quirks = Quirks()
    campaign: PastCampaign | None = None

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.customers is None) == (self.lines is None):
            raise ValueError("give the size as customers or as lines, one of the two")
        return self

    @property
    def since(self) -> dt.date:
        """The first day of the records."""
        return self.until - dt.timedelta(days=self.days - 1)


WHOLESALE = Archetype(
    name="wholesale",
    share=0.008,
    rate_shape=6,
    orders_a_year=9,
    leaving_a=1.5,
    leaving_b=100,
    spend=6,
)

MADE_UP_SHOP = ShopSettings(
    customers=4_000,
    lines_per_order=5.5,
    home_share=0.66,
    archetypes=(*ARCHETYPES, WHOLESALE),
    quirks=Quirks(cancelled=0.05, mistakes=1),
    campaign=PastCampaign(),
)
"""The built-in data set: a small shop in pounds that sells at home and abroad.

Mostly to consumers, and to a few who sell on. It had a campaign in its last month.
"""

CURRENCY = "GBP"
