"""The portal as one application: an engine and settings in, a Dash app out."""

import time
from typing import Any

from dash import Dash, html
from flask import Flask, Response, g, redirect, request
from flask_compress import Compress
from sqlalchemy.engine import Engine
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.pages.campaigns import page as campaigns
from portal.pages.campaigns.downloads import LISTS
from portal.pages.clustering import page as clustering
from portal.pages.cohorts import page as cohorts
from portal.pages.customer import page as customer
from portal.pages.customers import page as customers
from portal.pages.data import page as data
from portal.pages.explore import page as explore
from portal.pages.history import page as history
from portal.pages.landing import page as landing
from portal.pages.models import page as models
from portal.pages.not_found import page as not_found
from portal.pages.plan import page as plan
from portal.pages.products import page as products
from portal.pages.risk import page as risk
from portal.pages.sales import page as sales
from portal.pages.segments import page as segments
from portal.pages.today import page as today
from portal.pages.value import page as value
from portal.reading.customer_table import CustomerTables
from portal.reading.published import EXTENSION, Portal
from portal.reading.results import Results
from portal.reading.workspace import Workspace
from portal.report.downloads import DOWNLOADS
from portal.scoring.api import SCORE
from portal.settings import Settings
from portal.web import navigation, shell
from portal.web.finding import FINDING
from portal.web.index import SUITES, Index
from portal.web.joined import ASSETS, BEFORE_PAINT, FIRST_ANSWER, JOINED, joined_url
from portal.web.navigation import moved_to, place_of
from portal.web.plotly_script import PLOTLY, plotly_url
from portal.web.routes import ROUTES, bootstrap_url
from portal.web.security import protect
from portal.web.work import WORK
from portal.words import theme

PAGES = tuple(
    module.PAGE
    for module in (
        campaigns,
        risk,
        clustering,
        cohorts,
        customer,
        customers,
        data,
        explore,
        landing,
        models,
        not_found,
        products,
        today,
        history,
        sales,
        segments,
        plan,
        value,
    )
)

A_YEAR = "public, max-age=31536000, immutable"
SEAL = "m"
"""Query argument of single assets: when the file changed."""

INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>
        {{%metas%}}
        <title>{{%title%}}</title>
        <link rel="icon" type="image/svg+xml" href="{icon}">
        <script src="{before_paint}"></script>
        <script src="{first_answer}" data-plotly="{plotly}"></script>
        {{%css%}}
    </head>
    <body>
        {{%app_entry%}}
        <noscript>Clientele draws its pages in the browser and needs JavaScript.</noscript>
        <footer hidden>
            {{%config%}}
            {{%scripts%}}
            {{%renderer%}}
        </footer>
    </body>
</html>"""


def create_app(engine: Engine, settings: Settings) -> Dash:
    """Build the portal over a database; it is warm when it is returned."""
    theme.register()
    app = Index(
        "portal",
        assets_folder=str(ASSETS),
        assets_ignore=".*",
        external_stylesheets=[
            bootstrap_url("css/bootstrap.min.css"),
            bootstrap_url("css/font/bootstrap-icons.min.css"),
            joined_url("css"),
        ],
        external_scripts=[joined_url("js")],
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "color-scheme", "content": "light dark"},
        ],
        index_string=INDEX.format(
            icon=_sealed("icon.svg"),
            before_paint=_sealed(BEFORE_PAINT),
            first_answer=_sealed(FIRST_ANSWER),
            plotly=plotly_url(),
        ),
        include_pages_meta=False,
        title=shell.PRODUCT,
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=False,
        on_error=shell.report,
        use_async=False,
        enable_mcp=False,
        add_log_handler=False,
    )
    server: Flask = app.server
    server.extensions[EXTENSION] = Portal(
        engine,
        settings,
        Results(settings.remembered),
        Workspace(settings.db, settings.uploads_at_once),
        CustomerTables(),
    )
    server.extensions[navigation.EXTENSION] = navigation.in_order(PAGES)
    shell.register(app)
    for page in PAGES:
        page.register(app)
    app.validation_layout = html.Div(  # type: ignore[assignment]
        [shell.layout(), *(page.everything() for page in PAGES)]
    )
    app.layout = shell.whole
    server.extensions[shell.KNOWN_IDS] = ids(app.validation_layout)
    server.register_blueprint(ROUTES)
    server.register_blueprint(JOINED)
    server.register_blueprint(PLOTLY)
    server.register_blueprint(FINDING)
    server.register_blueprint(WORK)
    server.register_blueprint(SCORE)
    server.register_blueprint(LISTS)
    server.register_blueprint(DOWNLOADS)
    _compress(server)
    _answer(server)
    _lead_on(server)
    protect(app, server, settings)
    _warm(server)
    return app


def ids(layout: Any) -> frozenset[str]:
    """Collect the ids of a layout."""
    return frozenset(
        part.id for part in layout._traverse() if isinstance(getattr(part, "id", None), str)
    )


def _sealed(asset: str) -> str:
    return f"/assets/{asset}?{SEAL}={(ASSETS / asset).stat().st_mtime_ns}"


def _answer(server: Flask) -> None:
    """Give every answer its status, how long it took and how long it may be kept."""

    @server.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @server.after_request
    def finish(response: Response) -> Response:
        path = request.path
        if "began" in g:
            took = (time.perf_counter() - g.began) * 1_000
            response.headers["Server-Timing"] = f"app;dur={took:.1f}"
        if path.startswith("/vendor/") or (
            path.startswith("/assets/") and SEAL in request.args
        ):
            response.headers["Cache-Control"] = A_YEAR
        elif path.startswith(SUITES):
            response.headers.setdefault("Cache-Control", "no-cache")
        is_download = "Content-Disposition" in response.headers
        if response.mimetype == "text/html" and response.status_code == 200 and not is_download:
            response.headers["Cache-Control"] = "no-cache"
            response.status_code = 200 if place_of(path) else 404
        return response


class _Immutable:
    """Compressed files that never change under their address; nothing else is kept."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._kept.get(key)

    def set(self, key: str, value: bytes) -> None:
        if not key.endswith(";"):
            self._kept[key] = value


def _lead_on(server: Flask) -> None:
    """Lead from addresses that pages had before to where they stand now, filters kept."""

    @server.before_request
    def lead_on() -> WerkzeugResponse | None:
        where = moved_to(request.path) if request.method == "GET" else None
        if where is None:
            return None
        path, tab = where
        query = request.query_string.decode("latin-1")
        return redirect(path + (f"?{query}" if query else "") + (f"#{tab}" if tab else ""), 308)


def _compress(server: Flask) -> None:
    server.config.update(
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["zstd", "br"],
        COMPRESS_ZSTD_LEVEL=6,
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=1_000,
        COMPRESS_CACHE_BACKEND=_Immutable,
        COMPRESS_CACHE_KEY=lambda request: (
            request.path
            if request.path.startswith(f"{SUITES}/") or request.path == plotly_url()
            else ""
        ),
    )
    Compress(server)


def _warm(server: Flask) -> None:
    """Let Dash set itself up now: its first request would race between threads."""
    server.test_client().get("/_dash-layout")
