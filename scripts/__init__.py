"""Commands: arguments and composition, nothing else."""

import json
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

ARGUMENTS = "CLIENTELE_ARGUMENTS"
"""Where a command finds its arguments that nobody else is to see."""

SETTLED = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    **({"ARROW_DEFAULT_MEMORY_POOL": "jemalloc"} if sys.platform == "linux" else {}),
}
"""What libraries read as they are loaded, unless it is set already.

Numerical libraries work on one thread, as `pipeline.run.threads` wants it; told early, they
don't start others that would only wait. Of Arrow's allocators jemalloc gives most memory
back, and all packages for Linux have it.
"""

for _name, _value in SETTLED.items():
    os.environ.setdefault(_name, _value)


def conceal() -> None:
    """Begin anew without passwords on the command line, which everybody here can list.

    What was given stays in the environment, that its owner alone can read, until it is taken
    from there.
    """
    arguments_json = os.environ.pop(ARGUMENTS, None)
    if arguments_json is not None:
        sys.argv[1:] = json.loads(arguments_json)
        return
    if os.name != "posix" or not any("://" in argument for argument in sys.argv[1:]):
        return
    from db.secrets import hide  # noqa: PLC0415 - only where there may be something to hide

    concealed = [hide(argument) for argument in sys.argv[1:]]
    if concealed != sys.argv[1:]:
        start = sys.orig_argv[: len(sys.orig_argv) - len(concealed)]
        environment = os.environ | {ARGUMENTS: json.dumps(sys.argv[1:])}
        os.execve(sys.executable, [*start, *concealed], environment)  # noqa: S606 - ourselves


def tell_defect(
    kind: type[BaseException], error: BaseException, at: TracebackType | None
) -> None:
    """Write the traceback of a defect as Python does, without passwords."""
    from db.secrets import hide  # noqa: PLC0415 - only where something is to be told

    sys.stderr.write(hide("".join(traceback.format_exception(kind, error, at))))


def _is_command() -> bool:
    """Tell whether one of these modules is what this process runs."""
    interpreter_arguments = sys.orig_argv[1 : len(sys.orig_argv) - len(sys.argv[1:])]
    if "-m" in interpreter_arguments:
        return interpreter_arguments[-1].startswith("scripts.")
    return (
        bool(interpreter_arguments)
        and interpreter_arguments[-1].endswith(".py")
        and Path(interpreter_arguments[-1]).resolve().parent == Path(__file__).resolve().parent
    )


if _is_command():
    sys.excepthook = tell_defect
    conceal()
