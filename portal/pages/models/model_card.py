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


def model_card(task: Told, run: PublishedRun) -> Component:
    """Write the card of the model that serves a task."""
    title = task.titles.get(task.chosen, task.chosen)
    terms: list[tuple[str, list[Component]]] = [
        ("What it answers", [html.P(str(task.value("question")))]),
        ("For whom", [html.P(_whom(task))]),
        ("Not for", [html.P(_not_for(task))]),
        ("Data and days", [html.P(_days(task, run)), html.P(str(task.value("design")))]),
        ("What it sees", [html.P(_features(task))]),
        ("How it did on the test", [html.P(f"{headline(task)}."), _scores(task)]),
        ("Beside others", [html.Ul([html.Li(sentence) for sentence in paired_said(task)])]),
        ("Limits", [html.Ul([html.Li(limit) for limit in limits(task)])]),
        ("Settings", [html.P(_settings(task)), html.P(str(task.value("reason")))]),
        ("Made by", [html.P(_made(task, run))]),
        ("As a file", _file(task, run)),
    ]
    return html.Article(
        [
            html.H2(f"{task.value('title')}: {within(title)}", className="record-title"),
            html.P(f"{run.dataset}, run {run.run_id}", className="quiet"),
            html.Dl(
                [html.Div([html.Dt(name), html.Dd(content)]) for name, content in terms],
                className="record-terms",
            ),
        ],
        className="record",
    )


def limits(task: Told) -> list[str]:
    """List what a reader must not forget."""
    cautions = [str(caution) for caution in (task.value("warning"), task.note) if caution]
    naive = task.paired[task.paired["role"] == "naive"]
    if len(naive) and naive["low"].iloc[0] <= 0:
        cautions.append(
            "On the test it is not surely better than the best naive rival; that simple rule"
            " may serve as well."
        )
    second = task.paired[task.paired["role"] == "second"]
    if len(second) and second["low"].iloc[0] <= 0:
        cautions.append("Its lead over the next best model is within chance.")
    cautions.append(
        "It learned from this data set alone and knows nothing of prices, competitors or"
        " campaigns to come; where buying changes, it must be trained anew."
    )
    cautions.append(
        "It tells what goes together, not what causes what: a feature that drives a prediction"
        " need not be one that changes it."
    )
    return cautions


def _whom(task: Told) -> str:
    has_horizon = task.value("horizon_days") is not None
    who = CONCERNED.get(task.name) if has_horizon else None
    scored = wording.count(task.value("rows_scored"), "customer")
    return f"{who or 'Every customer of the data set.'} {scored} of the newest day were scored."


def _not_for(task: Told) -> str:
    if task.name == "segment_replication":
        return "Telling how good the segmentation is; it only tells how well it is reproduced."
    return (
        "Decisions that affect people's rights, such as credit or employment, and customers of"
        " another shop."
    )


def _days(task: Told, run: PublishedRun) -> str:
    trained_on = task.value("trained_on")
    last_day = run.as_of if trained_on is None else dt.date.fromisoformat(str(trained_on)[:10])
    data_end = f"Data seen up to {wording.date(last_day)}."
    parts = [data_end if last_day else "The data name no day."]
    days = [dt.date.fromisoformat(day) for day in json.loads(task.value("train_days") or "[]")]
    if days:
        parts.append(f"Trained on {wording.count(len(days), 'day')} up to"
                     f" {wording.date(max(days))}.")  # fmt: skip
    test = task.value("test_day")
    if test is not None:
        parts.append(f"Tested on {wording.date(dt.date.fromisoformat(str(test)[:10]))}.")
    return " ".join(parts)


def _features(task: Told) -> str:
    names = [feature_title(name) for name in json.loads(task.value("features") or "[]")]
    return f"{wording.count(len(names), 'feature')}: {', '.join(names)}."


def _scores(task: Told) -> Component:
    rows = []
    for metric in SHOWN:
        value, low, high = task.score_of(task.chosen, metric)
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


def _settings(task: Told) -> str:
    mine = task.models[task.models["model"] == task.chosen]
    settings = settings_said(str(mine["params"].iloc[0])) if len(mine) else ""
    return f"{settings[:1].upper()}{settings[1:]}." if settings else "No setting was searched."


def _made(task: Told, run: PublishedRun) -> str:
    """Say which run trained the model, and which one serves what it says today."""
    serving = f"Run {run.run_id}, published {wording.moment(run.published_at)}"
    by_whom = f"seed {task.value('seed')}, Clientele {task.value('version')}"
    took = f"{wording.seconds(task.value('seconds'))} of processor time"
    trained_run = task.value("trained_run")
    if trained_run is None or trained_run == run.run_id:
        return f"{serving}, {by_whom}; the whole task took {took}."
    return (
        f"Trained by run {int(trained_run)}, {by_whom}. {serving}, scored the newest day with"
        f" it, which took {took}; it is trained again when it is due"
        " (setting models.retrain)."
    )


def _file(task: Told, run: PublishedRun) -> list[Component]:
    """Hand the model out, with the checksum by which a copy is known to be whole."""
    try:
        file = model_file(run, task.name)
    except NoModelFile as error:
        return [html.P(str(error))]
    query = urlencode({"dataset": run.dataset, "task": file.task})
    return [
        html.P(
            "Its numbers and words in a ZIP archive (JSON and plain arrays; nothing in it can"
            f" run), format {file.format}, {wording.size(len(file.content))}."
        ),
        html.P(["SHA-256 ", html.Code(file.sha256, className="checksum")]),
        download_link("/export/model.zip", f"?{query}", "Download the model"),
    ]
