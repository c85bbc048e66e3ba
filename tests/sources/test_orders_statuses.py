"""Statuses of orders in many languages: which take an order out of revenue."""

import pyarrow as pa
import pytest

from pipeline.sources.orders.statuses import no_sales, status_of, statuses


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Completed", None),
        ("paid", None),
        ("wc-processing", None),
        ("Canceled", "cancelled"),
        ("CANCELLED", "cancelled"),
        ("Storniert", "cancelled"),
        ("Отменён", "cancelled"),
        ("已取消", "cancelled"),
        ("キャンセル", "cancelled"),
        ("İptal Edildi", "cancelled"),
        ("Refunded", "refunded"),
        ("remboursée", "refunded"),
        ("partially_refunded", None),
        ("Teilweise erstattet", None),
        ("failed", "failed"),
        ("Payment Failed", "failed"),
        ("voided", "voided"),
        ("pending", "pending"),
        ("On-Hold", "pending"),
        ("Pendiente de pago", "pending"),
        ("purple", None),
    ],
)
def test_what_a_word_says(word, status):
    assert status_of(word) == status


def test_unknown_words_are_named_and_stay():
    found = statuses(pa.chunked_array([["paid", "purple", None, "void", " purple "]]))
    assert found.stored.to_pylist() == [None, None, None, "voided", None]
    assert found.unknown == ("purple",)


def test_events_that_are_no_sale_are_left_out_where_others_are():
    found = no_sales(pa.chunked_array([["purchase", "view", "Add to cart", None, "Payment"]]))
    assert found.to_pylist() == [None, "other", "other", None, None]
    ledger = no_sales(pa.chunked_array([["Sale", "Payment", "Invoice"]]))
    assert ledger.to_pylist() == [None, "other", None]
    assert no_sales(pa.chunked_array([["view", "cart"]])).to_pylist() == [None, None]
