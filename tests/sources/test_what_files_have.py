"""Files as people have them: flags, kinds of rows, prefixes, percents, sums that hold tax."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline.refreshing.inspection import Look, inspect
from pipeline.run.progress import Silent

HEADER = "Order ID,Product,Date,Quantity,Unit Price,Customer ID"


def looked(folder: Path, header: str, rows: list[str]) -> dict[str, Any]:
    path = folder / "orders.csv"
    path.write_text("\n".join([header, *rows]))
    return inspect(
        Look(path=path, own_name=path.name), today=dt.date(2026, 1, 1), progress=Silent()
    )


def sold(end: str = "", *, prefix: str = "", many: int = 40) -> list[str]:
    return [
        f"{prefix}{1000 + i},P{i % 7},2024-{i % 12 + 1:02}-05,"
        f"{i % 3 + 1},{10 + i}.50,K{i % 9}{end}"
        for i in range(many)
    ]


def worth(rows: list[str]) -> float:
    return sum(int(row.split(",")[3]) * float(row.split(",")[4]) for row in rows)


@pytest.mark.parametrize("name", ["Returned", "is_cancelled", "Is Refunded?"])
@pytest.mark.parametrize(("no", "yes"), [("No", "Yes"), ("0", "1"), ("", "x")])
def test_a_flag_takes_rows_out(tmp_path: Path, name: str, no: str, yes: str) -> None:
    rows = sold()
    told = [f"{row},{yes if i < 5 else no}" for i, row in enumerate(rows)]
    report = looked(tmp_path, f"{HEADER},{name}", told)
    assert report["revenue"] == pytest.approx(worth(rows[5:]))


@pytest.mark.parametrize("kind", ["Refund", "Credit Note", "Gutschrift", "Avoir"])
def test_a_kind_of_return_lowers_revenue_whatever_its_sign(tmp_path: Path, kind: str) -> None:
    rows = sold()
    back = [f"R{row.replace('-05,', '-25,')},{kind}" for row in rows[:4]]
    report = looked(tmp_path, f"{HEADER},Type", [*(f"{row},Sale" for row in rows), *back])
    assert report["revenue"] == pytest.approx(worth(rows[4:]))


@pytest.mark.parametrize("prefix", ["A", "C"])
def test_a_prefix_of_all_orders_is_no_cancellation(tmp_path: Path, prefix: str) -> None:
    rows = sold(prefix=prefix)
    assert looked(tmp_path, HEADER, rows)["revenue"] == pytest.approx(worth(rows))


def test_percents_are_no_money(tmp_path: Path) -> None:
    rows = sold()
    report = looked(
        tmp_path, f"{HEADER},Discount %", [f"{row},{i % 2 * 10}" for i, row in enumerate(rows)]
    )
    assert report["revenue"] == pytest.approx(worth(rows[::2]) + 0.9 * worth(rows[1::2]))


def test_discounts_above_what_lines_cost_are_a_doubt(tmp_path: Path) -> None:
    rows = sold()
    report = looked(
        tmp_path, f"{HEADER},Discount", [f"{row},{i % 3 * 40}" for i, row in enumerate(rows)]
    )
    assert "discount_exceeds" in [each["code"] for each in report["warnings"]]


def test_two_signs_are_two_currencies(tmp_path: Path) -> None:
    rows = [
        f"O{i},2024-03-{i % 28 + 1:02},K{i % 5},{'€' if i % 4 else '$'}{i}.00"
        for i in range(40)
    ]
    assert (
        "several currencies"
        in looked(tmp_path, "Order ID,Date,Customer,Amount", rows)["refusal"]
    )


def test_tax_and_shipping_beside_a_total_are_no_revenue(tmp_path: Path) -> None:
    rows = [f"O{i},2024-03-{i % 28 + 1:02},K{i % 5},{i + 10},2,3,{i + 15}" for i in range(40)]
    report = looked(tmp_path, "Order ID,Date,Customer,Subtotal,Tax,Shipping,Total", rows)
    assert report["revenue"] == pytest.approx(sum(i + 10 for i in range(40)))
