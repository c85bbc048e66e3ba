"""A shop's own file of lead times, service levels and stock on hand, by product."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.base.errors import SettingsError
from pipeline.sales.ledger import Floats, Whole
from pipeline.trade_settings import StockSettings

LEAD, LEVEL, ON_HAND = "lead_time_days", "service_level", "on_hand"
LIMITS = {LEAD: (0, 180), LEVEL: (0.5, 0.999), ON_HAND: (0, 1e12)}
"""What each column may hold; all but the product may be missing or empty."""


class KnownStock(NamedTuple):
    """What the file says by product, nan where it says nothing."""

    rows: pd.DataFrame

    def on_hand(self, products: pd.Series) -> Floats:
        """Give what is on hand and on order of each product; nan where not known."""
        return self._told(products, ON_HAND)

    def terms(self, products: pd.Series, settings: StockSettings) -> tuple[Whole, Floats]:
        """Give lead time and service level of each product, the settings' where not told."""
        lead, level = self._told(products, LEAD), self._told(products, LEVEL)
        days = np.where(np.isfinite(lead), lead, settings.lead_time_days).astype(np.int64)
        return days, np.where(np.isfinite(level), level, settings.service_level)

    def _told(self, products: pd.Series, name: str) -> Floats:
        if name not in self.rows:
            return np.full(len(products), np.nan)
        return self.rows[name].reindex(products.astype(str)).to_numpy(dtype=float)


NOTHING_KNOWN = KnownStock(pd.DataFrame())


def known_stock(path: Path | None) -> KnownStock:
    """Read the file; nothing is known without one.

    Raises
    ------
    SettingsError
        If it isn't there, lacks the column of products, names one twice, or a cell is no
        number within its limits; the sentence names file, row and column.
    """
    if path is None:
        return NOTHING_KNOWN
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    except FileNotFoundError as error:
        raise SettingsError(
            f"There is no file {path} of stock; check the setting stock.file."
        ) from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise SettingsError(
            f"The file {path} of stock can't be read as CSV in UTF-8 ({error}); check"
            " the setting stock.file."
        ) from error
    table.columns = table.columns.str.strip()
    if "product" not in table:
        raise SettingsError(
            f"{path} has no column “product”; it needs product and any of"
            f" {LEAD}, {LEVEL} and {ON_HAND}."
        )
    products = table["product"].str.strip()
    twice = products.duplicated()
    if twice.any():
        place = int(np.flatnonzero(twice)[0])
        raise SettingsError(
            f"{path}, row {place + 2}: product “{products[place]}” stands there twice."
        )
    columns = {name: _numbers(table[name], path, name) for name in LIMITS if name in table}
    return KnownStock(pd.DataFrame(columns).set_index(pd.Index(products.astype(object))))


def _numbers(cells: pd.Series, path: Path, name: str) -> Floats:
    texts = cells.str.strip()
    numbers = pd.to_numeric(texts.where(texts != ""), errors="coerce").to_numpy(dtype=float)
    low, high = LIMITS[name]
    wrong = (texts != "").to_numpy() & ~((numbers >= low) & (numbers <= high))
    if name == LEAD:
        wrong |= np.isfinite(numbers) & (numbers != np.round(numbers))
    if wrong.any():
        place = int(np.flatnonzero(wrong)[0])
        kind = "a whole number" if name == LEAD else "a number"
        raise SettingsError(
            f"{path}, row {place + 2}, column {name}: “{texts.iloc[place]}” must be {kind}"
            f" from {low:g} to {high:g}."
        )
    return numbers
