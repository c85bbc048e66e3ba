"""What is read of a run before its customers are asked, and what is remembered of it."""

from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy.engine import Connection

from portal.reading.customer_table import CustomerTable
from portal.reading.results import Results

Asked = ParamSpec("Asked")
Result = TypeVar("Result")


class AtRun(Protocol):
    """A run, seen through one read transaction; `PublishedRun` is one."""

    @property
    def connection(self) -> Connection:
        """The transaction."""

    @property
    def run_id(self) -> int:
        """The run's number."""

    @property
    def dataset(self) -> str:
        """The data set's name."""

    @property
    def playbook(self) -> int:
        """The version of the playbook in force, 0 for the built-in one."""

    @property
    def table(self) -> CustomerTable:
        """The customers of the run."""

    @property
    def results(self) -> Results:
        """What is remembered."""

    @property
    def key(self) -> Hashable:
        """What results hang on."""


Run = TypeVar("Run", bound=AtRun)


def remember(
    run: Run,
    compute: Callable[Concatenate[Run, Asked], Result],
    *arguments: Asked.args,
    **named: Asked.kwargs,
) -> Result:
    """Compute `compute(at, …)` once per run, playbook and arguments; never change the result.

    `compute` is a function with a name (no lambda, no closure), its arguments are hashable.
    """
    function = f"{compute.__module__}.{compute.__qualname__}"
    key: Any = (run.key, function, arguments, tuple(sorted(named.items())))
    return cast(Result, run.results.get(key, lambda: compute(run, *arguments, **named)))
