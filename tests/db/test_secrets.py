"""Passwords in addresses of databases, in every part in which one may stand."""

import pytest
from sqlalchemy.engine import make_url

from db.engine import open_writer, place, unavailable
from db.secrets import hide, hide_of

SECRET = "s3cr3t-W0rd"
ADDRESSES = [
    f"postgresql+psycopg://me:{SECRET}@host:5432/shop",
    f"postgresql+psycopg://:{SECRET}@host/shop",
    f"postgresql+psycopg://me:x@{SECRET}@host/shop",
    f"postgresql+psycopg://me:x/{SECRET}@host/shop",
    f"postgresql+psycopg://me:x?{SECRET}@host/shop",
    f"postgresql+psycopg://me:x:{SECRET}@host/shop",
    f"postgresql+psycopg://me@host/shop?password={SECRET}",
    f"postgresql+psycopg://me@host/shop?sslmode=require&sslpassword={SECRET}",
    f"postgresql+psycopg://me@host/shop?passfile=/home/me/{SECRET}",
    f"postgresql+psycopg://me@host/shop?options=-c%20app.key%3D{SECRET}",
    f"postgresql+psycopg://me@host/shop?PASSWORD={SECRET}&user=me",
    f"sqlite:////data/portal.db?key={SECRET}&mode=ro",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("text", ["{}", "--db={}", "it failed: {}; try again", "“{}”", "'{}'"])
def test_no_part_of_an_address_shows_it(address: str, text: str) -> None:
    hidden = hide(text.format(address))
    assert SECRET not in hidden
    assert "***" in hidden
    assert ("host" in hidden) == ("host" in address)


@pytest.mark.parametrize("address", [each for each in ADDRESSES if "/me/" not in each])
def test_nor_does_a_sentence_of_the_driver(address: str) -> None:
    url = make_url(address.replace("x/", "").replace("x:", "").replace("x?", ""))
    for said in (f"no host “{SECRET}@host”", f'invalid value "{SECRET}"', f"-c {SECRET}"):
        assert SECRET not in hide_of(said, url)


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:////home/me@work/portal.db", "postgresql://me@host/shop?sslmode=require",
        "https://shop.example/start?", "a:b@c", "C:\\shop\\orders.csv", "",
        "wait until the other program has let go of it",
    ],
)  # fmt: skip
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert hide(text) == text


@pytest.mark.filterwarnings("ignore:Query string argument")
def test_the_place_of_a_database_is_named_without_it(tmp_path) -> None:
    engine = open_writer(f"sqlite:///{tmp_path}/portal.db?key={SECRET}")
    assert SECRET not in place(engine)
    assert SECRET not in str(unavailable(engine, ValueError(f"cannot use {SECRET}")))
    assert str(tmp_path) in place(engine)


def test_a_new_database_is_its_owners_alone(tmp_path) -> None:
    path = tmp_path / "portal.db"
    engine = open_writer(f"sqlite:///{path}")
    assert not path.exists()
    with engine.connect() as connection:
        connection.exec_driver_sql("create table a (b)")
        modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert len(modes) == 3
