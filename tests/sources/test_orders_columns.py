"""Columns of orders by their names in many languages and by what they hold."""

import pyarrow as pa
import pytest

from pipeline.sources.columns import match, missing, nearest, recognise
from pipeline.sources.forms import ORDERS
from pipeline.sources.naming import plain
from pipeline.sources.orders.fields import known_names
from pipeline.sources.orders.guessing import guessed
from pipeline.sources.telling.contents import contents


def test_a_name_belongs_to_one_field():
    owners: dict[str, set[str]] = {}
    for field, names in known_names().items():
        for name in names:
            owners.setdefault(plain(name), set()).add(field)
    assert {name: fields for name, fields in owners.items() if len(fields) > 1} == {}


@pytest.mark.parametrize(
    "columns",
    [
        ["Kunden-Nr.", "Bestelldatum", "Gesamtbetrag"],
        ["N° client", "Date de commande", "Montant TTC"],
        ["Código de cliente", "Fecha de pedido", "Importe total"],
        ["Codice cliente", "Data ordine", "Totale"],
        ["Código do cliente", "Data do pedido", "Valor total"],
        ["Klantnummer", "Besteldatum", "Bedrag"],
        ["Nr klienta", "Data zamówienia", "Kwota"],
        ["Код клиента", "Дата заказа", "Сумма"],
        ["Müşteri No", "Sipariş Tarihi", "Tutar"],
        ["客户编号", "订单日期", "金额"],
        ["顧客番号", "注文日", "金額"],
        ["Email (Billing)", "Created date (UTC)", "Total EUR"],
    ],
)
def test_three_columns_are_enough_in_any_language(columns):
    assert recognise(columns) == ORDERS
    assert list(match(columns, ORDERS).values()) == columns


def test_cells_decide_between_names():
    table = pa.table(
        {
            "Customer": ["a1", "b2", "a1", "c3"] * 10,
            "Region": ["South", "West", "South", "East"] * 10,
            "Date": ["2024-01-01", "2024-02-01", "2024-03-09", "2024-03-11"] * 10,
            "Sales": ["online", "shop", "shop", "online"] * 10,
            "Total": ["3", "4.5", "9", "12"] * 10,
        }
    )
    found = match(table.column_names, ORDERS, contents=contents(table))
    assert found["amount"] == "Total"
    assert "country" not in found
    by_country = table.set_column(1, "Region", pa.array(["Spanien", "UK", "FR", "Italia"] * 10))
    found = match(by_country.column_names, ORDERS, contents=contents(by_country))
    assert found["country"] == "Region"


def test_a_needed_column_stays_whatever_it_holds():
    table = pa.table({"Customer": ["a"], "Date": ["soon"], "Amount": ["much"]})
    found = match(table.column_names, ORDERS, contents=contents(table))
    assert found == {"customer_id": "Customer", "ordered_at": "Date", "amount": "Amount"}


def test_columns_without_names_are_told_by_what_they_hold():
    table = pa.table(
        {
            "column 1": [f"{number % 40:05d}" for number in range(200)],
            "column 2": [
                f"1997{1 + number % 12:02d}{1 + number % 28:02d}" for number in range(200)
            ],
            "column 3": [str(1 + number % 4) for number in range(200)],
            "column 4": [f"{5 + number * 0.37:.2f}" for number in range(200)],
        }
    )
    found = guessed({}, contents(table))
    assert found == {
        "customer_id": "column 1",
        "ordered_at": "column 2",
        "amount": "column 4",
    }


def test_orders_are_not_taken_for_customers():
    table = pa.table(
        {
            "a": [f"O{number // 2}" for number in range(200)],
            "b": [f"2024-{1 + number % 12:02d}-01" for number in range(200)],
            "c": [f"{5 + number * 0.37:.2f}" for number in range(200)],
            "d": [f"K{number % 40:03d}" for number in range(200)],
        }
    )
    assert "customer_id" not in guessed({}, contents(table))


def test_of_two_columns_that_can_be_it_none_is_taken():
    table = pa.table(
        {
            "a": [f"K{number % 40:03d}" for number in range(200)],
            "b": [f"2024-{1 + number % 12:02d}-01" for number in range(200)],
            "c": [f"{5 + number * 0.37:.2f}" for number in range(200)],
            "d": [f"{9 + number * 0.41:.2f}" for number in range(200)],
        }
    )
    assert "amount" not in guessed({}, contents(table))


def test_the_nearest_form_is_the_one_whose_needs_are_met_best():
    lacks = nearest(["Customer ID", "When", "Amount"])
    assert next(iter(lacks)) == ORDERS
    assert lacks[ORDERS] == ["ordered_at"]
    assert not any(form.startswith("market-activity") for form in lacks)


def test_what_stands_for_another_is_not_missed():
    assert missing({"email": "E", "ordered_at": "D", "order_total": "T"}, ORDERS) == []
    assert missing({"email": "E"}, ORDERS) == ["ordered_at", "amount"]
