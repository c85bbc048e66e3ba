"""What is wrong with a playbook as it is being written: each fault with its line."""

from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from pipeline.base.checked import problems
from pipeline.base.errors import StrategyError
from pipeline.strategy.playbook import Playbook, written_values

MOST = 20
"""So many faults are named; the rest shows once these are mended."""


class Fault(NamedTuple):
    """One fault: the line that it is on (from 1; none where it is on no single one)."""

    line: int | None
    sentence: str


def faults(text: str) -> list[Fault]:
    """Name what is wrong with a playbook's text, from top to bottom; none where it is valid.

    >>> faults("costs: 3")[0]
    Fault(line=1, sentence='“costs” must hold “name: value” lines.')
    """
    try:
        written = written_values(text)
    except StrategyError as error:
        return [Fault(_named_line(error), str(error))]
    try:
        Playbook.model_validate(written.content)
    except ValidationError as error:
        lines = _Lines(written.root)
        named_faults = [
            Fault(lines.of(problem.where), f"{problem.said}.")
            for problem in problems(Playbook, error)
        ]
        return sorted(named_faults, key=lambda fault: fault.line or 0)[:MOST]
    return []


def _named_line(error: StrategyError) -> int | None:
    return getattr(error.__cause__, "line", None)


class _Lines:
    """Where what is written stands; a mapping is gone through once, however often asked."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root
        self._named: dict[int, dict[str, tuple[int, yaml.Node]]] = {}

    def of(self, where: tuple[int | str, ...]) -> int:
        """Give the line of what some names lead to, or of the last of them that is there."""
        if self._root is None:
            return 1
        node, line = self._root, self._root.start_mark.line
        for part in where:
            position = self._within(node, part)
            if position is None:
                break
            line, node = position
        return int(line) + 1

    def _within(self, node: yaml.Node, part: int | str) -> tuple[int, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            return self._names_of(node).get(str(part))
        values: Any = node.value
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(values):
            return values[part].start_mark.line, values[part]
        return None

    def _names_of(self, node: yaml.MappingNode) -> dict[str, tuple[int, yaml.Node]]:
        if id(node) not in self._named:
            self._named[id(node)] = {
                key.value: (key.start_mark.line, value)
                for key, value in node.value
                if isinstance(key, yaml.ScalarNode)
            }
        return self._named[id(node)]
