"""Currencies: by which codes, signs and words they go, and with how many decimals."""

from functools import cache
from typing import NamedTuple

from babel.core import get_global

# Babel keeps signs in the data of some 190 locales, which take half a second and 100 MB to
# load; a test holds this table to them.
WORDS = {
    "EUR": "€ euro euros eur. ευρώ евро",
    "USD": "us$ $us u$s usd$ us-$ dollar dollars 美元 долл долл.",
    "GBP": "£ gb£ £stg pound pounds",
    "JPY": "円 yen jp¥ ￥",
    "CNY": "元 人民币 rmb cn¥ yuan 圆",
    "BRL": "r$ real reais",
    "INR": "₹ inr. rs. rs रु रु. रू",
    "RUB": "₽ руб руб. р. р рубль рубля рублей rur",
    "TRY": "₺ tl tl. lira yt",
    "VND": "₫ đ d̲ vnđ đồng",
    "KRW": "₩ 원 won",
    "IDR": "rp rp. rupiah",
    "PLN": "zł zł. zl złotych złoty",
    "CZK": "kč kč. kc",
    "HUF": "ft ft. forint huf.",
    "CHF": "fr. fr sfr sfr. franken",
    "UAH": "₴ грн грн. гривень",
    "KZT": "₸ тг тг. тенге",
    "BYN": "br руб.бел.",
    "BGN": "лв лв. leva",
    "RON": "lei leu",
    "RSD": "дин дин. din din. рсд",
    "BAM": "km км",
    "THB": "฿ บาท baht",
    "ILS": "₪ nis ש״ח ש\"ח",
    "NGN": "₦",
    "KES": "ksh kshs ksh.",
    "TZS": "tsh tshs",
    "UGX": "ush ushs",
    "GHS": "gh₵ ₵ gh¢",
    "ZAR": "r",
    "PHP": "₱ php.",
    "MYR": "rm",
    "AED": "د.إ د.إ. dhs dhs. aed.",
    "SAR": "ر.س ر.س. ﷼ ريال",
    "EGP": "ج.م ج.م. e£ le l.e. £e",
    "KWD": "د.ك د.ك. kd",
    "QAR": "ر.ق ر.ق. qr",
    "IRR": "ریال",
    "TWD": "nt$ nt",
    "HKD": "hk$",
    "SGD": "s$ sg$",
    "CAD": "ca$ can$ cdn$",
    "AUD": "a$ au$ aud$",
    "NZD": "nz$",
    "MXN": "mx$ mex$",
    "ARS": "ar$",
    "COP": "col$ cop$",
    "CLP": "clp$",
    "PEN": "s/ s/.",
    "PKR": "pkr. ₨",
    "PYG": "₲ gs gs.",
    "CRC": "₡",
    "SEK": "skr",
    "NOK": "nkr",
    "DKK": "dkr",
    "ISK": "ikr",
    "GTQ": "q",
    "AFN": "؋", "ALL": "lekë", "AMD": "֏", "AOA": "kz", "AWG": "afl.", "AZN": "₼", "BDT": "৳",
    "BHD": "د.ب د.ب. bd", "BIF": "fbu", "BOB": "bs bs.", "BTN": "nu.", "DJF": "fdj",
    "DOP": "rd$", "DZD": "د.ج د.ج. da", "ERN": "nfk", "ETB": "ብር", "GEL": "₾ ლარი",
    "IQD": "د.ع د.ع.", "JOD": "د.أ د.أ. jd", "KGS": "сом", "KHR": "៛", "LAK": "₭",
    "LBP": "ل.ل ل.ل.", "LKR": "රු රු.", "LYD": "د.ل د.ل.", "MAD": "د.م د.م.", "MKD": "ден ден.",
    "MNT": "₮", "MOP": "mop$", "MRU": "أ.م أ.م.", "MVR": "ރ.", "MZN": "mtn", "NIO": "cor$",
    "NPR": "नेरू", "OMR": "ر.ع ر.ع. ro", "PAB": "b/ b/.", "SDG": "ج.س ج.س.", "SYP": "ل.س ل.س.",
    "TND": "د.ت د.ت. dt", "TOP": "t$", "UZS": "soʻm so'm som сум", "VES": "bs.s", "XAF": "fcfa",
    "XCG": "cg.", "XOF": "cfa", "XPF": "fcfp", "YER": "ر.ي ر.ي.",
}  # fmt: skip
SEVERAL = {
    "$": ("USD", "CAD", "AUD", "NZD", "MXN", "ARS", "CLP", "COP", "SGD", "HKD", "TWD", "UYU"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "ISK", "SEK", "NOK"),
    "rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "rs.": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "c$": ("CAD", "NIO"),
    "sr": ("SAR", "SCR"),
    "dh": ("AED", "MAD"),
    "درهم": ("AED", "MAD"),
    "₨": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "peso": ("MXN", "ARS", "CLP", "COP", "PHP", "UYU"),
    "pesos": ("MXN", "ARS", "CLP", "COP", "PHP", "UYU"),
}
"""Signs that stand for several currencies, the one with most sellers first."""
ALSO_WORDS = frozenset({"all", "top", "cup", "pen", "mad", "sos", "bob"})
"""Codes that are words in lower case."""
FRONT_ONLY = frozenset({"r", "q"})


class Named(NamedTuple):
    """What currency a sign, code or word means: one code, or several that it may mean."""

    sign: str
    codes: tuple[str, ...]


def currency_named(sign: str, *, behind: bool = False) -> Named | None:
    """Say which currency a sign, code or word means; None where it is none.

    `behind`: whether it stood behind the number.

    >>> currency_named("R$"), currency_named("kr"), currency_named("usd"), currency_named("pcs")
    (Named(sign='R$', codes=('BRL',)), Named(sign='kr', codes=('SEK', 'NOK', 'DKK', 'ISK')), \
Named(sign='usd', codes=('USD',)), None)
    """
    if not sign or (behind and sign.casefold() in FRONT_ONLY):
        return None
    codes = _codes_of(sign)
    return Named(sign, codes) if codes else None


def decimals(code: str) -> int:
    """Say with how many decimals amounts of a currency are written by those who use it.

    Where nobody has coins of its hundredths (IDR, COP, HUF) it is 0, as with JPY.
    """
    fractions = get_global("currency_fractions")
    places, _, cash_places, _ = fractions.get(code, fractions["DEFAULT"])
    return min(int(places), int(cash_places))


def _codes_of(sign: str) -> tuple[str, ...]:
    small, code = sign.casefold(), sign.upper()
    if small in SEVERAL:
        return SEVERAL[small]
    if small in _words():
        return (_words()[small],)
    if code in _codes() and (sign == code or small not in ALSO_WORDS):
        return (code,)
    return ()


@cache
def _codes() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


@cache
def _words() -> dict[str, str]:
    return {word.casefold(): code for code, words in WORDS.items() for word in words.split()}
