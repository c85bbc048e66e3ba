"""Segments under other names: in every frame that tells of them."""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.segments.stage import Segments

COLUMNS = {
    "assignments": ("segment",),
    "customers": ("segment",),
    "profiles": ("segment",),
    "shapes": ("segment",),
    "moves": ("before", "after"),
    "silhouettes": ("segment",),
    "voxels": ("segment",),
}
"""Frames with names of the published segments, and in which columns."""
SIDES = (("left", "left_segment"), ("right", "right_segment"))


def renamed(grouped: Segments, names: Mapping[str, str], *, published: str | None) -> Segments:
    """Give segments other names; those that are not named keep theirs.

    `published` names the published clustering as the table of overlaps does: there the segments
    of other clusterings stand too, which keep their names.
    """
    if not names:
        return grouped
    frames: dict[str, Any] = {
        name: _with(getattr(grouped, name), columns, names) for name, columns in COLUMNS.items()
    }
    overlaps = grouped.overlaps
    if len(overlaps):
        for side, column in SIDES:
            mine = overlaps[side] == published
            overlaps = overlaps.assign(
                **{column: overlaps[column].mask(mine, overlaps[column].replace(dict(names)))}
            )
    return grouped._replace(
        **frames,
        overlaps=overlaps,
        cluster_names=tuple(
            None if name is None else names.get(name, name) for name in grouped.cluster_names
        ),
        findings=tuple(
            finding._replace(
                title=_said(finding.title, names), explanation=_said(finding.explanation, names)
            )
            for finding in grouped.findings
        ),
    )


def _with(
    frame: pd.DataFrame, columns: tuple[str, ...], names: Mapping[str, str]
) -> pd.DataFrame:
    present_columns = [column for column in columns if column in frame]
    return frame.assign(
        **{column: frame[column].replace(dict(names)) for column in present_columns}
    )


def _said(text: str, names: Mapping[str, str]) -> str:
    """Change names within a sentence, all at once."""
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.sub(rf"\b(?:{pattern})\b", lambda match: names[match[0]], text)
