"""Write the pages that are made from the code, so that they can't drift from it."""

import argparse
import sys
from pathlib import Path
from typing import Any, get_args

import sqlalchemy as sa
from pydantic.fields import FieldInfo
from sqlmodel import SQLModel

from db.customers import described
from db.tables import METADATA
from db.views import BEFOREHAND, QUERIES, translate, views
from docs.layout_pages import layouts
from pipeline.settings import Section, Settings
from scripts import backup, check, delete, export, made_up, refresh, runs, sample, score, serve

DOCS = Path(__file__).parent
NOTE = "<!-- Written by `make docs` from the code; change the code instead. -->"


def data_model() -> str:
    """Describe every view and table, column by column."""
    parts = [
        "# Data model",
        NOTE,
        "The views are the contract: stable, one meaning each, only published rows."
        " Tables may change between versions.",
        "## Views",
    ]
    for view in (each for each in views() if each.name not in QUERIES):
        parts += [
            f"### `{view.name}`",
            f"One row per {view.row}.",
            _table(("column", "meaning"), [(f"`{c.name}`", c.meaning) for c in view.columns]),
        ]
    parts += [
        "## `customers`",
        "One row per customer of a run's newest day, ordered by `customer_id`: the table that"
        " pages ask through DuckDB. It is an Arrow file beside the database, and"
        " `python scripts/export.py customers --format arrow` (or `parquet`) gives the same."
        " Words come as dictionaries in the order in which they are shown; what is unknown is"
        " null. Of attributes, campaigns, groups and lists only those are there of which the"
        " source knows anything.",
        _table(
            ("column", "type", "meaning"),
            [(f"`{each.name}`", each.type, each.meaning) for each in described()],
        ),
    ]
    parts.append("## Tables")
    for model in sorted(_models(), key=lambda each: str(each.__tablename__)):
        table = METADATA.tables[str(model.__tablename__)]
        parts += [
            f"### `{table.name}`",
            (model.__doc__ or "").strip(),
            _table(
                ("column", "type", "meaning"),
                [_column(column, model) for column in table.columns],
            ),
        ]
    return "\n\n".join(parts) + "\n"


def settings() -> str:
    """Describe every setting with its default."""
    parts = [
        "# Settings",
        NOTE,
        "A YAML file given with `--settings` lies over these defaults. `cleaning: usual` is"
        " short for `cleaning: {method: usual}`; `segments: {k: 5}` and `k: 4-6` both work.",
    ]
    parts.append(
        _table(("setting", "default", "meaning"), list(_settings(Settings, prefix="")))
    )
    return "\n\n".join(parts) + "\n"


COMMANDS = {
    each.__name__.removeprefix("scripts."): each.parser
    for each in (refresh, serve, made_up, check, score, export, runs, delete, backup, sample)
}


def commands() -> str:
    """Show the help of each command that people run."""
    parts = ["# Commands", NOTE]
    for name, parser in COMMANDS.items():
        told = "\n".join(map(_help, (parser(), *_commands_of(parser()))))
        lines = "\n".join(line.rstrip() for line in told.splitlines())
        parts.append(f"## {name}\n\n```text\n{lines}\n```")
    return "\n\n".join(parts) + "\n"


PAGES = {
    "data-model.md": data_model,
    "settings.md": settings,
    "commands.md": commands,
    "layouts.md": layouts,
}


def views_beforehand() -> dict[Path, str]:
    """Translate the views for the engines that have them at hand; give file and SQL."""
    return {
        DOCS.parent / "db" / "views" / backend / f"{each.name}.sql": translate(
            each.name, backend
        )
        for backend in sorted(BEFOREHAND)
        for each in views()
    }


def main() -> int:
    """Write every page and the translated views."""
    for name, write in PAGES.items():
        (DOCS / name).write_text(write(), encoding="utf-8")
    for path, sql in views_beforehand().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{sql}\n", encoding="utf-8")
    return 0


def _help(described: argparse.ArgumentParser) -> str:
    described.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=96)  # type: ignore[assignment]
    return described.format_help()


def _commands_of(described: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """Give the parsers of a command's own commands, which argparse keeps to itself."""
    groups = (each.choices for each in described._actions if each.nargs == argparse.PARSER)
    return [each for group in groups if isinstance(group, dict) for each in group.values()]


def _models() -> list[type[SQLModel]]:
    return [model for model in SQLModel.__subclasses__() if hasattr(model, "__tablename__")]


def _column(column: sa.Column[Any], model: type[SQLModel]) -> tuple[str, str, str]:
    field: FieldInfo | None = model.model_fields.get(column.name)
    meaning = (field.description if field else None) or ""
    kind = str(column.type).lower() + ("" if column.nullable else ", not null")
    return f"`{column.name}`", kind, ("key. " if column.primary_key else "") + meaning


def _settings(section: type[Section], prefix: str) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for name, field in section.model_fields.items():
        nested = _nested(field)
        if nested:
            rows += _settings(nested, f"{prefix}{name}.")
        else:
            rows.append((f"`{prefix}{name}`", f"`{_default(field)}`", field.description or ""))
    return rows


def _nested(field: FieldInfo) -> type[Section] | None:
    kinds = [field.annotation, *get_args(field.annotation)]
    return next((k for k in kinds if isinstance(k, type) and issubclass(k, Section)), None)


def _default(field: FieldInfo) -> str:
    value = field.default
    if isinstance(value, tuple):
        return ", ".join(str(each) for each in value)
    return str(value)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
