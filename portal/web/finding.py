"""What the search of the top bar finds: customers, segments and pages.

    GET /search.json?q=1274&dataset=shop

gives `{"found": [{"kind", "name", "more", "href"}]}`, at most a screenful. The browser writes
every name as text.
"""

from typing import NamedTuple

from flask import Blueprint, Response, jsonify, request

from db.errors import DatabaseError, NotPublished
from portal.reading import customers
from portal.reading.filters import Filters, customer_link, dataset_from, to_query
from portal.reading.published import PublishedRun, published_run, status_of
from portal.reading.rows import each_row
from portal.web.navigation import pages

FINDING = Blueprint("finding", __name__)
LONGEST = 100
MOST_CUSTOMERS, MOST_OTHERS = 6, 4


class Found(NamedTuple):
    """Something that was searched for: of which kind, what it is called, where it stands."""

    kind: str
    name: str
    more: str
    href: str


@FINDING.get("/search.json")
def search() -> Response | tuple[Response, int]:
    """Give what a text finds in a data set."""
    text = " ".join(request.args.get("q", "")[:LONGEST].replace("\0", "").split())
    query = f"?{request.query_string.decode('utf-8', 'replace')}"
    try:
        with published_run(query) as run:
            hits = every(run, text, dataset_from(query)) if text else []
    except NotPublished:
        hits = _pages(text, "", None)
    except DatabaseError as error:
        return jsonify({"problem": str(error), "found": []}), status_of(error)
    response = jsonify({"found": [hit._asdict() for hit in hits]})
    response.headers["Cache-Control"] = "no-store"
    return response


def every(run: PublishedRun, text: str, dataset: str | None) -> list[Found]:
    """Find pages and segments by their names, customers by a part of their identifier."""
    query = to_query(Filters(), dataset)
    rows = run.ask(customers.searched(run, text, most=MOST_CUSTOMERS))
    people = [
        Found(
            "Customer",
            str(row.customer_id),
            row.segment if isinstance(row.segment, str) else "",
            customer_link(str(row.customer_id), dataset),
        )
        for row in each_row(rows)
    ]
    segments = [
        Found(
            "Segment",
            name,
            "its customers",
            f"/customers{to_query(Filters(segments=(name,)), dataset)}",
        )
        for name in run.segments
        if text.lower() in name.lower()
    ]
    return [*_pages(text, query, run), *segments[:MOST_OTHERS], *people]


def _pages(text: str, query: str, run: PublishedRun | None) -> list[Found]:
    hits = [
        Found("Page", page.name, page.group, f"{page.path}{query}")
        for page in pages()
        if page.group and text.lower() in page.name.lower()
        if run is None or page.fits(run.has)
    ]
    return hits[:MOST_OTHERS]
