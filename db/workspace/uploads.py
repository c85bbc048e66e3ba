"""Files that people bring: what is known of them; the bytes lie beside the database.

A file has a random name on disk; its own name is text that is shown and nothing more.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from db.engine import reading, sqlite_path, writing
from db.errors import DatabaseUnavailable
from db.private import digest, is_private, temporary_folder
from db.tables import core
from db.tables.workspace import Upload as UploadRow
from db.tables.workspace import UploadFile as UploadFileRow

UPLOAD, FILE = core(UploadRow), core(UploadFileRow)
FOLDER = "uploads"
HERE = ("receiving", "received", "scored")
"""States in which a file, or what came of it, lies on disk."""


class Upload(NamedTuple):
    """A file that was brought."""

    upload_id: int
    token: str
    name: str
    dataset: str
    size: int
    received: int
    state: str
    checksum: str | None
    shape: str | None
    form: str | None
    message: str | None
    began_at: dt.datetime
    ended_at: dt.datetime | None

    @property
    def is_here(self) -> bool:
        """Tell whether the whole file lies on disk."""
        return self.state == "received"


class UploadedFile(NamedTuple):
    """One of the files of an upload: its name on disk, its own name, its size and SHA-256."""

    token: str
    name: str
    size: int
    checksum: str | None


def result(upload: Upload, where: Path) -> Path:
    """Give where the scored customers of a file lie."""
    return where / f"{upload.token}.parquet"


def folder(url: URL) -> Path:
    """Give the folder of uploads: beside an SQLite file, else among the user's temporary files.

    SQLite files that lie together share one; their uploads are told apart by `mark`.
    """
    if url.get_backend_name() == "sqlite":
        return sqlite_path(url).resolve().parent / FOLDER
    return temporary_folder() / f"{FOLDER}-{mark(url)}"


def mark(url: URL) -> str:
    """Give what the names of a database's uploads begin with, and no other's beside it."""
    if url.get_backend_name() == "sqlite":
        return digest(sqlite_path(url).resolve().name)[:8]
    return digest(url.render_as_string(hide_password=True))


def new_token(url: URL) -> str:
    """Make a random name for a file of a database."""
    return f"{mark(url)}-{secrets.token_hex(16)}"


def made_folder(url: URL) -> Path:
    """Make that folder, which its owner alone can enter.

    Raises `DatabaseUnavailable` where it can't be made, or is there and is another's.
    """
    where = folder(url)
    if url.get_backend_name() == "sqlite":
        with suppress(OSError):
            where.chmod(0o700)  # one that was made by hand
    own = [where] if url.get_backend_name() == "sqlite" else [where.parent, where]
    for folder_of_ours in own:
        if not is_private(folder_of_ours):
            raise DatabaseUnavailable(
                f"The folder {folder_of_ours} for uploads can't be made or is open to others;"
                " make it yours alone (chmod 700), or remove it."
            )
    return where


def is_whole(files: Iterable[UploadedFile], where: Path) -> bool:
    """Tell whether files are still what was brought in, to their last byte."""
    try:
        for file in files:
            with (where / file.token).open("rb") as opened:
                if hashlib.file_digest(opened, "sha256").hexdigest() != file.checksum:
                    return False
    except OSError:
        return False
    return True


def begin(
    engine: Engine, *, token: str, name: str, dataset: str, size: int, at: dt.datetime
) -> int:
    """Record a file that begins to come in."""
    with writing(engine) as connection:
        key = connection.execute(
            sa.insert(UPLOAD).values(
                token=token,
                name=name,
                dataset=dataset,
                size=size,
                received=0,
                state="receiving",
                began_at=at,
            )
        ).inserted_primary_key
        if key is None:
            raise DatabaseUnavailable("The database gave no key for a new upload.")
        return int(key[0])


def complete(engine: Engine, upload_id: int, *, checksum: str, at: dt.datetime) -> None:
    """Record that a file is there to its last byte."""
    _set(
        engine,
        upload_id,
        state="received",
        received=UPLOAD.c.size,
        checksum=checksum,
        ended_at=at,
    )


def add(engine: Engine, upload_id: int, file: UploadedFile) -> None:
    """Record a further file that is there to its last byte."""
    with writing(engine) as connection:
        last = sa.select(sa.func.max(FILE.c.position)).where(FILE.c.upload_id == upload_id)
        position = int(connection.execute(last).scalar() or 0) + 1
        connection.execute(
            sa.insert(FILE).values(upload_id=upload_id, position=position, **file._asdict())
        )


def files(connection: Connection, upload: Upload) -> list[UploadedFile]:
    """Give the files of an upload in the order in which they came."""
    first = UploadedFile(upload.token, upload.name, upload.size, upload.checksum)
    rows = connection.execute(
        sa.select(FILE.c.token, FILE.c.name, FILE.c.size, FILE.c.checksum)
        .where(FILE.c.upload_id == upload.upload_id)
        .order_by(FILE.c.position)
    )
    return [first, *(UploadedFile(*row) for row in rows)]


def forget(engine: Engine, upload_id: int) -> None:
    """Take a file that never came in whole off the record."""
    with writing(engine) as connection:
        connection.execute(sa.delete(UPLOAD).where(UPLOAD.c.upload_id == upload_id))


def know(engine: Engine, upload_id: int, *, shape: str, form: str | None) -> None:
    """Record what a check saw."""
    _set(engine, upload_id, shape=shape, form=form)


def leave(
    engine: Engine, upload: Upload, *, state: str, message: str | None = None, where: Path
) -> None:
    """Delete a file that is refused, published or given up, and say why."""
    with reading(engine) as connection:
        every = files(connection, upload)
    for file in every:
        (where / file.token).unlink(missing_ok=True)
    result(upload, where).unlink(missing_ok=True)
    _set(engine, upload.upload_id, state=state, message=message)


def scored(engine: Engine, upload: Upload, where: Path) -> None:
    """Delete a file whose customers are scored; what was said of them stays for a while."""
    (where / upload.token).unlink(missing_ok=True)
    _set(engine, upload.upload_id, state="scored", message=None)


def one(connection: Connection, upload_id: int) -> Upload | None:
    """Give an upload by its number."""
    row = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.upload_id == upload_id)).first()
    return None if row is None else Upload(*row)


def waiting(connection: Connection) -> list[Upload]:
    """Give the files that lie there whole, the newest first."""
    rows = connection.execute(
        sa.select(UPLOAD)
        .where(UPLOAD.c.state == "received")
        .order_by(UPLOAD.c.upload_id.desc())
    )
    return [Upload(*row) for row in rows]


def sweep(engine: Engine, where: Path, *, at: dt.datetime, keep: dt.timedelta) -> int:
    """Delete files that nobody finished or used: silent for ten minutes, or older than `keep`.

    Gives how many files went.
    """
    with writing(engine) as connection:
        rows = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.state.in_(HERE)))
        upload_by_token = {upload.token: upload for upload in (Upload(*row) for row in rows)}
        further = {
            file.token: upload.token
            for upload in upload_by_token.values()
            for file in files(connection, upload)[1:]
        }
        stale = [
            upload.token
            for upload in upload_by_token.values()
            if _is_stale(_lies(upload, where), upload, at, keep)
        ]
        connection.execute(
            sa.update(UPLOAD).where(UPLOAD.c.token.in_(stale)).values(state="gone")
        )
    for token in stale:
        result(upload_by_token[token], where).unlink(missing_ok=True)
    swept = [
        *stale,
        *(token for token, first in further.items() if first in stale),
        *_strangers(where, {*upload_by_token, *further}, at, mark(engine.url)),
    ]
    for name in swept:
        (where / name).unlink(missing_ok=True)
    return len(swept)


def _lies(upload: Upload, where: Path) -> Path:
    return result(upload, where) if upload.state == "scored" else where / upload.token


SILENT = dt.timedelta(minutes=10)


def _is_stale(path: Path, upload: Upload, at: dt.datetime, keep: dt.timedelta) -> bool:
    if not path.exists():
        return at - upload.began_at > SILENT
    touched = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return at - touched > (SILENT if upload.state == "receiving" else keep)


def _strangers(
    where: Path, known_names: Collection[str], at: dt.datetime, begin: str
) -> Iterator[str]:
    """Find files of this database of which it knows nothing (any more)."""
    if not where.is_dir():
        return
    for path in where.iterdir():
        touched = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        is_ours = path.name.startswith(f"{begin}-")
        is_known = path.name.removesuffix(".parquet") in known_names
        if is_ours and not is_known and at - touched > SILENT:
            yield path.name


def _set(engine: Engine, upload_id: int, **values: Any) -> None:
    with writing(engine) as connection:
        connection.execute(
            sa.update(UPLOAD).where(UPLOAD.c.upload_id == upload_id).values(**values)
        )
