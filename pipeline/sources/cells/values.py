"""Raw columns as typed ones, each decided by the column as a whole."""

from pipeline.sources.cells.distinct import Typed
from pipeline.sources.cells.numerals import as_number
from pipeline.sources.cells.texts import as_category, as_text
from pipeline.sources.cells.timestamps import as_timestamp

__all__ = ["Typed", "as_category", "as_number", "as_text", "as_timestamp"]
