"""Made-up marketing, behaviour and market activity: the public files' headers and quirks."""

import numpy as np
import pandas as pd
import pytest

from pipeline.base.errors import SettingsError
from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.market_activity import made_up_market, market_files
from pipeline.samples.marketing import made_up_marketing
from pipeline.sources.columns import match, recognise
from pipeline.sources.forms import FORMS

MAKERS = [made_up_marketing, made_up_behaviour]


@pytest.fixture(scope="module")
def marketing() -> pd.DataFrame:
    return made_up_marketing(seed=4).to_pandas()


@pytest.fixture(scope="module")
def behaviour() -> pd.DataFrame:
    return made_up_behaviour(seed=4).to_pandas()


@pytest.fixture(scope="module")
def market() -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in made_up_market(seed=4).items()}


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("customers", [1, 2, 19, 20, 500])
def test_any_number_of_customers(make, customers):
    table = make(customers, seed=1)
    assert len(table) == customers
    assert len(set(table.column(0).to_pylist())) == customers
    assert table.equals(make(customers, seed=1))
    assert customers < 2 or not table.equals(make(customers, seed=2))


def test_a_market_of_any_size():
    for customers in (1, 2, 19, 300):
        tables = made_up_market(customers, seed=1)
        assert market_files(tables) == market_files(made_up_market(customers, seed=1))
        assert [len(table) for table in tables.values()] == [
            customers, 3 * customers, 2 * customers, customers,
        ]  # fmt: skip


@pytest.mark.parametrize("make", [*MAKERS, made_up_market])
@pytest.mark.parametrize("customers", [0, -1, 10**9])
def test_no_such_number(make, customers):
    with pytest.raises(SettingsError, match="from 1 to"):
        make(customers)


def test_every_header_is_known(marketing, behaviour, market):
    frames = {
        "marketing": marketing,
        "behaviour": behaviour,
        "market-activity/customers": market["market_file.csv"],
        "market-activity/revenue": market["market_money.csv"],
        "market-activity/minutes": market["market_time.csv"],
        "market-activity/profit": market["money.csv"],
    }
    for form, frame in frames.items():
        assert recognise(list(frame.columns)) == form
        assert sorted(match(list(frame.columns), form).values()) == sorted(frame.columns)
        assert len(frame.columns) == len(FORMS[form])


def test_marketing_is_as_untidy_as_the_public_file(marketing):
    assert 0 < marketing["Income"].isna().mean() < 0.03
    assert 666_666 in set(marketing["Income"])
    assert 1893 in set(marketing["Year_Birth"])
    assert {"Absurd", "YOLO"} < set(marketing["Marital_Status"])
    assert marketing[["Z_CostContact", "Z_Revenue"]].nunique().tolist() == [1, 1]
    assert marketing["Dt_Customer"].str.fullmatch(r"\d\d-\d\d-\d{4}").all()
    assert 0 < marketing.drop(columns="ID").duplicated().mean() < 0.1


def test_marketing_depends_on_income(marketing):
    tidy = marketing[marketing["Income"] < 600_000]
    spend = tidy.filter(like="Mnt").sum(axis=1)
    assert np.corrcoef(np.log(tidy["Income"]), np.log(spend))[0, 1] > 0.7
    accepted = tidy["Response"] == 1
    assert spend[accepted].mean() > 1.2 * spend[~accepted].mean()
    assert tidy.loc[tidy["Kidhome"] > 0, "Income"].mean() < tidy["Income"].mean()


def test_behaviour_shows_in_no_single_word(behaviour):
    """No word tells the quarter of spend: each occurs in each quarter."""
    quarter = pd.qcut(behaviour["Total Spend"], 4)
    for name in ("City", "Membership Type", "Gender", "Discount Applied"):
        shares = pd.crosstab(behaviour[name], quarter, normalize="index")
        assert shares.to_numpy().max() < 0.8
        assert shares.to_numpy().min() > 0
    assert behaviour["Satisfaction Level"].isna().sum() > 0
    assert set(behaviour["Discount Applied"]) == {"TRUE", "FALSE"}
    pleased = behaviour.groupby("Satisfaction Level")["Average Rating"].mean()
    assert pleased["Satisfied"] > pleased["Neutral"] > pleased["Unsatisfied"]


def test_the_market_is_as_untidy_as_the_public_files(market):
    people, money, time = (
        market[name] for name in ("market_file.csv", "market_money.csv", "market_time.csv")
    )
    assert set(people["Тип сервиса"]) == {"стандарт", "премиум", "стандартт"}
    assert set(time["Период"]) == {"текущий_месяц", "предыдцщий_месяц"}
    assert money["Выручка"].max() > 10 * money["Выручка"].quantile(0.99)
    assert (money["Выручка"] == 0).any()
    assert set(money["id"]) == set(time["id"]) == set(people["id"])


def test_falling_activity_follows_from_behaviour(market):
    people = market["market_file.csv"]
    fades = people["Покупательская активность"] == "Снизилась"
    assert 0.25 < fades.mean() < 0.55
    pages = people.groupby(fades)["Страниц_за_визит"].mean()
    unpaid = people.groupby(fades)["Неоплаченные_продукты_штук_квартал"].mean()
    assert pages[True] < pages[False] - 1
    assert unpaid[True] > unpaid[False] + 0.5


def test_the_files_have_their_dialects(market):
    files = market_files(made_up_market(30, seed=4))
    assert list(files) == list(market)
    assert files["money.csv"].startswith("id;Прибыль\r\n".encode())
    assert b"," in files["money.csv"]
    assert files["market_money.csv"].count(b"\r\n") == 91
