"""Routes for the report, the segment summary, the action plan and models."""

import base64
import datetime as dt

import pandas as pd
from flask import Blueprint, Response, request

from db.errors import DatabaseError
from portal.kit.tables.listings import csv_of, file_name
from portal.reading.contacting.economics import StrategyError
from portal.reading.jobs import now
from portal.reading.predicting.stored_models import NoModelFile, model_file
from portal.reading.published import PublishedRun, published_run, status_of
from portal.report import plans
from portal.report.page import report

DOWNLOADS = Blueprint("downloads", __name__)


@DOWNLOADS.get("/export/report.html")
def export_report() -> Response:
    """Give the report of the published run as one file."""
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            text, name = report(run), f"{file_name(run.dataset)}-report.html"
    except DatabaseError as error:
        return _plain(str(error), status_of(error))
    response = Response(text, mimetype="text/html")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@DOWNLOADS.get("/export/segments/<table>.csv")
def export_segments(table: str) -> Response:
    """Give the segment summary or the action plan, its name stamped with the time."""
    if table not in TABLES:
        return _plain(f"There is no table “{table}”; choose summary or actions.", 404)
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            rows, name = TABLES[table](run), f"{stamped(f'{run.dataset}-{table}', now())}.csv"
    except (DatabaseError, StrategyError) as error:
        return _plain(str(error), status_of(error))
    text = "".join(csv_of(rows))
    response = Response(text, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@DOWNLOADS.get("/export/model.zip")
def export_model() -> Response:
    """Give the model that serves the task of the query, with its checksum in a header."""
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            stored_model = model_file(run, request.args.get("task", ""))
            stem = file_name(f"{run.dataset}-{stored_model.task}")
            name = f"{stem}-{stored_model.sha256[:8]}.zip"
    except DatabaseError as error:
        return _plain(str(error), status_of(error))
    except NoModelFile as error:
        return _plain(str(error), 404)
    response = Response(stored_model.content, mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Repr-Digest"] = (
        f"sha-256=:{base64.b64encode(bytes.fromhex(stored_model.sha256)).decode()}:"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _actions(run: PublishedRun) -> pd.DataFrame:
    return plans.action_plan(run).rows


TABLES = {"summary": plans.summary, "actions": _actions}


def stamped(name: str, at: dt.datetime) -> str:
    """Put a time behind a file's name."""
    return f"{file_name(name)}-{at:%Y%m%d-%H%M%S}"


def _plain(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
