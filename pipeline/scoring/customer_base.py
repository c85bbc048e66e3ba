"""The customer-base model as a feature and as a model: how probable it is that nothing comes.

MBG/NBD, fitted to everybody's orders up to a day, knows the number of a customer's order days,
the last and the first. Its probability of no order in a horizon, as log odds, is a feature of
other models, a model by itself (one weight of 1), and a part of the blend.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import logit

from pipeline.scoring.inputs import Feature
from pipeline.value.customers import DAYS_PER_WEEK
from pipeline.value.history import Histories
from pipeline.value.models.family import MODELS
from pipeline.value.models.order_model import OrderModel

QUIET = "quiet_odds"
QUIET_FEATURE = Feature(QUIET, "Chance of silence by the customer-base model", "log_odds")
NEEDED = ("order_days", "recency_days", "tenure_days")
"""What the model asks of a customer; `features.history` gives it."""
NEVER_SURE = 1e-4
"""The probability stays so far from 0 and 1: no model of three numbers is surer."""


class CustomerBase(NamedTuple):
    """A fitted order model and its horizon.

    Attributes
    ----------
    model
        Its key.
    names, values
        Its parameters; times are weeks.
    horizon_days
        Length of the window of which it is asked.
    """

    model: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    horizon_days: int

    @classmethod
    def of(cls, model: OrderModel, horizon_days: int) -> "CustomerBase":
        """Take over a fitted model."""
        params = model.params
        return cls(model.key, tuple(params), tuple(params.values()), horizon_days)

    @property
    def title(self) -> str:
        """How the field calls the model."""
        return MODELS[self.model].name

    def silence(self, customers: pd.DataFrame, *, stretched: float = 1.0) -> np.ndarray:
        """Give each customer's probability of no order in the horizon times `stretched`.

        `customers` has the columns `NEEDED`, as known on the day.
        """
        fitted = MODELS[self.model](**dict(zip(self.names, self.values, strict=True)))
        weeks = self.horizon_days * stretched / DAYS_PER_WEEK
        probabilities: np.ndarray = 1 - fitted.order_probability(histories_of(customers), weeks)
        return probabilities

    def log_odds(self, customers: pd.DataFrame) -> np.ndarray:
        """Give the feature of each customer."""
        log_odds: np.ndarray = logit(
            np.clip(self.silence(customers), NEVER_SURE, 1 - NEVER_SURE)
        )
        return log_odds


def histories_of(customers: pd.DataFrame) -> Histories:
    """Give what order models ask of customers, from the columns `NEEDED`."""
    days = customers["order_days"].to_numpy(dtype=float)
    age = customers["tenure_days"].to_numpy(dtype=float)
    recency = customers["recency_days"].to_numpy(dtype=float)
    return Histories(
        x=np.maximum(days - 1, 0).astype(np.int64),
        t_x=(age - recency) / DAYS_PER_WEEK,
        T=age / DAYS_PER_WEEK,
        weight=np.ones(len(customers)),
    )


def with_silence(customers: pd.DataFrame, base: CustomerBase | None) -> pd.DataFrame:
    """Put the feature beside what is known of customers; missing where there is no model."""
    return customers.assign(**{QUIET: np.nan if base is None else base.log_odds(customers)})
