"""Which order model is used: the likeliest by what was seen and by what then came."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.value.history import Floats, Histories, Whole
from pipeline.value.models.bg_nbd import BgNbd
from pipeline.value.models.mbg_nbd import MbgNbd
from pipeline.value.models.nbd import Nbd
from pipeline.value.models.order_model import Fitted, OrderModel
from pipeline.value.models.pareto_nbd import ParetoNbd

MODELS: dict[str, type[OrderModel]] = {
    model.key: model for model in (BgNbd, MbgNbd, ParetoNbd, Nbd)
}
SURE = 1e-9
"""A probability nearer than that to 0 or 1 is as good as one."""


class Evidence(NamedTuple):
    """How a model did on the hold-outs: negative log-likelihoods, the smaller, the better.

    Parameters
    ----------
    log_loss : of who ordered and who did not, of all customers, mean of the hold-outs.
    once : the same of those with a single order.
    """

    log_loss: float
    once: float


NOTHING_HELD_OUT: Mapping[str, Evidence] = {}


class Choice(NamedTuple):
    """The models that were fitted, the best first, and the one that is used.

    `evidence` is by model; empty where nothing could be held out.
    """

    tried: tuple[Fitted[OrderModel], ...]
    chosen: Fitted[OrderModel]
    evidence: Mapping[str, Evidence]

    @property
    def model(self) -> OrderModel:
        """The model that is used."""
        return self.chosen.model


def fit_all(
    customers: Histories, models: Sequence[str], *, seed: int
) -> dict[str, Fitted[OrderModel]]:
    """Fit models by name, and NBD, which has no drop-out, in any case."""
    keys = dict.fromkeys([*(key for key in models if key != Nbd.key), Nbd.key])
    return {key: MODELS[key].fit(customers, seed=seed) for key in keys}


def choose(
    fitted: Mapping[str, Fitted[OrderModel]],
    evidence: Mapping[str, Evidence] = NOTHING_HELD_OUT,
) -> Choice:
    """Choose among fits that converged the one with the least AIC / 2 + log loss.

    Both are in units of log-likelihood, of what the model was fitted to and of what it had not
    seen. A fit that ran away never serves; NBD, which can't, stands in. BG/NBD takes everybody
    with a single order for a customer for ever: it serves only where a hold-out bears that out,
    or where no model that lets them leave converged.
    """
    tried = sorted(fitted.items(), key=lambda keyed_fit: _loss(keyed_fit, evidence))
    usable = [key for key, candidate in tried if candidate.fit.converged and key != Nbd.key]
    if len(usable) > 1 and BgNbd.key in usable and not _borne_out(usable, evidence):
        usable.remove(BgNbd.key)
    best = min([*usable, Nbd.key], key=lambda key: _loss((key, fitted[key]), evidence))
    return Choice(tuple(candidate for _, candidate in tried), fitted[best], evidence)


def evidence_of(chance: Floats, ordered: Floats, repeat_orders: Whole) -> Evidence:
    """Give the log loss of the probabilities of an order, in all and of single orders."""
    right = np.where(ordered > 0, chance, 1 - chance)
    loss = -np.log(np.clip(right, SURE, 1))
    return Evidence(float(loss.sum()), float(loss[repeat_orders == 0].sum()))


def _loss(keyed_fit: tuple[str, Fitted[OrderModel]], evidence: Mapping[str, Evidence]) -> float:
    key, fitted = keyed_fit
    return fitted.fit.aic / 2 + (evidence[key].log_loss if key in evidence else 0.0)


def _borne_out(usable: Sequence[str], evidence: Mapping[str, Evidence]) -> bool:
    """Tell whether nobody who ordered once has left, as far as the hold-outs show."""
    if BgNbd.key not in evidence:
        return False
    losses = (evidence[key].once for key in usable if key != BgNbd.key)
    return evidence[BgNbd.key].once <= min(losses)
