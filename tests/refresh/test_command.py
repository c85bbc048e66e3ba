"""The command: arguments, exit codes, what it says and to whom."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.refresh import main
from tests.shops import (
    OUTCOME,
    STAGES,
    Shop,
    copy_of,
    outcome,
    quick,
    refreshed,
    refused,
    rows,
    write_shop,
)
from tests.sources.broken import BROKEN, Broken


@pytest.fixture(scope="session")
def own_shop(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Copy the published shop for refreshes, which no portal of this process has open.

    A refresh opens the file through a second copy of the SQLite library; closing that one drops
    the locks of every connection that the process has on the same file.
    """
    return copy_of(published_shop, tmp_path_factory.mktemp("own"))


def test_the_last_line_is_the_contracts_json(shop_file: Path, tmp_path: Path, capsys):
    arguments = [shop_file, "--db", f"sqlite:///{tmp_path}/portal.db", *quick(tmp_path)]
    assert main([*map(str, arguments), "--json"]) == 0
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 1
    told = outcome(said.out)
    assert set(told) == OUTCOME
    assert tuple(told["stages"]) == STAGES
    lines = len(shop_file.read_text().splitlines()) - 1
    assert (told["dataset"], told["form"], told["run"]) == ("shop", "order-lines", 1)
    assert told["published"] is True
    assert told["rows_read"] == lines > told["rows_kept"] > told["customers"] > 0
    assert 0 < sum(told["stages"].values()) <= told["seconds"] + 0.01
    kept = rows(tmp_path / "portal.db", "select rows_read, rows_kept, customers from run")
    assert kept == [(told["rows_read"], told["rows_kept"], told["customers"])]
    (taken,) = rows(tmp_path / "portal.db", "select sum(rows) from finding where removes")[0]
    assert told["rows_read"] == told["rows_kept"] + taken


def test_plain_lines_on_standard_error_name_each_stage(shop_file: Path, tmp_path, capsys):
    """Without `--json` nothing goes to standard output."""
    refreshed(tmp_path / "portal.db", shop_file)
    told = capsys.readouterr()
    assert told.out == ""
    said = told.err.splitlines()
    begun = [line.split("] ")[1] for line in said if line.startswith("[")]
    assert [name for name in begun if " " not in name] == list(STAGES)
    assert said[-1].startswith("Published “shop” (run 1): ")


BAD_ARGUMENTS = {
    "--as-of yesterday": "“yesterday” is no day; write it like 2025-12-31",
    "--as-of 2025-02-30": "“2025-02-30” is no day",
    "--as-of 1970-01-01": "--as-of 1970-01-01 lies before the first row, which is of 2025-",
    "--as-of 2999-01-01": "--as-of 2999-01-01 is still to come",
    "--as-of 9999-12-31": "is still to come",
    "--seed -1": "--seed must be from 0 to 4,294,967,295",
    "--seed 4294967296": "--seed must be from 0 to 4,294,967,295",
    "--seed one": "invalid int value: 'one'",
    "--trials 0": "“0” is no number from 1 up",
    "--trials -3": "“-3” is no number from 1 up",
    "--form lines": "invalid choice: 'lines'",
    "--form marketing": "marketing",
    "--colour red": "Unrecognized arguments: --colour red",
    "--dataset": "expected one argument",
    "--dataset  ": "1 to 100 printable characters",
    "--dataset a\nb": "1 to 100 printable characters",
    f"--dataset {'x' * 101}": "1 to 100 printable characters",
    "--settings none.yaml": "There is no settings file none.yaml",
    "--map none.yaml": "none.yaml",
    "nowhere.csv": "nowhere.csv: doesn't exist; check the path",
    "ftp://host/shop": "ftp://host/shop",
    "nonsense://": "nonsense",
}


@pytest.mark.parametrize("wrong", BAD_ARGUMENTS)
def test_bad_arguments(wrong: str, own_shop: Shop, shop_file: Path, capsys):
    runs = rows(own_shop.path, "select run from published_run")
    name, *values = wrong.split(" ", 1)
    arguments = [shop_file, "--db", own_shop.url, "--dataset", "shop", name, *values]
    code, said = refused(arguments, capsys)
    assert code == 2
    assert BAD_ARGUMENTS[wrong] in said
    assert rows(own_shop.path, "select run from published_run") == runs


BAD_SETTINGS = {
    "segments: {k: 1}": "k must be from 2 to 20",
    "segments: {k: 6-4}": "k must be from 2 to 20",
    "segments: {k: many}": "segments.k",
    "segments: {k: 4.5}": "segments.k",
    "segments: {evidence: [2, 30]}": "evidence must be from 2 to 20",
    "segments: {least_share: .nan}": "segments.least_share",
    "segments: {least_share: 0.7}": "segments.least_share",
    "segments: {algorithm: magic}": "segments.algorithm",
    "segments: {colour: red}": "segments.colour",
    "segments: 5": "segments",
    "cleaning: unusual": "cleaning.method",
    "cleaning: {unusable_share: -1}": "cleaning.unusable_share",
    "cleaning: {fees: perhaps}": "cleaning.fees",
    "snapshots: {every_days: 0}": "snapshots.every_days",
    "runs: {keep: 0}": "runs.keep",
    "currency: pounds": "currency",
    "colour: red": "colour",
    "1: 2": "1",
    "- a\n- b": "must hold settings",
    "just text": "must hold settings",
    "segments: {k: [4": "line 1 is not valid YAML",
    "a: b: c": "line 1 is not valid YAML",
    "a: \0": "not valid YAML",
    "a: !!python/object:os.system {}": "has a tag (!); leave it out",
    "[" * 5000: "nested too deeply",
}


@pytest.mark.parametrize("text", BAD_SETTINGS, ids=lambda text: text[:40])
def test_bad_settings(text: str, tmp_path: Path, shop_file: Path, capsys):
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    url = f"sqlite:///{tmp_path}/portal.db"
    code, said = refused([shop_file, "--db", url, "--settings", path], capsys)
    assert code == 2
    assert BAD_SETTINGS[text] in said
    assert "bad.yaml" in said
    assert "Value error" not in said


def test_settings_that_can_not_be_read(tmp_path: Path, shop_file: Path, capsys):
    url = f"sqlite:///{tmp_path}/portal.db"
    (tmp_path / "latin.yaml").write_bytes("currency: £".encode("latin-1"))
    for path in (tmp_path, tmp_path / "latin.yaml"):
        code, said = refused([shop_file, "--db", url, "--settings", path], capsys)
        assert code in {2, 4}
        assert str(path) in said


def named(broken: Broken) -> str:
    return broken.name


@pytest.mark.parametrize("broken", BROKEN, ids=named)
def test_a_broken_file(broken: Broken, tmp_path: Path, own_shop: Shop, capsys):
    """Each is refused in one sentence, and what was published stays."""
    path = tmp_path / broken.name
    broken.make(path)
    before = rows(own_shop.path, "select run, published_at from published_run")
    code, said = refused([path, "--db", own_shop.url, "--dataset", "shop"], capsys)
    assert code in {2, 4}
    assert broken.name in said
    assert all(word in said for word in broken.words), said
    assert rows(own_shop.path, "select run, published_at from published_run") == before


def test_there_are_sixty_broken_files():
    assert len(BROKEN) >= 60


def test_a_folder_without_files_and_a_device(tmp_path: Path, capsys):
    for source in (tmp_path, "/dev/null", "\0", "x" * 5000):
        code, _ = refused([source, "--db", f"sqlite:///{tmp_path}/p.db"], capsys)
        assert code in {2, 4}


def test_a_damaged_file_among_good_ones(shop_file: Path, tmp_path: Path, capsys):
    """Nothing of the good one stays."""
    url = f"sqlite:///{tmp_path}/portal.db"
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"\0" * 100)
    assert refused([shop_file, bad, "--db", url], capsys)[0] == 2
    assert rows(tmp_path / "portal.db", "select * from load") == []
    assert rows(tmp_path / "portal.db", "select * from order_line limit 1") == []


def test_formulas_are_text(tmp_path: Path, shop_file: Path):
    """A description that a spreadsheet would run is only a description."""
    text = shop_file.read_text()
    lines = text.splitlines()
    code = lines[1].split(",")
    lines[1] = ",".join([*code[:2], '"=HYPERLINK(""http://x"")"', *code[3:]])
    (tmp_path / "formula.csv").write_text("\n".join(lines) + "\n")
    shop = refreshed(tmp_path / "portal.db", tmp_path / "formula.csv")
    assert rows(shop.path, "select count(*) from order_line where description like '=HYP%'")


def test_the_environment_names_the_database(shop_file: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PORTAL_DB", f"sqlite:///{tmp_path}/named.db")
    assert main([str(shop_file), *quick(tmp_path)]) == 0
    assert rows(tmp_path / "named.db", "select dataset from published_run") == [("shop",)]


def test_the_default_is_the_made_up_shop(monkeypatch, tmp_path: Path, capsys):
    from pipeline.sources import arrival

    small = arrival.MADE_UP_SHOP.model_copy(update={"customers": 120})
    monkeypatch.setattr(arrival, "MADE_UP_SHOP", small)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PORTAL_DB", raising=False)
    assert main(["--json", *quick(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["dataset"] == "made-up-shop"
    assert (tmp_path / "data" / "portal.db").is_file()


def test_a_folder_is_read_whole(tmp_path: Path, capsys):
    folder = tmp_path / "exports"
    folder.mkdir()
    for seed in (1, 2):
        write_shop(folder / f"part-{seed}.csv", customers=60, seed=seed)
    (folder / "notes.txt~").write_text("not a table")
    refreshed(tmp_path / "portal.db", folder, "--json")
    told = outcome(capsys.readouterr().out)
    lines = sum(len(p.read_text().splitlines()) - 1 for p in folder.glob("*.csv"))
    assert told["rows_read"] == lines


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no priorities")
def test_long_work_gives_way_once_and_never_pushes_forward() -> None:
    code = (
        "import os; from scripts.terminal import give_way, NICE;"
        "ask = lambda: os.getpriority(os.PRIO_PROCESS, 0);"
        "give_way(); give_way(); assert ask() == NICE; os.nice(5); give_way();"
        "assert ask() == NICE + 5"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
