"""What may be asked of `POST /api/v1/score` and what it answers, with a document of both."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from db.workspace.scored import ID_RULE, LONGEST_ID
from pipeline.base.checked import half_sentence

MOST_CUSTOMERS = 1_000
MOST_BYTES = 1_000_000
MOST_ORDERS = 1_000
LARGEST = 1e12
LONGEST_TEXT = 200

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
Amount = Annotated[float, Field(gt=0, le=LARGEST, allow_inf_nan=False)]
Returned = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
Value = Annotated[float, Field(allow_inf_nan=False)] | Text | None


class Asked(BaseModel):
    """Something asked: nothing is converted, and nothing may be there that is not known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Order(Asked):
    """An order that stands."""

    date: dt.date = Field(description="day of the order, as YYYY-MM-DD")
    value: Amount = Field(description="money paid for what was kept, above 0")
    items: Amount | None = Field(default=None, description="pieces in it; null is not known")
    returned: Returned | None = Field(
        default=None, description="value of what was sent back, at most `value`"
    )


class Customer(Asked):
    """A customer to score: with orders where the data set has orders, else with attributes."""

    customer_id: (
        Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)] | None
    ) = Field(default=None, description=f"comes back with the answer. {ID_RULE}")
    country: Text | None = Field(default=None, description="beside orders; null is not known")
    orders: Annotated[list[Order], Field(min_length=1, max_length=MOST_ORDERS)] | None = Field(
        default=None, description="every order up to the day of the snapshot"
    )
    attributes: dict[Text, Value] | None = Field(
        default=None,
        description="every attribute that GET /api/v1/score/inputs names; null is not known",
    )


class Request(Asked):
    """Customers of one data set."""

    dataset: Text | None = Field(
        default=None, description="whose models are asked; by default the newest published"
    )
    as_of: dt.date | None = Field(
        default=None,
        description="day on which to look at orders; by default that of the snapshot",
    )
    customers: Annotated[list[Customer], Field(min_length=1, max_length=MOST_CUSTOMERS)]


class Told(BaseModel):
    """Something answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(Told):
    """Why a probability is what it is."""

    feature: str
    contribution: float = Field(description="above 0 raises the probability")
    reason: str = Field(description="in words, with the customer's own value")


class Outcome(Told):
    """How likely something is."""

    title: str = Field(description="what people call it")
    probability: float = Field(ge=0, le=1)
    of: str = Field(
        description="the class whose probability that is, and for which reasons speak: of two"
        " the positive one, of more the predicted one"
    )
    probabilities: dict[str, float] | None = Field(
        description="of every class; null where there are two"
    )
    predicted: str = Field(description="the class that follows from it")
    model: str
    unit: str = Field(description="of contributions: log odds or probability")
    reasons: list[Reason] = Field(description="up to three, the weightiest first")


class Segment(Told):
    """Which segment a customer is in."""

    segment: str
    probabilities: dict[str, float] | None = Field(
        description="of every segment; null where none are known"
    )
    how: str = Field(description="how it was told, in words")


class Answer(Told):
    """What is said of one customer; null where the data set does not allow it."""

    customer_id: str | None
    segment: Segment | None
    churn: Outcome | None
    activity_drop: Outcome | None
    high_value: Outcome | None
    given_outcomes: dict[str, Outcome] = Field(
        description="outcomes that the source gives in columns, by their tasks: given_outcome,"
        " or where there are several given_outcome:column"
    )
    remarks: list[str] = Field(
        description="what was not given and what stands for it, what is not told and why"
    )


class Model(Told):
    """Which model said so."""

    task: str
    model: str


class Answers(Told):
    """What is said of the customers, in their order, and what said so."""

    dataset: str
    run: int
    as_of: dt.date | None = Field(description="day on which customers were looked at")
    currency: str
    models: list[Model]
    customers: list[Answer]


class Input(Told):
    """An attribute that the models ask for."""

    name: str
    title: str
    unit: str
    kind: str = Field(description="number or category")
    required: bool = Field(description="whether null is refused")
    least: float | None
    most: float | None
    choices: list[str] | None = Field(description="of categories: every value allowed")
    typical: float | str | None = Field(description="the median, or the commonest word")


class Inputs(Told):
    """What a customer of a data set must come with."""

    dataset: str
    run: int
    as_of: dt.date | None
    currency: str
    by: str = Field(description="orders or attributes")
    countries: list[str] | None = Field(description="beside orders: every country allowed")
    attributes: list[Input]
    models: list[Model]


class Problem(Told):
    """Why a request is refused, in one sentence."""

    problem: str


class Brought(Told):
    """A file that came in whole and is being scored."""

    upload: int = Field(description="its number: /export/scored-file.csv?upload=… gives all")
    job: int = Field(description="what scores it: /api/v1/jobs/… tells how far it is")
    dataset: str


def read(body: bytes) -> Request:
    """Read a request; raises pydantic's `ValidationError`."""
    return Request.model_validate_json(body)


IN_JSON = {
    "value": "must be a finite number, a text or null",
    "extra_forbidden": "is not known here",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "date_type": "must be a day as YYYY-MM-DD",
    "date_from_datetime_inexact": "must be a day as YYYY-MM-DD",
}
"""Kinds of faults that JSON has a word of its own for."""


def sentence(error: ValidationError) -> str:
    """Say in one sentence which field is wrong and what is allowed."""
    first = error.errors(include_url=False, include_input=False)[0]
    where, limits = place(first["loc"]), first.get("ctx", {})
    kind = "value" if first["loc"][-1:] == ("float",) else first["type"]
    if kind == "json_invalid":
        return "The body can't be read as JSON; send one object with “customers”."
    problem = IN_JSON.get(kind) or half_sentence(kind, limits, "is of a kind not allowed here")
    return f"{where} {problem}."


def place(steps: Sequence[int | str]) -> str:
    """Write the place of a field, like customers[0].orders[2].date.

    >>> place(("customers", 0, "orders", 2, "date")), place(())
    ('customers[0].orders[2].date', 'The body')
    """
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not step.startswith(BRANCHES):
            path += f".{shown(step)}" if path else shown(step)
    return path or "The body"


BRANCHES = ("float", "constrained-str", "[key]")
"""Steps that pydantic puts in for its own sake."""


def shown(text: str, most: int = 40) -> str:
    """Cut a name that somebody made up, and leave out what can't be printed."""
    printable = "".join(letter for letter in text if letter.isprintable())
    return printable if len(printable) <= most else f"{printable[:most]}…"


def document() -> dict[str, Any]:
    """Describe the routes as OpenAPI 3.1 does."""
    schemas: dict[str, Any] = {}
    for model in (Request, Answers, Inputs, Brought, Problem):
        mode: Any = "validation" if model is Request else "serialization"
        described = model.model_json_schema(
            mode=mode, ref_template="#/components/schemas/{model}"
        )
        schemas |= described.pop("$defs", {})
        schemas[model.__name__] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Clientele: score customers",
            "version": "1",
            "description": "Segment, churn with reasons, activity drop, high value and outcomes"
            " that the source gives, of customers that are described in the request. Nothing is"
            " kept but what was said of a file, for a while.",
        },
        "paths": {
            "/api/v1/score": {"post": _score_operation()},
            "/api/v1/score/inputs": {"get": _inputs_operation()},
            "/api/v1/score/files": {"post": _files_operation()},
        },
        "components": {"schemas": schemas},
    }


def _score_operation() -> dict[str, Any]:
    return {
        "operationId": "score",
        "summary": "Score customers",
        "description": f"At most {MOST_CUSTOMERS:,} customers and {MOST_BYTES:,} bytes.",
        "requestBody": {"required": True, "content": _content("Request")},
        "responses": {
            "200": _response("What is said of each customer", "Answers"),
            **_problems(
                {
                    "400": "The body is no JSON",
                    "403": "The request comes from a page of another host",
                    "404": "There is no such data set, or nothing is published",
                    "409": "The published run holds no models",
                    "413": "The body is too large",
                    "415": "The body is not sent as application/json",
                    "422": "A field is missing, unknown or out of its limits",
                }
            ),
        },
    }


def _inputs_operation() -> dict[str, Any]:
    return {
        "operationId": "inputs",
        "summary": "What a customer must come with",
        "parameters": [
            {
                "name": "dataset",
                "in": "query",
                "required": False,
                "schema": {"type": "string"},
                "description": "by default the newest published",
            }
        ],
        "responses": {
            "200": _response("Every input with its limits", "Inputs"),
            **_problems(
                {
                    "404": "There is no such data set, or nothing is published",
                    "409": "The published run holds no models",
                }
            ),
        },
    }


def _files_operation() -> dict[str, Any]:
    def asked(name: str, description: str, **schema: Any) -> dict[str, Any]:
        return {
            "name": name,
            "in": "query",
            "required": name == "name",
            "schema": {"type": "string", **schema},
            "description": description,
        }

    return {
        "operationId": "files",
        "summary": "Score a file of customers",
        "description": "CSV (also gzipped), Excel, ZIP, Parquet or SQLite of the data set's"
        " form. The body is the file; it is deleted once it is scored.",
        "parameters": [
            asked("name", "what the file is called"),
            asked("dataset", "whose models are asked; by default the newest published"),
            asked("as_of", "day on which to look at orders", format="date"),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string"}}},
        },
        "responses": {
            "201": _response("It is being scored", "Brought"),
            **_problems(
                {
                    "400": "The file is empty or has no name, or as_of is no day",
                    "403": "The request comes from a page of another host",
                    "404": "There is no such data set, or nothing is published",
                    "411": "The request doesn't say how large the file is",
                    "413": "The file is too large",
                    "503": "Other files are coming in",
                    "507": "There is no room for the file",
                }
            ),
        },
    }


def _problems(statuses: Mapping[str, str]) -> dict[str, Any]:
    return {
        status: _response(description, "Problem") for status, description in statuses.items()
    }


def _response(description: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": _content(schema)}


def _content(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
