"""How numbers are written in sentences that the pipeline stores."""

import math

SYMBOLS = {
    "GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩",
    "TRY": "₺", "UAH": "₴", "RUB": "₽", "ILS": "₪", "VND": "₫", "NGN": "₦", "PHP": "₱",
    "BRL": "R$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$",
}  # fmt: skip
"""Before an amount; other currencies are written with their code and a space."""
WITHOUT_CENTS = 100.0
MINUS = "−"


def money(amount: float, currency: str) -> str:
    """Write an amount as a sentence does: £12.40 and £1,234."""
    places = 0 if abs(amount) >= WITHOUT_CENTS or float(amount).is_integer() else 2
    sign = MINUS if round(amount, places) < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} " if currency else "")
    return f"{sign}{symbol}{abs(amount):,.{places}f}"


def number(value: float) -> str:
    """Write a number short: 3, 2.4, 0.35 and 1,234."""
    is_whole = math.isclose(value, round(value), abs_tol=0.005)
    places = 0 if abs(value) >= 100 or is_whole else 2 if abs(value) < 1 else 1
    sign = MINUS if round(value, places) < 0 else ""
    return f"{sign}{abs(value):,.{places}f}".removesuffix(".0")


def percent(share: float, places: int = 0) -> str:
    """Write a share of 0 to 1, like 62 %; a small one is never written as 0 %."""
    rounded = round(100 * share, places)
    if rounded == 0 and share > 0:
        return f"under {10.0**-places:.{places}f} %"
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,.{places}f} %"


def counted(number: int, singular: str, plural: str) -> str:
    """Write how many there are, with what is said of one or of several.

    >>> counted(1, "row has", "rows have"), counted(1_200, "row has", "rows have")
    ('1 row has', '1,200 rows have')
    """
    return f"{number:,} {singular if number == 1 else plural}"
