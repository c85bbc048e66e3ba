"""Raw columns as typed ones, each decided by the column as a whole.

`as_…` give values and what can't be read; `read_…` say too what decided, and what is doubtful.
"""

from pipeline.sources.cells.clock_times import TimesOfDay, as_time, date_and_time
from pipeline.sources.cells.content import Content, content
from pipeline.sources.cells.day_order import DayMonthDoubt
from pipeline.sources.cells.distinct import Typed
from pipeline.sources.cells.identity import Customers, as_customers, as_emails, coalesced
from pipeline.sources.cells.money import AmbiguousSign, CurrencyFound, currency_of
from pipeline.sources.cells.numerals import TypedNumbers, as_number, read_numbers
from pipeline.sources.cells.separators import SeparatorDoubt
from pipeline.sources.cells.texts import as_category, as_text
from pipeline.sources.cells.timestamps import TypedDates, as_timestamp, read_dates

__all__ = [
    "AmbiguousSign",
    "Content",
    "CurrencyFound",
    "Customers",
    "DayMonthDoubt",
    "SeparatorDoubt",
    "TimesOfDay",
    "Typed",
    "TypedDates",
    "TypedNumbers",
    "as_category",
    "as_customers",
    "as_emails",
    "as_number",
    "as_text",
    "as_time",
    "as_timestamp",
    "coalesced",
    "content",
    "currency_of",
    "date_and_time",
    "read_dates",
    "read_numbers",
]
