"""One made-up shop, as the exports of known platforms write it, and what each must give."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

STATUSES = ("paid", "refunded", "cancelled", "pending", "failed")
PAID = 0
TAX = 0.2


class Line(NamedTuple):
    """One product of an order."""

    product: int
    quantity: int
    price: float

    @property
    def worth(self) -> float:
        return round(self.quantity * self.price, 2)


class Order(NamedTuple):
    """One order; `discount` is money off all of its lines."""

    number: int
    customer: int
    at: dt.datetime
    lines: tuple[Line, ...]
    discount: float
    shipping: float
    status: str

    @property
    def gross(self) -> float:
        return round(sum(line.worth for line in self.lines), 2)

    @property
    def net(self) -> float:
        return round(self.gross - self.discount, 2)

    @property
    def tax(self) -> float:
        return round(self.net * TAX, 2)

    @property
    def total(self) -> float:
        return round(self.net + self.tax + self.shipping, 2)

    @property
    def email(self) -> str:
        return f"buyer{self.customer:03d}@example.com"

    @property
    def name(self) -> str:
        return f"Buyer Number{self.customer:03d}"

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


class Expected(NamedTuple):
    """What an export must give; `net` is in money."""

    customers: int
    orders: int
    net: float


class Export(NamedTuple):
    """An export: its rows by column, what it must give, and what a user may lose of it."""

    rows: list[dict[str, object]]
    expected: Expected
    separator: str = ","

    def columns(self) -> list[str]:
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def text(self, columns: Iterable[str] | None = None) -> str:
        """Write it as CSV, with the columns given, in their order."""
        written = io.StringIO()
        names = list(columns or self.columns())
        writer = csv.DictWriter(
            written, names, restval="", extrasaction="ignore", delimiter=self.separator
        )
        writer.writeheader()
        writer.writerows(self.rows)
        return written.getvalue()


def made_up_orders(*, seed: int = 4, many: int = 160) -> list[Order]:
    """Make orders of up to three different products; one in eight brings nothing."""
    draw = np.random.default_rng(seed)
    prices = np.round(draw.uniform(5, 90, 30), 2)
    at = dt.datetime(2024, 1, 3, 9, 0)  # noqa: DTZ001 - a till's own clock
    orders = []
    for number in range(many):
        at += dt.timedelta(hours=int(draw.integers(5, 60)), minutes=int(draw.integers(60)))
        products = draw.choice(30, size=int(draw.integers(1, 4)), replace=False)
        lines = tuple(
            Line(int(each), int(draw.integers(1, 4)), float(prices[each])) for each in products
        )
        gross = sum(line.worth for line in lines)
        share = float(draw.choice([0, 0, 0, 0.1, 0.2]))
        orders.append(
            Order(
                1001 + number,
                int(draw.integers(45)),
                at,
                lines,
                round(share * gross, 2),
                float(draw.choice([0, 4.9, 6.9])),
                str(draw.choice(STATUSES, p=[0.86, 0.05, 0.04, 0.03, 0.02])),
            )
        )
    # What is given back after the last order that stands isn't known on the newest day.
    return [*orders[:-10], *(order._replace(status="paid") for order in orders[-10:])]


def figures(orders: list[Order], worth: Callable[[Order], float]) -> Expected:
    """Count customers and orders, and add up what each brings."""
    return Expected(
        len({order.customer for order in orders}),
        len(orders),
        round(sum(worth(order) for order in orders), 2),
    )


def paid(orders: list[Order]) -> list[Order]:
    """Leave the orders that bring revenue."""
    return [order for order in orders if order.status == "paid"]


def net(order: Order) -> float:
    """Give what an order brings after discounts."""
    return order.net


def first_row_only(
    rows: list[dict[str, object]], of_order: Iterable[str]
) -> list[dict[str, object]]:
    """Leave fields of the order on the first of its rows."""
    blank = dict.fromkeys(of_order, "")
    return [rows[0], *({**row, **blank} for row in rows[1:])]


def shopify(orders: list[Order], *, everywhere: bool = False) -> Export:
    """Write Shopify's export of orders."""
    words = {"failed": "voided", "cancelled": "paid"}
    rows: list[dict[str, object]] = []
    for order in orders:
        of_order: dict[str, object] = {
            "Name": f"#{order.number}",
            "Email": order.email,
            "Financial Status": words.get(order.status, order.status),
            "Paid at": f"{order.at} +0100",
            "Fulfillment Status": "fulfilled",
            "Accepts Marketing": "no",
            "Currency": "EUR",
            "Subtotal": order.net,
            "Shipping": order.shipping,
            "Taxes": order.tax,
            "Total": order.total,
            "Discount Code": "",
            "Discount Amount": order.discount,
            "Created at": f"{order.at} +0100",
            "Cancelled at": f"{order.at} +0100" if order.status == "cancelled" else "",
            "Refunded Amount": order.total if order.status == "refunded" else 0,
            "Vendor": "Made up",
            "Shipping Country": "DE",
        }
        lines: list[dict[str, object]] = [
            {
                **of_order,
                "Lineitem quantity": line.quantity,
                "Lineitem name": f"Product {line.product}",
                "Lineitem price": line.price,
                "Lineitem compare at price": "",
                "Lineitem sku": f"SKU-{line.product:03d}",
                "Lineitem requires shipping": "true",
                "Lineitem taxable": "true",
                "Lineitem fulfillment status": "fulfilled",
            }
            for line in order.lines
        ]
        repeated = of_order.keys() - {"Name", "Email", "Created at", "Vendor"}
        rows += lines if everywhere else first_row_only(lines, repeated)
    return Export(rows, figures(paid(orders), net))


def shopify_filled(orders: list[Order]) -> Export:
    """Write Shopify's export with the order's fields on each row."""
    return shopify(orders, everywhere=True)


def squarespace(orders: list[Order]) -> Export:
    """Write Squarespace's export of orders, whose subtotals are before discounts."""
    rows: list[dict[str, object]] = []
    for order in orders:
        of_order: dict[str, object] = {
            "Order ID": f"{order.number:05d}",
            "Email": order.email,
            "Financial Status": order.status.upper(),
            "Paid at": f"{order.at} +0000",
            "Fulfillment Status": "FULFILLED",
            "Currency": "USD",
            "Subtotal": order.gross,
            "Shipping": order.shipping,
            "Taxes": order.tax,
            "Amount Refunded": order.total if order.status == "refunded" else 0,
            "Total": order.total,
            "Discount Amount": order.discount,
            "Created at": f"{order.at} +0000",
            "Channel Name": "My shop",
        }
        rows += first_row_only(
            [
                {
                    **of_order,
                    "Lineitem quantity": line.quantity,
                    "Lineitem name": f"Product {line.product}",
                    "Lineitem price": line.price,
                    "Lineitem sku": f"SQ{line.product:05d}",
                    "Lineitem variant": "",
                    "Lineitem requires shipping": "true",
                }
                for line in order.lines
            ],
            of_order.keys() - {"Order ID"},
        )
    return Export(rows, figures(paid(orders), net))


def woocommerce_items(orders: list[Order]) -> Export:
    """Write Advanced Order Export's rows of items."""
    words = {"paid": "Completed"}
    rows: list[dict[str, object]] = [
        {
            "Order Number": order.number,
            "Order Status": words.get(order.status, order.status.title()),
            "Order Date": f"{order.at:%Y-%m-%d %H:%M}",
            "First Name (Billing)": "A",
            "Email (Billing)": order.email,
            "Country Code (Billing)": "DE",
            "Payment Method Title": "Card",
            "Cart Discount Amount": order.discount,
            "Order Subtotal Amount": order.gross,
            "Shipping Method Title": "DHL",
            "Order Shipping Amount": order.shipping,
            "Order Refund Amount": order.total if order.status == "refunded" else 0,
            "Order Total Amount": order.total,
            "Order Total Tax Amount": order.tax,
            "SKU": f"SKU-{line.product:03d}",
            "Item #": place + 1,
            "Item Name": f"Product {line.product}",
            "Quantity (- Refund)": line.quantity,
            "Item Cost": line.price,
            "Coupon Code": "",
        }
        for order in orders
        for place, line in enumerate(order.lines)
    ]
    return Export(rows, figures(paid(orders), net))


def woocommerce_orders(orders: list[Order]) -> Export:
    """Write the order export by line item, whose item totals are after discounts."""
    words = {"paid": "completed"}
    rows: list[dict[str, object]] = [
        {
            "order_id": order.number,
            "order_number": order.number,
            "date": f"{order.at}",
            "status": words.get(order.status, order.status),
            "shipping_total": order.shipping,
            "tax_total": order.tax,
            "discount_total": order.discount,
            "order_total": order.total,
            "refunded_total": order.total if order.status == "refunded" else 0,
            "order_currency": "EUR",
            "billing_email": order.email,
            "item_id": 10 * order.number + place,
            "item_name": f"Product {line.product}",
            "item_sku": f"SKU-{line.product:03d}",
            "item_quantity": line.quantity,
            "item_subtotal": line.worth,
            "item_total": round(line.worth * order.net / order.gross, 4),
        }
        for order in orders
        for place, line in enumerate(order.lines)
    ]
    return Export(rows, figures(paid(orders), net))


def woocommerce_analytics(orders: list[Order]) -> Export:
    """Write WooCommerce Analytics' orders, whose customers are names."""
    words = {"paid": "completed"}
    rows: list[dict[str, object]] = [
        {
            "Date": f"{order.at}",
            "Order #": order.number,
            "N. Revenue": order.net,
            "Status": words.get(order.status, order.status),
            "Customer": order.name,
            "Customer type": "returning",
            "Product(s)": ", ".join(f"{x.quantity}× Product {x.product}" for x in order.lines),
            "Items sold": order.pieces,
            "Coupon(s)": "",
        }
        for order in orders
    ]
    return Export(rows, figures(paid(orders), net))


def etsy_orders(orders: list[Order]) -> Export:
    """Write Etsy's sold orders; what was given back stands in the adjusted total."""
    rows: list[dict[str, object]] = []
    for order in orders:
        back = order.status == "refunded"
        rows.append(
            {
                "Sale Date": f"{order.at:%m/%d/%y}",
                "Order ID": 3_000_000_000 + order.number,
                "Buyer User ID": f"buyer{order.customer}",
                "Full Name": order.name,
                "Number of Items": order.pieces,
                "Payment Method": "Credit Card",
                "Date Shipped": f"{order.at:%m/%d/%y}",
                "Ship Country": "Germany",
                "Currency": "EUR",
                "Order Value": order.gross,
                "Coupon Code": "",
                "Discount Amount": order.discount,
                "Shipping Discount": 0,
                "Shipping": order.shipping,
                "Sales Tax": order.tax,
                "Order Total": order.total,
                "Status": "Shipped" if order.status == "paid" else order.status,
                "Card Processing Fees": 1,
                "Order Net": order.total - 1,
                "Adjusted Order Total": 0.01 if back else 0,
            }
        )
    return Export(rows, figures(paid(orders), net))


def etsy_items(orders: list[Order]) -> Export:
    """Write Etsy's sold order items, which have no status."""
    rows: list[dict[str, object]] = [
        {
            "Sale Date": f"{order.at:%m/%d/%y}",
            "Item Name": f"Product {line.product}",
            "Buyer": f"buyer{order.customer}",
            "Quantity": line.quantity,
            "Price": line.price,
            "Coupon Code": "",
            "Discount Amount": round(order.discount * line.worth / order.gross, 2),
            "Order Shipping": order.shipping,
            "Order Sales Tax": order.tax,
            "Item Total": line.worth,
            "Currency": "EUR",
            "Transaction ID": 10 * order.number + place,
            "Listing ID": 7_000 + line.product,
            "Ship Country": "Germany",
            "Order ID": 3_000_000_000 + order.number,
        }
        for order in orders
        for place, line in enumerate(order.lines)
    ]
    return Export(rows, figures(orders, net))


def amazon_orders(orders: list[Order]) -> Export:
    """Write Amazon's order report: prices of whole lines, neither status nor discount."""
    rows: list[dict[str, object]] = [
        {
            "order-id": f"302-{order.number:07d}-0000001",
            "order-item-id": 10 * order.number + place,
            "purchase-date": f"{order.at:%Y-%m-%dT%H:%M:%S}-08:00",
            "payments-date": f"{order.at:%Y-%m-%dT%H:%M:%S}-08:00",
            "buyer-email": order.email,
            "buyer-name": "A",
            "sku": f"SKU-{line.product:03d}",
            "product-name": f"Product {line.product}",
            "quantity-purchased": line.quantity,
            "currency": "EUR",
            "item-price": line.worth,
            "item-tax": 0,
            "shipping-price": 0,
            "ship-country": "DE",
        }
        for order in orders
        for place, line in enumerate(order.lines)
    ]
    return Export(rows, figures(orders, lambda order: order.gross), separator="\t")


def _square_row(order: Order, line: Line, *, back: bool) -> dict[str, object]:
    off = 0.0 if back else round(order.discount * line.worth / order.gross, 2)
    sign = "-" if back else ""
    at = order.at + dt.timedelta(days=3) if back else order.at
    return {
        "Date": f"{at:%Y-%m-%d}",
        "Time": f"{at:%H:%M:%S}",
        "Time Zone": "Eastern Time (US & Canada)",
        "Category": "Cat",
        "Item": f"Product {line.product}",
        "Qty": f"{sign}{line.quantity}.0",
        "Price Point Name": "Regular",
        "SKU": f"SKU-{line.product:03d}",
        "Gross Sales": f"{sign}${line.worth:.2f}",
        "Discounts": f"-${off:.2f}",
        "Net Sales": f"{sign}${line.worth - off:.2f}",
        "Tax": "$0.00",
        "Transaction ID": f"T{order.number}{'R' * back}",
        "Payment ID": f"P{order.number}{'R' * back}",
        "Event Type": "Refund" if back else "Payment",
        "Customer ID": f"CUST{order.customer:05d}" if order.customer % 4 else "",
        "Dining Option": "",
    }


def square_items(orders: list[Order]) -> Export:
    """Write Square's items: refunds are rows of a later day, at prices before discounts."""
    rows = [_square_row(order, line, back=False) for order in orders for line in order.lines]
    rows += [
        _square_row(order, line, back=True)
        for order in orders
        if order.status == "refunded"
        for line in order.lines
    ]
    named = [each for each in orders if each.customer % 4 and each.status != "refunded"]
    return Export(rows, figures(named, net))


def stripe_payments(orders: list[Order]) -> Export:
    """Write Stripe's payments, which have totals alone."""
    words = {"cancelled": "Canceled", "pending": "Requires_payment_method"}
    rows: list[dict[str, object]] = [
        {
            "id": f"ch_{order.number:08x}",
            "Created date (UTC)": f"{order.at}",
            "Amount": f"{order.total:.2f}",
            "Amount Refunded": order.total if order.status == "refunded" else 0,
            "Currency": "eur",
            "Captured": "true",
            "Converted Amount": order.total,
            "Decline Reason": "",
            "Description": "Order",
            "Fee": 0.5,
            "Status": words.get(order.status, order.status.title()),
            "Customer ID": f"cus_{order.customer:06d}",
            "Customer Email": order.email,
            "Invoice ID": "",
        }
        for order in orders
    ]
    return Export(rows, figures(paid(orders), lambda order: order.total))


def paypal(orders: list[Order]) -> Export:
    """Write PayPal's activity: payments, refunds of a later day, fees and transfers."""
    words = {"paid": "Completed", "refunded": "Completed", "cancelled": "Canceled"}
    rows: list[dict[str, object]] = []
    for order in orders:
        row: dict[str, object] = {
            "Date": f"{order.at:%Y-%m-%d}",
            "Time": f"{order.at:%H:%M:%S}",
            "TimeZone": "CET",
            "Name": order.name,
            "Type": "Express Checkout Payment",
            "Status": words.get(order.status, order.status.title()),
            "Currency": "EUR",
            "Gross": f"{order.total:.2f}",
            "Fee": "-1.00",
            "Net": f"{order.total - 1:.2f}",
            "From Email Address": order.email,
            "To Email Address": "shop@example.com",
            "Transaction ID": f"TX{order.number}",
            "Shipping and Handling Amount": order.shipping,
            "Sales Tax": order.tax,
            "Reference Txn ID": "",
            "Balance": 1000,
        }
        rows.append(row)
        if order.status == "refunded":
            rows.append(
                {
                    **row,
                    "Date": f"{order.at + dt.timedelta(days=2):%Y-%m-%d}",
                    "Type": "Payment Refund",
                    "Gross": f"-{order.total:.2f}",
                    "From Email Address": "shop@example.com",
                    "To Email Address": order.email,
                    "Transaction ID": f"RF{order.number}",
                    "Reference Txn ID": f"TX{order.number}",
                    "Sales Tax": 0,
                    "Shipping and Handling Amount": 0,
                }
            )
        if order.number % 20 == 0:
            rows.append(
                {
                    **row,
                    "Type": "General Withdrawal",
                    "Status": "Completed",
                    "Gross": "-500.00",
                    "From Email Address": "",
                    "Transaction ID": f"WD{order.number}",
                }
            )
    return Export(rows, figures(paid(orders), net))


def magento(orders: list[Order]) -> Export:
    """Write the grid of orders of Adobe Commerce; subtotals are before discounts."""
    words = {"paid": "Complete", "refunded": "Closed", "failed": "Canceled"}
    rows: list[dict[str, object]] = [
        {
            "ID": f"{order.number:09d}",
            "Purchase Point": "Main Website",
            "Purchase Date": f"{order.at:%b %d, %Y %I:%M:%S %p}",
            "Bill-to Name": order.name,
            "Ship-to Name": order.name,
            "Grand Total (Base)": order.total,
            "Grand Total (Purchased)": order.total,
            "Status": words.get(order.status, order.status.title()),
            "Customer Email": order.email,
            "Customer Group": "General",
            "Subtotal": order.gross,
            "Shipping and Handling": order.shipping,
            "Total Refunded": order.total if order.status == "refunded" else "",
        }
        for order in orders
    ]
    return Export(rows, figures(paid(orders), lambda order: order.gross))


def prestashop(orders: list[Order]) -> Export:
    """Write PrestaShop's list of orders, which has totals alone."""
    words = {"paid": "Payment accepted", "pending": "Awaiting check payment",
             "failed": "Payment error", "cancelled": "Canceled"}  # fmt: skip
    rows: list[dict[str, object]] = [
        {
            "ID": order.number,
            "Reference": f"REF{order.number}",
            "New client": 0,
            "Delivery": "Germany",
            "Customer": order.name,
            "Total": f"€{order.total:,.2f}",
            "Payment": "Card",
            "Status": words.get(order.status, order.status.title()),
            "Date": f"{order.at}",
        }
        for order in orders
    ]
    return Export(rows, figures(paid(orders), lambda order: order.total))


def prestashop_tables(orders: list[Order]) -> Export:
    """Write rows of PrestaShop's own tables."""
    states = {"paid": 5, "refunded": 7, "cancelled": 6, "failed": 8, "pending": 1}
    rows: list[dict[str, object]] = [
        {
            "id_order": order.number,
            "reference": f"REF{order.number}",
            "id_customer": order.customer,
            "current_state": states[order.status],
            "total_paid_tax_excl": order.net + order.shipping,
            "total_products": order.gross,
            "total_discounts_tax_excl": order.discount,
            "total_shipping_tax_excl": order.shipping,
            "payment": "Card",
            "date_add": f"{order.at}",
        }
        for order in orders
    ]
    return Export(
        [{**row, "id_customer": 100 + int(str(row["id_customer"]))} for row in rows],
        figures(paid(orders), net),
    )


def bigcommerce(orders: list[Order]) -> Export:
    """Write BigCommerce's orders."""
    words = {"paid": "Completed", "failed": "Declined", "pending": "Awaiting Payment"}
    rows: list[dict[str, object]] = [
        {
            "Order ID": order.number,
            "Customer ID": 50 + order.customer,
            "Customer Name": order.name,
            "Customer Email": order.email,
            "Order Date": f"{order.at:%d/%m/%Y}",
            "Order Status": words.get(order.status, order.status.title()),
            "Subtotal (inc tax)": round(order.gross * (1 + TAX), 2),
            "Subtotal (ex tax)": order.gross,
            "Tax Total": order.tax,
            "Shipping Cost (inc tax)": order.shipping,
            "Shipping Cost (ex tax)": order.shipping,
            "Handling Cost (ex tax)": 0,
            "Coupon Details": "",
            "Order Total (inc tax)": order.total,
            "Order Total (ex tax)": round(order.total - order.tax, 2),
            "Total Quantity": order.pieces,
            "Order Currency Code": "USD",
        }
        for order in orders
    ]
    return Export(rows, figures(paid(orders), net))


def lightspeed(orders: list[Order]) -> Export:
    """Write Lightspeed's sales history: rows of sales, of their lines and of payments."""
    words = {"paid": "CLOSED", "pending": "LAYBY", "refunded": "VOIDED"}
    rows: list[dict[str, object]] = []
    for order in orders:
        if order.status in {"cancelled", "failed"}:
            order = order._replace(status="refunded")  # noqa: PLW2901 - a till voids them all
        sale: dict[str, object] = {
            "Date": f"{order.at}",
            "Receipt Number": order.number,
            "Line Type": "Sale",
            "Customer Code": f"C-{order.customer:03d}",
            "Customer Name": order.name,
            "Quantity": order.pieces,
            "Subtotal": order.net,
            "Sales Tax": order.tax,
            "Discount": order.discount,
            "Total": round(order.net + order.tax, 2),
            "Details": "",
            "Register": "Main",
            "Status": words[order.status],
            "Sku": "",
            "Paid": "",
        }
        rows.append(sale)
        share = order.net / order.gross
        rows += [
            {
                "Date": sale["Date"],
                "Receipt Number": order.number,
                "Line Type": "Sale Line",
                "Quantity": line.quantity,
                "Subtotal": round(line.worth * share, 2),
                "Details": f"Product {line.product}",
                "Sku": f"SKU-{line.product:03d}",
            }
            for line in order.lines
        ]
        rows.append(
            {
                "Date": sale["Date"],
                "Receipt Number": order.number,
                "Line Type": "Payment",
                "Paid": sale["Total"],
                "Details": "Card",
            }
        )
    return Export(rows, figures(paid(orders), net))


def odoo(orders: list[Order]) -> Export:
    """Write Odoo's sales orders with their lines, the order's number on its first row alone."""
    words = {"paid": "Sales Order", "refunded": "Cancelled", "failed": "Cancelled",
             "pending": "Quotation"}  # fmt: skip
    rows: list[dict[str, object]] = []
    for order in orders:
        of_order: dict[str, object] = {
            "Order Reference": f"S{order.number:05d}",
            "Order Date": f"{order.at}",
            "Customer": order.name,
            "Salesperson": "Mitchell",
            "Untaxed Amount": order.net,
            "Total": order.total,
            "Status": words.get(order.status, order.status.title()),
        }
        rows += first_row_only(
            [
                {
                    **of_order,
                    "Order Lines/Product": f"[SKU-{line.product:03d}] Product {line.product}",
                    "Order Lines/Quantity": line.quantity,
                    "Order Lines/Unit Price": line.price,
                    "Order Lines/Subtotal": round(line.worth * order.net / order.gross, 2),
                }
                for line in order.lines
            ],
            of_order,
        )
    return Export(rows, figures(paid(orders), net))


def sap_items(orders: list[Order]) -> Export:
    """Write SAP's items, German, amounts with a comma; rejected ones are cancelled."""
    rows: list[dict[str, object]] = [
        {
            "VBELN": f"{order.number:010d}",
            "POSNR": f"{10 * (place + 1):06d}",
            "KUNNR": f"{order.customer + 1:010d}",
            "AUDAT": f"{order.at:%d.%m.%Y}",
            "MATNR": f"MAT-{line.product:03d}",
            "ARKTX": f"Product {line.product}",
            "KWMENG": f"{line.quantity},000",
            "NETWR": f"{line.worth:.2f}".replace(".", ","),
            "WAERK": "EUR",
            "ABGRU": "" if order.status == "paid" else "02",
        }
        for order in orders
        for place, line in enumerate(order.lines)
    ]
    return Export(rows, figures(paid(orders), lambda order: order.gross), separator=";")


def ga4_purchases(orders: list[Order]) -> Export:
    """Write events of Google Analytics: purchases, their refunds, and page views."""
    rows: list[dict[str, object]] = []
    for order in (each for each in orders if each.status in {"paid", "refunded"}):
        event: dict[str, object] = {
            "event_date": f"{order.at:%Y%m%d}",
            "event_timestamp": int(order.at.replace(tzinfo=dt.UTC).timestamp() * 1e6),
            "event_name": "purchase",
            "user_pseudo_id": f"{order.customer + 1000}.{order.customer + 5000}",
            "ecommerce.transaction_id": f"T{order.number}",
            "ecommerce.purchase_revenue": order.net,
        }
        rows += [
            {
                **event,
                "items.item_id": f"SKU-{line.product:03d}",
                "items.item_name": f"Product {line.product}",
                "items.quantity": line.quantity,
                "items.price": line.price,
            }
            for line in order.lines
        ]
        rows.append(
            {**event, "event_name": "page_view", "ecommerce.transaction_id": "",
             "ecommerce.purchase_revenue": ""}
        )  # fmt: skip
        if order.status == "refunded":
            back = order.at + dt.timedelta(days=4)
            rows.append({**event, "event_name": "refund", "event_date": f"{back:%Y%m%d}"})
    return Export(rows, figures(paid(orders), net))


def superstore(orders: list[Order]) -> Export:
    """Write the Superstore sample: sales of a line are after its discount."""
    rows: list[dict[str, object]] = [
        {
            "Row ID": 10 * order.number + place,
            "Order ID": f"CA-2024-{order.number}",
            "Order Date": f"{order.at:%m/%d/%Y}",
            "Ship Date": f"{order.at + dt.timedelta(days=3):%m/%d/%Y}",
            "Ship Mode": "Second Class",
            "Customer ID": f"CG-{order.customer:05d}",
            "Customer Name": order.name,
            "Segment": "Consumer",
            "Country": "United States",
            "Product ID": f"FUR-{line.product:03d}",
            "Category": "Furniture",
            "Sub-Category": "Chairs",
            "Product Name": f"Product {line.product}",
            "Sales": round(line.worth * order.net / order.gross, 4),
            "Quantity": line.quantity,
            "Discount": round(order.discount / order.gross, 2),
            "Profit": 1,
        }
        for order in orders
        for place, line in enumerate(order.lines)
    ]
    return Export(rows, figures(orders, net))


def square_transactions(orders: list[Order]) -> Export:
    """Write Square's transactions: one row a payment, and one a refund."""
    rows: list[dict[str, object]] = []
    for order in orders:
        row: dict[str, object] = {
            "Date": f"{order.at:%Y-%m-%d}",
            "Time": f"{order.at:%H:%M:%S}",
            "Time Zone": "Eastern Time (US & Canada)",
            "Gross Sales": f"${order.gross:.2f}",
            "Discounts": f"-${order.discount:.2f}",
            "Service Charges": "$0.00",
            "Net Sales": f"${order.net:.2f}",
            "Tax": f"${order.tax:.2f}",
            "Tip": "$0.00",
            "Partial Refunds": "$0.00",
            "Total Collected": f"${order.net + order.tax:.2f}",
            "Fees": "$0.10",
            "Net Total": f"${order.net:.2f}",
            "Transaction ID": f"T{order.number}",
            "Payment ID": f"P{order.number}",
            "Event Type": "Payment",
            "Customer ID": f"CUST{order.customer:05d}",
        }
        rows.append(row)
        if order.status == "refunded":
            back = f"{order.at + dt.timedelta(hours=2):%Y-%m-%d}"
            at = f"{order.at + dt.timedelta(hours=2):%H:%M:%S}"
            rows.append(
                {**row, "Date": back, "Time": at, "Event Type": "Refund",
                 "Net Sales": f"-${order.net:.2f}", "Transaction ID": f"T{order.number}R"}
            )  # fmt: skip
    kept = [order for order in orders if order.status != "refunded"]
    return Export(rows, figures(kept, net))


EXPORTS: dict[str, Callable[[list[Order]], Export]] = {
    "shopify": shopify,
    "shopify, filled": shopify_filled,
    "squarespace": squarespace,
    "woocommerce_items": woocommerce_items,
    "woocommerce_orders": woocommerce_orders,
    "woocommerce_analytics": woocommerce_analytics,
    "etsy_orders": etsy_orders,
    "etsy_items": etsy_items,
    "amazon_orders": amazon_orders,
    "square_items": square_items,
    "square_transactions": square_transactions,
    "stripe_payments": stripe_payments,
    "paypal": paypal,
    "magento": magento,
    "prestashop": prestashop,
    "prestashop_tables": prestashop_tables,
    "bigcommerce": bigcommerce,
    "lightspeed": lightspeed,
    "odoo": odoo,
    "sap_items": sap_items,
    "ga4_purchases": ga4_purchases,
    "superstore": superstore,
}
"""An export of each layout, by the layout's name and what is special about it."""
