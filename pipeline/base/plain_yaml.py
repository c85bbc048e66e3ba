"""YAML of plain values, as people write settings, maps and playbooks: the one reader of it."""

from typing import Any, NamedTuple

import yaml

LONGEST = 64 * 1024
"""Bytes of a text at most."""


class NotPlain(Exception):
    """A text that can't be read: half a sentence that says where and why; `line` from 1."""

    def __init__(self, problem: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(problem)


class Written(NamedTuple):
    """What a text holds, and the node of each value with its place; nothing in an empty one."""

    content: Any
    root: yaml.Node | None


def plain_yaml(text: str) -> Written:
    """Read a text; raises `NotPlain`.

    >>> plain_yaml("a: {b: 1}").content
    {'a': {'b': 1}}
    """
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise NotPlain(f"it is too long: at most {LONGEST // 1024} kB")
    try:
        loader = _Plain(text)
        root = loader.get_single_node()
        content = None if root is None else loader.construct_document(root)
    except RecursionError as error:
        raise NotPlain("it is nested too deeply; remove brackets") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "a character"
        problem = error.problem if isinstance(error, _Refused) else "is not valid YAML"
        raise NotPlain(f"{where} {problem}", mark.line + 1 if mark else None) from error
    return Written(content, root)


class _Refused(yaml.constructor.ConstructorError):
    """What is YAML, but not plain."""


class _Plain(yaml.SafeLoader):
    """Reads YAML of plain values: no references, no tags, no dates, no name twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as PyYAML declares it
        letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            problem = "refers to another place (*); write it out"
            raise _Refused(None, None, problem, event.start_mark)  # type: ignore[arg-type]
        if getattr(event, "tag", None) is not None:
            raise _Refused(None, None, "has a tag (!); leave it out", event.start_mark)
        return super().compose_node(parent, index)

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:  # more digits than Python reads
            problem = "has a number that can't be read"
            mark: Any = node.start_mark
            raise _Refused(None, None, problem, mark) from error

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        keys: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in keys:
                problem = f"has “{key.value}” a second time"
                raise _Refused(None, None, problem, key.start_mark)
            keys |= {key.value} if isinstance(key.value, str) else set()
        return super().construct_mapping(node, deep)
