"""Which order model is used: the first that converges, and the last in any case."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.value.bg_nbd import BgNbd
from pipeline.value.history import Histories
from pipeline.value.mbg_nbd import MbgNbd
from pipeline.value.nbd import Nbd
from pipeline.value.order_model import Fitted, OrderModel

MODELS: dict[str, type[OrderModel]] = {model.key: model for model in (BgNbd, MbgNbd, Nbd)}


class Choice(NamedTuple):
    """The models that were fitted, in the order of preference, and the one that is used."""

    tried: tuple[Fitted[OrderModel], ...]
    chosen: Fitted[OrderModel]

    @property
    def model(self) -> OrderModel:
        """The model that is used."""
        return self.chosen.model


def choose(customers: Histories, models: Sequence[str], *, seed: int) -> Choice:
    """Fit models by name until one converges; NBD, which has no drop-out, comes last.

    BG/NBD is preferred by default. It takes everyone with a single order for alive; where that
    matters, MBG/NBD can be named first.
    """
    tried: list[Fitted[OrderModel]] = []
    for key in _ending_with_nbd(models):
        tried.append(MODELS[key].fit(customers, seed=seed))
        if tried[-1].fit.converged:
            break
    return Choice(tuple(tried), tried[-1])


def with_the_rest(
    choice: Choice, customers: Histories, models: Sequence[str], *, seed: int
) -> Choice:
    """Fit the models behind the chosen one too, so that their likelihoods can be compared."""
    rest = _ending_with_nbd(models)[len(choice.tried) :]
    fitted = [MODELS[key].fit(customers, seed=seed) for key in rest]
    return choice._replace(tried=(*choice.tried, *fitted))


def _ending_with_nbd(models: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(each for each in models if each != Nbd.key), Nbd.key]))
