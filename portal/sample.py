"""A file of the form to look at: twelve order lines of a shop that does not exist."""

from typing import NamedTuple


class FormColumn(NamedTuple):
    """A column of the order-lines form."""

    name: str
    also: str
    meaning: str
    needed: bool


COLUMNS = (
    FormColumn("InvoiceNo", "Invoice, InvoiceID, order_id", "The order; a C in front marks a cancellation.", True),
    FormColumn("StockCode", "ProductID, SKU, product", "The product.", True),
    FormColumn("Description", "product_name", "What the product is called.", False),
    FormColumn("Quantity", "qty", "Pieces; negative where something came back.", True),
    FormColumn("InvoiceDate", "date, ordered_at", "When it was ordered, in any usual way to write a date.", True),
    FormColumn("UnitPrice", "Price, unit_price", "Money per piece.", True),
    FormColumn("CustomerID", "Customer ID, customer", "Who ordered; lines without one count for totals only.", True),
    FormColumn("Country", "", "Where the order went.", False),
)  # fmt: skip

ROWS = (
    ("100001", "MUG-01", "Stoneware mug", 6, "2025-01-08 09:12", 4.95, "C1001", "United Kingdom"),
    ("100001", "TEA-03", "Assam tea, 250 g", 2, "2025-01-08 09:12", 6.50, "C1001", "United Kingdom"),
    ("100002", "LAMP-2", "Desk lamp", 1, "2025-01-09 14:40", 39.00, "C1002", "France"),
    ("100003", "MUG-01", "Stoneware mug", 12, "2025-01-15 11:05", 4.55, "C1003", "Germany"),
    ("100003", "TRAY-1", "Oak tray", 4, "2025-01-15 11:05", 18.90, "C1003", "Germany"),
    ("C100004", "LAMP-2", "Desk lamp", -1, "2025-01-16 10:20", 39.00, "C1002", "France"),
    ("100005", "TEA-03", "Assam tea, 250 g", 5, "2025-02-02 16:31", 6.50, "C1001", "United Kingdom"),
    ("100006", "CUP-07", "Espresso cup", 8, "2025-02-11 08:55", 3.25, "C1004", "Spain"),
    ("100007", "TRAY-1", "Oak tray", 1, "2025-02-20 19:02", 18.90, "", "United Kingdom"),
    ("100008", "CUP-07", "Espresso cup", 16, "2025-03-03 12:12", 2.95, "C1003", "Germany"),
    ("100008", "MUG-01", "Stoneware mug", 24, "2025-03-03 12:12", 4.25, "C1003", "Germany"),
    ("100009", "TEA-03", "Assam tea, 250 g", 1, "2025-03-18 20:48", 6.50, "C1005", "United Kingdom"),
)  # fmt: skip
