"""What a child process of a job says of itself: stages, lines, and how it ended."""

import json
import signal
import threading
import time
from typing import Any

LOG_LINES = 2_000
KILLED = "The process was killed; nothing that was published has changed."


class Account:
    """What a child says of itself: stages and lines, kept between two threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._stages: list[dict[str, Any]] = [
            {"name": "start", "seconds": 0.0, "done": None, "total": None}
        ]
        self._since = self._began
        self._lines: list[str] = []
        self._said = ""

    def hear(self, line: str) -> None:
        """Take a line of the child's standard error."""
        with self._lock:
            try:
                message = json.loads(line)
            except ValueError:
                message = None
            if isinstance(message, dict) and "stage" in message:
                self._stage(str(message["stage"]))
            elif isinstance(message, dict) and "done" in message:
                self._stages[-1].update(
                    done=message["done"],
                    total=message.get("of"),
                    what=str(message.get("what", "")),
                )
            elif line.strip():
                self._said = line.strip()
                self._write(line.rstrip())

    def stages(self) -> list[dict[str, Any]]:
        """Give the stages so far; the last one is still running."""
        with self._lock:
            self._stages[-1]["seconds"] = round(time.monotonic() - self._since, 1)
            return [dict(stage) for stage in self._stages]

    def log(self) -> str:
        """Give what was said, line by line."""
        with self._lock:
            return "\n".join(self._lines)

    def sentence(self, code: int) -> str:
        """Give the sentence that the child ended with, without the name of its command."""
        with self._lock:
            if code == -signal.SIGKILL:
                return KILLED
            if not self._said:
                return f"The process ended without a word (exit code {code})."
            return self._said.split(": ", 1)[-1]

    def _stage(self, name: str) -> None:
        now = time.monotonic()
        self._stages[-1] |= {
            "seconds": round(now - self._since, 1),
            "done": None,
            "total": None,
        }
        self._since = now
        self._stages.append({"name": name, "seconds": 0.0, "done": None, "total": None})
        self._write(name)

    def _write(self, text: str) -> None:
        self._lines.append(f"[{time.monotonic() - self._began:7.1f} s] {text}")
        del self._lines[: len(self._lines) - LOG_LINES]
