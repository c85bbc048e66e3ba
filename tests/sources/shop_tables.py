"""Made-up shops in several tables, as public data sets have them, with figures of their own.

Every figure is added up while the rows are made, by another way than the product's.
"""

import datetime as dt
import random
import sqlite3
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

Tables = dict[str, pd.DataFrame]


class Truth(NamedTuple):
    """What must come out: customers with an order, their orders, net revenue."""

    customers: int
    orders: int
    net: float


class Shop(NamedTuple):
    """Tables by name, what they hold, and foreign keys: child, column, parent, key."""

    tables: Tables
    truth: Truth
    keys: tuple[tuple[str, str, str, str], ...] = ()


def olist(*, seed: int = 1, orders: int = 300, orphans: int = 0) -> Shop:
    """Make nine tables where a customer has another `customer_id` in every order.

    `orphans` are items whose order isn't there.
    """
    dice = random.Random(seed)
    people = [f"{n:04x}unique" for n in range(orders // 2)]
    products = {f"p{n:03}": dice.choice(["beleza", "esporte"]) for n in range(40)}
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in OLIST}
    net, bought, counted = 0.0, set(), 0
    for number in range(orders):
        order, key = f"o{number:05}", f"c{number:05}"
        person = dice.choice(people)
        day = pd.Timestamp(2017, 1, 3) + dt.timedelta(hours=29 * number)
        status = "canceled" if number % 25 == 0 else "delivered"
        made["olist_customers_dataset"].append(
            {"customer_id": key, "customer_unique_id": person, "customer_zip_code_prefix": 1000,
             "customer_city": "sao paulo", "customer_state": dice.choice(["SP", "RJ"])}
        )  # fmt: skip
        made["olist_orders_dataset"].append(
            {"order_id": order, "customer_id": key, "order_status": status,
             "order_purchase_timestamp": f"{day:%Y-%m-%d %H:%M:%S}",
             "order_approved_at": f"{day:%Y-%m-%d %H:%M:%S}",
             "order_estimated_delivery_date": f"{day + dt.timedelta(20):%Y-%m-%d %H:%M:%S}"}
        )  # fmt: skip
        paid = 0.0
        for item in range(1, dice.randint(1, 3) + 1):
            price, freight = round(dice.uniform(5, 90), 2), round(dice.uniform(3, 9), 2)
            paid += price + freight
            made["olist_order_items_dataset"].append(
                {"order_id": order, "order_item_id": item,
                 "product_id": dice.choice([*products]),
                 "seller_id": f"s{dice.randint(0, 5)}",
                 "shipping_limit_date": f"{day + dt.timedelta(5):%Y-%m-%d %H:%M:%S}",
                 "price": price, "freight_value": freight}
            )  # fmt: skip
            if status != "canceled":
                net += price
        if status != "canceled":
            bought.add(person)
            counted += 1
        first = round(paid / 3, 2)
        for sequence, value in enumerate((first, round(paid - first, 2)), start=1):
            made["olist_order_payments_dataset"].append(
                {"order_id": order, "payment_sequential": sequence, "payment_type": "voucher",
                 "payment_installments": 1, "payment_value": value}
            )  # fmt: skip
        for review in range(1 + (number % 40 == 0)):
            made["olist_order_reviews_dataset"].append(
                {"review_id": f"r{number}{review}", "order_id": order, "review_score": 5,
                 "review_creation_date": f"{day + dt.timedelta(9):%Y-%m-%d 00:00:00}"}
            )  # fmt: skip
    for number in range(orphans):
        made["olist_order_items_dataset"].append(
            {"order_id": f"gone{number}", "order_item_id": 1, "product_id": "p001",
             "seller_id": "s1", "shipping_limit_date": "2017-05-05 00:00:00", "price": 10.0,
             "freight_value": 1.0}
        )  # fmt: skip
    made["olist_products_dataset"] = [
        {"product_id": code, "product_category_name": kind, "product_name_lenght": 40,
         "product_description_lenght": 300, "product_photos_qty": 1}
        for code, kind in products.items()
    ]  # fmt: skip
    made["olist_sellers_dataset"] = [
        {"seller_id": f"s{n}", "seller_zip_code_prefix": 1000 + n, "seller_city": "ibitinga",
         "seller_state": "SP"}
        for n in range(6)
    ]  # fmt: skip
    made["product_category_name_translation"] = [
        {"product_category_name": "beleza", "product_category_name_english": "beauty"},
        {"product_category_name": "esporte", "product_category_name_english": "sports"},
    ]
    return Shop(_frames(made), Truth(len(bought), counted, net))


OLIST = (
    "olist_customers_dataset", "olist_orders_dataset", "olist_order_items_dataset",
    "olist_order_payments_dataset", "olist_order_reviews_dataset", "olist_products_dataset",
    "olist_sellers_dataset", "product_category_name_translation",
)  # fmt: skip


def chinook(*, seed: int = 2, invoices: int = 200) -> Shop:
    """Make a shop of tracks: lines name invoices and tracks, tracks albums and genres."""
    dice = random.Random(seed)
    tracks: list[dict[str, Any]] = [
        {"TrackId": n, "Name": f"Song {n}", "AlbumId": n % 9 + 1, "MediaTypeId": n % 2 + 1,
         "GenreId": n % 4 + 1, "Composer": f"Who {n % 7}", "Milliseconds": 1000 * n,
         "UnitPrice": 1.99 if n % 5 == 0 else 0.99}
        for n in range(1, 61)
    ]  # fmt: skip
    customers: list[dict[str, Any]] = [
        {"CustomerId": n, "FirstName": f"F{n}", "LastName": f"L{n}", "Company": None,
         "Address": f"{n} Street", "City": "X", "State": dice.choice(["CA", "NY", "TX"]),
         "Country": dice.choice(["USA", "Canada", "Brazil"]), "Email": f"c{n}@example.com",
         "SupportRepId": n % 3 + 1}
        for n in range(1, 41)
    ]  # fmt: skip
    made: dict[str, list[dict[str, Any]]] = {"Invoice": [], "InvoiceLine": []}
    net, bought = 0.0, set()
    for number in range(1, invoices + 1):
        customer = dice.choice(customers)
        lines = [dice.choice(tracks) for _ in range(dice.randint(1, 6))]
        lines = list({each["TrackId"]: each for each in lines}.values())
        total = sum(round(100 * each["UnitPrice"]) for each in lines) / 100
        day = pd.Timestamp(2021, 1, 1) + dt.timedelta(days=3 * number)
        made["Invoice"].append(
            {"InvoiceId": number, "CustomerId": customer["CustomerId"],
             "InvoiceDate": f"{day:%Y-%m-%d %H:%M:%S}", "BillingAddress": customer["Address"],
             "BillingCity": "X", "BillingState": customer["State"],
             "BillingCountry": customer["Country"], "Total": total}
        )  # fmt: skip
        for each in lines:
            made["InvoiceLine"].append(
                {"InvoiceLineId": len(made["InvoiceLine"]) + 1, "InvoiceId": number,
                 "TrackId": each["TrackId"], "UnitPrice": each["UnitPrice"], "Quantity": 1}
            )  # fmt: skip
        net += total
        bought.add(customer["CustomerId"])
    made |= {
        "Track": tracks,
        "Customer": customers,
        "Album": [
            {"AlbumId": n, "Title": f"Album {n}", "ArtistId": n % 5 + 1} for n in range(1, 10)
        ],
        "Artist": [{"ArtistId": n, "Name": f"Band {n}"} for n in range(1, 6)],
        "Genre": [{"GenreId": n, "Name": f"Genre {n}"} for n in range(1, 5)],
        "MediaType": [{"MediaTypeId": n, "Name": f"Medium {n}"} for n in range(1, 3)],
        "Employee": [
            {"EmployeeId": n, "LastName": f"E{n}", "FirstName": "A", "Title": "Agent",
             "BirthDate": "1970-01-01 00:00:00", "HireDate": "2002-01-01 00:00:00",
             "Country": "Canada", "Email": f"e{n}@example.com"}
            for n in range(1, 4)
        ],
        "Playlist": [{"PlaylistId": n, "Name": f"List {n}"} for n in range(1, 4)],
        "PlaylistTrack": [
            {"PlaylistId": p, "TrackId": t} for p in range(1, 4) for t in range(1, 61, p)
        ],
    }  # fmt: skip
    keys = (
        ("Invoice", "CustomerId", "Customer", "CustomerId"),
        ("InvoiceLine", "InvoiceId", "Invoice", "InvoiceId"),
        ("InvoiceLine", "TrackId", "Track", "TrackId"),
        ("Track", "AlbumId", "Album", "AlbumId"),
        ("Track", "GenreId", "Genre", "GenreId"),
        ("Track", "MediaTypeId", "MediaType", "MediaTypeId"),
        ("Album", "ArtistId", "Artist", "ArtistId"),
        ("Customer", "SupportRepId", "Employee", "EmployeeId"),
    )
    return Shop(_frames(made), Truth(len(bought), invoices, net), keys)


def northwind(*, seed: int = 3, orders: int = 150) -> Shop:
    """Make a trader whose lines have a price and a discount, and products a list price."""
    dice = random.Random(seed)
    customers = [f"CUST{n:02}" for n in range(40)]
    prices = {n: round(dice.uniform(5, 60), 2) for n in range(1, 31)}
    made: dict[str, list[dict[str, Any]]] = {"Orders": [], "Order Details": []}
    net, bought = 0.0, set()
    for number in range(10248, 10248 + orders):
        customer = dice.choice(customers)
        day = dt.date(2016, 7, 4) + dt.timedelta(days=2 * (number - 10248))
        made["Orders"].append(
            {"OrderID": number, "CustomerID": customer, "EmployeeID": number % 4 + 1,
             "OrderDate": f"{day}", "RequiredDate": f"{day + dt.timedelta(28)}",
             "ShippedDate": f"{day + dt.timedelta(5)}", "ShipVia": number % 3 + 1,
             "Freight": round(dice.uniform(1, 50), 2), "ShipName": f"Company {customer}",
             "ShipCity": "Berlin", "ShipCountry": dice.choice(["Germany", "France"])}
        )  # fmt: skip
        for product in dice.sample(sorted(prices), dice.randint(1, 4)):
            quantity, discount = dice.randint(1, 30), dice.choice([0, 0, 0.05, 0.1, 0.25])
            price = round(prices[product] * 0.8, 2)
            made["Order Details"].append(
                {"OrderID": number, "ProductID": product, "UnitPrice": price,
                 "Quantity": quantity, "Discount": discount}
            )  # fmt: skip
            net += price * quantity * (1 - discount)
        bought.add(customer)
    made |= {
        "Customers": [
            {"CustomerID": each, "CompanyName": f"Company {each}", "ContactName": "Ana",
             "ContactTitle": "Owner", "City": "Berlin", "Region": "WE", "Country": "Germany"}
            for each in customers
        ],
        "Products": [
            {"ProductID": n, "ProductName": f"Cheese {n}", "SupplierID": n % 5 + 1,
             "CategoryID": n % 3 + 1, "QuantityPerUnit": "10 boxes", "UnitPrice": price,
             "UnitsInStock": 39, "Discontinued": 0}
            for n, price in prices.items()
        ],
        "Categories": [
            {"CategoryID": n, "CategoryName": f"Kind {n}", "Description": "Soft drinks, teas"}
            for n in range(1, 4)
        ],
        "Suppliers": [
            {"SupplierID": n, "CompanyName": f"Maker {n}", "ContactName": "Bo", "Country": "UK"}
            for n in range(1, 6)
        ],
        "Employees": [
            {"EmployeeID": n, "LastName": f"E{n}", "Title": "Sales", "BirthDate": "1960-01-01",
             "Country": "UK"}
            for n in range(1, 5)
        ],
        "Shippers": [{"ShipperID": n, "CompanyName": f"Ship {n}"} for n in range(1, 4)],
    }  # fmt: skip
    return Shop(_frames(made), Truth(len(bought), orders, net))


def kpmg(*, seed: int = 4, rows: int = 400) -> Shop:
    """Make four sheets: transactions that are enough, and tables of customers around them."""
    dice = random.Random(seed)
    net, bought, counted, transactions = 0.0, set(), 0, []
    for number in range(1, rows + 1):
        customer, price = dice.randint(1, 90), round(dice.uniform(50, 2000), 2)
        status = "Cancelled" if number % 50 == 0 else "Approved"
        day = dt.date(2017, 1, 1) + dt.timedelta(days=dice.randint(0, 360))
        transactions.append(
            {"transaction_id": number, "product_id": dice.randint(0, 99),
             "customer_id": customer, "transaction_date": pd.Timestamp(day),
             "online_order": number % 2 == 0, "order_status": status, "brand": "Solex",
             "product_line": "Standard", "product_class": "medium", "product_size": "large",
             "list_price": price, "standard_cost": round(price / 2, 2),
             "product_first_sold_date": 41245}
        )  # fmt: skip
        if status == "Approved":
            net += price
            bought.add(customer)
            counted += 1
    people = [
        {"customer_id": n, "first_name": f"A{n}", "last_name": f"B{n}", "gender": "F",
         "past_3_years_bike_related_purchases": n % 90, "DOB": pd.Timestamp(1970, 1, 2),
         "job_title": "Nurse", "wealth_segment": "Mass Customer", "owns_car": "Yes",
         "tenure": n % 20}
        for n in range(1, 101)
    ]  # fmt: skip
    addresses = [
        {"customer_id": n, "address": f"{n} Road", "postcode": 2000 + n,
         "state": dice.choice(["NSW", "QLD", "VIC"]), "country": "Australia",
         "property_valuation": n % 12}
        for n in range(1, 101)
    ]  # fmt: skip
    fresh = [
        {"first_name": f"N{n}", "last_name": "C", "gender": "M",
         "past_3_years_bike_related_purchases": n, "DOB": pd.Timestamp(1980, 5, 5),
         "address": f"{n} Lane", "state": "QLD", "country": "Australia",
         "property_valuation": 5, "Rank": n, "Value": 1.7}
        for n in range(30)
    ]  # fmt: skip
    made = {
        "Transactions": transactions,
        "NewCustomerList": fresh,
        "CustomerDemographic": people,
        "CustomerAddress": addresses,
    }
    return Shop(_frames(made), Truth(len(bought), counted, net))


def in_folder(shop: Shop, folder: Path) -> Path:
    """Write a CSV file a table."""
    folder.mkdir(exist_ok=True)
    for name, table in shop.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def in_zip(shop: Shop, path: Path) -> Path:
    """Write an archive of a CSV file a table."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, table in shop.tables.items():
            archive.writestr(f"{name}.csv", table.to_csv(index=False))
    return path


def in_workbook(shop: Shop, path: Path, *, note: str | None = None) -> Path:
    """Write a sheet a table, below a note where there is one."""
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, table in shop.tables.items():
            table.to_excel(writer, sheet_name=name[-31:], index=False, startrow=int(bool(note)))
            if note:
                writer.sheets[name[-31:]].cell(1, 1, note)
    return path


def in_database(shop: Shop, path: Path) -> Path:
    """Write a SQLite file, with the foreign keys that are declared."""
    connection = sqlite3.connect(path)
    for name, table in shop.tables.items():
        declared = [key for key in shop.keys if key[0] == name]
        columns = [f'"{column}"' for column in table.columns]
        columns += [
            f'foreign key ("{column}") references "{parent}" ("{key}")'
            for _, column, parent, key in declared
        ]
        connection.execute(f'create table "{name}" ({", ".join(columns)})')
        marks = ", ".join("?" * len(table.columns))
        plain = table.assign(
            **{str(each): table[each].astype(str) for each in table.select_dtypes("datetime")}
        ).astype(object)
        rows = plain.where(plain.notna(), None).to_numpy().tolist()
        connection.executemany(f'insert into "{name}" values ({marks})', rows)
    connection.commit()
    connection.close()
    return path


def _frames(made: Mapping[str, list[dict[str, Any]]]) -> Tables:
    return {name: pd.DataFrame(rows) for name, rows in made.items()}
