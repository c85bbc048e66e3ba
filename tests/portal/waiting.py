"""Waiting for jobs that run in processes of their own."""

import time
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

PATIENCE = 90.0


def until(holds: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Wait until something holds and give it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"did not come within {seconds} s")


def ended(client: FlaskClient, job: int, seconds: float = PATIENCE) -> dict[str, Any]:
    """Wait for the end of a job."""

    def over() -> dict[str, Any] | None:
        told = client.get(f"/api/v1/jobs/{job}").json
        return told if told["state"] not in {"queued", "running"} else None

    return until(over, seconds)
