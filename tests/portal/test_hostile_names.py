"""Names that Plotly would take for tags: shown as they are written, and still to be clicked."""

import csv
import html
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from pipeline.samples.files import write
from pipeline.samples.marketing import made_up_marketing
from portal.app import PAGES
from portal.kit.cards import ChartCard
from portal.kit.drawing.chart import Chart
from portal.kit.drawing.charts import plain
from portal.kit.page import Page
from portal.words.plain_text import MASKS, SIGNS, masked
from tests.recorder.browser import Browser
from tests.shops import Shop, refreshed, rows, write_shop

LINK = "<a href='//e.example'>x</a> & "
OWN = re.compile(r"<br>|</?b>|<extra>|</extra>")
"""What our figures write on purpose."""


def hostile_lines(path: Path) -> Path:
    """Write orders whose countries, customers and products are links."""
    with write_shop(path).open(newline="") as opened:
        lines = list(csv.reader(opened))
    header, *rest = lines
    spoiled = [
        header.index(name) for name in ("Country", "CustomerID", "Description", "StockCode")
    ]
    with path.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(header)
        for line in rest:
            writer.writerow(
                [
                    f"{LINK}{cell}" if i in spoiled and cell else cell
                    for i, cell in enumerate(line)
                ]
            )
    return path


def hostile_people(path: Path) -> Path:
    """Write a marketing table whose groups, and one of whose columns, are links."""
    table = made_up_marketing(300, seed=2)
    write(path, table.schema, [table])
    with path.open(newline="") as opened:
        header, *rest = list(csv.reader(opened))
    spoiled = [header.index(name) for name in ("Education", "Marital_Status")]
    with path.open("w", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([*header, f"{LINK}Column"])
        for place, line in enumerate(rest):
            cells = [f"{LINK}{cell}" if i in spoiled else cell for i, cell in enumerate(line)]
            writer.writerow([*cells, f"{LINK}{'odd' if place % 2 else 'even'}"])
    return path


def rename_segments(database: Path) -> None:
    """Make every segment's name a link, in every column where it stands."""
    with closing(sqlite3.connect(database)) as connection:
        names = [row[0] for row in connection.execute("select segment from published_segment")]
        marks = ", ".join("?" * len(names))
        tables = "select name from sqlite_schema where type = 'table'"
        for (table,) in connection.execute(tables).fetchall():
            for column in connection.execute(f"pragma table_info('{table}')").fetchall():
                connection.execute(
                    f'update "{table}" set "{column[1]}" = ? || "{column[1]}"'
                    f' where "{column[1]}" in ({marks})',
                    (LINK, *names),
                )
        connection.commit()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("hostile")
    refreshed(folder / "portal.db", hostile_people(folder / "people.csv"), dataset="people")
    return refreshed(folder / "portal.db", hostile_lines(folder / "shop.csv"))


def strings(value: Any) -> Iterator[str]:
    """Give every text within plain values, names of dictionaries among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from strings(name)
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def figures(browser: Browser, page: Page, search: str) -> Iterator[tuple[str, dict[str, Any]]]:
    opened = browser.opened(page.path, search)
    for name, props in opened.there.items():
        if isinstance(props.get("figure"), dict):
            yield name, props["figure"]
    for name, answer in opened.answers.items():
        if isinstance(answer, dict) and "data" in answer and "layout" in answer:
            yield str(name), answer


def assert_harmless(name: str, figure: dict[str, Any]) -> int:
    """Insist that no sign of a tag is left of the data; give how many texts came from it."""
    found = 0
    for text in strings(figure):
        assert not any(mask in text for mask in MASKS), (name, text)
        left = OWN.sub("", text)
        assert not re.search(r"<[A-Za-z/!?]|[a-z\"'/]>", left), (name, text)
        assert not re.search(r"&(?!lt;|gt;|amp;)", left), (name, text)
        found += "&lt;" in text
    return found


@pytest.mark.parametrize("with_segments", [False, True], ids=["data", "segments"])
def test_no_figure_of_any_page_has_a_tag_of_the_data(
    hostile: Shop, with_segments: bool, tmp_path: Path
) -> None:
    shop = hostile
    if with_segments:
        path = tmp_path / "portal.db"
        with (
            closing(sqlite3.connect(hostile.path)) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)
        rename_segments(path)
        shop = Shop(path, f"sqlite:///{path}", hostile.dataset)
    browser, seen, drawn = Browser(shop.url), 0, 0
    for dataset in ("shop", "people"):
        best = rows(
            shop.path,
            "select customer_id from published_customer where dataset = ? order by 1 limit 1",
            dataset,
        )[0][0]
        for page in PAGES:
            if not any(isinstance(card, ChartCard) for card in page.cards.values()):
                continue
            person = f"&customer={best}" if page.path == "/customer" else ""
            for name, figure in figures(browser, page, f"?dataset={dataset}{person}"):
                seen += assert_harmless(f"{name} of {dataset}", figure)
                drawn += 1
    assert drawn > 40
    assert seen > 10


def test_sentences_keep_the_signs(hostile: Shop) -> None:
    browser = Browser(hostile.url)
    opened = browser.opened("/", "?dataset=shop")
    said = json.dumps(list(opened.there.values()), default=str)
    assert not any(mask in said for mask in MASKS)
    assert LINK.split("'", maxsplit=1)[0] in json.loads(json.dumps(said))


def test_what_is_clicked_is_the_value_of_the_data() -> None:
    for value in ("R&D", "a < b", "&lt;", LINK, "&amp;lt;", "plain"):
        figure = go.Figure(go.Bar(x=[1], y=[masked(value)], customdata=[[masked(value)]]))
        drawn, finding, alternative = plain(
            Chart(figure, masked(f"“{value}” leads"), masked(value))
        )
        shown = drawn["data"][0]["customdata"][0][0]
        assert clicked(shown) == value
        assert html.unescape(shown) == value or "&lt;" in value
        assert not set(shown) & set("<>")
        assert (finding, alternative) == (f"“{value}” leads", value)


def clicked(value: str) -> str:
    """Give what `asWritten` of assets/portal.js gives."""
    return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_the_browser_reads_it_so() -> None:
    text = (Path(__file__).parents[2] / "assets" / "portal.js").read_text("utf-8")
    assert r'replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&")' in text
    assert text.count("asWritten(") == 4
    assert len(MASKS) == len(SIGNS) == 3
