"""`scripts/sample.py` from outside: files, exit codes, one sentence for what went wrong."""

import os
import re
import runpy
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from pipeline.base.errors import EnvironmentProblem, SettingsError
from pipeline.samples.files import SHEET_ROWS, checked, write
from pipeline.samples.lines import COLUMNS, made_up_lines
from pipeline.samples.settings import ShopSettings

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, str(ROOT / "scripts" / "sample.py")]
Inside = Callable[..., subprocess.CompletedProcess[str]]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def sample(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def inside(tmp_path: Path, monkeypatch, capsys) -> Inside:
    """Run the command in this process, without the second that a start takes."""
    main = runpy.run_path(COMMAND[1])["main"]
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = main([*arguments])
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, code, said.out, said.err)

    return run


def test_csv_with_its_truth(tmp_path):
    done = sample(
        tmp_path, "shop.csv", "--lines", "3000", "--seed", "4", "--truth", "true.parquet"
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "3,000 of 3,000 rows" in done.stderr
    assert {file.name for file in tmp_path.iterdir()} == {
        "shop.csv",
        "true.parquet",
        "true-cancellations.parquet",
    }
    text = {"InvoiceNo": str, "StockCode": str, "CustomerID": str}
    frame = pd.read_csv(
        tmp_path / "shop.csv", dtype=text, parse_dates=["InvoiceDate"], keep_default_na=True
    )
    expected = pa.concat_tables(made_up_lines(ShopSettings(lines=3_000, seed=4))).to_pandas()
    pd.testing.assert_frame_equal(frame, expected, check_dtype=False)
    told = pyarrow.parquet.read_table(tmp_path / "true.parquet")
    assert set(told["customer_id"].to_pylist()) == set(expected["CustomerID"].dropna())


def test_parquet_until_a_day(tmp_path, inside: Inside):
    done = inside("shop.parquet", "--customers", "30", "--until", "2020-02-29")
    assert done.returncode == 0, done.stderr
    table = pyarrow.parquet.read_table(tmp_path / "shop.parquet")
    expected = ShopSettings(customers=30, until="2020-02-29")
    assert table.cast(COLUMNS).equals(pa.concat_tables(made_up_lines(expected)))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["shop.txt"], "has to end in one of"),
        (["shop"], "has to end in one of"),
        (["nowhere/shop.csv"], "no folder"),
        (["there.csv"], "there already"),
        (["shop.csv", "--lines", "10"], "at least 1,000"),
        (["shop.csv", "--until", "2025-02-30"], "2025-02-30 is no date"),
        (["shop.csv", "--lines", "5000", "--customers", "5"], "not allowed with"),
        (["shop.csv", "--truth", "shop.csv"], "a file of its own"),
        (["shop.csv", "--form", "pottery"], "invalid choice"),
        (["shop.csv", "--form", "marketing", "--lines", "5000"], "--lines is for order lines"),
        (["shop.csv", "--form", "behaviour", "--customers", "0"], "from 1 to"),
        (["shop.csv", "--form", "behaviour", "--seed", "-1"], "from 0 on"),
        (["market.csv", "--form", "market-activity"], "a folder or a .zip"),
        (["no/market", "--form", "market-activity"], "no folder"),
        (["there.csv", "--form", "marketing"], "there already"),
        ([], "required"),
    ],
)
def test_bad_arguments(tmp_path, arguments, says, capsys, monkeypatch):
    main = runpy.run_path(COMMAND[1])["main"]

    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("mine")
    assert main(arguments) == 2
    said = capsys.readouterr().err.strip()
    assert says in said
    assert said.endswith(".")
    assert "\n" not in said
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("form", ["marketing", "behaviour"])
def test_a_form_with_one_row_a_customer(tmp_path, form, inside: Inside):
    done = inside("c.csv", "--form", form, "--customers", "60", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert len(pd.read_csv(tmp_path / "c.csv")) == 60


@pytest.mark.parametrize("out", ["market", "market.zip"])
def test_market_activity_is_four_files(tmp_path, out, inside: Inside):
    command = (out, "--form", "market-activity", "--customers", "40")
    done = inside(*command)
    assert done.returncode == 0, done.stderr
    assert [file.name for file in tmp_path.iterdir()] == [out]
    if out.endswith("zip"):
        with zipfile.ZipFile(tmp_path / out) as archive:
            names = archive.namelist()
            profit = archive.read("money.csv").decode()
    else:
        names = [file.name for file in (tmp_path / out).iterdir()]
        profit = (tmp_path / out / "money.csv").read_bytes().decode()
    assert sorted(names) == [
        "market_file.csv",
        "market_money.csv",
        "market_time.csv",
        "money.csv",
    ]
    assert re.match(r"id;Прибыль\r\n\d+;\d,\d", profit)

    again = inside(*command)
    assert again.returncode == 2
    assert "there already" in again.stderr
    assert inside(*command, "--force").returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == [out]


def test_bad_arguments_leave_with_2(tmp_path):
    done = sample(tmp_path, "shop.txt")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_force_replaces(tmp_path, inside: Inside):
    (tmp_path / "shop.csv").write_text("mine")
    done = inside("shop.csv", "--customers", "5", "--force")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "shop.csv").read_text().startswith('"InvoiceNo"')


def test_full_disk_leaves_with_4(tmp_path):
    """A file size limit stands in for a full disk."""
    (tmp_path / "shop.csv").write_text("mine")
    limited = (
        "import resource, runpy, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    )
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)); "
    limited += "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            limited,
            COMMAND[1],
            "shop.csv",
            "--customers",
            "900",
            "--force",
        ],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 4, done.stderr
    assert "can't be written" in done.stderr
    assert [file.read_text() for file in tmp_path.iterdir()] == ["mine"]


def test_interrupted_leaves_with_130(tmp_path):
    running = subprocess.Popen(
        [*COMMAND, "shop.csv", "--lines", "20000000"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 30
    while not any(tmp_path.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Interrupted" in said
    assert not list(tmp_path.iterdir())


def few_lines() -> pa.Table:
    return next(iter(made_up_lines(ShopSettings(lines=1_000)))).slice(0, 12)


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.CSV", "a.zip", "a.parquet", "a.xlsx"])
def test_every_format_holds_the_same(tmp_path, name):
    file, table = tmp_path / name, few_lines()
    checked(file, len(table))
    write(file, COLUMNS, [table.slice(0, 5), table.slice(5)])
    assert list(tmp_path.iterdir()) == [file]
    if name.endswith("parquet"):
        frame = pd.read_parquet(file)
    else:
        text = {"InvoiceNo": str, "StockCode": str, "CustomerID": str}
        workbook = partial(pd.read_excel, engine="openpyxl")
        read = workbook if name.endswith("xlsx") else pd.read_csv
        frame = read(file, dtype=text, parse_dates=["InvoiceDate"])
    pd.testing.assert_frame_equal(frame, table.to_pandas(), check_dtype=False)


def test_a_sheet_has_an_end(tmp_path):
    checked(tmp_path / "a.xlsx", SHEET_ROWS)
    with pytest.raises(SettingsError, match=r"1,048,575 rows .*\.csv instead"):
        checked(tmp_path / "a.xlsx", SHEET_ROWS + 1)


def test_what_fails_on_the_way_leaves_nothing(tmp_path):
    def failing():
        yield few_lines()
        raise OSError(28, "No space left on device")

    for name in ["a.csv", "a.csv.gz", "a.zip", "a.parquet", "a.xlsx"]:
        with pytest.raises(EnvironmentProblem, match="No space left on device"):
            write(tmp_path / name, COLUMNS, failing())
    assert not list(tmp_path.iterdir())
