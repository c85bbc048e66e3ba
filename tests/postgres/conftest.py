"""A PostgreSQL server of the tests' own, where PostgreSQL is installed; without it, a skip."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

pytest.importorskip("psycopg", reason="the extra “postgres” is not installed")
pytest.importorskip("adbc_driver_postgresql", reason="the extra “postgres” is not installed")

import psycopg

USER = "postgres"
MakeDatabase = Callable[..., str]


def _binaries() -> Path | None:
    """Give the folder with `initdb`: Debian keeps it off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    there = found[-1] if found else shutil.which("initdb")
    return Path(there).parent if there else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", autouse=True)
def no_connection_left() -> Iterator[None]:
    """Close what engines hold open, which their driver would complain about."""
    engines: list[sa.Engine] = []
    make = sa.create_engine

    def noted(*arguments: Any, **how: Any) -> sa.Engine:
        engines.append(make(*arguments, **how))
        return engines[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa, "create_engine", noted)
        yield
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep the files of customers out of the user's own cache."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder / "clientele"


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeDatabase]:
    """Start a server; give what makes a database, empty or like another, and gives its URL."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path_factory.mktemp("postgres")
    # PostgreSQL refuses to run as root, and its own user can't enter root's temporary folders.
    as_root = os.geteuid() == 0
    home = Path("/var/lib/postgresql") / f"clientele-{os.getpid()}" if as_root else folder
    prefix = ["runuser", "-u", USER, "--"] if as_root else []
    cluster, port = home / "cluster", _free_port()

    def run(program: str, *arguments: str) -> None:
        command = [*prefix, str(binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    if as_root:
        subprocess.run([*prefix, "mkdir", str(home)], check=True, cwd="/")
    run("initdb", "-D", str(cluster), "-A", "trust", "-U", USER, "--no-sync", "-E", "UTF8")
    options = f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off -c max_connections=400"
    run("pg_ctl", "-D", str(cluster), "-w", "-l", str(home / "log"), "-o", options, "start")

    def make(name: str, like: str = "template1") -> str:
        address = f"{USER}@127.0.0.1:{port}"
        with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{like}"')
        return f"postgresql+psycopg://{address}/{name}"

    try:
        yield make
    finally:
        run("pg_ctl", "-D", str(cluster), "-m", "immediate", "stop")
        if as_root:
            shutil.rmtree(home, ignore_errors=True)
