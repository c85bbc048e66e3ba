"""Text that was decoded twice: Cyrillic in UTF-8, read as a Western or Cyrillic code page."""

import re
from collections.abc import Iterable

CODE_PAGES = {"cp1252": "Windows-1252", "cp1251": "Windows-1251"}
SIGNS = {
    "cp1252": re.compile(r"[ÐÑ][\u0080-\u00bf\u0152-\u0192\u02c6-\u2122]"),
    "cp1251": re.compile(
        r"[РС][\u0080-\u00bf\u0402-\u040f\u0450-\u045f\u0490\u0491\u2013-\u2122]"
    ),
}
CYRILLIC = re.compile(r"[а-яёА-ЯЁ]{2}")
LOOKED_AT = 200


def decoded_twice(texts: Iterable[str]) -> tuple[str, str, str] | None:
    """Find the first text that was decoded twice: it, what it says, and the wrong code page.

    >>> decoded_twice(["id", "Ð¢Ð¸Ð¿"]), decoded_twice(["РўРёРї"])
    (('Ð¢Ð¸Ð¿', 'Тип', 'Windows-1252'), ('РўРёРї', 'Тип', 'Windows-1251'))
    >>> decoded_twice(["Тип", "Ñandú", "Düsseldorf"])
    """
    for text in texts:
        for page, name in CODE_PAGES.items():
            intended = _meant(text, page)
            if intended is not None:
                return text, intended, name
    return None


def remedy(garbled: str, intended: str, page: str) -> str:
    """Say what happened to such text and what to do, in a sentence."""
    return (
        f"“{garbled}” is “{intended}” decoded twice: it was UTF-8, and some program read it as"
        f" {page} and saved that. Export it again and choose UTF-8 both when opening and when"
        " saving; the text can't be trusted as it is."
    )


def _meant(text: str, page: str) -> str | None:
    if not SIGNS[page].search(text):
        return None
    try:
        intended = b"".join(_byte(letter, page) for letter in text).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return None
    return intended if CYRILLIC.search(intended) and len(intended) < len(text) else None


def _byte(letter: str, page: str) -> bytes:
    """Encode a letter; code points that the page leaves undefined stand for their own byte."""
    try:
        return letter.encode(page)
    except UnicodeEncodeError:
        return letter.encode("latin-1")
