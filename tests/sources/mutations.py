"""Order lines as people's files hold them, and seeded ways in which such files differ."""

import gzip
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

from tests.sources.broken import FIELDS

Rows = list[list[str]]
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1251", "gbk", "cp932", "mac_roman")
COUNTRIES = ("France", "Россия", "中国", "日本", "España", "Österreich")
SUFFIXES = (".csv", ".csv", ".csv", ".tsv", ".txt", ".csv.gz", ".zip", ".xlsx", ".xls")


def rows(chance: random.Random) -> Rows:
    """Make up a header and some order lines."""
    country = chance.choice(COUNTRIES)
    made = [
        [
            str(536365 + number // 3),
            f"P{number % 17:03}",
            chance.choice(["MUG", "RED LANTERN", "TEA SET, BLUE", 'TRAY 12"']),
            str(chance.randint(1, 9)),
            f"2011-{number % 12 + 1:02}-{number % 28 + 1:02} 10:{number % 60:02}",
            f"{chance.randint(100, 9000) / 100:.2f}",
            str(17850 + number % 23),
            country,
        ]
        for number in range(chance.randint(30, 120))
    ]
    return [list(FIELDS), *made]


def _title(table: Rows, chance: random.Random) -> None:
    wide = [""] * (len(FIELDS) - 1) * chance.randint(0, 1)
    table[:0] = [["Sales report", *wide], [], ["Period: 2011", *wide]][: chance.randint(1, 3)]


def _footer(table: Rows, chance: random.Random) -> None:
    table += chance.choice(
        [
            [["Total", "", "", "547", "", "7934.95", "", ""]],
            [[], ["Exported by back office"]],
            [[""] * 8, [""] * 8],
            [["Summe"], [], ["x", "y"]],
            [["-" * 60], ["Итого", "12"]],
        ]
    )


def _blank(table: Rows, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 9)):
        table.insert(chance.randrange(len(table) + 1), chance.choice([[], [""] * 8, ["  "]]))


def _no_header(table: Rows, chance: random.Random) -> None:
    del table[0]


def _header_again(table: Rows, chance: random.Random) -> None:
    table.insert(chance.randrange(len(table)), list(table[0]))


def _ragged(table: Rows, chance: random.Random) -> None:
    for _ in range(chance.choice([1, 1, 2, 20])):
        row = chance.choice(table)
        if chance.random() < 0.5:
            row.insert(chance.randrange(len(row) + 1), "surplus")
        elif row:
            row.pop()


def _trailing(table: Rows, chance: random.Random) -> None:
    for row in table[chance.randint(0, 1) :]:
        row.append("")


def _names(table: Rows, chance: random.Random) -> None:
    if table[0]:
        place = chance.randrange(len(table[0]))
        table[0][place] = chance.choice(["", table[0][0], "a" * 500, "\u200b", "1"])


def _cells(table: Rows, chance: random.Random) -> None:
    odd = ["", "N/A", "-", "1e400", "Total", "9999-99-99", "é" * 300, "=1+1", '"', "a\nb", "0"]
    for _ in range(chance.randint(1, 30)):
        row = chance.choice(table)
        if row:
            row[chance.randrange(len(row))] = chance.choice(odd)


def _shuffled(table: Rows, chance: random.Random) -> None:
    chance.shuffle(table)


def _cut(table: Rows, chance: random.Random) -> None:
    del table[chance.randrange(len(table)) :]


OF_ROWS: tuple[Callable[[Rows, random.Random], None], ...] = (
    _title, _footer, _blank, _no_header, _header_again, _ragged, _trailing, _names, _cells,
    _shuffled, _cut,
)  # fmt: skip


def as_text(table: Rows, chance: random.Random) -> bytes:
    """Write rows with some separator, end of line, quoting and encoding."""
    separator = chance.choice([",", ",", ";", "\t", "|", " ", "   "])
    end = chance.choice(["\n", "\r\n", "\r"])
    quoting = chance.choice([True, True, False])

    def cell(text: str) -> str:
        marked = separator in text or '"' in text or "\n" in text or " " in text
        return '"' + text.replace('"', '""') + '"' if quoting and marked else text

    text = "".join(separator.join(map(cell, row)) + end for row in table)
    if chance.random() < 0.1:
        text = f"sep={separator}{end}" + text
    return text.encode(chance.choice(ENCODINGS), "replace")


def _as_workbook(table: Rows, chance: random.Random) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    typed = chance.random() < 0.5
    for row in table:
        book.active.append([_typed(cell) if typed else cell or None for cell in row])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _typed(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell or None


def harmed(content: bytes, chance: random.Random) -> bytes:
    """Flip, drop, double or cut bytes."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed) + 1)
        end = at + chance.randint(0, 40)
        match chance.randrange(5):
            case 0:
                changed[at : at + 1] = chance.randbytes(1)
            case 1:
                del changed[at:end]
            case 2:
                changed[at:at] = changed[at:end]
            case 3:
                changed[at:at] = chance.choice([b'"', b"\0", b"\xff", b"\n", b",", b";", b"\r"])
            case 4 if chance.random() < 0.3:
                del changed[at:]
    return bytes(changed)


def mutated(seed: int, folder: Path) -> Path:
    """Write the file of a seed into a folder."""
    chance = random.Random(seed)
    table = rows(chance)
    for change in chance.sample(OF_ROWS, chance.randint(0, 3)):
        if table:
            change(table, chance)
    suffix = chance.choice(SUFFIXES)
    is_workbook = suffix.startswith(".xls")
    content = (_as_workbook if is_workbook else as_text)(table, chance)
    if chance.random() < 0.4:
        content = harmed(content, chance)
    if suffix == ".csv.gz":
        content = gzip.compress(content, mtime=0)
    if suffix == ".zip":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as opened:
            opened.writestr("orders.csv", content)
        content = held.getvalue()
    if chance.random() < 0.1:
        content = harmed(content, chance)
    path = folder / f"orders{suffix}"
    path.write_bytes(content)
    return path
