"""The address at which the browser stands, whichever request asks."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import has_request_context, request

from portal.reading.filters import URL

CALLBACKS = "/_dash-update-component"
OWN = "/_dash-"


class Address(NamedTuple):
    """Path and query as the browser writes them, the query with its question mark."""

    pathname: str = "/"
    search: str = ""


def address() -> Address | None:
    """Give the address of the page that is asked for, or that asks.

    A page is asked for under its own address; what it asks for names it as its referrer, and
    callbacks carry what they need of it as it is at that moment. `None` outside of a request,
    and for the first layout where a browser keeps its referrer to itself.
    """
    if not has_request_context():
        return None
    if not request.path.startswith(OWN):
        query = request.query_string.decode("latin-1")
        return Address(request.path, f"?{query}" if query else "")
    parts = urlsplit(request.referrer or "")
    at = Address(parts.path or "/", f"?{parts.query}" if parts.query else "")
    if request.path == CALLBACKS:
        return at._replace(**_carried())
    return at if request.referrer else None


def _carried() -> dict[str, str]:
    """Read what a callback carries of the address."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return {}
    dependencies = [*(body.get("inputs") or []), *(body.get("state") or [])]
    return {
        dependency["property"]: str(dependency.get("value") or "")
        for dependency in dependencies
        if isinstance(dependency, dict)
        and dependency.get("id") == URL
        and dependency.get("property") in Address._fields
    }
