"""Which column is which, and what is said where one is missing."""

import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import SourceError
from pipeline.sources.columns import match, missing, recognise, unfit
from pipeline.sources.forms import CUSTOMERS, FORMS, REGISTERED, Form
from pipeline.sources.mappings import read_mapping
from pipeline.sources.parts import Part
from pipeline.sources.telling.contents import contents
from tests.sources.broken import FIELDS

MARKETING = """
    ID Year_Birth Education Marital_Status Income Kidhome Teenhome Dt_Customer Recency
    MntWines MntFruits MntMeatProducts MntFishProducts MntSweetProducts MntGoldProds
    NumDealsPurchases NumWebPurchases NumCatalogPurchases NumStorePurchases
    NumWebVisitsMonth AcceptedCmp3 AcceptedCmp4 AcceptedCmp5 AcceptedCmp1 AcceptedCmp2
    Complain Z_CostContact Z_Revenue Response
"""
BEHAVIOUR = (
    "Customer ID,Gender,Age,City,Membership Type,Total Spend,Items Purchased,Average Rating,"
    "Discount Applied,Days Since Last Purchase,Satisfaction Level"
)
ACTIVITY = (
    "id,Покупательская активность,Тип сервиса,Разрешить сообщать,Маркет_актив_6_мес,"
    "Маркет_актив_тек_мес,Длительность,Акционные_покупки,Популярная_категория,"
    "Средний_просмотр_категорий_за_визит,Неоплаченные_продукты_штук_квартал,Ошибка_сервиса,"
    "Страниц_за_визит"
)
HEADERS = {
    "order-lines": FIELDS,
    "marketing": MARKETING.split(),
    "behaviour": BEHAVIOUR.split(","),
    "market-activity/customers": ACTIVITY.split(","),
    "market-activity/revenue": ["id", "Период", "Выручка"],
    "market-activity/minutes": ["id", "Период", "минут"],
    "market-activity/profit": ["id", "Прибыль"],
}


def part(*columns: str) -> Part:
    table = pa.Table.from_arrays([pa.array(["1"])] * len(columns), names=list(columns))
    return Part("x.csv", None, table)


def test_all_forms_but_tables_of_any_columns_have_a_header_of_their_own():
    assert set(FORMS) - set(HEADERS) == {CUSTOMERS}
    assert recognise(["customer_id", "age", "gender"]) is None
    assert recognise(["anything"], form=CUSTOMERS) == CUSTOMERS


@pytest.mark.parametrize("form", HEADERS)
def test_each_form_is_known_by_its_own_header(form: str):
    assert recognise(HEADERS[form]) == form
    assert list(match(HEADERS[form], form).values()) != []
    assert set(match(HEADERS[form], form).values()) == set(HEADERS[form])


@given(st.sampled_from(list(HEADERS)), st.randoms(use_true_random=False))
def test_order_case_blanks_and_marks_do_not_matter(form: str, chance: random.Random):
    columns = list(HEADERS[form])
    chance.shuffle(columns)
    dressed = [
        chance.choice([" ", "\ufeff", ""])
        + chance.choice([str.upper, str.lower, str.title])(column)
        + chance.choice([" ", "_", ""])
        for column in columns
    ]
    assert recognise(dressed) == form


@pytest.mark.parametrize(
    "columns",
    [
        "Invoice StockCode Description Quantity InvoiceDate Price Customer_ID Country",
        "order_number sku product_name qty order_date unit_price client_id country",
        "OrderID ProductID Quantity Date Price CustomerID",
        "InvoiceID Item Qty OrderDate UnitPrice Customer",
        "invoice product description ordered_at quantity unit_price customer_id country",
    ],
)
def test_order_lines_go_by_many_names(columns: str):
    assert recognise(columns.split()) == "order-lines"


def test_the_more_telling_name_wins():
    columns = ["Date", "InvoiceDate", "Item", "StockCode", "Order", "Qty", "Price", "Customer"]
    found = match(columns, "order-lines")
    assert found["ordered_at"] == "InvoiceDate"
    assert found["product"] == "StockCode"


def test_the_mapping_goes_first():
    columns = ["InvoiceNo", "Bon", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "Wer"]
    mapping = {"invoice": "Bon", "customer_id": "wer"}
    found = match(columns, "order-lines", mapping)
    assert (found["invoice"], found["customer_id"]) == ("Bon", "Wer")
    assert recognise(columns) is None
    assert recognise(columns, mapping) == "order-lines"


def test_a_mapped_column_must_be_there():
    with pytest.raises(SourceError, match=r"no column “Bon”.*“invoice”.*it has a, b"):
        match(["a", "b"], "order-lines", {"invoice": "Bon"}, file="x.csv")


def test_a_needed_column_may_stand_once_only():
    with pytest.raises(SourceError, match="column “UnitPrice”: stands more than once"):
        match([*FIELDS, "UnitPrice"], "order-lines", file="x.csv")
    assert match([*FIELDS, "Note", "Note", "", ""], "order-lines")


def test_what_fits_nothing_is_said_with_what_was_found():
    said = str(unfit(part(*(f"c{i}" for i in range(20)))))
    assert "found c0, c1" in said
    assert "c11 and 8 more" in said
    assert "c12" not in said
    meant = [form for form in FORMS if form.startswith(("market-activity", CUSTOMERS))]
    assert all((form in said) is (form not in meant) for form in FORMS)
    assert "--map FILE" in said


def test_a_form_that_was_asked_for_is_said_alone():
    said = str(unfit(part("InvoiceNo", "x"), form="order-lines"))
    assert "order-lines lacks customer_id, ordered_at, amount" in said
    assert "marketing" not in said


def test_a_header_of_blanks_is_said():
    assert "no header" in str(unfit(part("", "")))


def test_required_fields_are_those_that_may_not_be_missing():
    found = match([name for name in FIELDS if name != "Country"], "order-lines")
    assert not missing(found, "order-lines")
    assert missing(match(FIELDS[:2], "order-lines"), "order-lines") == [
        "customer_id", "ordered_at", "amount",
    ]  # fmt: skip


def mapped(tmp_path: Path, content: str | bytes) -> dict[str, str]:
    path = tmp_path / "columns.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_mapping(path)


def test_a_mapping_is_read(tmp_path: Path):
    assert mapped(tmp_path, "\ufeffinvoice: Bon-Nr \nunit_price: 2024\n") == {
        "invoice": "Bon-Nr",
        "unit_price": "2024",
    }


def test_a_mapping_may_name_a_column_twice_and_values_of_every_row(tmp_path: Path):
    text = "product: Ware\ndescription: Ware\ncurrency: =EUR\nquantity: =1\n"
    found = mapped(tmp_path, text)
    assert found["product"] == found["description"] == "Ware"
    columns = ["Customer", "Date", "Amount", "Ware"]
    assert match(columns, "order-lines", found)["currency"] == "=EUR"


def test_a_quantity_must_hold_numbers_but_a_list_of_items_is_none():
    words = pa.table(
        {"Customer": ["a"], "Date": ["2024-01-02"], "Price": ["3"], "Qty": ["six"]}
    )
    found = match(words.column_names, "order-lines", contents=contents(words))
    assert found["quantity"] == "Qty"
    items = words.rename_columns(["Customer", "Date", "Price", "Items"])
    found = match(items.column_names, "order-lines", contents=contents(items))
    assert "quantity" not in found


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("invoce: Bon", "“invoce” is no field of any form"),
        ("amount: Bon\nunit_price: Bon", "for both “amount” and “unit_price”"),
        ("invoice:", "no column for “invoice”"),
        ("invoice: [a, b]", "no column for “invoice”"),
        ("- invoice", "names no columns"),
        ("", "names no columns"),
        ("just text", "names no columns"),
        ("invoice: 'open\nproduct: b", "can't be read"),
        ("!!python/object/apply:os.system [ls]", "can't be read"),
        (b"invoice: \xff\xfe", "not UTF-8"),
        ("[" * 5000, "can't be read"),
    ],
)
def test_a_mapping_that_says_nothing_is_refused(
    tmp_path: Path, content: str | bytes, said: str
):
    with pytest.raises(SourceError, match=said):
        mapped(tmp_path, content)


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(SourceError, match="doesn't exist"):
        read_mapping(tmp_path / "none.yaml")


FIELD_OF = {
    "products": "product",
    "invoices": "invoice",
    "quantities": "quantity",
    "countries": "country",
    "campaigns": "response",
    "outcome": "activity",
}
"""The field without which nobody has this."""


@pytest.mark.parametrize("form", REGISTERED, ids=lambda form: form.name)
def test_what_a_form_has_is_what_its_fields_can_tell(form: Form):
    fields = {field.name for table in form.tables.values() for field in table}
    declared = {what: getattr(form.has, what) for what in FIELD_OF}
    assert declared == {what: field in fields for what, field in FIELD_OF.items()}
    assert form.has.orders == ("ordered_at" in fields)
