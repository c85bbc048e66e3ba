"""Routes for lists of campaigns and the report: written to disk, then streamed."""

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from flask import Blueprint, Response, request

from db.errors import DatabaseError
from portal.kit.listings import FORMATS, KINDS, SUFFIXES, WRITERS, TooLong, csv_of
from portal.pages.campaigns import making as campaigns
from portal.pages.campaigns.queries import COLUMNS
from portal.reading.economics import StrategyError
from portal.reading.jobs import now
from portal.reading.published import PublishedRun, published_run
from portal.report import plans
from portal.report.page import report

DOWNLOADS = Blueprint("downloads", __name__)
PIECE = 256 * 1024


@DOWNLOADS.get("/export/campaigns/<int:campaign_id>.<kind>")
def export_campaign(campaign_id: int, kind: str) -> Response:
    """Give a campaign's list, its stamp in it; `column` and `list` choose what it holds."""
    if kind not in FORMATS:
        return _plain(f"There is no format “{kind}”; choose csv, xlsx or parquet.", 404)
    folder = tempfile.TemporaryDirectory(prefix="clientele-")
    try:
        path, name = _written(campaign_id, kind, Path(folder.name))
    except (LookupError, TooLong, StrategyError) as error:
        folder.cleanup()
        return _plain(str(error.args[0]), 422 if isinstance(error, TooLong) else 404)
    except DatabaseError as error:
        folder.cleanup()
        return _plain(str(error), 503)
    except BaseException:
        folder.cleanup()
        raise

    def pieces() -> Iterator[bytes]:
        with folder, path.open("rb") as opened:
            while piece := opened.read(PIECE):
                yield piece

    response = Response(pieces(), mimetype=KINDS[path.suffix])
    response.call_on_close(folder.cleanup)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Length"] = str(path.stat().st_size)
    response.headers["Cache-Control"] = "no-store"
    return response


@DOWNLOADS.get("/export/report.html")
def export_report() -> Response:
    """Give the report of the published run as one file."""
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            text, name = report(run), f"{file_name(run.dataset)}-report.html"
    except DatabaseError as error:
        return _plain(str(error), 503)
    response = Response(text, mimetype="text/html")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@DOWNLOADS.get("/export/segments/<what>.csv")
def export_segments(what: str) -> Response:
    """Give the segment summary or the action plan, its name stamped with the time."""
    if what not in TABLES:
        return _plain(f"There is no table “{what}”; choose summary or actions.", 404)
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            rows, name = TABLES[what](run), f"{stamped(f'{run.dataset}-{what}', now())}.csv"
    except (DatabaseError, StrategyError) as error:
        return _plain(str(error), 503)
    text = "".join(csv_of(rows))
    response = Response(text, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _actions(run: PublishedRun) -> pd.DataFrame:
    return plans.action_plan(run).rows


TABLES = {"summary": plans.summary, "actions": _actions}


def _written(campaign_id: int, kind: str, folder: Path) -> tuple[Path, str]:
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    with published_run(query) as run:
        campaign = campaigns.one(run.connection, campaign_id)
        if campaign is None or campaign.dataset != run.dataset:
            raise LookupError("There is no such campaign; look at the list again.")
        made = campaigns.listing(
            run,
            campaign,
            columns=tuple(request.args.getlist("column")) or COLUMNS,
            whom=request.args.get("list", campaigns.CONTACTS),
        )
    path = folder / f"list{SUFFIXES[kind]}"
    WRITERS[kind](made, path)
    return path, f"{file_name(f'{campaign.dataset}-{campaign.name}')}{SUFFIXES[kind]}"


def file_name(text: str) -> str:
    """Give a text as part of a file's name.

    >>> file_name("At risk, 9 Dec")
    'At-risk-9-Dec'
    """
    kept = "".join(sign if sign.isalnum() or sign in "-_." else " " for sign in text)
    return "-".join(kept.split())


def stamped(name: str, at: dt.datetime) -> str:
    """Put a time behind a file's name."""
    return f"{file_name(name)}-{at:%Y%m%d-%H%M%S}"


def _plain(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
