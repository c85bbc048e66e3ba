"""Parquet files."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import SourceError
from pipeline.sources.files.limits import ReadLimits, check_columns, check_unpacked
from pipeline.sources.parts import Part


def read_parquet(path: Path, *, file: str, limits: ReadLimits) -> Iterator[Part]:
    """Read one Parquet file with its own types; texts stay dictionary-encoded."""
    try:
        with pq.ParquetFile(path) as opened:
            schema, metadata = opened.schema_arrow, opened.metadata
            groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
        check_columns(len(schema), limits, file=file)
        unpacked = sum(group.total_byte_size for group in groups)
        check_unpacked(unpacked, path.stat().st_size, limits, file=file)
        texts = [field.name for field in schema if pa.types.is_string(field.type)]
        with pq.ParquetFile(path, read_dictionary=texts) as opened:
            table = opened.read()
        table.validate(full=True)
        table = _flat(table.rename_columns(table.column_names))
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        if isinstance(error, PermissionError):
            raise
        raise SourceError(
            "is cut off or damaged and can't be read as Parquet",
            remedy="get it again from where it came from",
            file=file,
        ) from error
    yield Part(file, None, table)


def _flat(table: pa.Table) -> pa.Table:
    """Write nested values as text, so that every column has a plain type."""
    for position, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            values = [None if v is None else str(v) for v in table.column(position).to_pylist()]
            table = table.set_column(position, field.name, pa.array(values, pa.string()))
    return table
