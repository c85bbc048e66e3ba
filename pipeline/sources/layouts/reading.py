"""Layout files, read and checked: ours and those of a folder that people name."""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from pipeline.base.checked import problems
from pipeline.base.errors import EnvironmentProblem, SettingsError
from pipeline.base.plain_yaml import NotPlain, plain_yaml
from pipeline.sources.layouts.declared import Layout

ENDINGS = (".yaml", ".yml")


@cache
def our_layouts() -> tuple[Layout, ...]:
    """Read the layouts that stand beside this module, by their names."""
    beside = files("pipeline.sources.layouts").iterdir()
    layout_files = (file for file in beside if file.name.endswith(ENDINGS))
    return tuple(
        read_layout(file.read_text("utf-8"), file.name)
        for file in sorted(layout_files, key=lambda file: file.name)
    )


def known_layouts(folder: Path | None = None) -> tuple[Layout, ...]:
    """Give our layouts and those of a folder; one of the same name takes the place of ours.

    Raises
    ------
    SettingsError
        If the folder isn't there, or a file in it is no layout; it names file, line and key.
    EnvironmentProblem
        If a file may not be read.
    """
    if folder is None:
        return our_layouts()
    by_name = {layout.name: layout for layout in our_layouts()}
    for path in _files_of(folder):
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SettingsError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
        except OSError as error:
            raise EnvironmentProblem(f"{path} can't be read ({error.strerror}).") from error
        layout = read_layout(text, str(path))
        by_name[layout.name] = layout
    return tuple(by_name[name] for name in sorted(by_name))


def layout_named(name: str, layouts: Iterable[Layout]) -> Layout:
    """Find a layout by its name; raises `SettingsError` that lists those that there are."""
    layout_by_name = {layout.name: layout for layout in layouts}
    if name not in layout_by_name:
        raise SettingsError(
            f"There is no layout “{name}”; there are {', '.join(sorted(layout_by_name))}."
        )
    return layout_by_name[name]


def read_layout(text: str, file: str) -> Layout:
    """Check the text of a layout file, whose name without its ending is the layout's.

    Raises `SettingsError` that names the file, the line and the key.
    """
    try:
        written = plain_yaml(text)
    except NotPlain as error:
        raise SettingsError(f"{file}: {error}; mend the layout.") from error
    if not isinstance(written.content, dict):
        raise SettingsError(f"{file}, line 1: holds no layout; write “title: …” lines.")
    own = {
        "name": Path(file).name.rsplit(".", 1)[0],
        "digest": hashlib.sha256(text.encode()).hexdigest(),
    }
    reserved_key = next((key for key in own if key in written.content), None)
    if reserved_key is not None:
        raise SettingsError(
            f"{file}, line {_line(written.root, (reserved_key,))}: “{reserved_key}”"
            " follows from the file; leave it out."
        )
    try:
        return Layout.model_validate({**written.content, **own})
    except ValidationError as error:
        first = problems(Layout, error)[0]
        line = _line(written.root, first.where)
        sentence = first.said[0].upper() + first.said[1:]
        raise SettingsError(f"{file}, line {line}: {sentence}; mend the layout.") from error


def _files_of(folder: Path) -> list[Path]:
    try:
        if not folder.is_dir():
            raise SettingsError(
                f"layouts.folder: {folder} is no folder; name one with layout files."
            )
        return sorted(path for path in folder.iterdir() if path.name.endswith(ENDINGS))
    except OSError as error:
        raise EnvironmentProblem(f"{folder} can't be read ({error.strerror}).") from error


def _line(root: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """Find the line of a value, or of the nearest thing around it that is written."""
    node, line = root, 1
    for step in where:
        inner = _within(node, step)
        if inner is None:
            continue  # a step of pydantic's own, or a key that is missing
        key, node = inner
        line = key.start_mark.line + 1
    return line


def _within(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        value = node.value[step] if step < len(node.value) else None
        return (value, value) if value is not None else None
    return None
