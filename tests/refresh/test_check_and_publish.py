"""The check gives exactly what publishing gives, and `--append` remembers the mapping."""

import json
import zipfile

import pytest

from scripts import check
from scripts.refresh import main
from tests.shops import quick, rows

SAME = (
    "customers", "orders", "revenue", "orders_all", "revenue_all", "currency", "first_day",
    "last_day", "rows_read", "rows_kept", "warnings", "notes",
)  # fmt: skip


def orders(first, many, *, columns="Wer;Wann;Wieviel;Zustand"):
    """Write orders of forty customers under names that only a mapping tells."""
    lines = [columns]
    for number in range(first, first + many):
        status = ("bezahlt", "storniert")[number % 7 == 0]
        day = f"{1 + number % 28:02d}.{1 + number // 28 % 12:02d}.2024"
        who = "" if number % 11 == 0 else f"K{number % 40:03d}"
        lines.append(f"{who};{day};{10 + number % 13},50 €;{status}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def asked(tmp_path):
    """Give a file of orders, its mapping and the arguments of a quick refresh."""
    (tmp_path / "a.csv").write_text(orders(0, 300), "utf-8")
    (tmp_path / "b.csv").write_text(orders(300, 36), "utf-8")
    names = "customer_id: Wer\nordered_at: Wann\namount: Wieviel\nstatus: Zustand\n"
    (tmp_path / "map.yaml").write_text(names, "utf-8")
    return ["--db", f"sqlite:///{tmp_path}/p.db", "--dataset", "s", "--json", *quick(tmp_path)]


def published(arguments, capsys):
    assert main([*map(str, arguments)]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_check_says_what_publishing_gives(asked, tmp_path, capsys):
    mapping = ["--map", str(tmp_path / "map.yaml")]
    assert check.main([str(tmp_path / "a.csv"), "--db", asked[1], *mapping]) == 0
    before = json.loads(capsys.readouterr().out)
    after = published([tmp_path / "a.csv", *asked, *mapping], capsys)
    assert {name: before[name] for name in SAME} == {name: after[name] for name in SAME}
    assert after["currency"] == "EUR"
    assert {"status_cancelled", "guests"} <= {each["code"] for each in after["notes"]}
    assert after["orders_all"] > after["orders"]
    query = "select sum(frequency), round(sum(monetary), 2) from published_customer"
    assert rows(tmp_path / "p.db", query) == [(after["orders"], after["revenue"])]
    assert rows(tmp_path / "p.db", "select currency from run") == [("EUR",)]


def test_append_remembers_the_mapping(asked, tmp_path, capsys):
    first = published([tmp_path / "a.csv", *asked, "--map", tmp_path / "map.yaml"], capsys)
    more = published([tmp_path / "b.csv", *asked, "--append"], capsys)
    assert more["rows_read"] == first["rows_read"] + 36
    assert more["orders"] > first["orders"]


def test_a_remembered_mapping_is_asked_of_each_table_alone(asked, tmp_path, capsys):
    published([tmp_path / "a.csv", *asked, "--map", tmp_path / "map.yaml"], capsys)
    usual = orders(400, 20, columns="customer;date;amount;status")
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as both:
        both.writestr("b.csv", orders(300, 36))
        both.writestr("c.csv", usual)
    more = published([tmp_path / "both.zip", *asked, "--append"], capsys)
    assert more["rows_read"] == 300 + 36 + 20


def test_a_second_refresh_of_the_same_file_says_the_same(asked, tmp_path, capsys):
    call = [tmp_path / "a.csv", *asked, "--map", tmp_path / "map.yaml"]
    first, again = published(call, capsys), published(call, capsys)
    assert (first["warnings"], first["notes"]) == (again["warnings"], again["notes"])
    query = "select level, code, sentence, rows from run_remark where run_id = ? order by 1, 2"
    assert rows(tmp_path / "p.db", query, 1) == rows(tmp_path / "p.db", query, 2) != []


def test_a_currency_of_the_command_stands_for_none_and_against_another(asked, tmp_path, capsys):
    call = [tmp_path / "a.csv", *asked, "--map", tmp_path / "map.yaml", "--currency", "chf"]
    told = published(call, capsys)
    assert told["currency"] == "CHF"
    assert [each["code"] for each in told["warnings"]] == ["currency_disagrees"]
