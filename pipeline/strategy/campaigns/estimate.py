"""A figure that nobody knows exactly: the lowest, the likeliest and the highest."""

from typing import Self

import numpy as np
from pydantic import field_validator, model_validator

from pipeline.strategy.checked import Checked

PEAKEDNESS = 4
"""How much more the likeliest value weighs than the ends (Malcolm and others 1959)."""


class Estimate(Checked):
    """Three values in order; where they are equal the figure is certain."""

    low: float
    likely: float
    high: float

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.likely <= self.high:
            raise ValueError("must be in order: low, likely, high")
        return self

    @classmethod
    def certain(cls, value: float) -> Self:
        """Give a figure without doubt."""
        return cls(low=value, likely=value, high=value)

    @property
    def mean(self) -> float:
        """The mean of its PERT distribution."""
        return (self.low + PEAKEDNESS * self.likely + self.high) / (PEAKEDNESS + 2)

    def draw(self, rng: np.random.Generator, draws: int) -> np.ndarray:
        """Draw from its PERT distribution: a beta distribution stretched from low to high."""
        width = self.high - self.low
        if width == 0:
            return np.full(draws, self.low)
        alpha = 1 + PEAKEDNESS * (self.likely - self.low) / width
        beta = 1 + PEAKEDNESS * (self.high - self.likely) / width
        return self.low + width * rng.beta(alpha, beta, draws)


class Percent(Estimate):
    """An estimate in per cent, from 0 to 100."""

    @field_validator("low", "likely", "high")
    @classmethod
    def _is_share(cls, value: float) -> float:
        if not 0 <= value <= 100:
            raise ValueError("must be from 0 to 100 per cent")
        return value

    @property
    def share(self) -> Estimate:
        """The same as a share, from 0 to 1."""
        return Estimate(low=self.low / 100, likely=self.likely / 100, high=self.high / 100)
