"""What callbacks would answer at first, put into the layout: a part comes whole.

Dash lays a page out empty and then asks once for each callback: a round of requests that
everybody waits for. Here the callbacks of a part are answered where it is laid out, each after
those that fill what it needs, and the browser asks only when something moves.
"""

import contextvars
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dash import Input, Output, Patch, State, no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict, stringify_id
from dash.dependencies import DashDependency
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

Values = Mapping[tuple[str, str], Any]
"""Values of properties that stand outside the part, by id and property."""
Report = Callable[[Exception, Sequence[str]], Mapping[str, Any]]
"""Takes what failed and the ids that it would have filled; gives children by id."""


class Answer(NamedTuple):
    """A callback that can be answered in advance: what it fills, what it needs."""

    outputs: tuple[Output, ...]
    needs: tuple[DashDependency, ...]
    function: Callable[..., Any]


def answer_of(dependencies: Sequence[Any], function: Callable[..., Any]) -> Answer | None:
    """Read a declared callback; `None` where ids are patterns that the browser fills."""
    if any(each.has_wildcard() for each in dependencies):
        return None
    outputs = tuple(each for each in dependencies if isinstance(each, Output))
    needs = tuple(each for each in dependencies if isinstance(each, Input | State))
    return Answer(outputs, needs, function)


def answered(part: Any, answers: Iterable[Answer], outside: Values, report: Report) -> Any:
    """Fill a part with what its callbacks say at first, and give it.

    A callback is answered where all that it fills is in the part, after those that fill what it
    needs; what an answer brings is filled as well.
    """
    found = components(part)
    waiting = [each for each in answers if _is_here(each, found)]
    later = [each for each in answers if each not in waiting]
    while waiting:
        now = _next(waiting)
        waiting.remove(now)
        _put(now, found, outside, report)
        come = [each for each in later if _is_here(each, found)]
        waiting += come
        later = [each for each in later if each not in come]
    return part


def components(part: Any) -> dict[str, Component]:
    """Give the components of a part by their ids, those of several parts as JSON."""
    named = ((getattr(each, "id", None), each) for each in _every(part))
    return {stringify_id(name): each for name, each in named if name is not None}


def _every(part: Any) -> Iterator[Component]:
    if isinstance(part, Component):
        yield part
        yield from (each for each in part._traverse() if isinstance(each, Component))
    elif isinstance(part, list | tuple):
        for each in part:
            yield from _every(each)


def _is_here(answer: Answer, found: Mapping[str, Component]) -> bool:
    return all(stringify_id(each.component_id) in found for each in answer.outputs)


def _next(waiting: Sequence[Answer]) -> Answer:
    """Take the first callback that needs nothing which another one waits to fill."""
    filled = {_place(output) for each in waiting for output in each.outputs}
    for each in waiting:
        own = {_place(output) for output in each.outputs}
        if not any(_place(need) in filled - own for need in each.needs):
            return each
    return waiting[0]


def _put(answer: Answer, found: dict[str, Component], outside: Values, report: Report) -> None:
    given = [_value(need, found, outside) for need in answer.needs]
    try:
        values = contextvars.copy_context().run(_called, answer, given)
    except PreventUpdate:
        return
    except Exception as error:
        ids = [stringify_id(each.component_id) for each in answer.outputs]
        for place, children in report(error, ids).items():
            if place in found:
                found[place].children = children
        return
    for output, value in zip(answer.outputs, values, strict=True):
        if value is no_update or isinstance(value, Patch):
            continue
        setattr(found[stringify_id(output.component_id)], output.component_property, value)
        found.update(components(value))


def _called(answer: Answer, given: Sequence[Any]) -> Sequence[Any]:
    """Call a function as Dash does at first, when `ctx` knows of nothing pressed."""
    context_value.set(AttributeDict(triggered_inputs=[], inputs_list=[], states_list=[]))
    values = answer.function(*given)
    return values if isinstance(values, list | tuple) and len(answer.outputs) > 1 else [values]


def _value(need: DashDependency, found: Mapping[str, Component], outside: Values) -> Any:
    component = found.get(stringify_id(need.component_id))
    if component is None:
        return outside.get(_place(need))
    return getattr(component, need.component_property, None)


def _place(dependency: DashDependency) -> tuple[str, str]:
    return stringify_id(dependency.component_id), dependency.component_property
