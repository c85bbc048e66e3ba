"""Routes that score customers, describe themselves, and give away those that were saved."""

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from db.errors import DatabaseError, NotPublished
from db.workspace import scored
from portal.kit.tables.csv_text import csv_lines
from portal.reading.filters import upload_from
from portal.reading.published import published_run_of
from portal.scoring import files as score_files
from portal.scoring import models as scoring
from portal.scoring.checks import misfit
from portal.scoring.models import NoModels, NotScorable
from portal.scoring.rows import COLUMNS, saved_rows
from portal.scoring.schema import MOST_BYTES, Problem, document, read, sentence

SCORE = Blueprint("score", __name__)
JSON = "application/json"
LONGEST_SAVED = 100_000
"""Saved customers that one CSV holds."""


class Refused(Exception):
    """A request that is not answered, with a sentence and a status."""

    def __init__(self, sentence: str, status: int) -> None:
        self.status = status
        super().__init__(sentence)


@SCORE.errorhandler(Refused)
def refuse(error: Refused) -> Response:
    """Say why."""
    return _problem(str(error), error.status)


@SCORE.errorhandler(NotPublished)
def miss(error: NotPublished) -> Response:
    """Say that there is nothing to ask."""
    return _problem(str(error), 404)


@SCORE.errorhandler(NoModels)
def lack(error: NoModels) -> Response:
    """Say that the published run can't score."""
    return _problem(str(error), 409)


@SCORE.errorhandler(NotScorable)
def decline(error: NotScorable) -> Response:
    """Say what the models can't work with."""
    return _problem(str(error), 422)


@SCORE.errorhandler(DatabaseError)
def fail(error: DatabaseError) -> Response:
    """Say what the database said."""
    return _problem(str(error), 503)


@SCORE.get("/api/v1/openapi.json")
def describe() -> Response:
    """Describe the routes that score."""
    return jsonify(document())


@SCORE.get("/api/v1/score/inputs")
def inputs() -> Response:
    """Tell what a customer of a data set must come with."""
    with published_run_of(request.args.get("dataset")) as run:
        return _answer(scoring.inputs(run))


@SCORE.post("/api/v1/score")
def score() -> Response:
    """Score the customers that the body describes; nothing is kept."""
    if request.mimetype != JSON:
        raise Refused(f"Send the body as {JSON}.", 415)
    body = _body()
    try:
        scoring_request = read(body)
    except ValidationError as error:
        status = 400 if error.errors()[0]["type"] == "json_invalid" else 422
        raise Refused(sentence(error), status) from error
    with published_run_of(scoring_request.dataset) as run:
        problem = misfit(
            scoring_request.customers, scoring.inputs(run), as_of=scoring_request.as_of
        )
        if problem is not None:
            raise Refused(problem, 422)
        return _answer(
            scoring.score(run, scoring_request.customers, as_of=scoring_request.as_of)
        )


@SCORE.get("/export/scored.csv")
def export_saved() -> Response:
    """Give every saved customer of a data set."""
    with published_run_of(request.args.get("dataset")) as run:
        saved = scored.of(run.connection, run.dataset, most=LONGEST_SAVED)
        name = f"{run.dataset}-scored.csv"
    response = Response("".join(csv_lines(COLUMNS, saved_rows(saved))), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


@SCORE.get("/export/scored-file.csv")
def export_file() -> Response:
    """Give every customer of a file that was brought to be scored, with all that was said."""
    looked = score_files.looked_at(upload_from(f"?{request.query_string.decode('latin-1')}"))
    if looked is None or not looked.is_scored:
        raise Refused("There are no scored customers of such a file; bring it in again.", 404)
    columns, rows = score_files.every_row(looked.upload)
    response = Response(csv_lines(columns, rows), mimetype="text/csv")
    name = f"{looked.upload.name.split('.', 1)[0]}-scored.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _body() -> bytes:
    """Read the body, and not a byte more than is allowed."""
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise Refused(
            f"The body has more than {MOST_BYTES:,} bytes; send fewer customers at a time.", 413
        ) from error
    except ClientDisconnected as error:
        raise Refused("The request was broken off.", 400) from error


def _answer(content: BaseModel) -> Response:
    response = Response(content.model_dump_json(), mimetype=JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(problem: str, status: int) -> Response:
    printable = "".join(letter for letter in problem if letter.isprintable())
    response = _answer(Problem(problem=printable))
    response.status_code = status
    return response
