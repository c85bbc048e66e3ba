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
    if any(dependency.has_wildcard() for dependency in dependencies):
        return None
    outputs = tuple(dependency for dependency in dependencies if isinstance(dependency, Output))
    needs = tuple(
        dependency for dependency in dependencies if isinstance(dependency, Input | State)
    )
    return Answer(outputs, needs, function)


def answered(part: Any, answers: Iterable[Answer], outside: Values, report: Report) -> Any:
    """Fill a part with what its callbacks say at first, and give it.

    A callback is answered where all that it fills is in the part, after those that fill what it
    needs; what an answer brings is filled as well.
    """
    components_by_id = components(part)
    waiting = [answer for answer in answers if _is_here(answer, components_by_id)]
    later = [answer for answer in answers if answer not in waiting]
    while waiting:
        now = _next(waiting)
        waiting.remove(now)
        _put(now, components_by_id, outside, report)
        come = [answer for answer in later if _is_here(answer, components_by_id)]
        waiting += come
        later = [answer for answer in later if answer not in come]
    return part


def components(part: Any) -> dict[str, Component]:
    """Give the components of a part by their ids, those of several parts as JSON."""
    named = ((getattr(component, "id", None), component) for component in _every(part))
    return {stringify_id(name): component for name, component in named if name is not None}


def _every(part: Any) -> Iterator[Component]:
    if isinstance(part, Component):
        yield part
        yield from (
            component for component in part._traverse() if isinstance(component, Component)
        )
    elif isinstance(part, list | tuple):
        for child in part:
            yield from _every(child)


def _is_here(answer: Answer, components_by_id: Mapping[str, Component]) -> bool:
    return all(
        stringify_id(output.component_id) in components_by_id for output in answer.outputs
    )


def _next(waiting: Sequence[Answer]) -> Answer:
    """Take the first callback that needs nothing which another one waits to fill."""
    filled = {_place(output) for answer in waiting for output in answer.outputs}
    for answer in waiting:
        own = {_place(output) for output in answer.outputs}
        if not any(_place(need) in filled - own for need in answer.needs):
            return answer
    return waiting[0]


def _put(
    answer: Answer, components_by_id: dict[str, Component], outside: Values, report: Report
) -> None:
    arguments = [_value(need, components_by_id, outside) for need in answer.needs]
    try:
        values = contextvars.copy_context().run(_called, answer, arguments)
    except PreventUpdate:
        return
    except Exception as error:
        ids = [stringify_id(output.component_id) for output in answer.outputs]
        for place, children in report(error, ids).items():
            if place in components_by_id:
                components_by_id[place].children = children
        return
    for output, value in zip(answer.outputs, values, strict=True):
        if value is no_update or isinstance(value, Patch):
            continue
        setattr(
            components_by_id[stringify_id(output.component_id)],
            output.component_property,
            value,
        )
        components_by_id.update(components(value))


def _called(answer: Answer, arguments: Sequence[Any]) -> Sequence[Any]:
    """Call a function as Dash does at first, when `ctx` knows of nothing pressed."""
    context_value.set(AttributeDict(triggered_inputs=[], inputs_list=[], states_list=[]))
    values = answer.function(*arguments)
    return values if isinstance(values, list | tuple) and len(answer.outputs) > 1 else [values]


def _value(
    need: DashDependency, components_by_id: Mapping[str, Component], outside: Values
) -> Any:
    component = components_by_id.get(stringify_id(need.component_id))
    if component is None:
        return outside.get(_place(need))
    return getattr(component, need.component_property, None)


def _place(dependency: DashDependency) -> tuple[str, str]:
    return stringify_id(dependency.component_id), dependency.component_property
