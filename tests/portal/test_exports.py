"""Exports: whole, filtered, and harmless in a spreadsheet."""

import csv
import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from db.engine import open_reader
from pipeline.samples.lines import COLUMNS
from pipeline.sources.columns import match, recognise
from pipeline.sources.forms import tables_of
from portal.app import PAGES, create_app
from portal.kit.tables.csv_text import FORMULA, csv_columns, csv_lines, neutral
from portal.settings import Settings
from tests.shops import FORMS, Shop, rows

OTHER_FORMS = {
    "explore-campaigns", "models-settings", "models-checks", "campaigns-effects",
    "risk-promotional", "risk-rules",
}  # fmt: skip
"""Cards of which a shop, tuning by a single trial, or nobody's campaign know nothing."""

TO_CHOOSE = {
    "campaigns-by-risk", "models-windows", "models-calibrations", "history-changed",
    "products-facts", "products-countries", "products-price", "segments-flowed",
    "models-first-classes", "models-second-classes", "customer-next", "products-partners",
    "history-alerts", "history-drift",
}  # fmt: skip
"""Cards of a campaign, an update, a question, a product, a move or a model to be chosen, and
of what a first update of a small shop has not."""
LABELS = {
    "VIP": "is_vip", "passive": "is_passive", "promotional": "is_promotional", "new": "is_new",
    "wholesale": "is_wholesale", "outlier": "is_outlier",
}  # fmt: skip
OF_TWO = {
    "models-first-confusion", "models-second-confusion", "models-agreement", "models-plane",
    "models-different",
}  # fmt: skip
"""Cards of two models that have to be chosen first."""


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@given(st.text())
def test_no_text_stays_a_formula(text: str) -> None:
    written = next(csv.reader(io.StringIO("".join(csv_lines(["a"], [[text]])), newline="")))
    assert written == ["a"]
    assert neutral(neutral(text).removeprefix("'")) == neutral(text)
    assert not str(neutral(text)).startswith(FORMULA)


@pytest.mark.parametrize("sign", FORMULA)
def test_formulas_become_text(sign: str) -> None:
    assert neutral(f"{sign}cmd|' /C calc'!A0").startswith("'")


@given(
    st.text(alphabet="a1=+-@,;|\t \"\r\n\ufeff'＝"),
    st.sampled_from(",;"),
    st.sampled_from(",;\t|"),
)
def test_no_cell_is_a_formula_whatever_separates_it(
    text: str, written: str, opened: str
) -> None:
    whole = "".join(
        csv_lines(["name", "n"], [["x", 1], [text, 2], ["y", 3]], delimiter=written)
    )
    for row in csv.reader(io.StringIO(whole, newline=""), delimiter=opened):
        for cell in row:
            assert not cell.lstrip(' \r\n\t\ufeff"').startswith(("=", "+", "-", "@", "＝"))
    for line in whole.splitlines():
        for cell in line.split(opened):
            assert not cell.strip(' \r\n\t\ufeff"').startswith(("=", "+", "-", "@", "＝"))


def test_every_text_stands_in_quotes() -> None:
    rows_given = [["a", 1, None], ["1", 2.5, True]]
    expected = '"t","n","x"\r\n"a",1,""\r\n"1",2.5,True\r\n'
    assert "".join(csv_lines(["t", "n", "x"], rows_given)) == expected
    columns = {"t": ["a", "1"], "n": [1, 2.5], "x": [None, True]}
    assert "".join(csv_columns(columns)) == expected


def test_numbers_stay_numbers() -> None:
    assert "".join(csv_lines(["x"], [[-3.5], [None], [12]])) == '"x"\r\n-3.5\r\n""\r\n12\r\n'


def test_a_spreadsheet_is_told_the_encoding_when_it_asks() -> None:
    assert "".join(csv_lines(["é"], [], with_bom=True)).startswith('\ufeff"é"')


def test_customers_are_exported_as_filtered(client: FlaskClient, published_shop: Shop) -> None:
    ((segment, customers),) = rows(
        published_shop.path,
        "select segment, count(*) from published_customer group by 1 order by 2 limit 1",
    )
    whole = read(client.get("/export/segments-customers.csv").text)
    some = client.get("/export/segments-customers.csv", query_string={"segment": segment})

    assert len(whole) > len(read(some.text)) == customers
    assert {row["segment"] for row in read(some.text)} == {segment}
    assert (
        some.headers["Content-Disposition"]
        == "attachment; filename=shop-segments-customers.csv"
    )
    money = [float(row["monetary"]) for row in whole]
    assert money == sorted(money, reverse=True)


def test_customers_are_exported_as_sorted(client: FlaskClient) -> None:
    query = {"sort": "recency_days", "order": "asc"}
    exported = read(client.get("/export/segments-customers.csv", query_string=query).text)
    days = [int(row["recency_days"]) for row in exported]
    assert days == sorted(days)


def test_every_card_gives_its_rows(client: FlaskClient, published_shop: Shop) -> None:
    ((best,),) = rows(
        published_shop.path,
        "select customer_id from published_customer order by monetary desc limit 1",
    )
    cards = [card for page in PAGES for card in page.cards]
    assert cards
    without = set()
    for card in cards:
        answer = client.get(f"/export/{card}.csv", query_string={"customer": best})
        assert answer.status_code == 200, card
        assert answer.mimetype == "text/csv"
        if len(answer.text.splitlines()) == 1:
            without.add(card)
    assert without <= OTHER_FORMS | OF_TWO | TO_CHOOSE


def test_a_card_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/export/nothing.csv").status_code == 404
    assert client.get("/export/segments-customers.csv?dataset=nothing").status_code == 404


def test_the_sample_file_has_the_form(client: FlaskClient) -> None:
    text = client.get("/sample/order-lines.csv").text
    lines = read(text)
    assert len(lines) == 12
    assert any(re.match("C", line["InvoiceNo"]) for line in lines)
    assert set(lines[0]) == {*COLUMNS.names} - {"Category"}


@pytest.mark.parametrize("form", ["marketing", "behaviour"])
def test_the_sample_file_of_a_form_is_recognised(client: FlaskClient, form: str) -> None:
    text = client.get(f"/sample/{form}.csv").text
    separator = ";" if form == "marketing" else ","
    head, *rows = csv.reader(text.splitlines(), delimiter=separator)
    assert recognise(head) == form
    assert sorted(match(head, form).values()) == sorted(head)
    assert {len(row) for row in rows} == {len(head)}


def test_the_sample_of_market_activity_is_recognised(client: FlaskClient) -> None:
    with zipfile.ZipFile(io.BytesIO(client.get("/sample/market-activity.zip").data)) as archive:
        found = set()
        for name in archive.namelist():
            separator = ";" if name == "money.csv" else ","
            head, *rows = csv.reader(
                archive.read(name).decode().splitlines(), delimiter=separator
            )
            assert {len(row) for row in rows} == {len(head)}
            found.add(recognise(head))
    assert found == set(tables_of("market-activity"))


def test_a_sample_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/sample/pottery.csv").status_code == 404


@pytest.mark.parametrize("dataset", FORMS)
def test_the_file_for_bi_has_every_column_that_holds_anything_and_no_other(
    forms: Shop, dataset: str
) -> None:
    client = create_app(open_reader(forms.url), Settings(db=forms.url)).server.test_client()
    text = client.get(f"/export/processed.csv?dataset={dataset}", buffered=True).text
    table = read(text)
    columns = list(table[0])
    assert [name for name in columns if not any(row[name] for row in table)] == []

    attributes = {
        (row[0], row[1]): row[2]
        for row in rows(
            forms.path,
            "select customer_id, attribute, value from published_customer_attribute"
            f" where dataset = '{dataset}'",
        )
    }
    names = {attribute for _, attribute in attributes}
    for label, column in LABELS.items():
        named = {customer for customer, attribute in attributes if attribute == label}
        ours = {row["customer_id"] for row in table if row.get(column, "no") in ("yes", "1")}
        assert ours == named
    missing = {name for name in names - LABELS.keys() if name not in columns}
    assert not missing

    tasks = rows(
        forms.path,
        "select customer_id, task, predicted, probability from published_prediction"
        f" where dataset = '{dataset}' and task not in ('churn', 'segment_replication')",
    )
    told = {row["customer_id"]: row for row in table}
    for customer, task, predicted, probability in tasks:
        assert told[customer][task] == predicted
        assert float(told[customer][f"{task}_probability"]) == probability
