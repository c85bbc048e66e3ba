"""What every model of when customers order can be asked."""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from functools import partial
from typing import ClassVar, Generic, NamedTuple, Self, TypeVar

import numpy as np

from pipeline.value.history import Floats, Histories, grouped, histories
from pipeline.value.models import posterior as beliefs
from pipeline.value.models.fitting import STARTS, Fit, Space, most_likely
from pipeline.value.models.posterior import Posterior


@dataclass(frozen=True)
class OrderModel(ABC):
    """Parameters of one model; times are weeks.

    `name` is how the field calls the model, `key` how settings and tables do. Above `rough`
    kinds of customers, the starts of a search are tried on so many drawn at random.
    """

    name: ClassVar[str]
    key: ClassVar[str]
    space: ClassVar[Space]
    rough: ClassVar[int] = 4_000

    @classmethod
    @abstractmethod
    def likelihood(cls, place: Floats, customers: Histories) -> tuple[float, Floats]:
        """Give the log-likelihood at a place of `space` and its gradient there."""

    @classmethod
    @abstractmethod
    def start(cls, rate: float) -> Floats:
        """Give the place to search from, for customers who order `rate` times a week."""

    @abstractmethod
    def log_likelihood(self, customers: Histories) -> float:
        """Give the logarithm of the likelihood of what these customers did."""

    @abstractmethod
    def posterior(self, customers: Histories) -> Posterior:
        """Give what is believed of each customer."""

    @classmethod
    def fit(
        cls, customers: Histories, *, seed: int = 0, starts: int = STARTS
    ) -> "Fitted[Self]":
        """Find the most likely parameters; the result says whether they are to be trusted."""
        kinds = grouped(customers)
        if not kinds.T.sum() > 0:
            raise ValueError("a model needs customers who are known for longer than a day")
        rate = (kinds.weight @ kinds.x + 1) / (kinds.weight @ kinds.T)
        fit = most_likely(
            partial(cls.likelihood, customers=kinds),
            cls.space,
            cls.start(float(rate)),
            customers=kinds.customers,
            starts=starts,
            seed=seed,
            rough=partial(cls.likelihood, customers=_some(kinds, cls.rough, seed=seed))
            if len(kinds.x) > cls.rough
            else None,
        )
        return Fitted(cls(**fit.params), fit)

    @property
    def params(self) -> dict[str, float]:
        """Give the parameters by name."""
        return asdict(self)

    def p_alive(self, customers: Histories) -> Floats:
        """Give the probability that each customer is still with the shop."""
        return self.posterior(customers).alive

    def expected_orders(self, customers: Histories, weeks: float) -> Floats:
        """Give the expected orders of each customer in the coming `weeks`."""
        return beliefs.expected_orders(self.posterior(customers), weeks)

    def order_probability(self, customers: Histories, weeks: float) -> Floats:
        """Give each customer's probability of at least one order in the coming `weeks`."""
        return beliefs.order_probability(self.posterior(customers), weeks)

    def weeks_to_next_order(self, customers: Histories, *, at_most: float) -> Floats:
        """Give each customer's median wait; NaN where none within `at_most` is likelier."""
        return beliefs.weeks_to_next_order(self.posterior(customers), at_most=at_most)

    def expected_after_first(self, weeks: Floats) -> Floats:
        """Give the expected repeat orders of a customer of whom nothing is known, by age."""
        nothing = np.zeros(len(weeks))
        newcomers = self.posterior(histories(nothing.astype(np.int64), nothing, nothing))
        return beliefs.expected_orders(newcomers, weeks)


Model_co = TypeVar("Model_co", bound=OrderModel, covariant=True)


class Fitted(NamedTuple, Generic[Model_co]):
    """A model with its most likely parameters and how they were found."""

    model: Model_co
    fit: Fit


def _some(kinds: Histories, number: int, *, seed: int) -> Histories:
    rng = np.random.default_rng([seed, len(kinds.x)])
    share = kinds.weight / kinds.customers
    chosen = rng.choice(len(kinds.x), number, p=share)
    return kinds.part(chosen)._replace(weight=np.ones(number))
