"""What the browser may load, and who may post."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from dash import Dash
from flask import Flask, Response, request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
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


def protect(app: Dash, server: Flask, trusted_origins: Sequence[str] = ()) -> None:
    """Guard every request; call it once all callbacks are registered."""
    policy = content_policy(app.csp_hashes())
    trusted = frozenset(trusted_origins)

    @server.before_request
    def refuse_foreign_posts() -> Response | None:
        if request.method in SAFE_METHODS or _is_own(trusted):
            return None
        return Response(
            "This portal takes requests from its own pages only.\n", 403, mimetype="text/plain"
        )

    @server.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


def _is_own(trusted: frozenset[str]) -> bool:
    """Tell whether a request comes from a page of this portal, or from no browser at all."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in trusted or urlsplit(origin).netloc == request.host
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
