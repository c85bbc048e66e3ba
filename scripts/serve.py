"""Serve the portal over a database that `scripts/refresh.py` writes."""

import argparse
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn

import scripts  # noqa: F401 - settles what stands on the command line
from db import upgrades
from db.engine import DEFAULT_URL, open_reader, open_writer, parse_url
from db.errors import DatabaseError, SchemaMismatch
from db.secrets import hide
from portal.app import create_app
from portal.reading import made_up
from portal.settings import Settings
from portal.web.security import host_of, origin_of
from scripts import backup

ENDING_SECONDS = 20.0
"""How long the loading of the made-up shop may take to end before the portal leaves it."""
EXIT_ARGUMENTS, EXIT_ENVIRONMENT = 2, 4
THREADS = 24
"""Threads of a process: a stalled download holds one of them until its time is up."""

CONNECTIONS = 1_000
CHECK = ("check", "--published")
CHECKED_APART = 100_000
"""Customers from whom on the check is left to another process, so that nobody waits for it."""
ROOT = Path(__file__).resolve().parents[1]
MEMORY = "/dev/shm"  # noqa: S108 - heartbeats of workers, off the disk


class Parser(argparse.ArgumentParser):
    """Arguments whose mistakes are told in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Leave with that sentence."""
        print(hide(f"{message[:1].upper()}{message[1:]}; see --help."), file=sys.stderr)
        sys.exit(EXIT_ARGUMENTS)


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted and return the exit code."""
    options = parser().parse_args(arguments)
    try:
        parse_url(options.db)
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return EXIT_ARGUMENTS
    try:
        _prepare(options.db, may_upgrade=not options.no_migrate)
    except SchemaMismatch as error:
        print(error, file=sys.stderr)
        return EXIT_ENVIRONMENT
    except DatabaseError as error:  # the portal says it too, and looks again at each request
        print(f"Warning: {error}", file=sys.stderr)
    if (problem := _refusal(options.host, options.port)) is not None:
        print(problem, file=sys.stderr)
        return EXIT_ENVIRONMENT
    if not _is_loopback(options.host):
        print(
            f"Warning: everybody who reaches {options.host} can read this data; Clientele asks"
            " for no password. Put it behind a proxy that does.",
            file=sys.stderr,
        )
    if _is_everywhere(options.host) and not options.allowed_host:
        print(
            "Warning: it answers under localhost alone; give each name or address under which"
            " others reach this machine with --allowed-host.",
            file=sys.stderr,
        )
    shown_host = "localhost" if options.host in {"127.0.0.1", "::1"} else options.host
    print(f"Clientele is at http://{shown_host}:{options.port} (Ctrl+C ends it)", flush=True)
    settings = Settings(
        db=options.db,
        allowed_hosts=(
            *options.allowed_host,
            *([] if _is_everywhere(options.host) else [options.host]),
        ),
        trusted_origins=options.trusted_origin,
        is_behind_proxy=options.proxy,
        patience=options.patience,
        upload_bytes=options.max_upload * 1024**2,
        refresh_settings=options.settings,
    )
    with _beside(options) if options.made_up_shop else nullcontext():
        try:
            _serve(settings, options.host, options.port, options.workers)
        except KeyboardInterrupt:
            return 0
    return 0


@contextmanager
def _beside(options: argparse.Namespace) -> Iterator[None]:
    """Load the made-up shop beside the portal where nothing is published in full yet.

    It is a job like one that is started in the browser, where it is followed and has its log;
    it ends with the portal, and what was published by then stays.
    """
    try:
        job = made_up.ask(options.db, settings=options.settings)
    except DatabaseError as error:  # the portal says it too
        print(f"Warning: {error}", file=sys.stderr)
        job = None
    if job is None:
        yield
        return
    print("The made-up shop is being loaded; the portal shows how far it is.", flush=True)
    try:
        yield
    finally:
        job.terminate()
        with suppress(subprocess.TimeoutExpired):
            job.wait(timeout=ENDING_SECONDS)


def _prepare(url: str, *, may_upgrade: bool) -> None:
    """Upgrade the database where it must be, and say which published results are damaged."""
    if upgrades.is_behind_at(url):
        engine = open_writer(url)
        if not may_upgrade:
            upgrades.refuse_behind(engine)
        done = upgrades.upgrade(engine)
        if done is not None:
            print(done.sentence, flush=True)
    elif not upgrades.is_there(url):
        return
    if upgrades.customers_shown(url) < CHECKED_APART:
        backup.main([*CHECK, "--db", url])
        return
    subprocess.Popen(  # noqa: S603 - our own program; its sentences go where ours go
        [sys.executable, "-m", backup.__name__, *CHECK],
        cwd=ROOT,
        env=os.environ | {"PORTAL_DB": url},  # not an argument: it may hold a password
        stdin=subprocess.DEVNULL,
    )


def _serve(settings: Settings, host: str, port: int, workers: int) -> None:
    try:
        from gunicorn.app.base import BaseApplication  # noqa: PLC0415 - not there on Windows
    except ImportError:
        from waitress import serve  # noqa: PLC0415

        app = create_app(open_reader(settings.db), settings)
        serve(
            app.server,
            host=host,
            port=port,
            threads=THREADS * workers,
            ident="clientele",
            max_request_body_size=settings.upload_bytes,
            channel_timeout=round(max(settings.patience, 1)),
            cleanup_interval=max(round(settings.patience / 4), 1),
            connection_limit=CONNECTIONS,
        )
        return
    from portal.web.patience import worker  # noqa: PLC0415 - not there on Windows

    class Served(BaseApplication):  # type: ignore[misc]
        """The portal under gunicorn: each worker makes its own engine after the fork."""

        def load_config(self) -> None:
            """Set what gunicorn is told."""
            options: dict[str, Any] = {
                "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
                "workers": workers,
                "threads": THREADS,
                "worker_class": worker(settings.patience),
                "worker_connections": CONNECTIONS,
                "sendfile": False,
                "worker_tmp_dir": MEMORY if Path(MEMORY).is_dir() else None,
                "timeout": 60,
                "graceful_timeout": 5,
                "keepalive": 15,
                "loglevel": "warning",
                "preload_app": False,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            """Build the portal in a worker; it is warm before the first thread asks."""
            return create_app(open_reader(settings.db), settings).server

    Served().run()


def _refusal(host: str, port: int) -> str | None:
    """Say why an address can't be served on; `None` where it can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError:
        return f"Port {port} needs more rights; give one above 1023 with --port."
    except socket.gaierror:
        return f"{host} is no address of this machine; give another one with --host."
    except OSError as error:
        return f"{host}:{port} can't be used ({error.strerror}); give another one with --port."
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names(host: str, allowed: list[str]) -> tuple[str, ...]:
    """Give the names that are answered: those allowed, and the address that is listened on."""
    return tuple(allowed) if _is_everywhere(host) else (host, *allowed)


def _is_everywhere(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return not host


def _host(text: str) -> str:
    name = host_of(text)
    if name:
        return name
    raise argparse.ArgumentTypeError(f"{text} is no name of a host; give it like shop.example")


def _origin(text: str) -> str:
    try:
        return origin_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text} is no origin; give it like https://shop.example"
        ) from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if 0.1 <= seconds <= 3_600:
        return seconds
    raise argparse.ArgumentTypeError(f"{text} s won't do; give a number from 0.1 to 3600")


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no port; give a number from 1 to 65535")


def _mebibytes(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 1024**2:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} MiB won't do; give a number from 1 to 1048576")


def _workers(text: str) -> int:
    if text.isdecimal() and 0 < int(text) <= 64:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} workers won't do; give a number from 1 to 64")


def parser() -> Parser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="serve.py",
        description="Serve the portal over a database.",
        epilog="Exit codes: 0 ended by Ctrl+C; 2 the arguments are bad; 4 the address can't be"
        " used, or the database is another version's.",
    )
    arguments.add_argument(
        "--db",
        metavar="URL",
        default=os.environ.get("PORTAL_DB") or DEFAULT_URL,
        help=f"the database (default: PORTAL_DB, else {DEFAULT_URL})",
    )
    arguments.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s, this machine alone)",
    )
    arguments.add_argument(
        "--port", type=_port, default=8050, help="port to listen on (default: %(default)s)"
    )
    arguments.add_argument(
        "--allowed-host",
        action="append",
        type=_host,
        metavar="NAME",
        default=[],
        help="name or address under which others reach the portal; may be given again (loopback"
        " names and --host are always allowed, any other is answered 421)",
    )
    arguments.add_argument(
        "--trusted-origin",
        action="append",
        type=_origin,
        metavar="URL",
        default=[],
        help="address of a proxy whose pages may post, like https://shop.example; may be given"
        " again",
    )
    arguments.add_argument(
        "--proxy",
        action="store_true",
        help="believe X-Forwarded-For, -Proto and -Host of the one proxy in front",
    )
    arguments.add_argument(
        "--patience",
        type=_seconds,
        metavar="SECONDS",
        default=20.0,
        help="how long a client may stall before it is cut off (default: 20)",
    )
    arguments.add_argument(
        "--workers",
        type=_workers,
        default=2,
        help=f"processes, of {THREADS} threads each (default: %(default)s)",
    )
    arguments.add_argument(
        "--max-upload",
        type=_mebibytes,
        metavar="MIB",
        default=2048,
        help="largest file that may be uploaded, in MiB (default: 2048)",
    )
    arguments.add_argument(
        "--made-up-shop",
        action="store_true",
        help="load the made-up shop beside the portal where nothing is published yet; it ends"
        " with the portal",
    )
    arguments.add_argument(
        "--no-migrate",
        action="store_true",
        help="refuse a database of an earlier version instead of upgrading it",
    )
    arguments.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="settings file of refreshes of new data sets that are started from the browser",
    )
    return arguments


if __name__ == "__main__":
    sys.exit(main())
