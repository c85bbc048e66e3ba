"""Routes beside the pages: health, exports, the sample files, Bootstrap from its package."""

from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    jsonify,
    request,
    send_from_directory,
    stream_with_context,
)

from db.checksums import last_damaged
from db.errors import DatabaseError
from portal.kit.cards import CHOICES, choices_in
from portal.kit.tables.csv_text import csv_lines
from portal.reading import processed
from portal.reading.published import here, published_run, status_of
from portal.web import samples as sample
from portal.web.navigation import card_of
from portal.web.security import is_from_here

ROUTES = Blueprint("portal", __name__)
BOOTSTRAP_FILES = frozenset(
    {
        "css/bootstrap.min.css",
        "css/font/bootstrap-icons.min.css",
        "css/font/fonts/bootstrap-icons.woff",
        "css/font/fonts/bootstrap-icons.woff2",
    }
)


def bootstrap_url(file: str) -> str:
    """Name a file of Bootstrap; the version in its address lets browsers keep it for good."""
    return f"/vendor/bootstrap-flask-{version('bootstrap-flask')}/{file}"


@ROUTES.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Tell whether a published run can be read and was whole when last checked.

    Why not is told to this machine alone.
    """
    try:
        with published_run() as run:
            damaged = last_damaged(run.connection)
        answer, status = {"status": "ok"}, 200
        if damaged:
            answer, status = {"status": "damaged"}, 503
            if is_from_here():
                answer["reason"] = f"Damaged: {', '.join(damaged)}."
    except DatabaseError as error:
        answer, status = {"status": "unavailable"}, 503
        if is_from_here():
            answer["reason"] = str(error)
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response, status


@ROUTES.get("/vendor/<_version>/<path:file>")
def vendor(_version: str, file: str) -> Response:
    """Serve Bootstrap's style and icons out of the package that carries them."""
    if file not in BOOTSTRAP_FILES:
        return _plain("There is no such file.", 404)
    return send_from_directory(_bootstrap_folder(), file)


@ROUTES.get("/sample/<name>")
def sample_file(name: str) -> Response:
    """Give a small file of a form."""
    if name not in sample.FILES:
        return _plain(f"There is no sample file “{name}”.", 404)
    kind = "application/zip" if name.endswith(".zip") else "text/csv"
    return _download(name, sample.FILES[name](), kind)


@ROUTES.get("/export/processed.csv")
def export_processed() -> Response:
    """Give every customer of a data set with every column of `published_customer`."""
    return _processed("processed.csv", delimiter=",", with_bom=False)


@ROUTES.get("/export/bi.csv")
def export_bi() -> Response:
    """Give the same for BI tools and spreadsheets: semicolons and a byte order mark."""
    return _processed("bi.csv", delimiter=";", with_bom=True)


@ROUTES.get("/export/<card>.csv")
def export_card(card: str) -> Response:
    """Give the rows behind a card, drawn for the filters and choices of the query."""
    exported = card_of(card)
    if exported is None:
        return _plain(f"There is no card “{card}”.", 404)
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    question = exported.asked_by_name(query, choices_in(request.args.get(CHOICES)))
    try:
        with published_run(query) as run:
            dataset = run.dataset
    except DatabaseError as error:
        return _plain(str(error), status_of(error))

    def lines() -> Iterator[str]:
        with published_run(query) as run:
            columns, rows = exported.stream(run, question, request.args)
            yield from csv_lines(columns, rows, with_bom=_wants_bom())

    return _csv(f"{dataset}-{card}.csv", stream_with_context(lines()))


def _processed(name: str, *, delimiter: str, with_bom: bool) -> Response:
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            dataset = run.dataset
    except DatabaseError as error:
        return _plain(str(error), status_of(error))

    def lines() -> Iterator[str]:
        with published_run(query) as run:
            columns, rows = processed.customers(run, rows=here().settings.export_rows)
            yield from csv_lines(columns, rows, with_bom=with_bom, delimiter=delimiter)

    return _csv(f"{dataset}-{name}", stream_with_context(lines()))


def _wants_bom() -> bool:
    return request.args.get("bom") == "1"


def _csv(name: str, body: str | Iterator[str]) -> Response:
    return _download(name, body, "text/csv")


def _download(name: str, body: str | bytes | Iterator[str], kind: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=_file_name(name))
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_name(name: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in name)


def _plain(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")


def _bootstrap_folder() -> Path:
    spec = find_spec("flask_bootstrap")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("Bootstrap-Flask is not installed; install the requirements.")
    return Path(spec.submodule_search_locations[0]) / "static" / "bootstrap5"
