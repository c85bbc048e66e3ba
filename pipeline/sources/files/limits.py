"""What a file may cost before it is refused: guards against bombs and mistakes."""

import stat
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.base.errors import SourceError

LARGE = 64 * 1024**2


@dataclass(frozen=True)
class ReadLimits:
    """How much one source may hold.

    Attributes
    ----------
    unpacked_bytes : what a compressed file may hold once it is unpacked.
    members : files in one archive.
    ratio : unpacked by packed bytes, asked only of what unpacks to more than 64 MiB.
    columns : columns of one table.
    values : values of one table, those within lists counted one by one.
    values_in_lists : values within lists and structures, which become text.
    broken_share : rows of another width than the others by all rows of a delimited text.
    workbook_memory : bytes that reading a workbook may take; a lone cell in a sheet's farthest
        corner would otherwise take half a terabyte.
    """

    unpacked_bytes: int = 8 * 1024**3
    members: int = 1000
    ratio: int = 200
    columns: int = 2000
    values: int = 250_000_000
    values_in_lists: int = 5_000_000
    broken_share: float = 0.05
    workbook_memory: int = 4 * 1024**3


def check_unpacked(unpacked: int, packed: int, limits: ReadLimits, *, file: str) -> None:
    """Refuse what unpacks to more than is allowed, or is a bomb by its ratio."""
    if unpacked > limits.unpacked_bytes:
        raise SourceError(
            f"unpacks to more than {limits.unpacked_bytes / 1024**3:,.3g} GiB",
            remedy="split it, or unpack it yourself and refresh from the folder",
            file=file,
        )
    if unpacked > LARGE and unpacked > limits.ratio * max(packed, 1):
        raise SourceError(
            f"unpacks to more than {limits.ratio} times its size, as a decompression bomb does",
            remedy="unpack it yourself if you trust it, and refresh from what comes out",
            file=file,
        )


def check_columns(
    columns: int, limits: ReadLimits, *, file: str, sheet: str | None = None
) -> None:
    """Refuse a table of too many columns."""
    if columns > limits.columns:
        raise SourceError(
            f"has {columns:,} columns, more than the {limits.columns:,} that are allowed",
            remedy="keep only the columns that are needed, one row a record",
            file=file,
            sheet=sheet,
        )


def check_values(values: int, most: int, *, file: str) -> None:
    """Refuse more values than memory holds, however small the file is."""
    if values > most:
        raise SourceError(
            f"unpacks to {values:,} values, more than the {most:,} that are allowed",
            remedy="split it, or keep only the rows and columns that are needed",
            file=file,
        )


def check_archive(archive: zipfile.ZipFile, limits: ReadLimits, *, file: str) -> None:
    """Refuse an archive that is encrypted, a bomb, or writes outside its folder."""
    members = archive.infolist()
    if len(members) > limits.members:
        raise SourceError(
            f"holds {len(members):,} files, more than the {limits.members:,} that are allowed",
            remedy="unpack it yourself and refresh from the folder",
            file=file,
        )
    for member in members:
        _check_member(member, file)
        check_unpacked(member.file_size, member.compress_size, limits, file=file)
    unpacked = sum(member.file_size for member in members)
    check_unpacked(unpacked, sum(m.compress_size for m in members), limits, file=file)


def _check_member(member: zipfile.ZipInfo, file: str) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or name[1:2] == ":" or ".." in PurePosixPath(name).parts:
        raise SourceError(
            f"holds “{_shown(name)}”, a path that leads out of the archive",
            remedy="pack the files again with plain names",
            file=file,
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise SourceError(
            f"holds “{_shown(name)}”, a link instead of a file",
            remedy="pack the file itself",
            file=file,
        )
    if member.flag_bits & 0x1:
        raise SourceError(
            "is encrypted",
            remedy="unpack it with its password and refresh from that",
            file=file,
        )


def _shown(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return printable if len(printable) <= 60 else printable[:59] + "…"
