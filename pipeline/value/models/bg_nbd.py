"""BG/NBD: customers order at an own rate and may leave after every repeat order.

Fader, Hardie and Lee (2005), "“Counting your customers” the easy way: an alternative to the
Pareto/NBD model". Nobody leaves after the first order here, so P(alive) is 1 for everyone with
a single order, however long ago: `mbg_nbd` mends that.
"""

from dataclasses import dataclass
from typing import ClassVar

from pipeline.value.history import Floats, Histories
from pipeline.value.models import drop_out
from pipeline.value.models.fitting import Space
from pipeline.value.models.order_model import OrderModel
from pipeline.value.models.posterior import Posterior

FIRST = 0


@dataclass(frozen=True)
class BgNbd(OrderModel):
    """λ ~ gamma(r, α) between customers, p ~ beta(a, b)."""

    r: float
    alpha: float
    a: float
    b: float

    name: ClassVar[str] = "BG/NBD"
    key: ClassVar[str] = "bg_nbd"
    space: ClassVar[Space] = drop_out.SPACE

    @classmethod
    def likelihood(cls, place: Floats, customers: Histories) -> tuple[float, Floats]:
        """Give the log-likelihood at a place of `space` and its gradient there."""
        return drop_out.log_likelihood(place, customers, first=FIRST)

    @classmethod
    def start(cls, rate: float) -> Floats:
        """Give the place to search from, for customers who order `rate` times a week."""
        return drop_out.start(rate)

    def log_likelihood(self, customers: Histories) -> float:
        """Give the logarithm of the likelihood of what these customers did."""
        return drop_out.likelihood(customers, **self.params, first=FIRST)[0]

    def posterior(self, customers: Histories) -> Posterior:
        """Give what is believed of each customer."""
        return drop_out.posterior(customers, **self.params, first=FIRST)
