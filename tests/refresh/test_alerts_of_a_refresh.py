"""Rules for alerts at the end of a refresh: exit codes, what is written, what is said."""

import datetime as dt
from pathlib import Path

from db.engine import open_writer
from db.workspace import rules
from db.workspace.rules import Rule
from scripts.refresh import main
from tests.shops import copied, outcome, quick, rows, write_shop


def refresh(database: Path, source: Path, *more: str) -> int:
    given = [str(source), "--dataset", "shop", "--db", f"sqlite:///{database}"]
    return main([*given, "--currency", "GBP", *quick(database.parent), *more])


def test_a_rule_that_fires_gives_5_after_publishing(tmp_path: Path, capsys) -> None:
    source, first = write_shop(tmp_path / "shop.csv"), tmp_path / "portal.db"
    assert refresh(first, source, "--fail-on-alert") == 0
    assert rows(first, "select count(*) from alert_rule") == [(len(rules.GIVEN),)]
    assert rows(first, "select count(*) from published_alert") == [(0,)]
    assert rows(first, "select count(*) from published_drift") == [(0,)]

    second = copied(first, tmp_path / "second.db")
    writer = open_writer(f"sqlite:///{second}")
    rules.add(
        writer,
        "shop",
        Rule("customers", None, "above", 1.0),
        at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    )
    writer.dispose()
    capsys.readouterr()
    assert refresh(second, source, "--fail-on-alert", "--json") == 5
    told = outcome(capsys.readouterr().out)
    many = told["customers"]
    (alert,) = told["alerts"]
    assert alert["sentence"] == f"Customers: {many:,}, above the limit of 1."
    kept = rows(second, "select rule, figure, value, threshold, sentence from published_alert")
    assert kept == [tuple(alert.values())]
    assert kept[0][2] == rows(second, "select count(*) from published_customer")[0][0]
    assert rows(second, "select run from published_run") == [(2,)]
    drift = rows(second, "select kind, name, stability_index, level from published_drift")
    assert {row[2:] for row in drift} <= {(0.0, "same")}
    assert refresh(second, source) == 0
