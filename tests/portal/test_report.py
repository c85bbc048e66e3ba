"""The report and the export command: self-contained, whole, and clear about mistakes."""

import csv
import json
import re
import shutil
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.files import write, write_together
from pipeline.samples.market_activity import made_up_market, market_files
from pipeline.samples.marketing import made_up_marketing
from portal.report.page import SECTIONS
from scripts.export import main
from tests.shops import Shop, copied, copy_of, refreshed, rows


class Parts(HTMLParser):
    """Collect the tags of a page, and what they point to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href"}]


@pytest.fixture(scope="module")
def shop(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return copy_of(published_shop, tmp_path_factory.mktemp("exports"))


def export(shop: Shop, *arguments: object) -> int:
    given = [str(each) for each in arguments]
    return main([*given, "--db", shop.url, "--dataset", shop.dataset])


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    capsys.readouterr()
    code = main([str(each) for each in arguments])
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("export: ")
    assert "Traceback" not in said.err
    return code, said.err


def source(form: str, folder: Path) -> Path:
    """Write a small source of a form without orders."""
    if form == "market-activity":
        write_together(folder / "market", market_files(made_up_market(150, seed=5)))
        return folder / "market"
    made = made_up_marketing if form == "marketing" else made_up_behaviour
    table = made(200, seed=5)
    write(folder / f"{form}.csv", table.schema, [table])
    return folder / f"{form}.csv"


def insist_whole(text: str) -> None:
    parts = Parts(text)
    for title in SECTIONS:
        assert f"<h2>{title}</h2>" in text
    first, appendix = text.split("Appendix", 1)
    for title in ("What was found", "Whom to contact", "The plan"):
        assert f"<h2>{title}</h2>" in first
    assert "are known" in first
    assert "<h2>Overview</h2>" in appendix
    assert not {"script", "link", "img", "iframe"} & set(parts.tags)
    assert parts.addresses == []
    assert "url(" not in text
    assert not re.search(r"\b(nan|None|NaT)\b", text)


def test_the_report_is_one_file_that_loads_nothing(shop: Shop, tmp_path: Path) -> None:
    assert export(shop, "report", "--output", tmp_path / "report.html") == 0
    text = (tmp_path / "report.html").read_text("utf-8")

    insist_whole(text)
    assert text.count("<svg") >= 4
    for (segment,) in rows(shop.path, "select segment from published_segment"):
        assert segment in text
    assert "naive" in text
    assert "seed 0" in text
    assert len(text) < 300_000


@pytest.mark.parametrize("form", ["marketing", "behaviour", "market-activity"])
def test_other_forms_have_a_report_that_says_what_it_lacks(form: str, tmp_path: Path) -> None:
    shop = refreshed(tmp_path / "portal.db", source(form, tmp_path), dataset=form)
    assert export(shop, "report", "--output", tmp_path / "report.html") == 0
    text = (tmp_path / "report.html").read_text("utf-8")

    insist_whole(text)
    assert "This data set has no orders" in text
    assert "they need orders over time" in text


def test_names_are_written_as_text(shop: Shop, tmp_path: Path) -> None:
    for part in shop.path.parent.glob(f"{shop.path.name}.customers-*"):
        shutil.copy(part, tmp_path)
    path = copied(shop.path, tmp_path / shop.path.name)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update dataset set name = 'R&D <b>''s\"'")
        connection.execute("update segment_result set persona = '<script>1 < 2</script>'")
    other = Shop(path, f"sqlite:///{path}", "R&D <b>'s\"")
    assert export(other, "report", "--output", tmp_path / "report.html") == 0
    text = (tmp_path / "report.html").read_text("utf-8")

    insist_whole(text)
    assert "<h1>R&amp;D &lt;b&gt;&#39;s&#34;</h1>" in text
    assert "<dd>&lt;script&gt;1 &lt; 2&lt;/script&gt;</dd>" in text


def test_the_portal_gives_the_same_report(client: FlaskClient, published_shop: Shop) -> None:
    answer = client.get("/export/report.html")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "text/html"
    assert answer.headers["Content-Disposition"] == "attachment; filename=shop-report.html"
    insist_whole(answer.text)
    for what in ("summary", "actions"):
        table = client.get(f"/export/segments/{what}.csv")
        assert re.search(rf"shop-{what}-\d{{8}}-\d{{6}}\.csv", str(table.headers))
        segments = rows(published_shop.path, "select count(*) from published_segment")[0][0]
        assert len(list(csv.DictReader(table.text.splitlines()))) == segments


def test_shares_of_the_action_plan_are_a_whole(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "actions.csv"
    assert export(shop, "actions", "--output", path, "--budget", 1000) == 0
    with path.open(newline="", encoding="utf-8") as opened:
        plan = list(csv.DictReader(opened))

    assert sum(float(row["budget_share_percent"]) for row in plan) == pytest.approx(100)
    assert sum(float(row["amount"]) for row in plan) == pytest.approx(1000)
    assert all(row["actions"] and row["strategy"] for row in plan)
    assert all(float(row["expected_profit"]) < 1e6 for row in plan)


def test_what_comes_next_is_exported_as_the_view_has_it(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "ahead.csv"
    assert export(shop, "forecast", "--output", path) == 0
    with path.open(newline="", encoding="utf-8-sig") as opened:
        written = list(csv.DictReader(opened))
    ((many, expected),) = rows(
        shop.path,
        "select count(*), sum(expected) from published_forecast where dataset = ?",
        shop.dataset,
    )
    assert len(written) == many > 0
    total = sum(float(row["expected"] or 0) for row in written)
    assert total == pytest.approx(expected, rel=1e-3)


def test_a_folder_gets_files_with_the_time_in_their_name(shop: Shop, tmp_path: Path) -> None:
    assert export(shop, "segments", "--output", tmp_path) == 0
    (path,) = tmp_path.glob("*.csv")
    assert re.fullmatch(r"shop-segments-\d{8}-\d{6}\.csv", path.name)
    assert json.loads(path.with_name(f"{path.name}.json").read_text())["run"] == 1


def test_customers_are_narrowed_down_and_columns_chosen(shop: Shop, tmp_path: Path) -> None:
    ((segment, customers),) = rows(
        shop.path,
        "select segment, count(*) from published_customer group by 1 order by 2 limit 1",
    )
    path = tmp_path / "some.xlsx"
    asked = ("--segment", segment, "--columns", "monetary", "--output", path)
    assert export(shop, "customers", *asked) == 0
    sheet = list(openpyxl.load_workbook(path)["Customers"].values)

    assert sheet[0] == ("customer_id", "monetary")
    assert len(sheet) == customers + 1


def test_a_campaign_is_made_as_in_the_portal(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("campaign", "--name", "Spring", "--holdout", 0.25, "--seed", 9)
    assert export(shop, *asked, "--output", tmp_path / "list.csv", "--everyone") == 0
    with (tmp_path / "list.csv").open(newline="", encoding="utf-8") as opened:
        listed = list(csv.DictReader(opened))
    stored = rows(
        shop.path,
        "select customer_id from campaign_member join campaign using (campaign_id)"
        " where name = 'Spring' and not campaign_member.contacted",
    )
    held = {row["customer_id"] for row in listed if row["group"] == "hold-out"}
    assert held == {customer for (customer,) in stored}
    assert len(held) == int(len(listed) * 0.25 + 0.5)

    code, said = refused(capsys, *asked, "--output", tmp_path / "again.csv", "--db", shop.url)
    assert code == 2
    assert "“Spring” already" in said
    assert not (tmp_path / "again.csv").exists()


def test_the_stamp_of_a_list_makes_the_same_hold_out_again(shop: Shop, tmp_path: Path) -> None:
    ((segment,),) = rows(
        shop.path,
        "select segment from published_customer group by 1 order by count(*) desc limit 1",
    )
    first = ("campaign", "--name", "first", "--segment", segment, "--holdout", 0.3)
    made = (*first, "--seed", 21, "--output", tmp_path / "first.csv", "--everyone")
    assert export(shop, *made) == 0
    stamp = json.loads((tmp_path / "first.csv.json").read_text())

    told = ("campaign", "--name", "second", "--segment", stamp["filters"]["Segment"])
    drawn = ("--holdout", stamp["share"], "--seed", stamp["seed"], "--everyone")
    assert export(shop, *told, *drawn, "--output", tmp_path / "second.csv") == 0
    again = json.loads((tmp_path / "second.csv.json").read_text())
    assert {**again, "name": "first"} == stamp
    assert (tmp_path / "second.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["nothing"], "invalid choice"),
        (["customers", "--segment", "Nobody at all"], "Nobody is in"),
        (["customers", "--columns", "shoe_size"], "shoe_size"),
        (["campaign", "--holdout", "1.5"], "--holdout"),
        (["campaign", "--seed", "-1"], "--seed"),
        (["report", "--format", "csv"], "--format"),
        (["forecast", "--country", "France"], "of all sales"),
        (["segments", "--dataset", "other shop"], "other shop"),
    ],
)
def test_mistakes_are_told_in_a_sentence(
    shop: Shop, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    code, said = refused(capsys, *arguments, "--db", shop.url)
    assert code == 2
    assert word in said


def test_where_nothing_is_to_be_read_or_written(
    shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = f"sqlite:///{tmp_path / 'none.db'}"
    code, said = refused(capsys, "segments", "--db", missing)
    assert (code, "refresh first" in said) == (2, True)
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "file").touch()
    code, said = refused(
        capsys, "segments", "--db", shop.url, "--output", tmp_path / "file" / "a.csv"
    )
    assert code == 4
    assert "give another --output" in said
