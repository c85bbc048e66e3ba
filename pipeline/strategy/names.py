"""Names of segments that hold from run to run and agree with what is predicted.

Names follow from where a segment lies. Where most of its customers were in one segment of the
published run, it keeps that one's name. And a segment called at risk or lost has a higher mean
probability of leaving than one that isn't: where the two collide the prediction wins.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

LEAVING = ("Lost or Hibernating", "At Risk", "About to Sleep", "Cannot Lose Them")
"""Names that say that customers are leaving or have left, the surest first."""
SILENT_DAYS = 30
"""Mean days since the latest order under which no customers are called lost or at risk, unless
predictions say so: where everyone ordered of late, nobody is known to have left."""
SAME = 0.5
"""Share of the customers of a segment, now and then, from which on it is the same segment."""

Renamed = dict[str, str]
"""From a segment's name to the name that it gets; names that stay are left out."""


def carried(now: pd.Series, before: pd.Series) -> Renamed:
    """Give segments the names that most of their customers were under before.

    Parameters
    ----------
    now, before
        Segments by customer, today's and those of the published run.

    Returns
    -------
    New names, one to one. A segment is the same as one before where at least half of both's
    customers who were there both times are in both; whose name is given away gets one that has
    become free.
    """
    both = pd.concat([now.rename("now"), before.rename("before")], axis=1).dropna()
    if both.empty:
        return {}
    shared = pd.crosstab(both["now"], both["before"])
    counts = shared.to_numpy()
    rows, columns = linear_sum_assignment(-counts)
    renamed = {
        str(shared.index[row]): str(shared.columns[column])
        for row, column in zip(rows, columns, strict=True)
        if counts[row, column] >= SAME * counts[row].sum()
        and counts[row, column] >= SAME * counts[:, column].sum()
    }
    return _whole(sorted(map(str, now.dropna().unique())), renamed)


def known_silent(renamed: Renamed, recency: Mapping[str, float]) -> Renamed:
    """Leave new names out where they would call customers lost who ordered of late.

    `recency` is each segment's mean days since the latest order, under the names before. None
    is renamed then, as the names hang together. For runs without predictions.
    """
    too_soon = any(
        new in LEAVING and recency.get(old, np.inf) < SILENT_DAYS
        for old, new in renamed.items()
    )
    return {} if too_soon else renamed


def agreed(leaving: Mapping[str, float]) -> Renamed:
    """Have the names that speak of leaving where the probability of leaving is highest.

    Parameters
    ----------
    leaving
        Mean probability of leaving of each segment's customers, by name; without predictions
        the share of them that was silent over the horizon.

    Returns
    -------
    New names: as many segments keep or get a name that speaks of leaving as had one, those with
    the highest mean; whoever has one wrongly changes names with who should have it. Whose
    means are equal keep their names. Nothing
    where names agree, as where nobody has such a name.
    """
    leaving_names = [name for name in LEAVING if name in leaving]
    order = sorted(leaving, key=lambda name: (-leaving[name], name not in leaving_names, name))
    should = set(order[: len(leaving_names)])
    if not leaving_names or min(leaving[name] for name in leaving_names) > max(
        (leaving[name] for name in leaving if name not in leaving_names), default=-np.inf
    ):
        return {}
    wrongly = [name for name in leaving_names if name not in should]
    rightly = [name for name in order if name in should and name not in leaving_names]
    return {
        old: new
        for wrong, right in zip(wrongly, rightly, strict=True)
        for old, new in ((wrong, right), (right, wrong))
    }


def joined(first: Renamed, then: Renamed) -> Renamed:
    """Give what two renamings make, one after the other."""
    renamed = {old: then.get(new, new) for old, new in first.items()}
    back = set(first.values())
    for old, new in then.items():
        if old not in back and old not in renamed:
            renamed[old] = new
    return {old: new for old, new in renamed.items() if old != new}


def said(renamed: Renamed, leaving: Mapping[str, float]) -> str:
    """Say which names were changed since predictions spoke against them."""
    parts = [
        f"“{old}” is called “{new}”"
        for old, new in sorted(renamed.items(), key=lambda pair: -leaving[pair[0]])
    ]
    return f"{'; '.join(parts)}." if parts else ""


def _whole(names: Sequence[str], renamed: Renamed) -> Renamed:
    """Keep new names apart: whose own name is given to another takes one that is free."""
    new_names = set(renamed.values())
    free = sorted(set(renamed) - new_names)
    whole = dict(renamed)
    for name in names:
        if name not in whole and name in new_names:
            whole[name] = free.pop(0) if free else name
    return {old: new for old, new in whole.items() if old != new}
