"""From what is chosen to what is asked: looking again, and whether figures belong to it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from portal.pages.data.choices import (
    AUTO,
    NEW,
    UNUSED,
    Target,
    chosen,
    column_choices,
    free_name,
    kept_columns,
    mapping_of,
    table_choices,
)
from portal.pages.data.uploaded import Looked, is_busy
from portal.pages.data.words import day_said
from portal.reading import jobs as work
from portal.reading.datasets import DataSet
from portal.words import wording


class Chosen(NamedTuple):
    """The values of the controls, in their order on the page; `fields` by their place."""

    form: str | None
    layout: str | None
    currency: str | None
    as_of: str | None
    tables: list[bool]
    fields: dict[int, str | None]
    target: str | None
    name: str | None

    @classmethod
    def read(cls, values: Sequence[Any], places: Sequence[dict[str, Any]]) -> Self:
        """Read the values of the controls, those of columns with their ids."""
        form, layout, currency, as_of, tables, fields, target, name = values
        by_place = {
            int(place["place"]): None if value == UNUSED else value
            for place, value in zip(places, fields, strict=False)
            if place  # one that is just taken off the page has none
        }
        return cls(
            form=_own(form),
            layout=_own(layout),
            currency=_own(currency),
            as_of=as_of,
            tables=list(tables),
            fields=by_place,
            target=target,
            name=name,
        )


def _own(value: str | None) -> str | None:
    return None if value == AUTO else value


def wanted(
    looked: Looked, page_state: dict[str, Any], choices: Chosen, target: Target
) -> dict[str, Any]:
    """Give what is chosen, as a job's request has it."""
    base = looked.base if looked.base and looked.base.job_id == page_state.get("base") else None
    report = (base and base.report) or {}
    before = chosen(looked.check.request if looked.check else {})
    now = {
        "form": choices.form,
        "layout": choices.layout,
        "currency": choices.currency,
        "as_of": choices.as_of,
        "names": table_choices(page_state.get("tables", ()), choices.tables),
        "append": target.append,
    }
    now = {name: value for name, value in now.items() if value}
    rendered_for = chosen(base.request) if base else {}
    if report and choices.fields and kept_columns(rendered_for, now):
        names = [column["name"] for column in report["columns"]]
        values = {names[place]: value for place, value in choices.fields.items()}
        columns = column_choices(report, rendered_for.get("columns", {}), values)
    else:
        columns = before.get("columns", {}) if kept_columns(before, now) else {}
    return now | ({"columns": columns} if columns else {})


def asked_again(
    looked: Looked, page_state: dict[str, Any], choices: Chosen, target: Target
) -> str | None:
    """Look again where something else is chosen than was asked last.

    Gives a sentence where that can't be, and an empty one where nothing has changed.
    """
    check = looked.check
    if check is None or not page_state.get("base"):
        return ""
    if page_state.get("tables") and choices.tables and not any(choices.tables):
        return "Tick at least one table."
    now = wanted(looked, page_state, choices, target)
    names = page_state.get("datasets", ())
    new = free_name(target.name or looked.upload.name.split(".", 1)[0] or "data", names)
    dataset = target.name if target.existing else new
    same_place = check.dataset == dataset if target.existing else check.dataset not in names
    is_same = same_place and now == chosen(check.request)
    if is_same or _asked_elsewhere(looked, page_state, choices, now):
        return ""
    report = looked.base.report if looked.base and looked.base.report else {}
    mapping, problem = mapping_of(report, now.get("columns", {})) if report else ({}, None)
    if problem:
        return problem
    request = now | {
        "mapping": mapping,
        "tables": page_state.get("tables", []),
        "asked_by": page_state.get("page"),
    }
    work.start(
        "check",
        dataset=dataset,
        upload_id=looked.upload.upload_id,
        request={name: value for name, value in request.items() if value},
        supersedes=True,
    )
    return None


def _asked_elsewhere(
    looked: Looked, page_state: dict[str, Any], choices: Chosen, now: dict[str, Any]
) -> bool:
    """Tell whether the newest check is another's wish, and nothing was changed on this page.

    Another's is that of a second browser, or what a data set remembers; the page shows it once
    it is done.
    """
    check, base = looked.check, looked.base
    if check is None or base is None or check.request.get("asked_by") == page_state.get("page"):
        return False
    is_pending = check.job_id != page_state.get("base")
    is_untouched = choices.target == page_state.get("target", NEW)
    requests = (chosen(check.request), chosen(base.request))
    return is_pending and is_untouched and now in requests


def standing(
    looked: Looked, page_state: dict[str, Any], choices: Chosen, target: Target
) -> tuple[str, bool]:
    """Say how the figures stand to what is chosen, and whether they may be published."""
    obstacle = _not_ready(looked, page_state, choices, target)
    return obstacle or "", obstacle is None


def _not_ready(
    looked: Looked, page_state: dict[str, Any], choices: Chosen, target: Target
) -> str | None:
    check = looked.check
    if check is None:
        return "The file is being looked at."
    report = check.report or {}
    is_known = looked.is_current and page_state.get("base") == check.job_id
    if check.is_active and report.get("sample"):
        obstacle = "The rest of the file is being read; the figures are those of a part."
    elif check.is_active or (
        is_known and wanted(looked, page_state, choices, target) != chosen(check.request)
    ):
        obstacle = "The figures are being computed for what is chosen."
    elif looked.refresh is not None:
        obstacle = "It is being published."
    elif not is_known or report.get("refusal"):
        obstacle = "Nothing can be published as it is."
    elif not target.name:
        obstacle = "Give the data set a name."
    elif is_busy(target.name):
        obstacle = f"“{target.name}” is being refreshed; publish when that is done."
    else:
        return None
    return obstacle


def awaits(looked: Looked, page_state: dict[str, Any], choices: Chosen, target: Target) -> bool:
    """Tell whether other figures are computed than those that are shown."""
    check = looked.check
    if check is None or looked.refresh is not None:
        return False
    return check.is_active or wanted(looked, page_state, choices, target) != chosen(
        check.request
    )


def button_said(target: Target) -> str:
    """Say what the button does."""
    if target.append:
        return f"Add to “{target.name}”"
    if target.existing:
        return f"Replace “{target.name}” …"
    return f"Publish as “{target.name}”" if target.name else "Publish"


def replace_question(name: str, report: dict[str, Any], datasets: Sequence[DataSet]) -> str:
    """Ask whether a data set is to be replaced, with the figures of both sides."""
    before = next((dataset for dataset in datasets if dataset.name == name), None)
    if before is None:
        return f"Replace “{name}”?"
    day = f" to {wording.date(before.as_of)}" if before.as_of else ""
    counts = [
        wording.count(report.get("rows_read"), "row"),
        wording.count(report.get("customers"), "customer"),
    ]
    last = report.get("last_day")
    until = f" to {day_said(last)}" if last else ""
    return (
        f"Replace “{name}” ({wording.count(before.customers, 'customer')}{day}) with"
        f" {', '.join(counts)}{until}?"
    )
