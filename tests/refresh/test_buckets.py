"""Customers gone through in buckets: what is published is the same for any number of them."""

from pathlib import Path

import pandas as pd
import pytest

from tests.shops import FAST, assert_same_tables, refreshed, refused, rows, write_shop


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shop(tmp_path_factory.mktemp("orders") / "shop.csv", customers=120)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("settings") / "fast.yaml"
    path.write_text(FAST)
    return path


@pytest.mark.parametrize("buckets", [3, 1000])
def test_any_number_of_buckets(buckets: int, orders: Path, settings: Path, tmp_path: Path):
    """More buckets than customers are some that are empty."""
    whole = refreshed(tmp_path / "whole.db", orders, "--settings", settings, "--buckets", 1)
    parted = refreshed(
        tmp_path / "parted.db", orders, "--settings", settings, "--buckets", buckets
    )
    assert_same_tables(whole, parted)
    findings = "select rule, rows, amount, examples from finding order by position"
    assert rows(whole.path, findings) == rows(parted.path, findings)


def test_one_customer_with_a_third_of_all_lines(orders: Path, settings: Path, tmp_path: Path):
    lines = pd.read_csv(orders, dtype=str)
    first = lines["CustomerID"].dropna().iloc[0]
    skewed = lines.assign(
        CustomerID=lines["CustomerID"].mask(pd.Series(range(len(lines))) % 3 == 0, first)
    )
    file = tmp_path / "skewed.csv"
    skewed.to_csv(file, index=False)
    whole = refreshed(tmp_path / "whole.db", file, "--settings", settings, "--buckets", 1)
    parted = refreshed(tmp_path / "parted.db", file, "--settings", settings, "--buckets", 5)
    assert_same_tables(whole, parted)


def test_no_bucket_is_no_number(orders: Path, tmp_path: Path, capsys: pytest.CaptureFixture):
    code, sentence = refused(
        [orders, "--buckets", 0, "--db", f"sqlite:///{tmp_path / 'p.db'}"], capsys
    )
    assert code == 2
    assert "--buckets" in sentence
