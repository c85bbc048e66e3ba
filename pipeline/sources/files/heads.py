"""The first rows of files, enough to see which columns they have."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from pipeline.base.errors import SourceError
from pipeline.sources.files.archives import is_table
from pipeline.sources.files.delimited import read_csv
from pipeline.sources.files.kinds import Kind, kind_of
from pipeline.sources.files.limits import ReadLimits, check_archive
from pipeline.sources.files.scratch import scratch_folder
from pipeline.sources.fitting import Wanted
from pipeline.sources.parts import Part

HEAD = 256 * 1024


def heads(
    path: Path, *, file: str, limits: ReadLimits, is_wanted: Wanted | None
) -> list[Part] | None:
    """Read the beginning of a text, or of every text in an archive.

    None where there is something else that would have to be read whole, or that can't be read.
    """
    try:
        with scratch_folder() as folder:
            parts: list[Part] = []
            for place, (name, opened) in enumerate(_texts(path, file, limits)):
                beginning = folder / f"{place}.csv"
                read = opened.read(HEAD)
                whole = len(read) < HEAD
                beginning.write_bytes(read if whole else read[: read.rfind(b"\n") + 1])
                if kind_of(beginning, file=name) is not Kind.TEXT:
                    return None
                parts += read_csv(
                    beginning, file=name, packed=False, limits=limits, is_wanted=is_wanted
                )
            return parts or None
    except (SourceError, OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError):
        return None  # said when it is read whole


def beginning(path: Path, folder: Path, *, file: str, size: int) -> Path | None:
    """Write the first whole lines of a lone text, packed or not, into a folder.

    None where it is something else, or no longer than `size` bytes.
    """
    try:
        texts = _texts(path, file, ReadLimits())
        for _, opened in texts:
            read = opened.read(size + 1)
            cut = read[: read.rfind(b"\n", 0, size) + 1]
            if len(read) <= size or not cut or next(texts, None) is not None:
                return None
            written = folder / "beginning.csv"
            written.write_bytes(cut)
            return written
    except (SourceError, OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError):
        return None  # said when it is read whole
    return None


def _texts(path: Path, file: str, limits: ReadLimits) -> Iterator[tuple[str, IO[bytes]]]:
    kind = kind_of(path, file=file)
    if kind is Kind.TEXT:
        with path.open("rb") as opened:
            yield file, opened
    elif kind is Kind.GZIP:
        with gzip.open(path) as packed:
            yield file, cast(IO[bytes], packed)
    elif kind is Kind.ZIP:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, limits, file=file)
            for member in filter(is_table, archive.infolist()):
                with archive.open(member) as unpacked:
                    yield f"{file}/{member.filename}", unpacked
