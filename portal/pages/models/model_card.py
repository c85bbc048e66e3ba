"""A model card: what the chosen model is for, from what it learned, how sure, its limits."""

import datetime as dt
import json
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from portal.kit.evidence import download_link
from portal.pages.models.marks import within
from portal.pages.models.sentences import Told, headline, paired_said
from portal.pages.models.tuning import settings_said
from portal.reading.predicting.stored_models import NoModelFile, model_file
from portal.reading.published import PublishedRun
from portal.words import wording
from portal.words.measures import MEASURES
from portal.words.scores import score, score_interval
from portal.words.titles import feature_title

CONCERNED = {
    "churn": "Customers with an order in the year up to the day shown.",
    "activity_drop": "Customers of the last year who spent in the last 90 days.",
    "high_value": "Customers with an order in the year up to the day shown.",
}
SHOWN = ("roc_auc", "accuracy", "balanced_accuracy", "f1_macro", "log_loss", "brier", "ece",
         "lift_at_10")  # fmt: skip


def model_card(told: Told, run: PublishedRun) -> Component:
    """Write the card of the model that serves a task."""
    title = told.titles.get(told.chosen, told.chosen)
    terms: list[tuple[str, list[Component]]] = [
        ("What it answers", [html.P(str(told.value("question")))]),
        ("For whom", [html.P(_whom(told))]),
        ("Not for", [html.P(_not_for(told))]),
        ("Data and days", [html.P(_days(told, run)), html.P(str(told.value("design")))]),
        ("What it sees", [html.P(_features(told))]),
        ("How it did on the test", [html.P(f"{headline(told)}."), _scores(told)]),
        ("Beside others", [html.Ul([html.Li(said) for said in paired_said(told)])]),
        ("Limits", [html.Ul([html.Li(said) for said in limits(told)])]),
        ("Settings", [html.P(_settings(told)), html.P(str(told.value("reason")))]),
        ("Made by", [html.P(_made(told, run))]),
        ("As a file", _file(told, run)),
    ]
    return html.Article(
        [
            html.H2(f"{told.value('title')}: {within(title)}", className="record-title"),
            html.P(f"{run.dataset}, run {run.run_id}", className="quiet"),
            html.Dl(
                [html.Div([html.Dt(name), html.Dd(content)]) for name, content in terms],
                className="record-terms",
            ),
        ],
        className="record",
    )


def limits(told: Told) -> list[str]:
    """List what a reader must not forget."""
    found = [str(said) for said in (told.value("warning"), told.note) if said]
    naive = told.paired[told.paired["role"] == "naive"]
    if len(naive) and naive["low"].iloc[0] <= 0:
        found.append(
            "On the test it is not surely better than the best naive rival; that simple rule"
            " may serve as well."
        )
    second = told.paired[told.paired["role"] == "second"]
    if len(second) and second["low"].iloc[0] <= 0:
        found.append("Its lead over the next best model is within chance.")
    found.append(
        "It learned from this data set alone and knows nothing of prices, competitors or"
        " campaigns to come; where buying changes, it must be trained anew."
    )
    found.append(
        "It tells what goes together, not what causes what: a feature that drives a prediction"
        " need not be one that changes it."
    )
    return found


def _whom(told: Told) -> str:
    given = told.value("horizon_days") is not None
    who = CONCERNED.get(told.name) if given else None
    scored = wording.count(told.value("rows_scored"), "customer")
    return f"{who or 'Every customer of the data set.'} {scored} of the newest day were scored."


def _not_for(told: Told) -> str:
    if told.name == "segment_replication":
        return "Telling how good the segmentation is; it only tells how well it is reproduced."
    return (
        "Decisions that affect people's rights, such as credit or employment, and customers of"
        " another shop."
    )


def _days(told: Told, run: PublishedRun) -> str:
    seen = f"Data seen up to {wording.date(run.as_of)}."
    parts = [seen if run.as_of else "The data name no day."]
    days = [dt.date.fromisoformat(day) for day in json.loads(told.value("train_days") or "[]")]
    if days:
        parts.append(f"Trained on {wording.count(len(days), 'day')} up to"
                     f" {wording.date(max(days))}.")  # fmt: skip
    test = told.value("test_day")
    if test is not None:
        parts.append(f"Tested on {wording.date(dt.date.fromisoformat(str(test)[:10]))}.")
    return " ".join(parts)


def _features(told: Told) -> str:
    names = [feature_title(name) for name in json.loads(told.value("features") or "[]")]
    return f"{wording.count(len(names), 'feature')}: {', '.join(names)}."


def _scores(told: Told) -> Component:
    rows = []
    for metric in SHOWN:
        value, low, high = told.score_of(told.chosen, metric)
        if value is None:
            continue
        rows.append(
            html.Tr(
                [
                    html.Th(MEASURES[metric].title, scope="row"),
                    html.Td(score(value, metric), className="number"),
                    html.Td(score_interval(low, high, metric), className="number quiet"),
                ]
            )
        )
    head = html.Tr(
        [
            html.Th("Metric", scope="col"),
            html.Th("Value", scope="col", className="number"),
            html.Th("95 % interval", scope="col", className="number"),
        ]
    )
    return html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table")


def _settings(told: Told) -> str:
    mine = told.models[told.models["model"] == told.chosen]
    said = settings_said(str(mine["params"].iloc[0])) if len(mine) else ""
    return f"{said[:1].upper()}{said[1:]}." if said else "No setting was searched."


def _made(told: Told, run: PublishedRun) -> str:
    return (
        f"Run {run.run_id}, published {wording.moment(run.published_at)}, seed"
        f" {told.value('seed')}, Clientele {told.value('version')}; the whole task took"
        f" {wording.seconds(told.value('seconds'))} of processor time."
    )


def _file(told: Told, run: PublishedRun) -> list[Component]:
    """Hand the model out, with the checksum by which a copy is known to be whole."""
    try:
        kept = model_file(run, told.name)
    except NoModelFile as error:
        return [html.P(str(error))]
    query = urlencode({"dataset": run.dataset, "task": kept.task})
    return [
        html.P(
            "Its numbers and words in a ZIP archive (JSON and plain arrays; nothing in it can"
            f" run), format {kept.format}, {wording.size(len(kept.content))}."
        ),
        html.P(["SHA-256 ", html.Code(kept.sha256, className="checksum")]),
        download_link("/export/model.zip", f"?{query}", "Download the model"),
    ]
