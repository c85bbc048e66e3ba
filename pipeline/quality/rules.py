"""The rules of order lines, in the order in which they run: name, title and reason."""

from typing import NamedTuple


class Rule(NamedTuple):
    """What a rule is called and why it is there."""

    name: str
    title: str
    explanation: str


REPLACED = Rule(
    "replaced",
    "Invoices given again in a newer file",
    "A newer file replaces whole invoices of an older one.",
)
OVERLAP = Rule(
    "overlap",
    "Rows that an earlier sheet or file holds too",
    "Exports that overlap hold the same rows twice; each is counted once.",
)
JOINED = Rule(
    "joined",
    "Rows of joined tables",
    "They became columns of the lines that they belong to, and are no lines themselves.",
)
LATER = Rule(
    "later",
    "Rows after the day of the snapshot",
    "The run looks at the data as it was known at the end of that day.",
)
INCOMPLETE = Rule(
    "incomplete",
    "Rows without a date or money",
    "A line needs both to be a purchase.",
)
UNREADABLE = Rule(
    "unreadable",
    "Rows with a cell that can't be read",
    "A date, quantity or price holds something else; few such rows are left out,"
    " many refuse the file.",
)
STATUS = {
    "cancelled": Rule(
        "status_cancelled",
        "Orders that were cancelled",
        "Their status says so; nothing was sold.",
    ),
    "refunded": Rule(
        "status_refunded",
        "Orders that were refunded",
        "Their status says so; nothing was kept.",
    ),
    "failed": Rule(
        "status_failed",
        "Orders whose payment failed",
        "Their status says so; nothing was paid.",
    ),
    "voided": Rule(
        "status_voided",
        "Orders that are void, or drafts",
        "Their status says so; nothing was bought.",
    ),
    "pending": Rule(
        "status_pending",
        "Orders that aren't paid yet",
        "Their status says so; they count when they are.",
    ),
    "other": Rule(
        "status_other",
        "Rows that are no sales",
        "The layout of the export says so: payouts, fees, payments of an order that has rows"
        " of its own.",
    ),
}
"""A rule for each status that takes an order out of revenue."""
DISCOUNT = Rule(
    "discount",
    "Discounts taken off their order",
    "A line with money below 0 that is called a discount lowers the other lines of its order.",
)
DUPLICATE = Rule(
    "duplicate",
    "Exact duplicates",
    "Equal to an earlier line of its order in every column: booked twice, not bought twice.",
)
ADJUSTMENT = Rule(
    "adjustment",
    "Bookings that are no sale",
    "An A before the invoice's number or a price below 0 corrects the books.",
)
FEE = Rule(
    "fee",
    "Postage, fees, discounts and vouchers",
    "These codes are no product; the list is a setting.",
)
MATCHED = Rule(
    "cancellation_matched",
    "Cancellations matched to their purchase",
    "The purchase is reduced from the day of the cancellation on.",
)
UNMATCHED = Rule(
    "cancellation_unmatched",
    "Cancellations without a purchase",
    "No earlier purchase of that customer, product and price still has the quantity;"
    " reported, not subtracted.",
)
ANONYMOUS_CANCELLATION = Rule(
    "cancellation_anonymous",
    "Cancellations without a customer",
    "They can't be matched to a purchase; reported, not subtracted.",
)
WRITE_OFF = Rule(
    "write_off",
    "Stock written off",
    "Quantity below 0 at price 0: damaged, lost or counted again.",
)
FREE = Rule(
    "free",
    "Lines at price 0 or without a quantity",
    "Samples and placeholders bring no revenue.",
)
ANONYMOUS = Rule(
    "anonymous",
    "Lines without a customer",
    "Left out by setting; by default they count for revenue, products and countries.",
)
CANCELLED = Rule(
    "cancelled", "Cancelled invoices", "They are numbered with a C before the number."
)
NOT_POSITIVE = Rule(
    "not_positive",
    "Quantity or price not above 0",
    "Returns, write-offs, samples and corrections.",
)
# fmt: skip
