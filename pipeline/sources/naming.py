"""Names of columns reduced to what they say, so that spellings of one name are one."""

import re
import unicodedata
from functools import cache

OF_A_LINE = frozenset({"line", "lineitem", "line_item", "item", "order", "customer"})
BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】")
MONEY_BEHIND = re.compile(
    r"[\s_\-/]+(?:in\s+)?(?:[$€£¥₹₽₺₫₩]|usd|eur|gbp|inr|jpy|cny|rub|try|brl|chf|sek|nok|dkk|pln|czk"
    r"|huf|aud|cad|mxn|元|円|руб\.?|kr\.?|zł|tl)\s*$",
    re.IGNORECASE,
)


@cache
def plain(name: str) -> str:
    r"""Reduce a column's name to its letters and digits, without accents.

    >>> plain("\ufeffCustomer ID"), plain("Order_Number "), plain("Qté")
    ('customerid', 'ordernumber', 'qte')
    """
    apart = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "", bare)


@cache
def variants(name: str) -> tuple[str, ...]:
    """Give the plain forms of a name, from the whole of it to what is left without trimmings.

    What stands in brackets says more of the name, a currency behind it names the money, and
    what is the line's or the order's may be said before a point.

    >>> variants("Email (Billing)"), variants("Total EUR"), variants("line.sku")
    (('emailbilling', 'email'), ('totaleur', 'total'), ('linesku', 'sku'))
    """
    outside = BRACKETED.sub(" ", name).strip()
    before, _, last = outside.partition(".")
    last = last if before.casefold() in OF_A_LINE else ""
    spellings = (name, outside, MONEY_BEHIND.sub("", outside.replace("_", " ")), last)
    return tuple(
        dict.fromkeys(reduced for spelling in spellings if (reduced := plain(spelling)))
    )
