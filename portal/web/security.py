"""What the browser may load, under which names it is answered, and who may post."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from dash import Dash
from dash.exceptions import DependencyException
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.settings import Settings
from portal.web.callback_bodies import MALFORMED, refusal

CALLBACKS = "/_dash-update-component"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
OWN_LIMITS = frozenset({"work.bring", "work.bring_to_score", "score.score"})
"""Endpoints that say themselves how large a body may be."""

SENTENCES = {
    400: "The request can't be read.",
    404: "There is nothing at this address.",
    405: "This address takes no requests of that kind.",
    500: "This could not be worked out; the portal's log has the details.",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_policy(script_hashes: Sequence[str]) -> str:
    """Write the Content-Security-Policy: this host alone, inline scripts of Dash by hash."""
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def protect(app: Dash, server: Flask, settings: Settings) -> None:
    """Guard every request; call it once all callbacks are registered."""
    policy = content_policy(app.csp_hashes())
    origins = frozenset(origin_of(origin) for origin in settings.trusted_origins)
    named = [*settings.allowed_hosts, *(urlsplit(origin).netloc for origin in origins)]
    hosts = LOOPBACK | {host_of(name) for name in named}
    server.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    if settings.is_behind_proxy:
        server.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            server.wsgi_app, x_for=1, x_proto=1, x_host=1
        )

    def guard() -> Response | None:
        host = request.environ.get("HTTP_HOST")
        if host is not None and host_of(host) not in hosts:
            return _sentence(
                "This portal does not answer under that name; start it with --allowed-host"
                " NAME to allow it.",
                421,
            )
        if request.method not in SAFE_METHODS and not _is_own(origins):
            return _sentence("This portal takes requests from its own pages only.", 403)
        if request.endpoint not in OWN_LIMITS and (request.content_length or 0) > (
            settings.body_bytes
        ):
            return _too_large(settings.body_bytes)
        if request.content_length is None and "Transfer-Encoding" in request.headers:
            return _sentence("The request doesn't say how long it is.", 411)
        return None

    def read() -> Response | None:
        if request.path != CALLBACKS or request.method != "POST":
            return None
        try:
            refused = refusal(request.get_json(), app.callback_map)
        except RecursionError:
            refused = MALFORMED
        return refused and _sentence(*refused)

    # before what Dash does at its first request
    server.before_request_funcs.setdefault(None, []).insert(0, guard)
    server.before_request(read)

    @server.errorhandler(DependencyException)
    def miss(_error: DependencyException) -> Response:
        return _sentence(SENTENCES[404], 404)

    @server.errorhandler(HTTPException)
    def say(error: HTTPException) -> Response:
        if error.response is not None:
            return error.get_response()  # type: ignore[return-value]
        if error.code == 413:
            return _too_large(request.max_content_length or settings.body_bytes)
        code = error.code or 500
        answer = _sentence(SENTENCES.get(code, error.description or error.name), code)
        for name, value in error.get_headers():
            if name not in {"Content-Type", "Content-Length"}:
                answer.headers[name] = value
        return answer

    @server.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


def host_of(text: str) -> str:
    """Give the name in a Host header or in an argument, without its port.

    >>> host_of("Portal.Example.:8050"), host_of("[::1]:80"), host_of("::1"), host_of("a@b")
    ('portal.example', '[::1]', '[::1]', '')
    """
    name = text.strip().casefold()
    if any(sign in name for sign in "@/\\?# ,"):
        return ""
    if name.count(":") > 1 and not name.startswith("["):
        return f"[{name}]"
    if name.startswith("["):
        inside, closing, port = name.partition("]")
        return f"{inside}]" if closing and (not port or port[1:].isdecimal()) else ""
    host, _, port = name.partition(":")
    return host.rstrip(".") if not port or port.isdecimal() else ""


def origin_of(url: str) -> str:
    """Give the origin that an address belongs to, as browsers write it.

    >>> origin_of("HTTPS://Portal.example:443/start"), origin_of("http://a:8050")
    ('https://portal.example', 'http://a:8050')

    Raises
    ------
    ValueError
        Where that is no address of http or https.
    """
    parts = urlsplit(url.strip().casefold())
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(f"{url} is no origin")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    own = parts.port in (None, PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" if own else f"{parts.scheme}://{host}:{parts.port}"


def is_from_here() -> bool:
    """Tell whether a request comes from this machine itself, and not through a proxy on it."""
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.environ.get("HTTP_HOST")
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return address.is_loopback and (host is None or host_of(host) in LOOPBACK)


def _is_own(trusted: Iterable[str]) -> bool:
    """Tell whether a request comes from a page of this portal, or from no browser at all."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
    try:
        sender = origin_of(origin)
    except ValueError:
        return False
    return sender in trusted or sender in {
        origin_of(f"{scheme}://{request.host}") for scheme in PORTS if request.host
    }


def _too_large(most: int) -> Response:
    return _sentence(f"The request has more than the {most:,} bytes that are taken here.", 413)


def _sentence(sentence: str, status: int) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
