"""The three forms without orders, from made-up files to published rows."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.files import write, write_together
from pipeline.samples.market_activity import made_up_market, market_files
from pipeline.samples.marketing import made_up_marketing
from scripts.refresh import main
from tests.sampling import sampled
from tests.shops import (
    HISTORY,
    Shop,
    assert_same_tables,
    leftovers,
    outcome,
    published_tables,
    quick,
    refreshed,
    rows,
)

MARKETING, BEHAVIOUR, MARKET = 400, 300, 250


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write one source of each form."""
    folder = tmp_path_factory.mktemp("forms")
    for name, table in (
        ("marketing.csv", made_up_marketing(MARKETING, seed=5)),
        ("behaviour.csv", made_up_behaviour(BEHAVIOUR, seed=5)),
    ):
        write(folder / name, table.schema, [table])
    write_together(folder / "market", market_files(made_up_market(MARKET, seed=5)))
    write_together(folder / "market.zip", market_files(made_up_market(MARKET, seed=5)))
    return folder


@pytest.fixture(scope="module")
def marketing(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return refreshed(tmp_path_factory.mktemp("m") / "portal.db", files / "marketing.csv")


def test_marketing_fills_the_five_aspects(marketing: Shop):
    tables = published_tables(marketing)
    customers = len(tables["published_customer"])
    assert customers == MARKETING
    assert len(tables["vw_purchases"]) == 6 * customers
    assert len(tables["vw_demographics"]) == customers
    assert len(tables["vw_campaigns"]) == 6 * customers
    assert len(tables["vw_channels"]) == 3 * customers
    assert len(tables["vw_recency"]) == len(tables["vw_rfm"]) == customers
    spend = tables["vw_purchases"].groupby("customer_id")["spend"].sum()
    by_customer = tables["published_customer"].set_index("customer_id")["monetary"]
    pd.testing.assert_series_equal(spend, by_customer, check_names=False, check_dtype=False)
    scores = tables["vw_rfm"][["r_score", "f_score", "m_score"]]
    assert scores.isin([1, 2, 3, 4, 5]).all(axis=None)


def test_ages_are_those_at_the_date_of_the_data(marketing: Shop):
    ((newest,),) = rows(marketing.path, "select as_of from published_run")
    ages = published_tables(marketing)["vw_demographics"]["age"].dropna()
    assert ages.between(int(newest[:4]) - 2010, 110).all()
    assert newest < "2026"


def test_children_are_summed(marketing: Shop, files: Path):
    source = pd.read_csv(files / "marketing.csv")
    told = published_tables(marketing)["vw_demographics"]["children"]
    assert told.sum() == source["Kidhome"].sum() + source["Teenhome"].sum()


def test_rows_add_up(marketing: Shop):
    ((read, kept),) = rows(marketing.path, "select rows_read, rows_kept from run")
    ((taken,),) = rows(marketing.path, "select sum(rows) from finding where removes")
    assert read == kept + taken == MARKETING


@pytest.mark.parametrize(("separator", "bom"), [(";", ""), ("\t", "\ufeff")])
def test_the_dress_of_a_file_changes_nothing(
    separator: str, bom: str, marketing: Shop, files: Path, tmp_path: Path
):
    table = pd.read_csv(files / "marketing.csv", dtype=str, keep_default_na=False)
    if bom:
        day = pd.to_datetime(table["Dt_Customer"], format="%d-%m-%Y")
        table["Dt_Customer"] = day.dt.strftime("%Y-%m-%d")
    path = tmp_path / "again.csv"
    path.write_text(bom + table.to_csv(index=False, sep=separator), "utf-8")
    assert_same_tables(marketing, refreshed(tmp_path / "portal.db", path))


def test_market_activity_as_folder_zip_or_files_in_any_order(files: Path, tmp_path: Path):
    shops = [
        refreshed(tmp_path / f"{place}.db", *sources)
        for place, sources in enumerate(
            (
                [files / "market"],
                [files / "market.zip"],
                sorted((files / "market").iterdir(), reverse=True),
            )
        )
    ]
    for other in shops[1:]:
        assert_same_tables(shops[0], other)
    assert len(published_tables(shops[0])["published_customer"]) == MARKET
    assert rows(shops[0].path, "select as_of from published_run") == [(None,)]
    told = rows(
        shops[0].path, "select count(*) from customer_attribute where activity is not null"
    )
    assert told == [(MARKET,)]


def test_market_activity_without_its_customers_is_refused(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    assert main([str(files / "market" / "money.csv"), "--db", url, *quick(tmp_path)]) == 2
    assert "file of customers" in capsys.readouterr().err


def test_customers_alone_are_market_activity_too(files: Path, tmp_path: Path):
    shop = refreshed(tmp_path / "portal.db", files / "market" / "market_file.csv")
    assert rows(shop.path, "select count(*), count(monetary) from published_customer") == [
        (MARKET, 0)
    ]
    whole = refreshed(shop.path, *sorted((files / "market").glob("mo*.csv")), "--append")
    more = sorted((files / "market").glob("market_[mt]*.csv"))
    whole = refreshed(shop.path, *more, "--append")
    together = refreshed(tmp_path / "together.db", files / "market")
    assert_same_tables(whole, together, without=HISTORY)


def test_behaviour_has_no_day_and_may_be_given_one(files: Path, tmp_path: Path):
    shop = refreshed(tmp_path / "portal.db", files / "behaviour.csv")
    assert rows(shop.path, "select distinct as_of from published_customer") == [(None,)]
    assert rows(shop.path, "select distinct as_of from vw_rfm") == [(None,)]
    dated = refreshed(
        tmp_path / "portal.db",
        files / "behaviour.csv",
        "--as-of",
        "2024-05-01",
        dataset="dated",
    )
    assert rows(dated.path, "select distinct as_of from vw_rfm where dataset = 'dated'") == [
        ("2024-05-01",)
    ]


@pytest.mark.parametrize("name", sampled(["behaviour.csv", "market"], ["market"]))
def test_the_same_again_changes_nothing(name: str, files: Path, tmp_path: Path):
    """`make test` has a folder of files, `make soak` one file."""
    first = refreshed(tmp_path / "one.db", files / name)
    refreshed(tmp_path / "two.db", files / name)
    second = refreshed(tmp_path / "two.db", files / name, "--append")
    assert_same_tables(first, second, without=HISTORY)
    assert not leftovers(second.path)


def test_parts_appended_in_any_order_end_the_same(marketing: Shop, files: Path, tmp_path: Path):
    header, *lines = (files / "marketing.csv").read_text("utf-8").splitlines()
    parts = [lines[:150], lines[150:160], lines[160:]]
    for place, some in enumerate((parts[2], parts[0], parts[1])):
        path = tmp_path / f"{place}.csv"
        path.write_text("\n".join([header, *some]) + "\n", "utf-8")
        shop = refreshed(tmp_path / "portal.db", path, "--append")
    assert_same_tables(marketing, shop, without=HISTORY)


def test_two_forms_are_two_data_sets(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    both = [str(files / "marketing.csv"), str(files / "behaviour.csv")]
    assert main([*both, "--db", url, *quick(tmp_path)]) == 2
    assert "several forms" in capsys.readouterr().err
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    for name in ("marketing.csv", "behaviour.csv"):
        shutil.copy(files / name, mixed)
    assert main([str(mixed), "--db", url, *quick(tmp_path)]) == 2


@pytest.mark.parametrize("form", ["behaviour"])
def test_without_a_source_the_form_is_made_up(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    assert main(["--form", form, "--db", url, "--json", *quick(tmp_path)]) == 0
    told = outcome(capsys.readouterr().out)
    assert (told["dataset"], told["form"]) == (f"made-up-{form}", form)
