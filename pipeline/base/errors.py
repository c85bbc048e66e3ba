"""What can go wrong in the pipeline.

* PipelineError           a sentence for whoever ran the command, and an exit code
  x SourceError       2   a file, sheet, row or column that can't be used
  x SettingsError     2   a setting or an argument that can't be used
  x RefreshRunning    3   another refresh of the same data set holds the lock
  x StrategyError     2   a playbook, budget or campaign that can't be used
  x EnvironmentProblem 4  disk, permission or a database that is locked by something else
"""


class PipelineError(Exception):
    """A failure that the person who ran the command can mend; `str()` is one sentence."""

    exit_code = 1


class TableName(str):
    """The name of a table of a database, which stands where a workbook has that of a sheet."""

    __slots__ = ()


def place_within(sheet: str) -> str:
    """Name a place within a file as a person would: sheet “2010”, or table “lines”."""
    return f"{'table' if isinstance(sheet, TableName) else 'sheet'} “{sheet}”"


class SourceError(PipelineError):
    """A source that can't be used: what, where and what to do about it.

    Parameters
    ----------
    problem : what is wrong, without a full stop.
    remedy : what to do, a clause that starts with a verb.
    file, sheet, row, column : where; `sheet` may be a `TableName`, `row` is as a spreadsheet
        counts, the header being row 1.
    """

    exit_code = 2

    def __init__(
        self,
        problem: str,
        *,
        remedy: str,
        file: str | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.problem, self.remedy = problem, remedy
        self.file, self.sheet, self.row, self.column = file, sheet, row, column
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        places = [
            self.file,
            self.sheet and place_within(self.sheet),
            self.row and f"row {self.row:,}",
            self.column and f"column “{self.column}”",
        ]
        where = ", ".join(str(place) for place in places if place)
        return (
            f"{where}: {self.problem}; {self.remedy}."
            if where
            else f"{self.problem}; {self.remedy}."
        )


class SettingsError(PipelineError):
    """A setting or an argument that can't be used."""

    exit_code = 2


class StrategyError(PipelineError):
    """A playbook, a cost, a budget or a campaign that can't be used."""

    exit_code = 2


class RefreshRunning(PipelineError):
    """Another refresh of the same data set is running."""

    exit_code = 3

    def __init__(self, dataset: str) -> None:
        self.dataset = dataset
        super().__init__(f"Another refresh of “{dataset}” is running; wait until it has ended.")


class EnvironmentProblem(PipelineError):
    """Something round the pipeline failed: disk, permission, a lock."""

    exit_code = 4
