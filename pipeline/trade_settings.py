"""Settings of lines and what follows from them: cleaning, sums, forecasts, stock, watch."""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field

from pipeline.base.section import Section

FEE_CODES = (
    "POST", "DOT", "M", "D", "S", "B", "C2", "CRUK", "PADS", "BANK CHARGES", "AMAZONFEE",
    "ADJUST", "ADJUST2", "POSTAGE", "SHIPPING", "DISCOUNT", "FEE", "SHIPPING FEE", "DELIVERY",
    "DELIVERY FEE", "FREIGHT", "HANDLING", "TAX", "VAT", "VERSAND", "VERSANDKOSTEN", "PORTO",
    "FRAIS DE PORT", "LIVRAISON", "ENVIO", "ENVÍO", "GASTOS DE ENVÍO", "SPEDIZIONE", "FRETE",
    "VERZENDKOSTEN", "WYSYŁKA", "DOSTAWA", "ДОСТАВКА", "KARGO", "运费", "送料", "FRAKT",
)  # fmt: skip
FEE_PREFIXES = ("GIFT_", "TEST0")


class CleaningSettings(Section):
    """Which rules clean order lines; each can be switched off."""

    method: Literal["net", "usual"] = Field(
        default="net",
        description="net: cancellations reduce the purchases that they cancel;"
        " usual: lines with a customer, not cancelled, quantity and price above 0",
    )
    overlaps: bool = Field(
        default=True, description="drop rows that an earlier sheet or file holds too"
    )
    duplicates: bool = Field(
        default=True, description="drop lines equal to an earlier one in every column"
    )
    adjustments: bool = Field(
        default=True, description="drop bookings that are no sale: prefix A, price below 0"
    )
    fees: bool = Field(default=True, description="drop postage, fees, discounts and vouchers")
    fee_codes: tuple[str, ...] = Field(
        default=FEE_CODES, description="product codes that are no product"
    )
    fee_prefixes: tuple[str, ...] = Field(
        default=FEE_PREFIXES, description="beginnings of such codes"
    )
    write_offs: bool = Field(
        default=True, description="drop stock written off: quantity below 0 at price 0"
    )
    free: bool = Field(default=True, description="drop lines at price 0 or without a quantity")
    netting: bool = Field(default=True, description="match cancellations to purchases")
    anonymous: Literal["keep", "drop"] = Field(
        default="keep",
        description="lines without a customer count for revenue, products and countries",
    )
    unusable_share: float = Field(
        default=0.05,
        ge=0,
        le=1,
        validation_alias=AliasChoices("unusable_share", "unreadable_share"),
        description="up to this share of rows may lack a cell that is needed, or hold one that"
        " can't be read, and is left out; above it the source is refused",
    )


class SalesSettings(Section):
    """How sales, returns and repeat orders are looked at."""

    abc: tuple[float, float] = Field(
        default=(0.8, 0.95),
        description="shares of revenue up to which products are of class A, and B",
    )
    top_products: int = Field(
        default=300,
        ge=10,
        le=10_000,
        description="products whose months and countries are kept, those of most revenue",
    )
    levels: int = Field(
        default=10,
        ge=2,
        le=50,
        description="first products, countries and categories that cohorts are told of apart",
    )
    categories: int = Field(
        default=20,
        ge=2,
        le=50,
        description="categories that are made from descriptions where the source has none",
    )
    pause_months: int = Field(
        default=3,
        ge=1,
        le=24,
        description="months without an order after which a customer has lapsed, and is back"
        " with the next one",
    )
    large_return: float = Field(
        default=20.0,
        ge=1,
        description="a return is unusual from so many times the middle one on",
    )
    quick_minutes: int = Field(
        default=60, ge=1, description="an order taken back whole so soon is unusual"
    )
    repeated_returns: int = Field(
        default=5,
        ge=2,
        description="from so many orders with returns on a customer may be unusual, whose share"
        " returned is three times that of all",
    )
    wholesale_times: float = Field(
        default=3.0,
        gt=1,
        description="wholesale buys so many times the middle basket or pieces a line",
    )


class ForecastSettings(Section):
    """How far ahead revenue, orders and buyers are told, and by what that is tested."""

    weeks: int = Field(default=13, ge=1, le=26, description="weeks ahead")
    months: int = Field(
        default=6, ge=1, le=9, description="months ahead, the running one first"
    )
    levels: int = Field(
        default=8,
        ge=1,
        le=30,
        description="countries and categories that are told apart, those of most revenue; all"
        " others together are one more",
    )
    origins: int = Field(
        default=26,
        ge=2,
        le=104,
        description="earlier weeks, the newest, from which forecasts are made and compared with"
        " what came",
    )
    history_weeks: int = Field(
        default=156, ge=13, description="weeks of history that are published beside forecasts"
    )


class WatchSettings(Section):
    """Which days and weeks are unusual, and between which updates drift is told."""

    limit: float = Field(
        default=4.0,
        ge=2,
        le=20,
        description="robust standard deviations from what was to be expected, from which on a"
        " day or a week is unusual",
    )
    least_change: float = Field(
        default=0.3,
        ge=0,
        description="and it must differ by at least this share of what was to be expected",
    )
    around_days: int = Field(
        default=28, ge=10, le=90, description="days on each side that a day's level is told by"
    )
    around_weeks: int = Field(
        default=8, ge=4, le=26, description="weeks on each side that a week's level is told by"
    )
    least_days: int = Field(
        default=60, ge=30, description="days with orders below which no day is judged"
    )
    least_weeks: int = Field(
        default=26, ge=12, description="whole weeks with orders below which no week is judged"
    )
    most_explained: int = Field(
        default=60,
        ge=1,
        le=1_000,
        description="unusual days and weeks whose parts are told, the newest ones",
    )
    recent_days: int = Field(
        default=7,
        ge=1,
        le=90,
        description="an alert on unusual days looks at so many days up to the newest",
    )
    drift_customers: int = Field(
        default=200,
        ge=20,
        description="customers of both updates below which drift is not told, as chance alone"
        " would look like it",
    )


class BasketSettings(Section):
    """What counts as bought together, and what is suggested next."""

    products: int = Field(
        default=3000,
        ge=10,
        le=20_000,
        description="products looked at in pairs, those in most orders",
    )
    least_orders: int = Field(
        default=20, ge=2, description="orders that a product, and a pair, must stand in"
    )
    false_share: float = Field(
        default=0.01,
        gt=0,
        lt=0.5,
        description="share of the pairs shown that may be there by chance",
    )
    partners: int = Field(
        default=10, ge=1, le=100, description="pairs kept of each product, the strongest"
    )
    suggestions: int = Field(
        default=3, ge=1, le=10, description="products suggested to each customer"
    )
    neighbours: int = Field(
        default=20, ge=2, le=200, description="products nearest to each that suggest"
    )
    recent_days: int = Field(
        default=30, ge=1, description="days whose buyers weigh what is suggested"
    )
    months: int = Field(
        default=3,
        ge=1,
        le=12,
        description="last whole months in each of which suggestions must beat popularity",
    )
    fit_customers: int = Field(
        default=200_000, ge=100, description="customers from whom neighbours are learned"
    )
    test_customers: int = Field(
        default=5_000, ge=100, description="customers of each month's test"
    )


class StockSettings(Section):
    """How much of each product to have."""

    lead_time_days: int = Field(
        default=14, ge=0, le=180, description="days from an order of the shop to its arrival"
    )
    review_days: int = Field(
        default=7, ge=1, le=90, description="days from one look at the stock to the next"
    )
    service_level: float = Field(
        default=0.95,
        ge=0.5,
        le=0.999,
        description="share of stretches of lead time and review in which stock is to suffice",
    )
    idle_days: int = Field(
        default=90, ge=7, description="days without a sale after which a product lies idle"
    )
    products: int = Field(
        default=5_000, ge=10, description="products of class A and B that are reckoned, at most"
    )
    file: Path | None = Field(
        default=None,
        description="CSV with the column product and any of lead_time_days, service_level and"
        " on_hand (with what is on order) of your own; null: none",
    )
