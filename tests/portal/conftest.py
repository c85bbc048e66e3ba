"""A portal over the published shop, asked over HTTP without a browser."""

import pytest
from dash import Dash
from flask.testing import FlaskClient

from db.engine import open_reader
from portal.app import create_app
from portal.settings import Settings
from tests.shops import Shop


@pytest.fixture(scope="session")
def app(published_shop: Shop) -> Dash:
    """Build the portal."""
    return create_app(open_reader(published_shop.url), Settings(db=published_shop.url))


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    """Ask the portal."""
    return app.server.test_client()
