"""Bytes of a text file as UTF-8, whatever they were: the front of the CSV reader."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from pipeline.base.errors import SourceError
from pipeline.sources.files.kinds import damaged_gzip
from pipeline.sources.files.limits import ReadLimits, check_unpacked

CHUNK = 1024**2
SAMPLE = 64 * 1024


class TextFile(NamedTuple):
    """A text file, packed or not, that can be opened again and again."""

    path: Path
    file: str
    packed: bool
    limits: ReadLimits

    def open(self) -> BinaryIO:
        """Open the unpacked bytes."""
        opened = gzip.open(self.path) if self.packed else self.path.open("rb")  # noqa: SIM115
        return cast(BinaryIO, opened)

    def chunks(self) -> Iterator[bytes]:
        """Yield the unpacked bytes, refusing a bomb or a cut stream on the way."""
        size, unpacked = self.path.stat().st_size, 0
        try:
            with self.open() as opened:
                while chunk := opened.read(CHUNK):
                    unpacked += len(chunk)
                    if self.packed:
                        check_unpacked(unpacked, size, self.limits, file=self.file)
                    yield chunk
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise damaged_gzip(self.file) from error


class NotInEncodingError(Exception):
    """The bytes are not text of the encoding that was tried; never leaves this package."""


class Utf8Stream(io.RawIOBase):
    """The bytes of a text file, turned into UTF-8 as they are read.

    `quotes` counts the quotation marks that went through. A line end is put after the last
    line, which may lack its own. `errors` says what becomes of bytes that are no text, as
    `bytes.decode` has it.
    """

    def __init__(self, source: TextFile, encoding: str, errors: str = "strict") -> None:
        self.source, self.encoding = source, encoding
        self.quotes = 0
        self._chunks = source.chunks()
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._transparent = encoding not in {"utf-16", "utf-32"}
        self._is_utf8 = encoding == "utf-8" and errors == "strict"
        self._rest = b""
        self._ended = False

    def readable(self) -> bool:
        """Say that it can be read, as pyarrow asks."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill a buffer, as `io` asks."""
        chunk = self.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes of UTF-8, none at the end."""
        parts = [self._rest]
        length = len(self._rest)
        while size < 0 or length < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._decode(b"", final=True)
                parts.append(b"" if self._ended else b"\n")
                self._ended = True
                break
            parts.append(self._utf8(chunk))
            length += len(parts[-1])
        joined = b"".join(parts)
        self._rest = joined[size:] if size >= 0 else b""
        return joined[:size] if size >= 0 else joined

    def _utf8(self, chunk: bytes) -> bytes:
        clean = self._transparent and chunk.isascii() and not self._decoder.getstate()[0]
        if not clean:
            text = self._decode(chunk, final=False)
            if not self._is_utf8:
                chunk = text.encode("utf-8")
        if b"\0" in chunk:
            raise SourceError(
                "holds a NUL byte, which no text has",
                remedy="save the file again as CSV UTF-8",
                file=self.source.file,
                row=_row_of(self.source, self.encoding),
            )
        self.quotes += chunk.count(b'"')
        return chunk

    def _decode(self, chunk: bytes, *, final: bool) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeError as error:
            raise NotInEncodingError(self.encoding) from error


def _row_of(source: TextFile, encoding: str) -> int:
    """Count the rows before the first NUL, line breaks inside quotation marks apart."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    row, quoted = 1, False
    for chunk in source.chunks():
        text = decoder.decode(chunk)
        before, nul, _ = text.partition("\0")
        for segment in re.split('(")', before):
            if segment == '"':
                quoted = not quoted
            elif not quoted:
                row += segment.count("\n")
        if nul:
            break
    return row


def first_encoding(source: TextFile) -> str:
    """Name the encoding that the file's first bytes claim, UTF-8 where they claim none."""
    head = next(source.chunks(), b"")
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-32"
    return "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"


def high_lines(source: TextFile) -> bytes:
    """Gather up to 64 kB of the lines that hold bytes above 127."""
    sample: list[bytes] = []
    size, tail = 0, b""
    for chunk in source.chunks():
        if chunk.isascii() and tail.isascii():
            tail = chunk[chunk.rfind(b"\n") + 1 :]
            continue
        *lines, tail = (tail + chunk).split(b"\n")
        for line in lines:
            if not line.isascii():
                sample.append(line)
                size += len(line)
        if size > SAMPLE:
            break
    return b"\n".join([*sample, tail])[: 2 * SAMPLE]
