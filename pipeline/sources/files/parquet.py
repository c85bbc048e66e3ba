"""Parquet files.

A Parquet file of a few kilobytes may hold thousands of millions of values: equal ones are
counted, not written. So what it unpacks to is looked up before it is read, and what unpacks to
much is read in a process of its own, with a limit on its memory.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.base.errors import EnvironmentProblem, PipelineError, SourceError
from pipeline.sources.files.apart import begin_apart, opened_apart, run_apart
from pipeline.sources.files.limits import (
    ReadLimits,
    check_columns,
    check_unpacked,
    check_values,
)
from pipeline.sources.files.scratch import scratch_folder
from pipeline.sources.parts import Part

WIDTH = 8
"""Bytes that a value takes at most, but for texts."""

APART = 256 * 1024**2
"""Bytes from which on a file is read in a process of its own."""

TABLE = "table.arrow"
DAMAGED, DISK = 10, 12


def read_parquet(path: Path, *, file: str, limits: ReadLimits) -> Iterator[Part]:
    """Read one Parquet file with its own types; texts stay dictionary-encoded."""
    try:
        weight = _checked_weight(path, limits, file=file)
        table = _table(path) if weight < APART else _table_apart(path, limits, file=file)
        _check_texts(table, limits, file=file)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, PermissionError):
            raise
        raise _damaged(file) from error
    yield Part(file, None, table)


def _checked_weight(path: Path, limits: ReadLimits, *, file: str) -> int:
    """Refuse a file that unpacks to too much; give about how many bytes it unpacks to."""
    with pq.ParquetFile(path) as opened:
        schema, metadata = opened.schema_arrow, opened.metadata
        check_columns(max(len(schema), metadata.num_columns), limits, file=file)
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    unpacked = sum(group.total_byte_size for group in groups)
    check_unpacked(unpacked, path.stat().st_size, limits, file=file)
    chunks = [group.column(i) for group in groups for i in range(group.num_columns)]
    values = sum(max(chunk.num_values, 0) for chunk in chunks)
    within = sum(max(chunk.num_values, 0) for chunk in chunks if "." in chunk.path_in_schema)
    rows = max(metadata.num_rows, 0) * len(schema)
    check_values(max(values, rows), limits.values, file=file)
    check_values(within, limits.values_in_lists, file=file)
    return unpacked + WIDTH * max(values, rows)


def _table(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as opened:
        texts = [field.name for field in opened.schema_arrow if pa.types.is_string(field.type)]
    with pq.ParquetFile(path, read_dictionary=texts) as opened:
        table = opened.read()
    table.validate(full=True)
    return _flat(table.rename_columns(table.column_names))


def _table_apart(path: Path, limits: ReadLimits, *, file: str) -> pa.Table:
    """Read a file in a child, which may not take more memory than it may unpack to."""
    with scratch_folder() as folder:
        try:
            code = run_apart(__name__, [path.absolute(), folder], limits.unpacked_bytes)
        except subprocess.TimeoutExpired as error:
            raise _damaged(file) from error
        if code:
            raise _failure(code, file)
        with opened_apart(folder / TABLE) as opened, pa.ipc.open_stream(opened) as stream:
            return stream.read_all()


def _write_table(path: Path, folder: Path) -> int:
    """Write what is in a file for the parent to read."""
    try:
        table = _table(path)
        with pa.ipc.new_stream(folder / TABLE, table.schema) as stream:
            stream.write_table(table)
    except MemoryError:  # Arrow's own among them
        return 1
    except (pa.ArrowException, UnicodeDecodeError):
        return DAMAGED
    except OSError:
        return DISK
    return 0


def _check_texts(table: pa.Table, limits: ReadLimits, *, file: str) -> None:
    """Refuse texts that are few and long, but stand in more rows than memory holds."""
    unpacked = 0
    for column in table.columns:
        if not pa.types.is_dictionary(column.type):
            continue
        for chunk in column.chunks:
            lengths = pc.binary_length(chunk.dictionary).to_numpy(zero_copy_only=False)
            places = chunk.indices.drop_null().to_numpy(zero_copy_only=False)
            counts = np.bincount(places, minlength=len(lengths))
            unpacked += int(np.dot(counts.astype(float), np.nan_to_num(lengths)))
    check_unpacked(unpacked, unpacked, limits, file=file)


def _failure(code: int, file: str) -> PipelineError:
    if code == DAMAGED:
        return _damaged(file)
    if code == DISK:
        return EnvironmentProblem(f"{file}: no room to unpack it in {tempfile.gettempdir()}.")
    return SourceError(
        "unpacks to more than memory holds",
        remedy="split it, or keep only the rows and columns that are needed",
        file=file,
    )


def _damaged(file: str) -> SourceError:
    return SourceError(
        "is cut off or damaged and can't be read as Parquet",
        remedy="get it again from where it came from",
        file=file,
    )


def _flat(table: pa.Table) -> pa.Table:
    """Write nested values as text, so that every column has a plain type."""
    for position, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            values = [None if v is None else str(v) for v in table.column(position).to_pylist()]
            table = table.set_column(position, field.name, pa.array(values, pa.string()))
    return table


if __name__ == "__main__":
    where, into = begin_apart()
    sys.exit(_write_table(where, into))
