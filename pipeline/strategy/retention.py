"""What a retention campaign costs and saves; `contact` has the formula that asks for it."""

from pydantic import Field

from pipeline.strategy.checked import Checked


class RetentionCosts(Checked):
    """What a retention campaign costs and saves, money per customer and shares from 0 to 1.

    `months` is whose revenue is at stake: by default that of the 90 days in which leaving
    shows, so that cost and gain are of the same period.
    `staying_accept` is the share of those staying anyway who take the incentive.
    """

    contact_cost: float = Field(default=1.0, ge=0)
    incentive: float = Field(default=10.0, ge=0)
    success_rate: float = Field(default=0.3, ge=0, le=1)
    margin: float = Field(default=0.5, gt=0, le=1)
    months: float = Field(default=3.0, gt=0, le=36)
    staying_accept: float = Field(default=1.0, ge=0, le=1)
