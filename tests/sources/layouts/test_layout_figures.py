"""Every layout, on a made-up export: what it gives, and what it gives once it is harmed.

`make test` takes away every fourth of the columns that matter, `make soak` each of them.
"""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from pipeline.base.errors import SourceError
from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Silent
from pipeline.sources.layouts.reading import our_layouts
from tests.sampling import sampled
from tests.sources.layouts.made_up_exports import EXPORTS, Export, made_up_orders

TODAY = dt.date(2026, 1, 1)
CENTS = 0.1
LAYOUTS = {each.name: each for each in our_layouts()}
HARMED = [
    (name, field)
    for name in EXPORTS
    for field in (
        *LAYOUTS[name.partition(",")[0]].needed,
        *LAYOUTS[name.partition(",")[0]].expected,
        "ordered_at",
    )
]


def checked(text: str, folder: Path, **look: Any) -> dict[str, Any]:
    path = folder / "export.csv"
    path.write_text(text, "utf-8")
    return inspect(Look(path=path, own_name=path.name, **look), today=TODAY, progress=Silent())


def is_right(report: dict[str, Any], export: Export) -> bool:
    expected = export.expected
    return (report.get("customers"), report.get("orders")) == expected[:2] and abs(
        report["revenue"] - expected.net
    ) < CENTS


def test_every_layout_has_an_export():
    assert {name.partition(",")[0] for name in EXPORTS} == set(LAYOUTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_figures_and_no_warning(name, tmp_path):
    export = EXPORTS[name](made_up_orders())
    report = checked(export.text(), tmp_path)
    assert report["layout"] == name.partition(",")[0]
    assert report["refusal"] is None
    assert is_right(report, export), (report["revenue"], export.expected)
    assert report["warnings"] == []
    assert report["rows_read"] == len(export.rows)


@pytest.mark.parametrize("name", EXPORTS)
def test_order_and_number_of_columns_do_not_matter(name, tmp_path):
    export = EXPORTS[name](made_up_orders(seed=5, many=80))
    more = [{**row, "Internal note": "x", "Bin": place % 7} for place, row in
            enumerate(export.rows)]  # fmt: skip
    wider = export._replace(rows=more)
    columns = wider.columns()
    random.Random(name).shuffle(columns)
    report = checked(wider.text(columns), tmp_path)
    assert report["layout"] == name.partition(",")[0]
    assert is_right(report, export), (report.get("revenue"), export.expected)
    assert report["warnings"] == []


@pytest.mark.parametrize("harmed", sampled(HARMED, HARMED[::4]), ids=str)
def test_without_a_column_that_matters(harmed, tmp_path):
    """It is right by another column, or refused, or a warning says what is missing."""
    name, field = harmed
    layout = LAYOUTS[name.partition(",")[0]]
    export = EXPORTS[name](made_up_orders(seed=6, many=60))
    lost = next((each for each in layout.fields[field].names if each in export.columns()), None)
    if lost is None:
        pytest.skip("this export hasn't got it")
    try:
        left = export.text(each for each in export.columns() if each != lost)
        report = checked(left, tmp_path)
    except SourceError:
        return
    said = report["refusal"] or report["warnings"]
    assert said or is_right(report, export), (report.get("revenue"), export.expected)
    if report["refusal"]:
        assert report["refusal"].endswith(".")


def test_what_is_refused_names_the_column(tmp_path):
    export = EXPORTS["shopify"](made_up_orders(many=40))
    left = export.text(each for each in export.columns() if each != "Lineitem price")
    refusal = checked(left, tmp_path)["refusal"]
    assert "“Shopify, orders”" in refusal
    assert "“Lineitem price”" in refusal


def test_a_map_goes_before_the_layout(tmp_path):
    export = EXPORTS["stripe_payments"](made_up_orders())
    by_name = checked(export.text(), tmp_path, mapping={"customer_id": "Customer Email"})
    assert by_name["mapping"]["customer_id"] == "Customer Email"
    assert is_right(by_name, export)


def test_subtotals_that_contradict_the_lines_are_said(tmp_path):
    export = EXPORTS["shopify, filled"](made_up_orders())
    tenfold = [{**row, "Lineitem price": 10 * float(str(row["Lineitem price"]))}
               for row in export.rows]  # fmt: skip
    report = checked(export._replace(rows=tenfold).text(), tmp_path)
    assert [each["code"] for each in report["warnings"]] == ["total_disagrees"]
    assert is_right(report, export)


def test_partial_refund_of_a_payment_takes_its_share(tmp_path):
    orders = made_up_orders()
    first = next(each for each in orders if each.status == "refunded")
    export = EXPORTS["paypal"](orders)
    half = [
        {**row, "Gross": f"-{first.total / 2:.2f}"}
        if row["Transaction ID"] == f"RF{first.number}"
        else row
        for row in export.rows
    ]
    whole = checked(export.text(), tmp_path)
    partly = checked(export._replace(rows=half).text(), tmp_path)
    assert partly["orders"] == whole["orders"] + 1
    assert partly["revenue"] == pytest.approx(whole["revenue"] + first.net / 2, abs=CENTS)
