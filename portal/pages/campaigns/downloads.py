"""The route of a campaign's list: written to disk, then streamed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, request

from db.errors import DatabaseError
from portal.kit.tables.listings import FORMATS, KINDS, SUFFIXES, WRITERS, TooLong, file_name
from portal.pages.campaigns import lists, planning
from portal.pages.campaigns.queries import COLUMNS
from portal.reading.contacting.economics import StrategyError
from portal.reading.published import published_run, status_of

LISTS = Blueprint("campaign_lists", __name__)
PIECE = 256 * 1024


@LISTS.get("/export/campaigns/<int(max=9223372036854775807):campaign_id>.<kind>")
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
        return _plain(str(error), status_of(error))
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


def _written(campaign_id: int, kind: str, folder: Path) -> tuple[Path, str]:
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    with published_run(query) as run:
        campaign = planning.one(run.connection, campaign_id)
        if campaign is None or campaign.dataset != run.dataset:
            raise LookupError("There is no such campaign; look at the list again.")
        listing = lists.listing(
            run,
            campaign,
            columns=tuple(request.args.getlist("column")) or COLUMNS,
            whom=request.args.get("list", lists.CONTACTS),
        )
    path = folder / f"list{SUFFIXES[kind]}"
    WRITERS[kind](listing, path)
    return path, f"{file_name(f'{campaign.dataset}-{campaign.name}')}{SUFFIXES[kind]}"


def _plain(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
