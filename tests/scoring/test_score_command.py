"""`scripts/score.py`: a file scored as its run published it, exit codes, harmless cells."""

import csv
import hashlib
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from pipeline.scoring import files as scoring
from scripts import score
from scripts.score import main
from tests.shops import Shop, copied, refreshed, rows


def scored(source: object, shop: Shop, output: Path, *more: object) -> pd.DataFrame:
    """Score a source, insist that it worked, read the table."""
    given = [source, "--dataset", shop.dataset, "--db", shop.url, "--output", output, *more]
    assert main(list(map(str, given))) == 0
    if output.suffix == ".parquet":
        return pd.read_parquet(output)
    return pd.read_csv(output, dtype={"customer_id": str})


def refused(arguments: list[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a scoring that must fail; give its exit code and the one sentence that it says."""
    code = main(list(map(str, arguments)))
    said = capsys.readouterr()
    assert said.out == ""
    return code, said.err.splitlines()[-1]


def test_a_file_is_scored_as_its_run_published_it(
    published_shop: Shop, shop_file: Path, tmp_path: Path, capsys
):
    found = scored(shop_file, published_shop, tmp_path / "scored.csv", "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["customers"] == len(found)
    assert told["run"] == 1
    assert told["form"] == "order-lines"
    published = rows(
        published_shop.path,
        "select customer_id, segment, churn_probability, as_of from published_customer"
        " order by customer_id",
    )
    assert list(found["customer_id"]) == [row[0] for row in published]
    assert list(found["segment"]) == [row[1] for row in published]
    expected = pd.Series([row[2] for row in published], dtype=float)
    assert expected.notna().sum() > 50
    pd.testing.assert_series_equal(
        found["churn_probability"], expected, check_names=False, check_exact=True
    )
    assert told["as_of"] == published[0][3]
    assert set(found["run"]) == {1}
    assert (
        found["churn_model"]
        .isin(["blend", "customer_base", "logistic_regression", "decision_tree"])
        .all()
    )
    with_reasons = found[found["churn_probability"].notna()]
    assert with_reasons["churn_reason_1"].str.contains("speaks (?:for|against)").any()


def test_other_tasks_are_those_published(published_shop: Shop, shop_file: Path, tmp_path: Path):
    found = scored(shop_file, published_shop, tmp_path / "scored.parquet")
    for task in ("activity_drop", "high_value"):
        known = dict(
            rows(
                published_shop.path,
                "select customer_id, probability from customer_prediction where task = ?",
                task,
            )
        )
        if known:
            told = found.set_index("customer_id")[f"{task}_probability"].dropna()
            assert told.to_dict() == known
            continue
        assert f"{task}_probability" not in found


def test_an_earlier_day_sees_fewer_customers(
    published_shop: Shop, shop_file: Path, tmp_path: Path
):
    whole = scored(shop_file, published_shop, tmp_path / "whole.csv")
    first, last = rows(published_shop.path, "select min(as_of), max(as_of) from vw_rfm")[0]
    early = scored(shop_file, published_shop, tmp_path / "early.csv", "--as-of", first)
    assert 0 < len(early) < len(whole)
    same = scored(shop_file, published_shop, tmp_path / "same.csv", "--as-of", last)
    pd.testing.assert_frame_equal(whole, same)


def test_customers_without_orders_are_scored_too(tmp_path: Path):
    for form, table in (
        ("marketing", made_up_marketing(300, seed=5)),
        ("behaviour", made_up_behaviour(200, seed=5)),
    ):
        source = tmp_path / f"{form}.csv"
        write(source, table.schema, [table])
        shop = refreshed(tmp_path / f"{form}.db", source, dataset=form)
        found = scored(source, shop, tmp_path / f"{form}.scored.csv")
        published = rows(
            shop.path, "select customer_id, segment from published_customer order by 1"
        )
        assert list(zip(found["customer_id"], found["segment"], strict=True)) == published
        assert found["segment_probability"].between(0, 1).all()


def test_without_output_the_table_goes_to_standard_output(
    published_shop: Shop, shop_file: Path, capsys
):
    given = [shop_file, "--dataset", published_shop.dataset, "--db", published_shop.url]
    assert main(list(map(str, given))) == 0
    said = capsys.readouterr()
    table = list(csv.DictReader(io.StringIO(said.out)))
    assert {"customer_id", "segment", "run"} <= set(table[0])
    assert f"Scored {len(table):,} customers" in said.err


def test_cells_that_a_spreadsheet_would_run_are_harmless(
    published_shop: Shop, shop_file: Path, tmp_path: Path
):
    lines = pd.read_csv(shop_file, dtype=str)
    customer = next(c for c in lines.columns if c.lower().startswith("customer"))
    country = next(c for c in lines.columns if c.lower() == "country")
    known = lines[customer].dropna().unique()[:2]
    lines = lines[lines[customer].isin(known)]
    lines[customer] = lines[customer].map(dict(zip(known, ["=1+1", "@x"], strict=True)))
    source = tmp_path / "sly.csv"
    lines.assign(**{country: "+cmd"}).to_csv(source, index=False)
    output = tmp_path / "scored.csv"
    found = scored(source, published_shop, output)
    assert set(found["customer_id"]) <= {"'=1+1", "'@x"}
    with output.open(newline="") as file:
        for row in csv.reader(file):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_what_is_not_published_can_not_score(
    published_shop: Shop, shop_file: Path, capsys, tmp_path: Path
):
    common = [shop_file, "--db", published_shop.url]
    code, said = refused([*common, "--dataset", "nowhere"], capsys)
    assert (code, said) == (
        2,
        "score: No data set “nowhere” is published; name another with --dataset, or refresh it"
        " first.",
    )
    table = made_up_marketing(50, seed=5)
    other = tmp_path / "marketing.csv"
    write(other, table.schema, [table])
    given = [other, "--dataset", published_shop.dataset, "--db", published_shop.url]
    code, said = refused(given, capsys)
    assert code == 2
    assert "marketing.csv: is of the form marketing, and the data set is of order-lines" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--json"], "--json needs --output"),
        (["--output", "scored.xlsx"], "must end in .csv or .parquet"),
        (["--as-of", "soon"], "is no day"),
        (["--frobnicate"], "--help"),
    ],
)
def test_arguments_that_make_no_sense(arguments, sentence, published_shop: Shop, capsys):
    given = ["x.csv", "--dataset", "shop", "--db", published_shop.url, *arguments]
    code, said = refused(given, capsys)
    assert code == 2
    assert sentence in said


def test_sources_that_are_not_there(published_shop: Shop, tmp_path: Path, capsys):
    given = [tmp_path / "none.csv", "--dataset", "shop", "--db", published_shop.url]
    code, said = refused(given, capsys)
    assert code == 2
    assert "none.csv" in said


@pytest.fixture
def own(published_shop: Shop, tmp_path: Path) -> Shop:
    """Copy the published shop, to spoil it."""
    path = copied(published_shop.path, tmp_path / "own.db")
    return Shop(path, f"sqlite:///{path}", published_shop.dataset)


def changed(shop: Shop, content: bytes, *, with_checksum: bool) -> None:
    with closing(sqlite3.connect(shop.path)) as connection, connection:
        connection.execute(
            "update artifact set content = ?, sha256 = case when ? then ? else sha256 end"
            " where name = 'segmentation'",
            (content, with_checksum, hashlib.sha256(content).hexdigest()),
        )


@pytest.mark.parametrize("with_checksum", [True, False])
def test_damaged_models_score_nothing(with_checksum, own: Shop, shop_file: Path, capsys):
    changed(own, b"PK and so on", with_checksum=with_checksum)
    given = [shop_file, "--dataset", own.dataset, "--db", own.url]
    code, said = refused(given, capsys)
    assert code == 4
    assert "segmentation" in said
    assert "refresh the data set" in said


def test_a_run_without_models_says_so(own: Shop, shop_file: Path, capsys):
    with closing(sqlite3.connect(own.path)) as connection, connection:
        connection.execute("delete from artifact")
    code, said = refused([shop_file, "--dataset", own.dataset, "--db", own.url], capsys)
    assert code == 2
    assert "keeps no models" in said


def test_an_output_that_can_not_be_written(
    published_shop: Shop, shop_file: Path, tmp_path: Path, capsys
):
    output = tmp_path / "missing" / "scored.csv"
    given = [shop_file, "--dataset", "shop", "--db", published_shop.url, "--output", output]
    code, said = refused(given, capsys)
    assert code == 4
    assert "can't be written" in said


def test_interrupted_leaves_what_was_there(
    published_shop: Shop, shop_file: Path, tmp_path: Path, monkeypatch, capsys
):
    output = tmp_path / "scored.csv"
    output.write_text("as it was")

    def interrupts(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scoring, "score_frame", interrupts)
    given = [shop_file, "--dataset", "shop", "--db", published_shop.url, "--output", output]
    code, said = refused(given, capsys)
    assert (code, said) == (130, "score: Interrupted; nothing was written.")
    monkeypatch.setattr(scoring, "score_frame", lambda *_, **__: pd.DataFrame({"a": [1]}))
    monkeypatch.setattr(scoring, "_named", lambda table, *_: table)
    monkeypatch.setattr(score, "csv_columns", interrupts)
    assert refused(given, capsys)[0] == 130
    assert output.read_text() == "as it was"
    assert [each.name for each in tmp_path.iterdir()] == ["scored.csv"]
