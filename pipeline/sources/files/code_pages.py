"""Which code page a text is written in that is not UTF-8.

Bytes above 127 mean other letters in each code page. Of scripts that write whole words with
such bytes every page is tried: the right one gives letters that are common in its language, and
words whose capitals stand at their beginning. Statistics of letters need no dictionary and work
on the few distinct names that a table of orders repeats, where charset-normalizer, made for
prose, finds nothing; it decides between western and central European text.
"""

import re
from collections import Counter
from typing import NamedTuple

from charset_normalizer import from_bytes

HIGH = re.compile(rb"[\x80-\xff]")
RUN = re.compile(rb"[\x80-\xff]{3,}")
UTF8 = re.compile(
    rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
SIGN_IN_WORD = re.compile(rb"[A-Za-z\x80-\xff][\xa3\xa5\xb3\xb9\xbc\xbe\xbf][a-z]")
IN_WORD = re.compile("(?<=[^\\W\\d_])[^\x00-\x7f’](?=[^\\W\\d_])")
EURO_OF_ISO = re.compile(rb"\xa4 ?\d|\d ?\xa4|[a-z]\xbd[a-z]")
CASE_BROKEN = re.compile(
    "[а-яёα-ωά-ώ][А-ЯЁΑ-Ω]|[^\\W\\d_][°±€‚„†‡‰‹№¤¦§©«¬®µ¶·»│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼■√≈≤≥÷]"
)
RUSSIAN = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёії"
GREEK = "αοιετσνηυρπκμςλωδγίάόέήύχθφβώξζψ"
HEBREW = "יוהלארתבשמםנחקדעפכסטצגזןךץףת"
ARABIC = "الينمروتبةعدفهسكقحأجشصطخىءإضزذثئغظؤ"
ALPHABETS = {
    "cp1251": RUSSIAN, "koi8_r": RUSSIAN, "cp866": RUSSIAN, "mac_cyrillic": RUSSIAN,
    "iso8859_5": RUSSIAN, "cp1253": GREEK, "cp1255": HEBREW, "cp1256": ARABIC,
}  # fmt: skip
"""Code pages by the letters of their language, the commonest first."""
EASTERN = {
    "cp949": ("euc_kr", 0xB0, 0xC8), "cp932": ("shift_jis", 0x88, 0x98),
    "euc_jp": ("euc_jp", 0xB0, 0xCF), "gb18030": ("gb2312", 0xB0, 0xD7),
    "big5": ("big5", 0xA4, 0xC6),
}  # fmt: skip
"""Code pages of eastern Asia: the standard, and the first bytes of its usual signs."""
MARGIN = 0.1
"""By how much the letters of a code page must be more usual than those of any other."""
TURKISH, NO_OTHER = set("ğşıİŞĞ"), set("ğşıİŞĞçöüÇÖÜâîû")
CENTRAL = set("ąćęłńóśźżáčďéěíňřšťúůýžőűöüäăâîşţôĺľŕđ")
WESTERN = set("äöüßéèêëàâçñáíóúãõåøæîïôûùœìòÿšžðþý")


class CodePage(NamedTuple):
    """How to decode a file; `is_sure` says that no other way comes near.

    Where `is_mended`, some bytes are no text of the encoding and are shown as “�”.
    """

    encoding: str
    is_sure: bool = True
    is_mended: bool = False


def code_page(sample: bytes) -> CodePage:
    """Tell the encoding of lines that hold bytes above 127 and are not UTF-8 throughout."""
    high = len(HIGH.findall(sample))
    whole = sum(len(sequence) for sequence in UTF8.findall(sample))
    if whole >= 12 and whole >= 0.9 * high:
        return CodePage("utf-8", is_sure=False, is_mended=True)
    alphabets = {name: _alphabet_score(sample, name) for name in ALPHABETS}
    best = max(alphabets, key=lambda name: alphabets[name])
    if alphabets[best] >= 0.6 and _in_runs(sample) > 0.5 * high:
        rival = max(score for name, score in alphabets.items() if name != best)
        return CodePage(best, is_sure=alphabets[best] - rival >= MARGIN)
    signs = {name: _sign_score(sample, name) for name in EASTERN}
    eastern = max(signs, key=lambda name: signs[name])
    if signs[eastern] >= 0.8:
        return CodePage(eastern)
    if _in_runs(sample) > 0.5 * high:
        likely = eastern if signs[eastern] > max(alphabets[best], 0.4) else best
        is_any = max(alphabets[best], signs[eastern]) > 0
        return CodePage(likely if is_any else "cp1251", is_sure=False)
    return CodePage(_latin(sample))


def _in_runs(sample: bytes) -> int:
    """Count high bytes that stand three or more together: whole words of them."""
    return sum(map(len, RUN.findall(sample)))


def _alphabet_score(sample: bytes, encoding: str) -> float:
    """Weigh how common the letters are that an encoding gives: 0 impossible, about 1 prose."""
    text = sample.decode(encoding, errors="replace")
    counts = Counter(letter for letter in text.casefold() if letter > "\x7f")
    total = counts.total()
    if not total or counts["\ufffd"] > 0.01 * total:
        return 0.0
    ranks = {letter: rank for rank, letter in enumerate(ALPHABETS[encoding])}
    weights = (1.35, 0.8, 0.35, 0.1, 0.1)
    score = sum(
        count * weights[ranks[letter] // 8]
        for letter, count in counts.items()
        if letter in ranks
    )
    return score / total - 3 * len(CASE_BROKEN.findall(text)) / total


def _sign_score(sample: bytes, encoding: str) -> float:
    """Give the share of common signs among those that an encoding of eastern Asia gives."""
    try:
        text = _whole_lines(sample).decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    counts = Counter(letter for letter in text if letter > "\x7f")
    words = Counter("".join(re.findall(r"[^\x00-\x7f]{2,}", text)))
    if words.total() < 0.7 * counts.total() or not counts:
        return 0.0
    common = sum(count for sign, count in counts.items() if _is_common(sign, encoding))
    kana = sum(count for sign, count in counts.items() if "\u3041" <= sign <= "\u30fe")
    japanese = encoding in {"cp932", "euc_jp"}
    if encoding == "euc_jp" and kana < 0.1 * counts.total():
        return 0.0
    return common / counts.total() - (0 if japanese else kana / counts.total())


def _is_common(sign: str, encoding: str) -> bool:
    if "\u3001" <= sign <= "\u30fe" or "\uff01" <= sign <= "\uff5e":
        return True
    standard, first, last = EASTERN[encoding]
    if encoding == "cp949" and not "\uac00" <= sign <= "\ud7a3":
        return False
    try:
        written = sign.encode(standard)
    except UnicodeEncodeError:
        return False
    return len(written) == 2 and first <= written[0] <= last


def _whole_lines(sample: bytes) -> bytes:
    """Leave the last line out, which may be cut within a letter."""
    return sample[: sample.rfind(b"\n") + 1] or sample


def _latin(sample: bytes) -> str:
    """Tell apart code pages of Latin letters; Windows-1252 where none is clearly better."""
    turkish = {letter for letter in sample.decode("cp1254", "replace") if letter.isalpha()}
    foreign = {letter for letter in turkish if letter > "\x7f"}
    if foreign & TURKISH and foreign <= NO_OTHER:
        return "cp1254"
    shares = {
        name: _western(sample, name) for name in ("cp1252", "mac_roman", "cp850", "cp1250")
    }
    older = max(("mac_roman", "cp850"), key=lambda name: shares[name])
    if shares[older] >= 0.9 and shares["cp1252"] < 0.5:
        return older
    if shares["cp1250"] >= 0.9 and shares["cp1252"] < 0.7:
        return "cp1250"
    scores = {
        match.encoding: match.coherence - match.chaos
        for match in from_bytes(sample, cp_isolation=["cp1252", "cp1250"])
    }
    western = scores.get("cp1252", -1.0) + (-0.2 if SIGN_IN_WORD.search(sample) else 0.1)
    if scores.get("cp1250", -1.0) > western:
        return "cp1250"
    return "iso8859_15" if EURO_OF_ISO.search(sample) else "cp1252"


def _western(sample: bytes, encoding: str) -> float:
    """Give the share of usual letters among those within words; all where there are none."""
    text = sample.decode(encoding, errors="replace")
    letters = [match[0] for match in IN_WORD.finditer(text) if not text[match.end()].isupper()]
    usual = CENTRAL if encoding == "cp1250" else WESTERN
    return sum(letter in usual for letter in letters) / len(letters) if letters else 1.0
