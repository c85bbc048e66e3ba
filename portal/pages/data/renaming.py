"""Renaming a data set, and what is asked before one is deleted."""

from typing import Any

from dash import set_props

from db.errors import DatabaseError
from db.workspace import datasets as changing
from portal.kit.answering.following import REVISION
from portal.kit.states import error_state
from portal.reading.published import here


def renamed(old: str, new: str) -> Any:
    """Rename a data set and say so, or why not."""
    if not changing.is_name(new):
        return error_state("The new name must have 1 to 100 printable characters.")
    try:
        changing.rename(here().workspace.engine, old, new)
    except DatabaseError as error:
        return error_state(str(error))
    set_props(REVISION, {"data": f"{old} is now {new}"})  # at once, not when next asked
    return f"“{old}” is now “{new}”."


def confirmation(which: str) -> str:
    """Ask before a data set is deleted."""
    return f"Delete “{which}” with its records, runs and results? This can't be undone."
