"""The days on which a data set is looked at."""

import pandas as pd

from pipeline.features.days import day_of
from pipeline.settings import SnapshotSettings


def snapshot_days(first: int, newest: int, settings: SnapshotSettings) -> pd.DataFrame:
    """List the newest snapshot and those before it, down to the day of the first order.

    `first` and `newest` are day numbers; gives `as_of` (date) and `as_of_day`, oldest first.
    """
    days = range(newest, first - 1, -settings.every_days)[: settings.at_most]
    numbers = sorted(days)
    return pd.DataFrame({"as_of": [day_of(number) for number in numbers], "as_of_day": numbers})
