"""What a layout makes of cells: columns put together, cents, fields of whole orders, rules."""

import pyarrow as pa
import pytest

from pipeline.base.errors import SourceError
from pipeline.sources.layouts.laying import Laid, laid, named_by
from pipeline.sources.layouts.reading import read_layout
from pipeline.sources.order_lines import typed_lines
from pipeline.sources.parts import Part
from pipeline.sources.telling.contents import contents

START = """title: Till
get: there
recognised: {all: [Receipt]}
"""


def laid_out(columns: dict[str, list[str | None]], said: str, **mapping: str) -> Laid:
    table = pa.table({name: pa.chunked_array([pa.array(c)]) for name, c in columns.items()})
    layout = read_layout(START + said, "till.yaml")
    return laid(Part("till.csv", None, table), layout, mapping, contents(table))


def lines_of(found: Laid) -> pa.Table:
    return typed_lines(
        found.part, found.columns, unusable_share=1.0, meaning=found.meaning
    ).rows


FIELDS = "fields: {invoice: Receipt, customer_id: Who, ordered_at: Day, amount: Money"
TWO = {
    "Receipt": ["1", "1", "2"],
    "Who": ["ann", None, "bob"],
    "Day": ["2024-01-13", None, "2024-01-14"],
    "Money": ["5.00", "7.50", "9.00"],
}


def test_fields_of_an_order_are_on_all_of_its_rows():
    lines = lines_of(laid_out(TWO, FIELDS + "}\nof_order: [customer_id, ordered_at]"))
    assert lines["customer_id"].to_pylist() == ["ann", "ann", "bob"]
    assert lines["ordered_at"].null_count == 0


def test_without_saying_so_they_are_not():
    lines = lines_of(laid_out(TWO, FIELDS + "}"))
    assert lines["customer_id"].to_pylist() == ["ann", None, "bob"]


def test_rows_belong_to_the_order_above():
    above = TWO | {"Receipt": ["1", None, "2"]}
    lines = lines_of(laid_out(above, FIELDS + "}\norder_above: true\nof_order: [customer_id]"))
    assert lines["invoice"].to_pylist() == ["1", "1", "2"]
    assert lines["customer_id"].to_pylist() == ["ann", "ann", "bob"]


def test_cents_sums_joins_and_constants():
    columns = TWO | {"First": ["Ann", None, "Bob"], "Last": ["Lee", "Lee", None]}
    found = laid_out(
        columns,
        "fields:\n  invoice: Receipt\n  customer_id: {join: [First, Last]}\n  ordered_at: Day\n"
        "  amount: {sum: [Money, Money], cents: true}\n  currency: =CHF\n"
        "of_order: [ordered_at]",
    )
    lines = lines_of(found)
    assert lines["customer_id"].to_pylist() == ["Ann Lee", "Lee", "Bob"]
    assert lines["unit_price"].to_pylist() == pytest.approx([0.05, 0.075, 0.09])
    assert found.columns["currency"] == "=CHF"


def test_a_cell_in_cents_that_can_not_be_read_is_named():
    columns = TWO | {"Money": ["500", "x?", "900"], "Day": ["2024-01-13"] * 3}
    said = FIELDS.replace("amount: Money", "amount: {column: Money, cents: true}") + "}"
    found = laid_out(columns, said)
    assert lines_of(found)["unreadable"].to_pylist() == [False, True, False]
    with pytest.raises(SourceError, match=r"x\?"):
        typed_lines(found.part, found.columns, unusable_share=0.0, meaning=found.meaning)


def test_what_the_second_has_less_than_the_first():
    columns = TWO | {"Paid": ["5", "7.5", "9"], "Later": ["0", "2.5", None]}
    said = FIELDS + ", refunded: {minus: [Paid, Later]}}\nof_order: [customer_id, ordered_at]"
    prices = lines_of(laid_out(columns, said))["unit_price"].to_pylist()
    assert prices == pytest.approx([5 - 2, 7.5 - 3, 9])  # 5 of the order's 12.50, by share


@pytest.mark.parametrize(
    ("rule", "stored"),
    [
        ("is: [VOID], then: voided", [None, "voided", None]),
        ("is_not: [sale], then: other", [None, "other", "other"]),
        ("contains: [oi], then: cancelled", [None, "cancelled", None]),
        ("filled: true, then: failed", ["failed", "failed", None]),
    ],
)
def test_rules_on_rows(rule, stored):
    columns = TWO | {"Kind": ["Sale", "void", None]}
    lines = lines_of(laid_out(columns, f"{FIELDS}}}\nrows:\n  - {{column: Kind, {rule}}}"))
    assert lines["status"].to_pylist() == stored


def test_the_first_rule_decides_and_rules_go_before_words():
    columns = TWO | {"Kind": ["a", "b", "c"], "State": ["paid", "odd", "paid"]}
    said = (
        FIELDS + ", status: State}\nstatuses: {odd: pending}\nrows:\n"
        "  - {column: Kind, is: [a], then: cancelled}\n"
        "  - {column: Kind, is: [a, c], then: voided}"
    )
    lines = lines_of(laid_out(columns, said))
    assert lines["status"].to_pylist() == ["cancelled", "pending", "voided"]


def test_rows_of_no_sale_are_never_unusable():
    columns = TWO | {"Kind": ["sale", "fee", "sale"], "Money": ["5", "none", "9"]}
    said = FIELDS + "}\nrows: [{column: Kind, is: [fee], then: other}]\nof_order: [ordered_at]"
    lines = lines_of(laid_out(columns, said))
    assert not any(lines["unreadable"].to_pylist())
    assert lines["quantity"].to_pylist() == [1, 0, 1]


def test_what_it_can_not_do_without_is_refused():
    with pytest.raises(SourceError, match="“Money”"):
        laid_out({name: TWO[name] for name in ("Receipt", "Who", "Day")}, FIELDS + "}")


def test_a_map_names_what_is_missing():
    found = laid_out(
        TWO | {"Till sum": TWO["Money"]},
        FIELDS.replace("Money", "Sum") + "}",
        amount="Till sum",
    )
    assert found.columns["amount"] == "Till sum"


def test_a_column_that_matters_and_is_not_there_is_said():
    found = laid_out(TWO, FIELDS + ", status: State}\nexpected: [status]")
    assert [each.code for each in found.remarks] == ["layout_till", "column_missing"]
    assert "“State”" in found.remarks[1].sentence
    assert named_by(found.remarks) == "till"


def test_no_layout_is_named_where_none_was_used():
    assert named_by(()) is None
