"""Which layout a table has, by its header."""

from collections.abc import Iterable, Sequence

from pipeline.sources.layouts.declared import Layout, Recognised
from pipeline.sources.naming import plain


def layout_of(columns: Sequence[str], layouts: Iterable[Layout]) -> Layout | None:
    """Find the layout of a header: of those that fit, the one that names most of its columns.

    Where two name as many, it is the one that knows more of its columns as fields.
    """
    column_names = {plain(column) for column in columns}
    fitting = [layout for layout in layouts if fits_header(layout.recognised, column_names)]
    return max(fitting, key=lambda layout: _precision(layout, column_names), default=None)


def fits_header(recognised: Recognised, column_names: set[str]) -> bool:
    """Say whether columns, by their plain names, are those that a layout is known by."""
    return (
        all(plain(name) in column_names for name in recognised.all)
        and all(
            any(plain(name) in column_names for name in alternatives)
            for alternatives in recognised.any
        )
        and sum(plain(name) in column_names for name in recognised.most) >= recognised.at_least
        and not any(plain(name) in column_names for name in recognised.none)
    )


def _precision(layout: Layout, column_names: set[str]) -> tuple[int, int]:
    told_by = layout.recognised
    named = {
        *told_by.all,
        *told_by.most,
        *(name for alternatives in told_by.any for name in alternatives),
    }
    field_columns = {name for source in layout.fields.values() for name in source.names}
    return (
        len({plain(name) for name in named} & column_names),
        len({plain(name) for name in field_columns} & column_names),
    )
