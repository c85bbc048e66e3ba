"""No password in what is said, listed or stored, where the database is PostgreSQL."""

from pathlib import Path

from tests.postgres.conftest import MakeDatabase, _free_port
from tests.secret_searching import SECRET, assert_secret_nowhere, watched
from tests.shops import quick


def test_a_refresh_a_portal_and_a_job(
    database: MakeDatabase, tmp_path: Path, shop_file: Path
) -> None:
    plain = database("secrets")
    url = plain.replace("postgres@", f"postgres:{SECRET}@") + f"?sslpassword={SECRET}"
    assert_secret_nowhere(watched(url, shop_file, quick(tmp_path), _free_port()))
