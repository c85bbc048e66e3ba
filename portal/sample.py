"""A file of the form to look at: twelve order lines of a shop that does not exist."""

from typing import NamedTuple


class FormColumn(NamedTuple):
    """A column of the order-lines form."""

    name: str
    also: str
    meaning: str
    needed: bool = True


COLUMNS = (
    FormColumn(
        "InvoiceNo", "Invoice, InvoiceID", "The order; a C in front marks a cancellation."
    ),
    FormColumn("StockCode", "ProductID, Product", "The product."),
    FormColumn("Description", "–", "What the product is called.", needed=False),
    FormColumn("Quantity", "–", "Pieces; negative where something came back."),
    FormColumn("InvoiceDate", "Date", "When it was ordered, however dates are written."),
    FormColumn("UnitPrice", "Price", "Money per piece."),
    FormColumn("CustomerID", "Customer ID", "Who ordered; lines without count in totals only."),
    FormColumn("Country", "–", "Where the order went.", needed=False),
)

UK = "United Kingdom"
ROWS = (
    ("100001", "MUG-01", "Stoneware mug", 6, "2025-01-08 09:12", 4.95, "C1001", UK),
    ("100001", "TEA-03", "Assam tea, 250 g", 2, "2025-01-08 09:12", 6.50, "C1001", UK),
    ("100002", "LAMP-2", "Desk lamp", 1, "2025-01-09 14:40", 39.00, "C1002", "France"),
    ("100003", "MUG-01", "Stoneware mug", 12, "2025-01-15 11:05", 4.55, "C1003", "Germany"),
    ("100003", "TRAY-1", "Oak tray", 4, "2025-01-15 11:05", 18.90, "C1003", "Germany"),
    ("C100004", "LAMP-2", "Desk lamp", -1, "2025-01-16 10:20", 39.00, "C1002", "France"),
    ("100005", "TEA-03", "Assam tea, 250 g", 5, "2025-02-02 16:31", 6.50, "C1001", UK),
    ("100006", "CUP-07", "Espresso cup", 8, "2025-02-11 08:55", 3.25, "C1004", "Spain"),
    ("100007", "TRAY-1", "Oak tray", 1, "2025-02-20 19:02", 18.90, "", UK),
    ("100008", "CUP-07", "Espresso cup", 16, "2025-03-03 12:12", 2.95, "C1003", "Germany"),
    ("100008", "MUG-01", "Stoneware mug", 24, "2025-03-03 12:12", 4.25, "C1003", "Germany"),
    ("100009", "TEA-03", "Assam tea, 250 g", 1, "2025-03-18 20:48", 6.50, "C1005", UK),
)  # fmt: skip
