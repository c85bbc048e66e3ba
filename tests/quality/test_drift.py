"""What a check says of a file before it is published: drift, schema, decoding."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from pipeline.quality.checks import check_customers, check_lines
from pipeline.quality.drift import customer_drift, drift, stability_index
from pipeline.quality.mending import mend
from pipeline.sources.cells.decoded_twice import decoded_twice
from pipeline.trade_settings import CleaningSettings
from tests.quality.test_mending import people as marketing

TODAY = dt.date(2026, 3, 1)


def shop(rows: int = 400, *, price: float = 2.0, country: str = "France") -> pd.DataFrame:
    chance = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "invoice": [str(row) for row in range(rows)],
            "product": "P1",
            "description": "Mug",
            "ordered_at": pd.Timestamp("2025-06-01"),
            "quantity": chance.integers(1, 20, rows).astype(float),
            "unit_price": price * chance.uniform(1, 2, rows),
            "customer_id": "C1",
            "country": country,
        }
    )
    for name in ("invoice", "product", "description", "customer_id", "country"):
        frame[name] = frame[name].astype("category")
    return frame


def levels(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, str]:
    return {each.what: each.level for each in drift(before, now)}


def test_the_same_lines_have_not_drifted() -> None:
    assert set(levels(shop(), shop()).values()) == {"same"}


def test_what_changed_is_named() -> None:
    now = shop(1000, price=20.0, country="Spain").assign(description=None)
    found = levels(shop(), now)
    assert found["Rows"] == "much"
    assert found["Values of unit_price"] == "much"
    assert found["Values of quantity"] == "same"
    assert found["Mix of country"] == "much"
    assert found["Column description"] == "much"


@pytest.mark.parametrize("empty", ["quantity", "unit_price"])
def test_a_column_without_values_is_compared_all_the_same(empty: str) -> None:
    assert levels(shop(), shop().assign(**{empty: np.nan}))[f"Column {empty}"] == "much"


def test_the_index_is_never_negative() -> None:
    chance = np.random.default_rng(3)
    for _ in range(50):
        was, now = chance.dirichlet(np.ones(6)), chance.dirichlet(np.ones(6))
        assert stability_index(list(was), list(now)) >= 0
        assert stability_index(list(was), list(was)) == 0


def test_checks_see_gaps_and_days_to_come() -> None:
    frame = shop()
    frame.loc[:200, "customer_id"] = None
    frame.loc[0, "ordered_at"] = pd.Timestamp("2027-01-01")
    frame.loc[:2, "quantity"] = np.nan
    frame.loc[1, "unit_price"] = -1.0
    found = {each.name: each.level for each in check_lines(frame, today=TODAY)}
    assert found["rows name a customer"] == "bad"
    assert found["dates are plausible"] == "warning"
    assert found["quantity is filled"] == "warning"
    assert found["prices are not negative"] == "warning"
    assert found["invoice is filled"] == "good"


@pytest.mark.parametrize("page", ["cp1251", "cp1252"])
@pytest.mark.parametrize("text", ["Тип сервиса", "минут", "Популярная категория"])
def test_text_decoded_twice_is_recognised(text: str, page: str) -> None:
    wrong = b"".join(bytes([each]) for each in text.encode())
    garbled = "".join(
        bytes([each]).decode(page) if _defined(each, page) else chr(each) for each in wrong
    )
    found = decoded_twice(["id", garbled])
    assert found is not None
    assert found[1] == text


def _defined(byte: int, page: str) -> bool:
    try:
        bytes([byte]).decode(page)
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    "text", ["Тип сервиса", "Ñandú Ð", "São Paulo", "Россия", "ООО «Ромашка»", "naïve café", ""]
)
def test_plain_text_is_left_alone(text: str) -> None:
    assert decoded_twice([text]) is None


def people(rows: int = 300, *, income: float = 50_000.0, city: str = "Rome") -> pd.DataFrame:
    chance = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "customer_id": [str(row) for row in range(rows)],
            "income": income * chance.uniform(0.5, 1.5, rows),
            "city": np.where(chance.random(rows) < 0.8, city, "Oslo"),
        }
    )


def test_customers_drift_field_by_field() -> None:
    same = {each.what: each.level for each in customer_drift(people(), people())}
    assert same == {"Rows": "same", "Values of income": "same", "Mix of city": "same"}
    now = people(income=90_000.0, city="Bern").assign(age=40.0)
    found = {each.what: each.level for each in customer_drift(people(), now)}
    assert found["Values of income"] == found["Mix of city"] == "much"
    assert found["Column age"] == "some"


def test_customers_are_checked() -> None:
    good = mend(marketing(), CleaningSettings())
    found = check_customers(good.customers, good.findings, today=TODAY)
    assert {each.level for each in found} == {"good"}
    odd = mend(
        marketing(
            {"_customer": None},
            {"_customer": "3"},
            {"income": 9_999_999},
            {"enrolled_on": "2030-01-01"},
        ),
        CleaningSettings(),
    )
    levels = {
        each.name: each.level
        for each in check_customers(odd.customers, odd.findings, today=TODAY)
    }
    assert levels == {
        "one row a customer": "warning",
        "rows name a customer": "warning",
        "customers differ": "warning",
        "values are plausible": "warning",
        "columns are filled": "warning",
        "dates are plausible": "warning",
    }
