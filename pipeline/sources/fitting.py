"""Which of several tables a source means: those whose columns fit."""

from collections.abc import Callable, Iterator

from pipeline.sources.parts import Part

Wanted = Callable[[list[str]], bool]


def fitting(parts: Iterator[Part], is_wanted: Wanted | None) -> Iterator[Part]:
    """Yield the parts whose columns are wanted; all of them where none is.

    The caller of the second case says which columns were found.
    """
    unfit: list[Part] = []
    any_fits = False
    for part in parts:
        if is_wanted is None or is_wanted(part.table.column_names):
            any_fits = True
            unfit.clear()
            yield part
        elif not any_fits:
            unfit.append(part)
    if not any_fits:
        yield from unfit
