"""Which of several tables a source means: those whose columns fit."""

from collections.abc import Callable, Iterator

from pipeline.sources.parts import Part

Wanted = Callable[[list[str]], bool]


def fitting(parts: Iterator[Part], wanted: Wanted | None) -> Iterator[Part]:
    """Yield the parts whose columns are wanted; all of them where none is.

    The caller of the second case says which columns were found.
    """
    unfit: list[Part] = []
    found = False
    for part in parts:
        if wanted is None or wanted(part.table.column_names):
            found = True
            unfit.clear()
            yield part
        elif not found:
            unfit.append(part)
    if not found:
        yield from unfit
