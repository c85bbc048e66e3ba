"""A recording as a file: gzipped lines of JSON, every value once, then which answer has it."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

from tests.recorder.plain import digest, plain


class Writer:
    """Takes answers one by one; what was said before is not written again."""

    def __init__(self, path: Path) -> None:
        self.answers: dict[str, str] = {}
        self._written: set[str] = set()
        path.parent.mkdir(parents=True, exist_ok=True)
        # without a name and a time in the header, equal recordings are equal files
        self._raw = path.open("wb")
        self._packed = gzip.GzipFile("", "wb", 5, self._raw, mtime=0)
        self._lines = io.TextIOWrapper(self._packed, "utf-8")

    def put(self, key: str, value: Any) -> None:
        """Record an answer."""
        kept = plain(value)
        name = digest(kept)
        if name not in self._written:
            self._written.add(name)
            self._say({"name": name, "value": kept})
        self.answers[key] = name

    def close(self) -> None:
        """Write which answer has which value, and end."""
        self._say({"answers": self.answers})
        self._lines.close()
        self._raw.close()

    def _say(self, line: dict[str, Any]) -> None:
        self._lines.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")


class Book:
    """A recording read again; values stay text until someone asks for them."""

    def __init__(self, path: Path) -> None:
        self.answers: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith('{"answers"'):
                    self.answers = json.loads(line)["answers"]
                else:
                    self._texts[line[10:30]] = line
        if not self.answers:
            raise SystemExit(f"{path} is no whole recording")

    def value(self, key: str) -> Any:
        """Give an answer."""
        return json.loads(self._texts[self.answers[key]])["value"]
