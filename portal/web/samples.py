"""A file of each form to look at: a few rows of shops that do not exist."""

import io
import zipfile
from collections.abc import Callable
from typing import NamedTuple

from portal.kit.tables.csv_text import csv_lines


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


class OtherForm(NamedTuple):
    """A form with one row a customer, and its sample file."""

    title: str
    meaning: str
    file: str


OTHER_FORMS = (
    OtherForm(
        "Customers",
        "Any columns: numbers, categories, yes and no, money, dates, and what customers did, as"
        " who left; 30 customers and two columns at least.",
        "customers.csv",
    ),
    OtherForm(
        "Marketing",
        "Demography, spend by category, campaigns, channels and days since the last purchase.",
        "marketing.csv",
    ),
    OtherForm(
        "Behaviour",
        "Demography, membership, total spend, items, rating and satisfaction.",
        "behaviour.csv",
    ),
    OtherForm(
        "Market activity",
        "Four files in one ZIP: activity, monthly revenue, monthly minutes and profit.",
        "market-activity.zip",
    ),
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

CUSTOMERS = 40
PLANS = ("Basic", "Plus", "Pro")
CUSTOMER_COLUMNS = (
    "CustomerID",
    "Gender",
    "Age",
    "Plan",
    "MonthlyFee",
    "MonthsActive",
    "Churn",
)
MARKETING = """\
ID;Year_Birth;Education;Marital_Status;Income;Kidhome;Teenhome;Dt_Customer;Recency;MntWines;\
MntFruits;MntMeatProducts;MntFishProducts;MntSweetProducts;MntGoldProds;NumDealsPurchases;\
NumWebPurchases;NumCatalogPurchases;NumStorePurchases;NumWebVisitsMonth;AcceptedCmp3;\
AcceptedCmp4;AcceptedCmp5;AcceptedCmp1;AcceptedCmp2;Complain;Z_CostContact;Z_Revenue;Response
2001;1971;Graduation;Married;64200;0;1;14-03-2024;12;410;22;150;31;18;44;3;6;4;8;4;0;0;0;0;0;0;3;11;0
2002;1988;Master;Single;31850;1;0;02-11-2023;57;38;4;21;6;5;12;2;2;0;3;7;0;0;0;0;0;0;3;11;0
2003;1959;PhD;Together;82900;0;0;27-01-2024;8;905;48;460;77;52;60;1;5;7;9;2;0;1;1;0;0;0;3;11;1
2004;1993;Basic;Single;;1;0;19-06-2024;91;9;7;12;9;11;25;1;1;0;2;8;0;0;0;0;0;1;3;11;0
"""
BEHAVIOUR = """\
Customer ID,Gender,Age,City,Membership Type,Total Spend,Items Purchased,Average Rating,\
Discount Applied,Days Since Last Purchase,Satisfaction Level
3001,Female,34,Boston,Gold,1190.4,16,4.7,FALSE,11,Satisfied
3002,Male,41,Denver,Silver,702.5,12,4.0,TRUE,27,Neutral
3003,Female,28,Austin,Bronze,318.9,9,3.4,TRUE,44,Unsatisfied
3004,Male,37,Seattle,Silver,655.0,11,4.2,FALSE,19,
"""
MARKET_ACTIVITY = {
    "market_file.csv": """\
id,Покупательская активность,Тип сервиса,Разрешить сообщать,Маркет_актив_6_мес,\
Маркет_актив_тек_мес,Длительность,Акционные_покупки,Популярная_категория,\
Средний_просмотр_категорий_за_визит,Неоплаченные_продукты_штук_квартал,Ошибка_сервиса,\
Страниц_за_визит
4001,Прежний уровень,премиум,да,4.4,4,412,0.12,Кухонная посуда,4,1,3,9
4002,Снизилась,стандарт,нет,3.1,3,655,0.71,Домашний текстиль,2,5,6,5
""",
    "market_money.csv": """\
id,Период,Выручка
4001,препредыдущий_месяц,4870.5
4001,предыдущий_месяц,5012.0
4001,текущий_месяц,5240.3
4002,препредыдущий_месяц,4655.0
4002,предыдущий_месяц,4310.2
4002,текущий_месяц,3980.7
""",
    "market_time.csv": """\
id,Период,минут
4001,текущий_месяц,15
4001,предыдущий_месяц,14
4002,текущий_месяц,9
4002,предыдущий_месяц,12
""",
    "money.csv": """\
id;Прибыль
4001;4,15
4002;3,2
""",
}


def order_lines() -> str:
    """Write the order lines as CSV."""
    return "".join(csv_lines([column.name for column in COLUMNS], ROWS))


def market_activity() -> bytes:
    """Pack the four files of market activity."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in MARKET_ACTIVITY.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def customers() -> str:
    """Write a table of customers with columns of its own as CSV."""
    rows = [
        (
            f"S{7001 + place}",
            ("Female", "Male")[place * 7 % 2],
            21 + place * 13 % 50,
            PLANS[place * 5 % 3],
            round(9.5 + place * 37 % 60, 2),
            place * 11 % 40,
            ("No", "Yes")[place * 11 % 40 < 12 and place % 3 > 0],
        )
        for place in range(CUSTOMERS)
    ]
    return "".join(csv_lines(CUSTOMER_COLUMNS, rows))


FILES: dict[str, Callable[[], str | bytes]] = {
    "order-lines.csv": order_lines,
    "customers.csv": customers,
    "marketing.csv": lambda: MARKETING,
    "behaviour.csv": lambda: BEHAVIOUR,
    "market-activity.zip": market_activity,
}
"""What a file of each form looks like, by the name it is downloaded under."""
