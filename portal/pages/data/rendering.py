"""The panel about a file as it stands: empty, being checked, refused, ready, published."""

import secrets
from collections.abc import Sequence
from typing import Any

from dash import Output, html, no_update
from dash.development.base_component import Component

from db.workspace.jobs import Job
from portal.pages.data import controls
from portal.pages.data.choices import ADD, AUTO, NEW, REPLACE, chosen, free_name, kept_columns
from portal.pages.data.panel import (
    currency_options,
    doubts_part,
    figures_part,
    form_options,
    layout_options,
    more_part,
    shown_fields,
    tables_part,
    waiting_part,
)
from portal.pages.data.uploaded import Looked, signature, state_said
from portal.pages.data.words import FORMS, form_of, looks_like
from portal.reading.datasets import DataSet

PLACES = (
    (controls.FILE, "children"),
    (controls.HOW, "hidden"),
    (controls.FORM, "options"),
    (controls.FORM, "value"),
    (controls.LAYOUT, "options"),
    (controls.LAYOUT, "value"),
    (controls.CURRENCY, "options"),
    (controls.CURRENCY, "value"),
    (controls.DAY, "value"),
    (controls.TABLES, "children"),
    (controls.DOUBTS, "children"),
    (controls.FIGURES, "children"),
    (controls.MORE, "children"),
    (controls.TARGET, "options"),
    (controls.TARGET, "value"),
    (controls.NAME, "value"),
    (controls.SHOWN, "data"),
)
OUTPUTS = tuple(Output(*place) for place in PLACES)
NONE = "What files give appears here before anything is published."


def rendered(
    looked: Looked | None,
    before: dict[str, Any],
    target: str | None,
    datasets: Sequence[DataSet],
    typed: str | None = None,
) -> tuple[Any, ...]:
    """Give every part of the panel, those that stay as they are as `no_update`.

    `typed` is the name of a new data set as it stands.
    """
    state, names = signature(looked), [dataset.name for dataset in datasets]
    if before.get("seen") == state and before.get("datasets") == names and "seen" in before:
        return (no_update,) * len(OUTPUTS)
    if looked is None:
        missing = html.P(NONE, className="quiet")
        return _only({"seen": state, "datasets": names}, FILE=missing, HOW=True)
    is_other = before.get("upload") != looked.upload.upload_id
    page_state = {**({} if is_other else before), "seen": state, "datasets": names}
    page_state["upload"] = looked.upload.upload_id
    page_state.setdefault("page", secrets.token_hex(4))
    if not looked.upload.is_here:
        return _only(page_state, FILE=state_said(looked), HOW=True)
    parts: dict[str, Any] = {"HOW": False}
    if is_other:
        parts |= _cleared(looked, names)
        page_state["name"] = typed = parts["NAME"]
    if looked.told is None:
        waits = _heading(looked, "It is being looked at …")
        parts |= {"FILE": waits, "FIGURES": waiting_part()}
    else:
        parts |= _told(looked, page_state)
    if failed := state_said(looked):
        parts |= {"FIGURES" if looked.base else "FILE": failed, "HOW": looked.base is None}
    is_named = typed not in {None, "", page_state.get("name")}  # somebody names a data set
    if not (is_named and target == NEW):
        parts |= _target(looked, page_state, datasets, NEW if is_other else target)
    return _only(page_state, **parts)


def _only(page_state: dict[str, Any], **parts: Any) -> tuple[Any, ...]:
    """Give the parts in the order of the outputs."""
    by_place = {_key(*place): no_update for place in PLACES}
    unknown = set(parts) - set(by_place)
    if unknown:
        raise KeyError(f"the panel has no part {', '.join(sorted(unknown))}")
    return tuple((by_place | parts | {"SHOWN": page_state}).values())


def _key(control: str, prop: str) -> str:
    name = next(key for key, value in vars(controls).items() if value == control)
    is_second = prop == "options"
    return f"{name}_OPTIONS" if is_second else name


def _heading(looked: Looked, sentence: str) -> list[Component]:
    return [
        html.H2(looked.title, className="card-title"),
        html.P(sentence, className="looks"),
    ]


def _cleared(looked: Looked, names: Sequence[str]) -> dict[str, Any]:
    """Leave nothing of the file before, and name the data set after the new one."""
    name = looked.upload.name.split(".", 1)[0].strip()[:100] or "data"
    waits = [{"label": "…", "value": AUTO}]
    return {
        "FORM_OPTIONS": waits,
        "LAYOUT_OPTIONS": waits,
        "CURRENCY_OPTIONS": waits,
        "FORM": AUTO,
        "LAYOUT": AUTO,
        "CURRENCY": AUTO,
        "DAY": "",
        "TABLES": None,
        "DOUBTS": None,
        "MORE": None,
        "NAME": free_name(name, names),
    }


def _told(looked: Looked, page_state: dict[str, Any]) -> dict[str, Any]:
    """Show what is known; while something else is awaited only what stays true."""
    check, base = looked.check, looked.base
    if check is None:
        return {}
    choices = chosen(check.request)
    if check.report is not None and not looked.is_current:
        return _beginning(check.report, check, page_state)
    if looked.is_current:
        return _whole(check, choices, page_state)
    parts = _whole(base, choices, page_state) if base and "base" not in page_state else {}
    if base and check.is_active and not kept_columns(chosen(base.request), choices):
        waits = html.P("Its columns are being looked at again …", className="quiet again")
        parts |= {"DOUBTS": waits, "MORE": None}
    return parts


def _beginning(
    report: dict[str, Any], check: Job, page_state: dict[str, Any]
) -> dict[str, Any]:
    """Show what a sample tells; what can be chosen waits for the whole."""
    page_state["tables"] = shown_tables(check, report)
    return {
        "FILE": _heading_of(report),
        "FIGURES": figures_part(report),
        "TABLES": tables_part(page_state["tables"], check.request.get("names", ()), report),
    }


def _whole(base: Job, choices: dict[str, Any], page_state: dict[str, Any]) -> dict[str, Any]:
    """Show a report, with the choices that are asked now."""
    report = base.report or {}
    page_state["base"] = base.job_id
    fields = shown_fields(report, choices.get("columns", {}))
    return _beginning(report, base, page_state) | {
        "TABLES": tables_part(shown_tables(base, report), choices.get("names", ()), report),
        "FORM_OPTIONS": form_options(report, FORMS, choices.get("form", "")),
        "FORM": choices.get("form", AUTO),
        "LAYOUT_OPTIONS": layout_options(report, choices.get("layout", "")),
        "LAYOUT": choices.get("layout", AUTO),
        "CURRENCY_OPTIONS": currency_options(report, choices.get("currency", "")),
        "CURRENCY": choices.get("currency", AUTO),
        "DAY": choices.get("as_of", ""),
        "DOUBTS": doubts_part(report, fields),
        "MORE": more_part(report, fields, opened=bool(choices.get("columns"))),
    }


def shown_tables(base: Job, report: dict[str, Any]) -> list[dict[str, Any]]:
    """Give all tables to choose from, also where a check looked at some of them alone."""
    tables: list[dict[str, Any]] = base.request.get("tables") or report["tables"]
    return tables


def _heading_of(report: dict[str, Any]) -> list[Component]:
    return [
        html.H2(report["file"], className="card-title"),
        html.P(looks_like(report), className="looks"),
    ]


def _target(
    looked: Looked, page_state: dict[str, Any], datasets: Sequence[DataSet], value: str | None
) -> dict[str, Any]:
    """Offer where the file goes; the likely place is chosen until somebody chooses another."""
    options = [
        {"label": "New data set", "value": NEW},
        *(
            {"label": f"Add to “{dataset.name}”", "value": f"{ADD}{dataset.name}"}
            for dataset in datasets
        ),
        *(
            {"label": f"Replace “{dataset.name}”", "value": f"{REPLACE}{dataset.name}"}
            for dataset in datasets
        ),
    ]
    parts: dict[str, Any] = {"TARGET_OPTIONS": options}
    is_untouched = value in {None, page_state.get("target", NEW)}
    if is_untouched and looked.is_current:
        likely = _likely(looked, datasets)
        if likely != value or "target" not in page_state:
            parts["TARGET"] = likely
        page_state["target"] = likely
    elif value not in {option["value"] for option in options}:
        parts["TARGET"] = NEW
    return parts


def _likely(looked: Looked, datasets: Sequence[DataSet]) -> str:
    """Choose the data set that was looked at, or whose files look the same."""
    check = looked.check
    if check is None or check.report is None or not check.report["recognised"]:
        return NEW
    form = form_of(check.report)
    fits = any(dataset.name == check.dataset and dataset.form == form for dataset in datasets)
    return f"{ADD}{check.dataset}" if fits else NEW
