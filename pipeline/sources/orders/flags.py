"""Columns that no field has and that take rows out of revenue: flags, and kinds of rows."""

from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.distinct import distinct
from pipeline.sources.cells.texts import as_text
from pipeline.sources.naming import plain, variants
from pipeline.sources.orders.fields import words_of
from pipeline.sources.orders.statuses import status_of
from pipeline.sources.telling.remarks import Remark, note

TRUE = frozenset(
    {"yes", "y", "true", "t", "1", "10", "x", "ja", "j", "oui", "si", "sim", "да", "是"}
)
FALSE = frozenset(
    {"", "no", "n", "false", "f", "0", "00", "nein", "non", "nao", "нет", "否", "not"}
)
BEFORE, BEHIND = ("is", "has", "was", "order", "item"), ("flag", "yn", "order")
"""What stands round the word that a flag is called by."""
FLAGS = frozenset({"cancelled", "refunded", "voided"})
SHORT, FEW_KINDS, HALF = 12, 40, 0.5


class Flagged(NamedTuple):
    """Rows by number: the status that a flag gives, whether their kind is a return."""

    status: pa.ChunkedArray | None
    back: npt.NDArray[np.bool_]
    remarks: tuple[Remark, ...]


def flagged(table: pa.Table, field_columns: Collection[str], event: str | None) -> Flagged:
    """Tell which rows flags and kinds take out; `field_columns` are those that a field has.

    A flag is a column called “Returned” or “is_cancelled” of nothing but yes and no. A kind is
    a column in which some rows, the fewer, are called a refund, return or credit note.
    """
    status, back, remarks = None, np.zeros(len(table), dtype=bool), list[Remark]()
    for name in dict.fromkeys(table.column_names):
        if not name or (name in field_columns and name != event):
            continue
        column = table.column(table.column_names.index(name))
        distinct_texts = distinct(as_text(column))
        words = [word or "" for word in distinct_texts.values.to_pylist()]
        if not 1 <= len(words) <= FEW_KINDS or max(map(len, words)) > FEW_KINDS:
            continue
        flag = _flag(name)
        if flag is not None and name != event:
            if any(plain(word) not in TRUE | FALSE for word in words):
                continue
            marked = distinct_texts.spread(
                pa.array([flag if plain(word) in TRUE else None for word in words])
            )
            if 0 < marked.null_count < len(table):
                status = marked if status is None else pc.coalesce(status, marked)
            continue
        kind = distinct_texts.spread(pa.array([plain(word) in _given_back() for word in words]))
        of_kind = np.asarray(pc.fill_null(kind, fill_value=False).to_numpy(), dtype=bool)
        if 0 < of_kind.sum() < HALF * len(table):
            back |= of_kind
            remarks.append(
                note(
                    "returns_by_kind",
                    f"Rows that “{name}” calls a return lower revenue, whatever their sign.",
                    int(of_kind.sum()),
                )
            )
        voided = [
            s if (s := status_of(word)) in {"cancelled", "voided"} else None for word in words
        ]
        if name == event and any(voided) and not all(voided):
            marked = distinct_texts.spread(pa.array(voided, pa.string()))
            status = marked if status is None else pc.coalesce(status, marked)
    return Flagged(status, back, tuple(remarks))


@cache
def _given_back() -> frozenset[str]:
    return frozenset(plain(word) for word in words_of("statuses.toml")["given_back"])


def _flag(name: str) -> str | None:
    """Give the status that a column of yes and no is called by, if one."""
    for bare_name in _bare(name):
        status = status_of(bare_name) if bare_name != "returns" else "refunded"
        if status in FLAGS:
            return status
    return None


def _bare(name: str) -> Iterator[str]:
    for variant in variants(name):
        yield variant
        for before in BEFORE:
            shorter = variant.removeprefix(before)
            yield shorter
            for behind in BEHIND:
                yield shorter.removesuffix(behind)
