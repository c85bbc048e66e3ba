"""Digits and signs of other scripts, in ASCII."""

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.distinct import matching

ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០０"
"""The zero of each script whose digits people write; the other nine follow it."""
TABLE: dict[int, str | None] = {
    **{ord(zero) + digit: str(digit) for zero in ZEROS for digit in range(10)},
    **{ord(mark): None for mark in "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"},
    **{ord(mark): None for mark in "\u2066\u2067\u2068\u2069"},
    **dict(zip(map(ord, "٫٬،，．：／－﹣−（）"), ".',,.:/---()", strict=True)),
}
ODD = "[" + "".join(chr(code) for code in TABLE) + "]"


def in_ascii(values: pa.Array) -> pa.Array:
    """Write digits, separators and minus signs of any script as ASCII has them.

    Marks that only direct the text are taken out.

    >>> in_ascii(pa.array(["١٬٢٣٤٫٥٠", "２０２４／１／３", "a"])).to_pylist()
    ["1'234.50", '2024/1/3', 'a']
    """
    odd = matching(values, ODD)
    if not pc.any(odd).as_py():
        return values
    written = [text.translate(TABLE) for text in values.filter(odd).to_pylist()]
    return pc.replace_with_mask(values, odd, pa.array(written, pa.string()))


def unadorned(text: str) -> str:
    """Write compatibility forms as their plain letters, and other scripts' digits in ASCII."""
    return unicodedata.normalize("NFKC", text).translate(TABLE)
