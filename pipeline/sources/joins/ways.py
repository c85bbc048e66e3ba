"""The shortest way from tables that are joined to one that has what is lacking."""

from collections.abc import Iterator, Sequence

from pipeline.sources.joins.links import Link
from pipeline.sources.joins.planned import Plan, Step
from pipeline.sources.joins.roles import Role, given, names_orders, role_of
from pipeline.sources.joins.tables import Table

DEEPEST = 3
"""Tables on the way to one that is wanted."""


def way(plan: Plan, links: Sequence[Link], groups: Sequence[Sequence[str]]) -> list[Step]:
    """Find the shortest way to a table that gives most of what is asked, one field a group."""
    paths: list[tuple[Table, Role, list[Step]]] = [
        (table, role, []) for table, role in plan.roles.items()
    ]
    for _ in range(DEEPEST):
        longer = [
            (step.link.parent, step.role, [*before, step])
            for table, role, before in paths
            for step in _steps(plan, links, table, role, groups)
            if all(step.link.parent is not earlier.link.parent for earlier in before)
        ]
        best = max(longer, key=lambda path: _worth(path[2][-1], groups), default=None)
        if best is not None and _score(best[2][-1], groups):
            return best[2]
        paths = [path for path in longer if not path[2][-1].is_part]
    return []


def _steps(
    plan: Plan,
    links: Sequence[Link],
    table: Table,
    role: Role,
    groups: Sequence[Sequence[str]],
) -> Iterator[Step]:
    """Yield the joins that lead on from a table, without those that would multiply rows."""
    for link in links:
        if link.child is not table or link.parent in plan.roles:
            continue
        as_what = role_of(link, role)
        if as_what is None:
            continue
        step = Step(link, as_what, given(link, as_what))
        if link.unique:
            yield step
        elif _score(step, groups):
            once = _told_once(step, groups)
            if once is not None:
                yield once
            else:
                plan.multiplying.append(link)


def _told_once(step: Step, groups: Sequence[Sequence[str]]) -> Step | None:
    """Give what a table says the same in all rows of a key; None where it does not."""
    parent = step.link.parent
    wanted_fields = {name for group in groups for name in group}
    takes = {field: column for field, column in step.takes.items() if field in wanted_fields}
    key = parent.numbers(step.link.key)
    for column in takes.values():
        pairs = set(zip(key.tolist(), parent.numbers((column,)).tolist(), strict=True))
        if len(pairs) > len(set(key.tolist())):
            return None
    return step._replace(takes=takes, is_part=True)


def _score(step: Step, groups: Sequence[Sequence[str]]) -> int:
    gives = set(step.takes)
    if step.role is Role.CUSTOMER:
        gives.add("customer_id")
    return sum(any(field in gives for field in group) for group in groups)


def _worth(step: Step, groups: Sequence[Sequence[str]]) -> tuple[int, bool, bool, int, float]:
    link = step.link
    return (
        _score(step, groups),
        not step.is_part,
        names_orders(link.parent),
        -link.evidence,
        link.matched / link.named,
    )
