"""The playbook that a data set follows."""

from typing import NamedTuple

from db.workspace import playbooks
from db.workspace.playbooks import PlaybookVersion
from portal.reading.at_run import AtRun, remember
from portal.reading.contacting.economics import (
    Playbook,
    StrategyError,
    default_playbook,
    load_playbook,
)


class InForce(NamedTuple):
    """The playbook that figures follow and its version, 0 for the built-in one.

    `problem` says why the saved version can't be followed, where it can't: figures then follow
    the built-in one.
    """

    playbook: Playbook
    version: int
    problem: str = ""


def in_force(run: AtRun) -> InForce:
    """Give the newest playbook of the data set, or the one that the product comes with."""
    return remember(run, _read)


def saved(run: AtRun) -> PlaybookVersion | None:
    """Give the version in force as it was saved; `None` where it is the built-in one."""
    if run.playbook == playbooks.BUILT_IN:
        return None
    return playbooks.one(run.connection, run.dataset, run.playbook)


def _read(run: AtRun) -> InForce:
    version = saved(run)
    if version is None:
        return InForce(default_playbook(), playbooks.BUILT_IN)
    try:
        return InForce(load_playbook(version.text), version.version)
    except StrategyError as error:
        problem = (
            f"Version {version.version} of the playbook can't be followed, so that figures"
            f" follow the built-in one. {error} Save a version that mends it."
        )
        return InForce(default_playbook(), playbooks.BUILT_IN, problem)
