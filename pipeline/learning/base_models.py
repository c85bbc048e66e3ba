"""Fitting the customer-base model of a day, for the feature and the candidate of that name."""

import pandas as pd

from pipeline.scoring.customer_base import CustomerBase, histories_of
from pipeline.settings import ValueSettings
from pipeline.value.models.mbg_nbd import MbgNbd
from pipeline.value.models.nbd import Nbd
from pipeline.value.models.order_model import OrderModel

TRIED: tuple[type[OrderModel], ...] = (MbgNbd, Nbd)
"""MBG/NBD, in which a customer may leave after the first order too; without drop-out where
that does not converge. BG/NBD takes every single order for a customer who is still there."""


def fitted_base(
    everybody: pd.DataFrame, *, horizon_days: int, settings: ValueSettings, seed: int
) -> CustomerBase | None:
    """Fit the customer-base model to what is known of everybody on a day.

    `everybody` is what `features.history` gives; `None` where that is too little (the limits
    are those of lifetime values), or no model converged.
    """
    histories = histories_of(everybody)
    if (
        len(everybody) < settings.least_customers
        or (histories.x > 0).sum() < settings.least_repeat_buyers
        or everybody["tenure_days"].max() < settings.least_days
    ):
        return None
    for model in TRIED:
        fitted = model.fit(histories, seed=seed)
        if fitted.fit.converged:
            return CustomerBase.of(fitted.model, horizon_days)
    return None
