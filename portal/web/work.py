"""Routes for files that come in and jobs: streamed to disk, answered in JSON."""

import datetime as dt
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PureWindowsPath
from typing import IO, Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import ClientDisconnected

from db.engine import parse_url
from db.errors import DatabaseError, NotPublished
from db.workspace import jobs, uploads
from db.workspace.datasets import LONGEST, is_name
from db.workspace.jobs import Job
from db.workspace.uploads import Upload, UploadedFile
from portal.reading.datasets import named, published
from portal.reading.jobs import looking, now, start, sweep_uploads
from portal.reading.published import ORDER_LINES, connected, here, published_run_of
from portal.words import wording
from portal.words.days import FIRST_DAY, LAST_DAY

WORK = Blueprint("work", __name__, url_prefix="/api/v1")
PIECE = 1024**2
SPARE_BYTES = 64 * 1024**2
LONGEST_NAME = 200
LONGEST_NUMBER = 19
MOST_FILES = 40
"""Files of one upload."""
LARGEST_KEY = 2**63
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Refused(Exception):
    """A file that is not taken, with a sentence and a status."""

    def __init__(self, sentence: str, status: int) -> None:
        self.status = status
        super().__init__(sentence)


@WORK.errorhandler(Refused)
def refuse(error: Refused) -> tuple[Response, int]:
    """Say why."""
    return jsonify(problem=str(error)), error.status


@WORK.errorhandler(DatabaseError)
def fail(error: DatabaseError) -> tuple[Response, int]:
    """Say what the database said."""
    return jsonify(problem=str(error)), 503


@WORK.post("/uploads")
def bring() -> tuple[Response, int]:
    """Take a file in, piece by piece to the disk, and start its check.

    The body is the file; `name` is its own name, `dataset` what it is for (by default named
    after the file), `as_of` a day. Of several files that belong together each but the last says
    `more`, and each but the first is put `with` the upload of the first.
    """
    name = own_name(request.args.get("name", ""))
    first = request.args.get("with", "")
    if first:
        return _put_with(first, name)
    dataset = _dataset_name(request.args.get("dataset", ""), name)
    as_of = request.args.get("as_of", "")
    job_request = {"as_of": as_of} if DAY.fullmatch(as_of) else {}
    return _brought("check", name=name, dataset=dataset, job_request=job_request, more=_more())


def _more() -> bool:
    return request.args.get("more", "") == "1"


def _put_with(first: str, name: str) -> tuple[Response, int]:
    """Take a further file of an upload in; the last one starts the check of all of them."""
    is_number = first.isascii() and first.isdecimal() and len(first) < LONGEST_NUMBER
    upload, files = _held(int(first)) if is_number else (None, [])
    if upload is None or not upload.is_here:
        raise Refused("The first of these files is no longer here; bring them in again.", 404)
    if len(files) >= MOST_FILES:
        raise Refused(f"More than {MOST_FILES} files at once; pack them as one ZIP.", 413)
    held_bytes = sum(file.size for file in files)
    with _place():
        file = _stored_file(request.stream, name=name, size=_announced_size(held_bytes))
    uploads.add(here().workspace.engine, upload.upload_id, file)
    job = (
        None if _more() else start("check", dataset=upload.dataset, upload_id=upload.upload_id)
    )
    return jsonify(upload=upload.upload_id, job=job, dataset=upload.dataset), 201


def _held(number: int) -> tuple[Upload | None, list[UploadedFile]]:
    """Give an upload and its files; none where there is no database yet."""
    try:
        with looking() as connection:
            upload = None if connection is None else uploads.one(connection, number)
            if upload is None or connection is None:
                return None, []
            return upload, uploads.files(connection, upload)
    except NotPublished:
        return None, []


@WORK.post("/score/files")
def bring_to_score() -> tuple[Response, int]:
    """Take a file of customers in, piece by piece to the disk, and start scoring it.

    The body is the file; `name` is its own name, `dataset` whose models are asked (by default
    the newest published), `as_of` the day on which to look at orders.
    """
    name = own_name(request.args.get("name", ""))
    job_request = _day_asked(request.args.get("as_of", ""))
    try:
        with published_run_of(request.args.get("dataset") or None) as run:
            dataset, by_orders = run.dataset, run.form == ORDER_LINES
    except NotPublished as error:
        raise Refused(str(error), 404) from error
    if job_request and not by_orders:
        raise Refused("as_of is not known here: this data set is scored by attributes.", 400)
    return _brought("score", name=name, dataset=dataset, job_request=job_request)


@WORK.get("/jobs")
def see() -> Response:
    """Tell what goes on: with the data set shown, and with the upload shown."""
    dataset, upload = request.args.get("dataset"), request.args.get("upload", "")
    answer: dict[str, Any] = {"revision": "", "active": None, "check": None}
    try:
        with looking() as connection:
            if connection is not None:
                published_sets = published(connection)
                dataset = dataset or (published_sets[0].name if published_sets else "")
                job = jobs.active(connection, dataset)
                if job is None and request.args.get("any") == "1":
                    job = jobs.active(connection)
                check = (
                    jobs.of_upload(connection, int(upload))
                    if upload.isascii() and upload.isdecimal() and len(upload) < LONGEST_NUMBER
                    else None
                )
                answer = {
                    "revision": f"{jobs.revision(connection)} {named(connection)}",
                    "active": brief(job) if job and job.is_active else None,
                    "check": brief(check) if check and check.is_active else None,
                }
    except NotPublished:
        pass
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response


@WORK.post("/jobs")
def refresh_again() -> tuple[Response, int]:
    """Refresh a data set from its published records."""
    body = request.get_json(silent=True)
    dataset = str(body.get("dataset", "")) if isinstance(body, dict) else ""
    with connected() as connection:
        if dataset not in {published_set.name for published_set in published(connection)}:
            raise Refused(f"There is no data set “{dataset}”.", 404)
    return jsonify(job=start("refresh", dataset=dataset)), 202


@WORK.get("/jobs/<int:job_id>")
def tell(job_id: int) -> Response:
    """Tell all of a job, its log too."""
    job = _job(job_id)
    response = jsonify(brief(job) | {"log": job.log, "report": job.report})
    response.headers["Cache-Control"] = "no-store"
    return response


@WORK.post("/jobs/<int:job_id>/cancel")
def cancel(job_id: int) -> tuple[Response, int]:
    """Ask for the end of a job."""
    _job(job_id)
    jobs.ask_to_cancel(here().workspace.engine, job_id, at=now())
    return jsonify(job=job_id), 202


def _job(job_id: int) -> Job:
    job = None
    if job_id < LARGEST_KEY:
        with looking() as connection:
            job = jobs.one(connection, job_id) if connection is not None else None
    if job is None:
        raise Refused(f"There is no job {job_id}.", 404)
    return job


def brief(job: Job) -> dict[str, Any]:
    """Give a job as the browser follows it."""
    first = "waiting" if job.state == "queued" else "start"
    stage: dict[str, Any] = job.stages[-1] if job.stages else {"name": first}
    share = stage["done"] / stage["total"] if stage.get("total") else None
    return {
        "job": job.job_id,
        "kind": job.kind,
        "dataset": job.dataset,
        "state": job.state,
        "stage": stage["name"],
        "share": share,
        "seconds": round(((job.ended_at or now()) - job.asked_at).total_seconds()),
        "message": job.message,
        "run": job.made_run,
    }


def _brought(
    kind: str, *, name: str, dataset: str, job_request: Mapping[str, str], more: bool = False
) -> tuple[Response, int]:
    """Take the body in as a file, and start what looks at it, unless more files come."""
    size = _announced_size()
    with _place():
        upload_id = _take_in(request.stream, name=name, dataset=dataset, size=size)
    job_id = (
        None if more else start(kind, dataset=dataset, upload_id=upload_id, request=job_request)
    )
    return jsonify(upload=upload_id, job=job_id, dataset=dataset), 201


@contextmanager
def _place() -> Iterator[None]:
    """Hold one of the places for files that come in."""
    places = here().workspace.places
    if not places.acquire(blocking=False):
        raise Refused("Other files are coming in just now; try again in a minute.", 503)
    try:
        yield
    finally:
        places.release()


def _day_asked(text: str) -> dict[str, str]:
    """Read a day, where one is asked."""
    if not text:
        return {}
    try:
        day = dt.date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise Refused(
            f"as_of must be a day as YYYY-MM-DD, from {wording.date(FIRST_DAY)} to"
            f" {wording.date(LAST_DAY)}.",
            400,
        )
    return {"as_of": text}


def own_name(text: str) -> str:
    r"""Give what a file is called, as text: its last part, printable, not too long.

    >>> own_name("../../etc/passwd"), own_name("C:\\x\\shop.csv"), own_name("a\x00b.csv")
    ('passwd', 'shop.csv', 'ab.csv')
    """
    last = PureWindowsPath(text).name
    name = "".join(letter for letter in last if letter.isprintable()).strip()
    if not name or name in {".", ".."}:
        raise Refused("The file has no name; give it one.", 400)
    return name if len(name) <= LONGEST_NAME else name[-LONGEST_NAME:]


def _dataset_name(requested_name: str, file: str) -> str:
    name = requested_name.strip() or file.split(".", 1)[0].strip()[:LONGEST] or "data"
    if not is_name(name):
        raise Refused(f"A data set's name must have 1 to {LONGEST} printable characters.", 400)
    return name


def _announced_size(held_bytes: int = 0) -> int:
    """Read how large the file is, and refuse what is too large before taking it in.

    `held_bytes` are the bytes of the files that it belongs to.
    """
    size, most = request.content_length, here().settings.upload_bytes
    request.max_content_length = most
    if size is None:
        raise Refused("The request doesn't say how large the file is.", 411)
    if size == 0:
        raise Refused("The file is empty; use a file with a header and rows.", 400)
    if size + held_bytes > most:
        who = "files have" if held_bytes else "file has"
        raise Refused(
            f"The {who} {wording.size(size + held_bytes)}, more than the {wording.size(most)}"
            " that this portal takes; split it, or refresh from the command line.",
            413,
        )
    return size


def _take_in(stream: IO[bytes], *, name: str, dataset: str, size: int) -> int:
    """Write a stream to disk and record it; whatever interrupts leaves nothing."""
    workspace = here().workspace
    sweep_uploads()
    token = uploads.new_token(parse_url(workspace.url))
    upload_id = uploads.begin(
        workspace.engine, token=token, name=name, dataset=dataset, size=size, at=now()
    )
    try:
        file = _stored_file(stream, name=name, size=size, token=token)
        uploads.complete(workspace.engine, upload_id, checksum=str(file.checksum), at=now())
    except BaseException:
        (workspace.folder / token).unlink(missing_ok=True)
        uploads.forget(workspace.engine, upload_id)
        raise
    return upload_id


def _stored_file(
    stream: IO[bytes], *, name: str, size: int, token: str | None = None
) -> UploadedFile:
    """Write a stream to disk under a random name; whatever interrupts leaves nothing."""
    url = parse_url(here().workspace.url)
    folder = uploads.made_folder(url)
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise Refused("There is too little space on the portal's disk for this file.", 507)
    token = token or uploads.new_token(url)
    path = folder / token
    try:
        return UploadedFile(token, name, size, _stored(stream, path, size))
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, ClientDisconnected | EOFError):
            raise Refused("The upload was broken off; nothing of it is kept.", 400) from error
        if isinstance(error, OSError):
            raise Refused(
                f"The file can't be written ({error.strerror}); nothing of it is kept.", 507
            ) from error
        raise


def _stored(stream: IO[bytes], path: Path, size: int) -> str:
    digest, bytes_left = hashlib.sha256(), size
    with open(path, "xb", opener=partial(os.open, mode=0o600)) as opened:
        while bytes_left:
            piece = stream.read(min(PIECE, bytes_left))
            if not piece:
                raise EOFError
            digest.update(piece)
            opened.write(piece)
            bytes_left -= len(piece)
    return digest.hexdigest()
