"""Supervise jobs of the portal: run their commands, write down how far each is, or end it.

The command runs as a child in a process group of its own, so that this process alone writes
the job's row and may be killed, or kill, at any moment. The child ends when its standard input
is closed, which happens when this process dies, however it dies.
"""

import argparse
import contextlib
import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import yaml
from sqlalchemy.engine import Engine

from db import runs
from db.engine import DEFAULT_URL, reading
from db.errors import DatabaseError
from db.secrets import hide_of
from db.workspace import jobs, mappings, open_workspace, readings, uploads
from db.workspace.jobs import Job
from db.workspace.uploads import Upload, UploadedFile
from pipeline.sources.files.scratch import scratch_folder
from scripts.account import KILLED, Account
from scripts.terminal import give_way

BEAT_SECONDS = 0.5
GRACE_SECONDS = 15.0
SAMPLE = 1024**2
"""Bytes of a long text from which the first figures are."""
LONGEST_FILE = 200
"""Bytes of a file's name, where files lie under their own names."""
CHOICES = ("form", "layout", "currency", "as_of")
"""What is asked of a job under the name of an argument of its command."""
REMEMBERED = ("form", "layout", "currency", "names", "mapping", "columns")
"""What is remembered of how a data set's file was read."""
SCRIPTS = {"check": "check", "delete": "delete", "refresh": "refresh", "score": "score"}
REFUSED, DEFECT = 2, 1
CHANGED = "The file is no longer what was brought in; bring it in again."
NO_MEMORY = (
    "The process needed more memory than there is and was killed; nothing that was published"
    " has changed. Give the portal's machine more memory, or refresh a smaller file."
)
BROKEN = "This is a defect of ours; the log has the details."


class Result(NamedTuple):
    """How the child ended: its exit code, its output, whether it was asked to."""

    code: int
    output: str
    cancelled: bool


def main(arguments: list[str] | None = None) -> int:
    """Supervise jobs that wait, one after the other, until none is left for this process."""
    options = _parser().parse_args(arguments)
    engine, told_to_end = open_workspace(options.db), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_end.set())
    while not told_to_end.is_set():
        with taken_up(engine, told_to_end) as work:
            if work is None:
                break
            work.do()
    return 0


@contextlib.contextmanager
def taken_up(engine: Engine, cancelled: threading.Event) -> Iterator["Work | None"]:
    """Take the next job up, with a folder of its own; None where there is none to take."""
    job_id = jobs.begin(engine, pid=os.getpid(), at=_now())
    if job_id is None:
        yield None
        return
    with reading(engine) as connection:
        job = jobs.one(connection, job_id)
        upload = job and job.upload_id and uploads.one(connection, job.upload_id)
    if job is None:
        yield None
        return
    with scratch_folder() as folder:
        yield Work(engine, job, upload or None, folder, cancelled)


class Work:
    """A job that is being done."""

    def __init__(
        self,
        engine: Engine,
        job: Job,
        upload: Upload | None,
        folder: Path,
        cancelled: threading.Event,
    ) -> None:
        self.engine, self.job, self.upload, self.folder = engine, job, upload, folder
        self.uploads = uploads.folder(engine.url)
        self.account = Account()
        self.cancelled = cancelled
        self.kills_before = out_of_memory_kills()

    def do(self) -> int:
        """Run the command to its end and record that."""
        try:
            if not uploads.is_whole(self._files(), self.uploads):
                self._end("failed", message=CHANGED)
                return 0
            result = self._supervise(self._command())
            self._record(result)
        except Exception as error:
            self._end(
                "failed",
                message=hide_of(f"{BROKEN} ({type(error).__name__}: {error})", self.engine.url),
            )
            raise
        return 0

    def _supervise(self, command: list[str]) -> Result:
        """Run the child and give signs of life until it has ended."""
        child = subprocess.Popen(  # noqa: S603 - our own commands, arguments as a list
            command,
            env=os.environ | {"PORTAL_DB": self._url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        if self.job.kind != "check":  # whose answer somebody waits for, as for a page
            give_way(child.pid)
        output_lines: list[str] = []

        def take(line: str) -> None:
            output_lines.append(line)
            self._preview(line)

        threads = [
            _reading(child.stderr, self.account.hear),
            _reading(child.stdout, take),
        ]
        killed_at = None
        try:
            while child.poll() is None:
                if not self._go_on() and killed_at is None:
                    _tell_to_end(child)
                    killed_at = time.monotonic() + GRACE_SECONDS
                if killed_at is not None and time.monotonic() > killed_at:
                    break
                time.sleep(BEAT_SECONDS)
        finally:
            _kill(child)
        for thread in threads:
            thread.join(timeout=10)
        self._beat()
        return Result(child.returncode, "".join(output_lines), killed_at is not None)

    def _preview(self, line: str) -> None:
        """Record what a check tells of a sample before it has looked at the whole."""
        if self.job.kind == "check" and '"sample"' in line:
            with contextlib.suppress(DatabaseError, ValueError):
                report = json.loads(line)
                if report.get("sample"):
                    jobs.preview(self.engine, self.job.job_id, report)

    def _go_on(self) -> bool:
        standing = self._beat()
        if standing is None:
            return not self.cancelled.is_set()
        return standing.is_active and not standing.cancel_asked and not self.cancelled.is_set()

    def _beat(self) -> jobs.Standing | None:
        """Give a sign of life; a database that is busy for once is no reason to give up."""
        try:
            return jobs.beat(
                self.engine,
                self.job.job_id,
                stages=self.account.stages(),
                log=hide_of(self.account.log(), self.engine.url),
                at=_now(),
            )
        except DatabaseError:
            return None

    @property
    def _url(self) -> str:
        """The database's address, which only the environment of the child holds."""
        return self.engine.url.render_as_string(hide_password=False)

    def _command(self) -> list[str]:
        if made_up := self.job.request.get("made_up"):
            return self._loading(str(made_up))
        command = [sys.executable, "-m", f"scripts.{SCRIPTS[self.job.kind]}"]
        command += ["--progress", "json", f"--dataset={self.job.dataset}"]
        if self.job.kind == "delete":
            return command
        command += self._as_asked() if self.job.kind == "score" else self._how()
        files = self._files()
        if len(files) == 1:
            command += [f"--own-name={files[0].name}"]
            return [*command, str(self.uploads / files[0].token)]
        return [*command, *self._linked(files)] if files else [*command, "--again"]

    def _files(self) -> list[UploadedFile]:
        """Give the files that the job reads; none where it reads records."""
        if self.upload is None:
            return []
        with reading(self.engine) as connection:
            return uploads.files(connection, self.upload)

    def _linked(self, files: list[UploadedFile]) -> list[str]:
        """Let several files lie together under their own names, which tell their tables."""
        where = self.folder / "files"
        where.mkdir()
        links = []
        for number, file in enumerate(files):
            name = (
                Path(f".{file.name}").name[1:].encode()[-LONGEST_FILE:].decode(errors="ignore")
            )
            link = where / name
            if link.is_symlink():
                link = where / f"{number} {name}"
            link.symlink_to(self.uploads / file.token)
            links.append(str(link))
        return links

    def _loading(self, form: str) -> list[str]:
        """Say how to load a made-up data set, which has a name of its own."""
        command = [sys.executable, "-m", "scripts.made_up", "--progress", "json", "--json"]
        settings_path = self.job.request.get("settings")
        return [
            *command,
            "--form",
            form,
            *(["--settings", str(settings_path)] if settings_path else []),
        ]

    def _as_asked(self) -> list[str]:
        """Say how to score the upload: on which day, and where the table goes."""
        if self.upload is None:
            raise ValueError("a scoring needs its upload")
        day = self.job.request.get("as_of")
        output = uploads.result(self.upload, self.uploads)
        return ["--json", "--output", str(output), *(["--as-of", str(day)] if day else [])]

    def _how(self) -> list[str]:
        """Say how to read and compute, from what was asked and what was published before."""
        request, how = self.job.request, list[str]()
        for name in CHOICES:
            if request.get(name):
                how += [f"--{name.replace('_', '-')}={request[name]}"]
        how += [f"--sheet={name}" for name in request.get("names", ())]
        if request.get("mapping"):
            how += ["--map", self._written("mapping.yaml", request["mapping"])]
        before = runs.published_settings(self.engine, self.job.dataset)
        if before is not None:
            how += ["--settings", self._written("settings.yaml", before[0])]
        elif request.get("settings"):
            how += ["--settings", str(request["settings"])]
        how += ["--append"] if request.get("append") else []
        if self.job.kind == "refresh":
            how += ["--json", "--quick-first"]
            how += ["--seed", str(before[1])] if before else []
        if self.job.kind == "check":
            how += [f"--sample={SAMPLE}"]
        return how

    def _written(self, name: str, content: dict[str, Any]) -> str:
        path = self.folder / name
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return str(path)

    def _record(self, result: Result) -> None:
        """Record how the job ended and what becomes of its file."""
        if result.code == 0:
            self._succeeded(result)
        elif result.cancelled:
            self._end("cancelled", message=jobs.CANCELLED)
            if self.upload is not None and self.job.kind == "score":
                uploads.leave(self.engine, self.upload, state="gone", where=self.uploads)
        else:
            message = hide_of(self._why(result), self.engine.url)
            is_current = self._end("failed", message=message)
            is_of_no_use = (
                result.code == REFUSED
                and self.job.kind == "check"
                and is_current
                and self._is_first_look
            )
            if self.upload is not None and (is_of_no_use or self.job.kind == "score"):
                uploads.leave(
                    self.engine,
                    self.upload,
                    state="refused",
                    message=message,
                    where=self.uploads,
                )

    def _why(self, result: Result) -> str:
        """Say why the child failed: its own words, or what ended it before it could say any."""
        if result.code == DEFECT:
            return BROKEN
        if result.code == -signal.SIGKILL:
            return NO_MEMORY if out_of_memory_kills() > self.kills_before else KILLED
        return self.account.sentence(result.code)

    def _succeeded(self, result: Result) -> None:
        report = json.loads(result.output.splitlines()[-1]) if result.output else {}
        if self.upload is not None and self.job.kind == "check":
            uploads.know(
                self.engine,
                self.upload.upload_id,
                shape=report["shape"],
                form=report["form"] if report["recognised"] else None,
            )
        if self.upload is not None and self.job.kind == "score":
            report.pop("output", None)
            uploads.scored(self.engine, self.upload, self.uploads)
        if self.upload is not None and self.job.kind == "refresh":
            self._remember()
            uploads.leave(self.engine, self.upload, state="published", where=self.uploads)
        made_run = report.get("run") if self.job.kind == "refresh" else None
        is_current = self._end("done", report=report, made_run=made_run)
        if self.job.kind == "check" and is_current and self._is_first_look:
            self._look_as_remembered(report)

    @property
    def _is_first_look(self) -> bool:
        """Whether nobody has asked yet how to look at the file, and nothing is remembered."""
        return not self.job.request.get("asked_by") and not self._chosen()

    def _chosen(self) -> dict[str, Any]:
        """Give what somebody chose of how the file is read, or what a data set remembers."""
        return {
            name: self.job.request[name] for name in REMEMBERED if self.job.request.get(name)
        }

    def _remember(self) -> None:
        """Keep how the data set's file was read, for the next one of its shape."""
        if self.upload is None:
            return
        mapping = {
            field: column
            for field, column in self.job.request.get("mapping", {}).items()
            if isinstance(column, str)
        }
        if self.upload.shape and mapping:
            mappings.remember(self.engine, self.upload.shape, mapping, at=_now())
        with reading(self.engine) as connection:
            checks = jobs.checks(connection, self.upload.upload_id)
            shapes = readings.of_dataset(connection, self.job.dataset)
        checked_shapes = {str(check.report["shape"]) for check in checks if check.report}
        readings.remember(
            self.engine, self.job.dataset, {*shapes, *checked_shapes}, self._chosen(), at=_now()
        )

    def _look_as_remembered(self, report: Mapping[str, Any]) -> None:
        """Look once more as the last file of that shape was read, if that is another way."""
        with reading(self.engine) as connection:
            known_readings = readings.of_shape(connection, str(report["shape"]))
        same = [
            candidate for candidate in known_readings if candidate.dataset == self.job.dataset
        ]
        for last_reading in [*same, *known_readings][:1]:
            if last_reading.choices or not same:
                jobs.ask(
                    self.engine,
                    kind="check",
                    dataset=last_reading.dataset,
                    upload_id=self.job.upload_id,
                    request=self.job.request
                    | last_reading.choices
                    | {"tables": report["tables"]},
                    at=_now(),
                )

    def _end(self, state: str, **values: Any) -> bool:
        return jobs.end(self.engine, self.job.job_id, state=state, at=_now(), **values)


def out_of_memory_kills() -> int:
    """Count how often the kernel killed for want of memory, on the host or in the container."""
    kills = 0
    for place in (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events")):
        with contextlib.suppress(OSError, ValueError):
            for line in place.read_text("ascii").splitlines():
                name, _, count = line.partition(" ")
                kills += int(count) if name == "oom_kill" else 0
    return kills


def _reading(stream: IO[str] | None, hear: Callable[[str], None]) -> threading.Thread:
    def lines() -> Iterator[str]:
        yield from stream or ()

    def read() -> None:
        for line in lines():
            hear(line)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def _tell_to_end(child: subprocess.Popen[str]) -> None:
    """Close the child's standard input, which it takes as an interruption."""
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()


def _kill(child: subprocess.Popen[str]) -> None:
    """Kill the child's whole group, unless it has ended."""
    if child.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="job.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--db",
        default=os.environ.get("PORTAL_DB", DEFAULT_URL),
        metavar="URL",
        help=f"the portal's database (default: PORTAL_DB, or {DEFAULT_URL})",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
