"""What the page of data says: forms, fields, refusals in the words of who brings a file."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from portal.words import wording
from portal.words.titles import BETWEEN, TITLES

ORDERS = "order-lines"
CUSTOMERS = "customers"
FORMS = {
    ORDERS: "Orders",
    CUSTOMERS: "Customers, any columns",
    "marketing": "Customers: campaigns and spend",
    "behaviour": "Customers: membership and satisfaction",
    "market-activity": "Customers: four joined files",
}
LOOKS = {
    ORDERS: "orders",
    CUSTOMERS: "a table of customers",
    "marketing": "customers with campaigns and spend",
    "behaviour": "customers with membership and satisfaction",
    "market-activity": "customers with their activity in the market",
}
OUTCOME = "outcome"
FIELDS = {
    "customer_id": "Customer (number or name)",
    "email": "Customer’s e-mail",
    "customer_name": "Customer’s name",
    "ordered_at": "Day of the order",
    "time": "Time of the order",
    "invoice": "Order number",
    "line_number": "Number of the line",
    "product": "Product (number)",
    "description": "Product’s name",
    "category": "Category",
    "quantity": "How many pieces",
    "unit_price": "Price of one piece",
    "amount": "Money of the line",
    "order_total": "Total of the order",
    "discount": "Discount on the line",
    "order_discount": "Discount on the order",
    "tax": "Tax",
    "shipping": "Shipping",
    "refunded": "Refunded amount",
    "status": "Status of the order",
    "currency": "Currency",
    "country": "Country",
    "channel": "Channel",
    "cost": "Cost to the shop",
    "birth_year": "Year of birth",
    "birth_date": "Date of birth",
    "first_order_on": "Day of the first order",
    "last_order_on": "Day of the last order",
    "enrolled_on": "Customer since",
    "left_on": "Day on which they left",
    "tenure_months": "Months as a customer",
    "recency_days": "Days since the last order",
    "frequency": "Number of orders",
    "monetary": "Revenue in all",
    OUTCOME: "Outcome: what customers did",
}
KINDS = {
    "number": "A number",
    "money": "Money",
    "category": "A category",
    "yes_no": "Yes or no",
    "date": "A date",
}
NEEDED = {
    "customer_id": "who ordered",
    "ordered_at": "on which day",
    "amount": "how much was paid",
}
IN_BROWSER = (
    (r"name the (?:currency|columns?) with --currency", "choose it under Currency"),
    (r"name it with --currency", "choose it under Currency"),
    (r"name the columns with --map FILE, one line “field: column” each",
     "say what its columns are"),
    (r"or name the column with --map", "or say which column it is"),
    (r"or say with --map which is meant", "or say which is meant"),
    (r"check the columns with --map", "check the columns"),
    (r"say which columns hold date and money with --map",
     "say which columns hold date and money"),
    (r"Say with --map which column holds discounts", "Say which column holds discounts"),
    (r"name those that belong together with --table or --sheet, or their columns with"
     r" --map FILE", "tick the tables that belong together"),
    (r"name (?:those|one of them)(?: that are (?:meant|there))? with --(?:table|sheet)"
     r"(?: or --(?:table|sheet))?", "tick the tables that are meant"),
    (r"to convert them give --rates", "a refresh by command converts them by a file of rates"),
    (r"give a file of rates with --rates, or a file for each currency",
     "bring a file for each currency, or refresh by command with a file of rates"),
    (r"say which one is meant with --form", "choose under “It is” which one is meant"),
    (r"give each form a data set of its own with --dataset", "publish it as a new data set"),
    (r"--as-of ", "The day "),
    (r",? (?:with|by|give|check|another) --[a-z-]+(?: FILE)?", ""),
    (r"--([a-z-]+)", r"\1"),
)  # fmt: skip
"""What a command's remedies are called where there is a page instead."""


class Fact(NamedTuple):
    """A figure that publishing will give, and what is to be said beside it."""

    title: str
    value: str
    beside: str = ""


def in_browser(sentence: str) -> str:
    """Say what a command says without its arguments.

    >>> in_browser("Amounts have no symbol; name it with --currency.")
    'Amounts have no symbol; choose it under Currency.'
    """
    for pattern, replacement in IN_BROWSER:
        sentence = re.sub(pattern, replacement, sentence)
    return sentence


def field_label(field: str) -> str:
    """Call a field as people do, also what a column of a table of customers holds.

    >>> field_label("unit_price"), field_label("yes_no: Churned"), field_label("spend_x")
    ('Price of one piece', 'Yes or no', 'Spend x')
    """
    kind, between, _ = field.partition(BETWEEN)
    if between and kind in KINDS:
        return KINDS[kind]
    return FIELDS.get(field) or TITLES.get(field) or field.replace("_", " ").capitalize()


def form_of(report: dict[str, Any]) -> str:
    """Name the form of a report, without the table of it."""
    return str(report["form"]).partition("/")[0]


def layout_title(report: dict[str, Any], name: str | None = None) -> str | None:
    """Give the title of a layout, by default of the one that was used."""
    layout_name = name or report.get("layout")
    return next(
        (layout["title"] for layout in report["layouts"] if layout["name"] == layout_name), None
    )


def files_said(names: Sequence[str]) -> str:
    """Name files together.

    >>> files_said(["orders.csv", "items.csv", "people.csv"]), files_said(["orders.csv"])
    ('orders.csv and 2 more', 'orders.csv')
    """
    return f"{names[0]} and {len(names) - 1} more" if len(names) > 1 else names[0]


def looks_like(report: dict[str, Any]) -> str:
    """Say in one sentence what a file looks like."""
    form = form_of(report)
    if not report["recognised"]:
        return f"What this is can’t be told yet; {LOOKS.get(form, form)} come nearest."
    title = layout_title(report)
    platform = title.split(", ")[0] if title and "(" not in title.split(", ")[0] else title
    source = f" from {platform}" if platform else ""
    details = [wording.count(report["rows"], "row")]
    period = period_said(report)
    details += [period] if period else []
    outcomes = report.get("outcomes") or []
    if outcomes:
        named = wording.plain_list([f"“{name}”" for name in outcomes])
        details.append(f"{'outcome' if len(outcomes) == 1 else 'outcomes'} {named}")
    return f"Looks like {LOOKS.get(form, form)}{source}: {', '.join(details)}."


def period_said(report: dict[str, Any]) -> str:
    """Say the first and the last day, empty where there is none."""
    first, last = report.get("first_day"), report.get("last_day")
    return f"{day_said(first)} to {day_said(last)}" if first and last else ""


def day_said(day: str | dt.date) -> str:
    """Write a day of a report."""
    return wording.date(dt.date.fromisoformat(str(day)))


def facts(report: dict[str, Any]) -> list[Fact]:
    """List the figures that publishing will give, with what is there where it is added to."""
    currency = report.get("currency") or ""
    gives = report.get("after") or report
    figures = [Fact("Customers", wording.number(gives["customers"]))]
    if gives.get("orders") is not None:
        more = (gives.get("revenue_all") or 0) - (gives.get("revenue") or 0)
        incl = f"{wording.money(more, currency)} more without a customer" if more > 0 else ""
        figures += [
            Fact("Orders", wording.number(gives["orders"])),
            Fact("Revenue", wording.money(gives["revenue"], currency), incl),
        ]
    if period := period_said(gives):
        figures.append(Fact("Period", period))
    rows_kept = f"{wording.number(report['rows_kept'])} of {wording.number(report['rows'])}"
    joined = report["rows_read"] - report["rows"]
    beside = f"{wording.count(joined, 'row')} of other tables joined to them" if joined else ""
    return [
        *figures,
        Fact("Currency", currency or "Unknown"),
        Fact("Rows kept", rows_kept, "of the new ones" if "after" in report else beside),
    ]


def lacks_said(report: dict[str, Any]) -> str:
    """Say what is missing before anything can be published, and what to do."""
    missing = [NEEDED.get(name, field_label(name)) for name in report["missing"]]
    several = " or tick other tables," if len(report["tables"]) > 1 else ""
    return (
        f"It isn’t known yet {wording.plain_list(missing)}: choose the columns that say so,"
        f"{several} or say above that it is something else."
    )


def asked_for(report: dict[str, Any]) -> str:
    """Say what is to be looked at, and why."""
    missing = [NEEDED.get(name, field_label(name)) for name in report["missing"]]
    if missing:
        return f"Which columns say {wording.plain_list(missing)}?"
    if report["doubts"]:
        return "Told by what they hold, not by their names: is this right?"
    return "What customers did is learned and predicted: is this the outcome?"
