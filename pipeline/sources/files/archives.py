"""ZIP archives: every table in them, read as if it lay in a folder."""

import errno
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from pipeline.base.errors import SourceError
from pipeline.sources.files.kinds import READABLE, Kind, kind_of, readable
from pipeline.sources.files.limits import ReadLimits, check_archive
from pipeline.sources.files.scratch import scratch_folder
from pipeline.sources.parts import Part

Reader = Callable[[Path, str], Iterator[Part]]


def read_zip(path: Path, *, file: str, limits: ReadLimits, read: Reader) -> Iterator[Part]:
    """Unpack one member after the other into a temporary folder and read it with `read`."""
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, limits, file=file)
        members = [member for member in archive.infolist() if is_table(member)]
        nested = [m.filename for m in archive.infolist() if m.filename.lower().endswith(".zip")]
        if nested:
            raise _nested(file, nested[0])
        if not members:
            raise SourceError("holds no file that can be read", remedy=READABLE, file=file)
        for member in sorted(members, key=lambda member: member.filename):
            with scratch_folder() as folder:
                name = PurePosixPath(member.filename).name
                unpacked = folder / f"member{_suffixes(name)}"
                _unpack(archive, member, unpacked, file)
                inside = f"{file}/{member.filename}"
                if kind_of(unpacked, file=inside) is Kind.ZIP:
                    raise _nested(file, member.filename)
                yield from read(unpacked, inside)


def is_table(member: zipfile.ZipInfo) -> bool:
    """Say whether a member is meant to be read, by its name."""
    path = PurePosixPath(member.filename)
    return not member.is_dir() and "__MACOSX" not in path.parts and readable(path.name)


def _suffixes(name: str) -> str:
    return "".join(PurePosixPath(name.lower()).suffixes[-2:])


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, file: str) -> None:
    try:
        with archive.open(member) as packed, target.open("wb") as opened:
            shutil.copyfileobj(packed, opened, 1024**2)
    except OSError as error:
        if error.errno != errno.EINVAL:  # its directory points before its beginning
            raise
        raise _damaged(file, member) from error
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        raise _damaged(file, member) from error


def _damaged(file: str, member: zipfile.ZipInfo) -> SourceError:
    return SourceError(
        "is cut off or damaged and can't be unpacked",
        remedy="get it again from where it came from",
        file=f"{file}/{member.filename}",
    )


def _nested(file: str, member: str) -> SourceError:
    return SourceError(
        f"holds another archive, “{member}”",
        remedy="unpack that one and refresh from the folder",
        file=file,
    )
