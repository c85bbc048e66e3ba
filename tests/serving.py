"""Portals served from a thread of the test's own process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dash import Dash
from waitress.server import BaseWSGIServer, create_server
from waitress.wasyncore import close_all


@contextmanager
def serving(app: Dash, *, threads: int = 4) -> Iterator[int]:
    """Serve a portal on a free port of this machine and give the port."""
    server = create_server(app.server, host="127.0.0.1", port=0, threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        server.trigger.pull_trigger(lambda: _end(server))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


def _end(server: BaseWSGIServer) -> None:
    """Cut the connections, which browsers keep open and which keep the server running."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    close_all(server._map)
