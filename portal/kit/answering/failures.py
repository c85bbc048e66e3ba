"""What a failure says where its result would stand; the log has the rest."""

import logging
import uuid
from collections.abc import Sequence

from dash.development.base_component import Component

from db.errors import DatabaseError
from portal.kit.drawing.charts import problem_of
from portal.kit.states import error_state

LOG = logging.getLogger(__name__)


def said_of(error: Exception) -> Component:
    """Log a failure, and say it: what the database says in words, all else by a reference."""
    reference = uuid.uuid4().hex[:8]
    LOG.error("callback failed, reference %s", reference, exc_info=error)
    if isinstance(error, DatabaseError):
        return error_state(str(error))
    return error_state(
        f"This could not be worked out; the portal's log has it under {reference}."
    )


def problems(error: Exception, ids: Sequence[str]) -> dict[str, Component]:
    """Say a failure at every place where one of `ids` says what went wrong."""
    message = said_of(error)
    return {problem_of(component_id): message for component_id in ids}
