"""A worker of gunicorn that waits for nobody for long.

A connection that says nothing takes no thread: it waits beside the others until it speaks. One
that speaks or listens too slowly is cut, so that a few of them can't hold every thread. This
module is imported where gunicorn is there.
"""

import errno
import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SLOWEST = 10_000
"""Bytes a second below which a body that comes, or an answer that goes, counts as stalled."""


class PatientSocket(socket.socket):
    """A socket whose reads and writes end; what stalls looks like a client that went away."""

    patience = 20.0
    _until: float | None = None
    has_stalled = False

    def expect(self, size: int) -> None:
        """Let so many bytes come within the time that the slowest allowed client needs."""
        self._until = time.monotonic() + self.patience + size / SLOWEST

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as the socket's own
        """Wait, but not for ever."""
        self.settimeout(self.patience if flag else 0.0)

    def recv(self, *arguments: Any) -> bytes:
        """Read what is there, within the time that is left for all of it."""
        try:
            if self.gettimeout() and self._until is not None:
                seconds_left = self._until - time.monotonic()
                if seconds_left <= 0:
                    raise TimeoutError
                self.settimeout(min(seconds_left, self.patience))
            return super().recv(*arguments)
        except TimeoutError as error:
            self.has_stalled = True
            raise ConnectionResetError(errno.ECONNRESET, "the client stalled") from error

    def sendall(self, data: Any, *arguments: Any) -> None:
        """Write all of it, within the time that the slowest allowed client needs."""
        self.settimeout(self.patience + len(data) / SLOWEST)
        try:
            super().sendall(data, *arguments)
        except TimeoutError as error:
            self.has_stalled = True
            raise BrokenPipeError(errno.EPIPE, "the client stalled") from error
        finally:
            self.settimeout(self.patience)


class Connection(TConn):  # type: ignore[misc]
    """A connection that is closed once, by whoever comes first."""

    is_closed = False

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - as gunicorn's own
        """Close the socket."""
        if not self.is_closed:
            self.is_closed = True
            super().close(graceful=graceful and not self.sock.has_stalled)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Threads that are given to requests, not to connections."""

    patience = 20.0

    def accept(self, listener: Any) -> None:
        """Take a connection in; a thread takes it up once it says something."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}:
                raise
            return
        self.nr_conns += 1
        own = PatientSocket(fileno=accepted.detach())
        own.patience = self.patience
        connection = Connection(self.cfg, own, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.patience
        self.pending_conns.append(connection)
        speaks = partial(self.on_pending_socket_readable, connection)
        self.poller.register(own, selectors.EVENT_READ, speaks)

    def handle(self, conn: Any) -> Any:
        """Answer a request; its head must have come when the patience is over."""
        conn.sock.expect(0)
        result = super().handle(conn)
        if result is False:
            conn.close(graceful=True)  # here, since it waits for the client
        return result

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head is there; its body may take as long as its size says."""
        conn.sock.expect(next((int(v) for k, v in req.headers if k == "CONTENT-LENGTH"), 0))
        return super().handle_request(req, conn)


def worker(patience: float) -> type[PatientWorker]:
    """Give a class of workers that wait for so many seconds."""
    return type("Worker", (PatientWorker,), {"patience": patience})
