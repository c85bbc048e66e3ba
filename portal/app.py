"""The portal as one application: an engine and settings in, a Dash app out."""

from pathlib import Path
from typing import Any

from dash import Dash, html
from flask import Flask, Response, request
from flask_compress import Compress
from sqlalchemy.engine import Engine

from portal.pages.campaigns import page as campaigns
from portal.pages.campaigns.downloads import LISTS
from portal.pages.churn import page as churn
from portal.pages.clustering import page as clustering
from portal.pages.compare import page as compare
from portal.pages.customer import page as customer
from portal.pages.data import page as data
from portal.pages.explore import page as explore
from portal.pages.landing import page as landing
from portal.pages.models import page as models
from portal.pages.not_found import page as not_found
from portal.pages.overview import page as overview
from portal.pages.runs import page as runs
from portal.pages.score import page as score
from portal.pages.segments import page as segments
from portal.pages.strategy import page as strategy
from portal.pages.value import page as value
from portal.reading.customer_table import CustomerTables
from portal.reading.published import EXTENSION, Portal
from portal.reading.results import Results
from portal.reading.workspace import Workspace
from portal.report.downloads import DOWNLOADS
from portal.scoring.api import SCORE
from portal.settings import Settings
from portal.web import navigation, shell
from portal.web.navigation import place_of
from portal.web.routes import ROUTES, bootstrap_url
from portal.web.security import protect
from portal.web.work import WORK
from portal.words import theme

PAGES = tuple(
    module.PAGE
    for module in (
        campaigns,
        churn,
        clustering,
        compare,
        customer,
        data,
        explore,
        landing,
        models,
        not_found,
        overview,
        runs,
        score,
        segments,
        strategy,
        value,
    )
)

ASSETS = Path(__file__).resolve().parent.parent / "assets"
BEFORE_PAINT = "theme.js"
A_YEAR = "public, max-age=31536000, immutable"
SEAL = "m"
"""Query argument that Dash puts on assets: when the file changed."""

INDEX = """<!DOCTYPE html>
<html lang="en">
    <head>
        {{%metas%}}
        <title>{{%title%}}</title>
        <link rel="icon" type="image/svg+xml" href="{icon}">
        <script src="{before_paint}"></script>
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
    app = Dash(
        "portal",
        assets_folder=str(ASSETS),
        assets_ignore=rf"{BEFORE_PAINT}|.*\.svg",
        external_stylesheets=[
            bootstrap_url("css/bootstrap.min.css"),
            bootstrap_url("css/font/bootstrap-icons.min.css"),
        ],
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "color-scheme", "content": "light dark"},
        ],
        index_string=INDEX.format(icon=_sealed("icon.svg"), before_paint=_sealed(BEFORE_PAINT)),
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
    app.layout = shell.layout()
    shell.register(app)
    for page in PAGES:
        page.register(app)
    app.validation_layout = html.Div(  # type: ignore[assignment]
        [shell.layout(), *(page.laid_out() for page in PAGES)]
    )
    server.extensions[shell.KNOWN_IDS] = ids(app.validation_layout)
    server.register_blueprint(ROUTES)
    server.register_blueprint(WORK)
    server.register_blueprint(SCORE)
    server.register_blueprint(LISTS)
    server.register_blueprint(DOWNLOADS)
    _compress(server)
    _answer(server)
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
    """Give every answer its status and how long it may be kept."""

    @server.after_request
    def finish(response: Response) -> Response:
        path = request.path
        if path.startswith("/vendor/") or (
            path.startswith("/assets/") and SEAL in request.args
        ):
            response.headers["Cache-Control"] = A_YEAR
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


def _compress(server: Flask) -> None:
    server.config.update(
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["zstd", "br"],
        COMPRESS_ZSTD_LEVEL=6,
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=1_000,
        COMPRESS_CACHE_BACKEND=_Immutable,
        COMPRESS_CACHE_KEY=lambda asked: (
            asked.path if asked.path.startswith("/_dash-component-suites/") else ""
        ),
    )
    Compress(server)


def _warm(server: Flask) -> None:
    """Let Dash set itself up now: its first request would race between threads."""
    server.test_client().get("/_dash-layout")
