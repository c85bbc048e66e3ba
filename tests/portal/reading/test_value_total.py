"""The 12 months' value of customers and the range that earlier totals give it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from portal.reading.filters import NO_FILTERS
from portal.reading.predicting import value


class Run(SimpleNamespace):
    """A run whose answers are known."""

    def ask(self, statement: Any) -> pd.DataFrame:
        frame: pd.DataFrame = self.ends if "value_total" in statement.sql else self.sums
        return frame

    def of_customers(self, sql: str, _filters: Any) -> Any:
        return SimpleNamespace(sql=sql)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setattr(value, "remember", lambda at, compute: compute(at))

    def made(low: list[float], high: list[float], *, knows: bool = True) -> Any:
        return Run(
            run_id=1,
            table=SimpleNamespace(knows=lambda _name: knows),
            sums=pd.DataFrame({"customers": [10], "total": [1_000.0]}),
            ends=pd.DataFrame({"low": low, "high": high, "corrected": [1.1] * len(low)}),
        )

    return made


def test_the_range_is_that_of_all_in_proportion(run: Callable[..., Any]) -> None:
    found = value.foretold(run([0.7], [1.2]))
    assert found is not None
    assert found == value.Foretold(10, 1_000.0, 700.0, 1_200.0, pytest.approx(1_100.0))
    assert found.is_corrected
    assert not found._replace(corrected=1_010.0).is_corrected


def test_the_sum_lies_within_its_range(run: Callable[..., Any]) -> None:
    found = value.foretold(run([1.1], [1.3]))
    assert found is not None
    assert (found.low, found.high) == (1_000.0, 1_300.0)


def test_without_an_earlier_total_there_is_no_range_and_without_values_nothing(
    run: Callable[..., Any],
) -> None:
    assert value.foretold(run([], [])) == value.Foretold(10, 1_000.0, None, None)
    assert value.foretold(run([], [], knows=False), NO_FILTERS) is None
