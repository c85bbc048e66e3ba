"""What a form tells of its customers, and what that is made from."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from db.runs import LoadInRun
from pipeline.features.figures import Figures
from pipeline.learning.tasks import Prepared
from pipeline.quality.findings import Finding
from pipeline.recorder import Result
from pipeline.run.progress import Progress
from pipeline.sales.stage import Sold
from pipeline.segments.spaces import Space
from pipeline.sources.telling.remarks import Remark
from pipeline.value.stage import Valued

NewLines = dict[int, pa.Table]
"""Order lines by the load that they were just written to."""


class Loaded(NamedTuple):
    """What a run reads: form, loads, their rows, and the lines that it just wrote itself.

    `currency` is that of all money, as the settings or the sources say it; `remarks` are what
    was said of the sources, `today` the day on which that is looked at.
    """

    form: str
    loads: list[LoadInRun]
    rows: int
    written: NewLines
    currency: str | None = None
    remarks: tuple[Remark, ...] = ()
    today: dt.date = dt.date.max


class Known(NamedTuple):
    """What a form tells of its customers, ready to be grouped.

    `snapshots` has one row per day and customer; `results` are rows that only this form has.
    `inputs_of` names what segments are made from, `outcomes` prepares the tasks on what
    customers do, both from the customers of the newest snapshot; `answer` names the task on the
    answer to a campaign, `leaving` that on who left, where the source tells of one. Where there
    are orders, `valued` tells what customers are worth, `value_on` what they were expected to
    be worth on an earlier day, `checked` compares earlier predictions, and `selling` is what
    was sold.
    """

    snapshots: pd.DataFrame
    figures: Figures
    remarks: tuple[Remark, ...]
    as_of: dt.date | None
    rows_kept: int
    findings: tuple[Finding, ...]
    results: list[Result]
    space_of: Callable[[pd.DataFrame], Space]
    inputs_of: Callable[[pd.DataFrame], Sequence[str]]
    outcomes: Callable[[pd.DataFrame], list[Prepared]]
    valued: Callable[[Progress], Valued | None] = lambda _: None
    value_on: Callable[[Valued, int], pd.DataFrame] = lambda *_: pd.DataFrame()
    checked: Callable[[pd.DataFrame], pd.DataFrame] = lambda _: pd.DataFrame()
    selling: Sold | None = None
    answer: str | None = None
    leaving: str | None = None
