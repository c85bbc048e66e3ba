"""Layout files: which one a header has, and the sentence for one that is wrong."""

import pytest

from pipeline.base.errors import SettingsError
from pipeline.sources.layouts.reading import known_layouts, our_layouts, read_layout
from pipeline.sources.layouts.recognising import layout_of

GOOD = """title: My till
get: "Reports, CSV"
recognised:
  all: [Receipt, Till]
fields:
  invoice: Receipt
  customer_id: {either: [Card, Phone]}
  ordered_at: Day
  amount: {column: Total cents, cents: true}
  currency: =EUR
needed: [invoice]
rows:
  - {column: Kind, is: [Voucher], then: other}
"""


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_what_a_file_says():
    layout = read_layout(GOOD, "folder/till.yaml")
    assert layout.name == "till"
    assert layout.fields["customer_id"].names == ("Card", "Phone")
    assert layout.rows[0].equals == ("Voucher",)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (changed("title: My till\n", ""), 1, "“title” is missing"),
        (changed("invoice: Receipt", "reciept: Receipt"), 6, "reciept"),
        (changed("ordered_at: Day", "ordered_at: On"), 8, "into quotation marks"),
        (changed("needed:", "neded:"), 11, "“neded” is not known; known there: "),
        (changed("is: [Voucher], ", ""), 13, "is, is_not, contains, filled, below"),
        (changed("then: other", "then: gone"), 13, "“rows.0.then” must be"),
        (changed("cents: true", "cents: maybe"), 9, "cents"),
        (
            changed("either: [Card, Phone]", "either: [Card], join: [Phone]"),
            7,
            "must have one of",
        ),
        (changed("needed: [invoice]", "needed: [product]"), 1, "“product”"),
        (changed("  all: [Receipt, Till]", "  none: [Till]"), 3, "must name columns"),
        (GOOD + "title: Again\n", 14, "a second time"),
        (GOOD + "rows: [\n", 15, ""),
        ("- a list", 1, "holds no layout"),
        (GOOD + "name: other\n", 14, "leave it out"),
    ],
)
def test_wrong_file_is_named_with_line_and_key(text, line, said):
    with pytest.raises(SettingsError) as refused:
        read_layout(text, "till.yaml")
    sentence = str(refused.value)
    assert sentence.startswith("till.yaml")
    assert f"line {line}" in sentence
    assert said in sentence
    assert sentence.endswith(".")


def test_layouts_of_a_folder_stand_beside_ours(tmp_path):
    (tmp_path / "till.yaml").write_text(GOOD)
    (tmp_path / "shopify.yaml").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("no layout")
    known = {each.name: each for each in known_layouts(tmp_path)}
    assert set(known) == {each.name for each in our_layouts()} | {"till"}
    assert known["shopify"].title == "My till"


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError, match="is no folder"):
        known_layouts(tmp_path / "nowhere")


def test_the_layout_that_names_most_columns_wins():
    broad = read_layout(GOOD, "broad.yaml")
    narrow = read_layout(changed("[Receipt, Till]", "[Receipt, Till, Day]"), "narrow.yaml")
    header = ["DAY", "till", "receipt ", "Card"]
    assert layout_of(header, [broad, narrow]) == narrow
    assert layout_of(header, [narrow, broad]) == narrow
    assert layout_of(header[1:], [broad, narrow]) == broad
    assert layout_of(["Card"], [broad, narrow]) is None


def test_columns_that_must_not_be_there():
    layout = read_layout(changed("Till]", "Till]\n  none: [Draft]"), "till.yaml")
    assert layout_of(["Receipt", "Till"], [layout]) == layout
    assert layout_of(["Receipt", "Till", "draft"], [layout]) is None


@pytest.mark.parametrize(
    "header",
    [
        ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice",
         "CustomerID", "Country"],
        ["customer", "date", "amount"],
        ["Order ID", "Order Date", "Customer", "Total", "Status"],
        ["order_id", "customer_id", "order_date", "status", "total"],
        ["Date", "Name", "Email", "Amount", "Currency", "Status"],
    ],
)  # fmt: skip
def test_usual_headers_have_no_layout(header):
    assert layout_of(header, our_layouts()) is None
