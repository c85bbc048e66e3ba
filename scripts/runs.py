"""List the runs that are kept, or publish an earlier one again."""

import argparse
import json
import os
import sys

import pandas as pd

from db.engine import DEFAULT_URL, open_reader, open_writer, reading
from db.errors import DatabaseError, DatasetLocked, NoSuchRun, NotPublished
from db.frames import read_frame
from db.runs import publish_again
from pipeline.base.errors import (
    EnvironmentProblem,
    PipelineError,
    RefreshRunning,
    SettingsError,
)
from scripts.arguments import EXIT_INTERRUPTED, Parser

LIST = """
select
    dataset.name as dataset, run.run_id as run, run.status,
    case when published.run_id is null then 0 else 1 end as is_published,
    run.as_of, run.customers, run.seed, run.started_at, run.published_at
from run
join dataset on dataset.dataset_id = run.dataset_id
left join published on published.run_id = run.run_id
order by dataset.name, run.run_id desc
"""
SHOWN = {
    "dataset": "data set", "run": "run", "status": "status", "as_of": "as of",
    "customers": "customers", "seed": "seed", "started_at": "started",
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_args(arguments)
        _list(options) if options.what == "list" else _publish(options)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (NotPublished, NoSuchRun) as error:
        return _fail(str(error), SettingsError.exit_code)
    except DatasetLocked as error:
        return _fail(f"{error} Wait until it has ended.", RefreshRunning.exit_code)
    except (DatabaseError, OSError) as error:
        return _fail(str(error), EnvironmentProblem.exit_code)
    except KeyboardInterrupt:
        return _fail("Interrupted; what was published before is unchanged.", EXIT_INTERRUPTED)
    return 0


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="runs.py",
        description="List the runs that are kept, or publish an earlier one again.",
        epilog="Exit codes: 0 done; 1 a defect; 2 the arguments are bad, or there is no such"
        " data set or run; 3 a refresh of that data set is running; 4 disk, lock or permission;"
        " 130 interrupted.",
    )
    add = arguments.add_argument
    add("what", choices=("list", "publish"), help="list: one line per run, the newest first;"
        " publish: show that run to everybody, until the next refresh")  # fmt: skip
    add("--dataset", metavar="NAME", help="name of the data set; list shows all by default")
    add("--run", type=int, metavar="N", help="number of a published run that is kept")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add("--json", action="store_true", help="write the list as lines of JSON")
    return arguments


def _list(options: argparse.Namespace) -> None:
    if options.run is not None:
        raise SettingsError("--run goes with publish; leave it out.")
    with reading(open_reader(options.db)) as connection:
        every = read_frame(connection, LIST)
    if options.dataset is not None:
        every = every[every["dataset"] == options.dataset]
        if every.empty:
            raise NotPublished(f"There is no data set “{options.dataset}” with a run.")
    if options.json:
        for row in json.loads(every.to_json(orient="records", date_format="iso")):
            print(json.dumps(row, ensure_ascii=False))
        return
    table = every.assign(
        status=every["status"].mask(every["is_published"] == 1, "shown now"),
        customers=every["customers"].map(lambda many: "" if pd.isna(many) else f"{many:,.0f}"),
        started_at=every["started_at"].astype(str).str[:16],
        as_of=every["as_of"].map(lambda day: "" if pd.isna(day) else str(day)[:10]),
    )
    print(table[list(SHOWN)].rename(columns=SHOWN).to_string(index=False))


def _publish(options: argparse.Namespace) -> None:
    if options.dataset is None or options.run is None:
        raise SettingsError("publish needs --dataset NAME and --run N; `list` shows both.")
    publish_again(open_writer(options.db), options.dataset, options.run)
    print(f"“{options.dataset}” now shows run {options.run}.", file=sys.stderr)


def _fail(sentence: str, code: int) -> int:
    print(f"runs: {sentence}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
