"""Models: what the page says equals what the run wrote, also where it wrote little."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.kit.cards import ChartCard
from portal.kit.drawing.chart import Chart
from portal.pages.models import agreement, cards, drivers, figures, lights, page, queries
from portal.pages.models.by_class import by_class_finding
from portal.pages.models.model_card import model_card
from portal.pages.models.model_table import most_different
from portal.pages.models.sentences import REPLICATION, Told, headline, lead, paired_said
from portal.pages.models.sentences import facts as facts_of
from portal.pages.models.shapley import Shapley
from portal.pages.models.told import compared as compared_by
from portal.pages.models.told import told as told_of
from portal.pages.models.told import usual_pair
from portal.reading.filters import Filters, customer_link, task_from
from portal.reading.published import PublishedRun, published_run
from portal.settings import Settings
from tests.shops import Shop, copied, rows

TASKS = ["churn", "segment", "segment_replication"]


@contextmanager
def looking(app: Dash, search: str = "") -> Iterator[PublishedRun]:
    with app.server.test_request_context("/"), published_run(search) as at:
        yield at


def drawn(run: PublishedRun, card: ChartCard, task: str, **choices: Any) -> Chart:
    """Draw a card of a task, with the values of its controls."""
    asked = card.asked_by_name(f"?task={task}", choices)
    chart: Chart = card.drawn_with(run, asked, card.draw)
    return chart


def served(url: str) -> Dash:
    return create_app(open_reader(url), Settings(db=url))


def changed(shop: Shop, folder: Path, *statements: str) -> Dash:
    """Serve a copy of a shop in which the run wrote something else."""
    path = folder / "changed.db"
    copied(shop.path, path)
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return served(f"sqlite:///{path}")


def text_of(component: object) -> str:
    """Give all words of a component."""
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(text_of(each) for each in component)
    inner = getattr(component, "children", None)
    return "" if inner is None else text_of(inner)


def test_windows_are_those_of_the_first_task_where_none_is_named(app: Dash) -> None:
    with looking(app) as at:
        unnamed, named = (
            at.ask(queries.windows(at, Filters(), task=task)) for task in (None, "churn")
        )
        groups = at.ask(queries.calibrations(at, Filters(), task=None, by=None))
    assert len(unnamed) > 0
    pd.testing.assert_frame_equal(unnamed, named)
    assert len(groups) > 0


def test_the_address_keeps_the_task(app: Dash) -> None:
    assert task_from("?dataset=shop&task=segment") == "segment"
    assert task_from("?dataset=shop") is None
    with looking(app) as at:
        assert queries.task_named(at, "segment") == "segment"
        assert queries.task_named(at, "nonsense") == "churn"
        assert queries.task_named(at, None) == "churn"


@pytest.mark.parametrize("task", TASKS)
def test_right_answers_equal_the_confusion_matrix(
    app: Dash, published_shop: Shop, task: str
) -> None:
    with looking(app) as at:
        told = told_of(at, task)
        first, second = usual_pair(told)
        compared = compared_by(at, task, first, second)
    for model, column in ((first, "first_right"), (second, "second_right")):
        ((right, total),) = rows(
            published_shop.path,
            "select sum(customers * (actual = predicted)), sum(customers) from confusion"
            " where task = ? and model = ?",
            task,
            model,
        )
        assert int(compared[column].sum()) == right
        assert len(compared) == total
    counts = agreement.agreement(compared)
    assert counts.sum() == len(compared)
    assert first == told.chosen != second


@pytest.mark.parametrize("task", TASKS)
def test_headline_tells_the_scores_of_the_run(
    app: Dash, published_shop: Shop, task: str
) -> None:
    with looking(app) as at:
        told = told_of(at, task)
    ((value, low, high),) = rows(
        published_shop.path,
        "select value, low, high from model_score where task = ? and metric = ? and chosen",
        task,
        told.metric,
    )
    said = headline(told)
    assert told.titles[told.chosen] in said
    if task == "churn":
        assert f"ROC-AUC {value:.3f} ({low:.3f} to {high:.3f})" in said
    else:
        assert f"{100 * value:.1f} % of customers" in said
    assert len(paired_said(told)) == len(told.paired) > 0
    assert told.note == (REPLICATION if task == "segment_replication" else "")


def test_a_lead_within_chance_is_not_called_better() -> None:
    row = {"title": "Spend alone", "difference": 0.02, "low": 0.01, "high": 0.03}
    assert lead(row, "roc_auc") == "0.020 better than spend alone"
    assert lead(row, "accuracy") == "2.0 points better than spend alone"
    assert lead({**row, "low": -0.01}, "roc_auc").endswith(", which may be chance")
    assert lead({**row, "p_value": 0.052}, "roc_auc").endswith(", which may be chance")
    assert lead({**row, "p_value": 0.048}, "roc_auc") == "0.020 better than spend alone"
    behind = {**row, "difference": -0.02, "low": -0.03, "high": -0.01}
    assert lead(behind, "roc_auc") == "0.020 worse than spend alone"
    tiny = {**row, "difference": 0.0002, "low": 0.0001, "high": 0.0003}
    assert lead(tiny, "roc_auc") == "no better and no worse than spend alone"


PAIRED = pd.DataFrame(
    {
        "role": ["naive"],
        "rival": ["recency_alone"],
        "title": ["Recency alone"],
        "metric": ["roc_auc"],
        "difference": [0.02],
        "low": [0.001],
        "high": [0.04],
        "p_value": [0.04],
    }
)
SCORES = pd.DataFrame(
    {
        "model": ["xgboost", "recency_alone", "majority"],
        "title": ["XGBoost", "Recency alone", "Majority class"],
        "metric": "lift_at_10",
        "value": [4.0, 2.0, 1.0],
        "low": [3.0, 1.5, 1.0],
        "high": [5.0, 2.5, 1.0],
        "baseline": [False, True, True],
        "chosen": [True, False, False],
        "position": [0, 1, 2],
    }
)


def told_by_hand(scores: pd.DataFrame, paired: pd.DataFrame) -> Told:
    task = {
        "chosen": "xgboost", "positive": "left", "base_rate_train": 0.2, "base_rate_test": 0.2,
        "rows_train": 500, "rows_test": 100,
    }  # fmt: skip
    models = pd.DataFrame({"model": ["xgboost"], "title": ["XGBoost"]})
    return Told("churn", task, models, scores, paired)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "a sure lead"),
        ({"p_value": 0.052}, "no sure difference"),
        ({"low": -0.001}, "no sure difference"),
        ({"difference": -0.02, "low": -0.04, "high": -0.001}, "a sure lag"),
        ({"difference": 0.0001, "low": 0.00005, "high": 0.0002}, "no difference to speak of"),
    ],
)
def test_a_lead_is_sure_where_its_interval_and_its_p_value_say_so(changed: dict, said: str):
    (sentence,) = paired_said(told_by_hand(SCORES, PAIRED.assign(**changed)))
    assert sentence.endswith(f"{said}.")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "4.00× (3.00× to 5.00×): good"),
        ({"low": [3.5, 1.5, 1.0]}, "excellent"),
        ({"low": [1.5, 1.5, 1.0]}, "no better for sure than recency alone, which has 2.00×"),
        ({"value": [4.0, 3.1, 1.0]}, "no better for sure than recency alone, which has 3.10×"),
        ({"low": [1.3, 1.1, 1.0], "value": [1.4, 1.2, 1.0]}, "poor"),
    ],
)
def test_a_lift_is_praised_by_its_lower_end_and_not_where_a_rule_does_as_well(changed, said):
    facts = dict(facts_of(told_by_hand(SCORES.assign(**changed), PAIRED)))
    assert facts["Lift at 10 %"].endswith(said)


def test_the_best_model_is_compared_with_the_best_rule_and_doubt_is_said() -> None:
    apart = SCORES.assign(low=[3.0, 1.5, 1.0], high=[5.0, 2.5, 1.0])
    assert figures.metric_finding(apart, metric="lift_at_10") == (
        "XGBoost has the best lift at 10 % of the models: 4.00×; the best naive rival, recency"
        " alone, has 2.00×"
    )
    near = SCORES.assign(high=[5.0, 3.5, 1.0])
    assert figures.metric_finding(near, metric="lift_at_10").endswith(", within chance of it")
    worse = SCORES.assign(value=[1.5, 2.0, 1.0])
    assert "; a naive rival does better: recency alone, has 2.00×" in figures.metric_finding(
        worse, metric="lift_at_10"
    )
    lower = SCORES.assign(metric="brier", value=[0.2, 0.3, 0.4], low=0.1, high=0.15)
    assert "the best naive rival, recency alone" in figures.metric_finding(
        lower, metric="brier"
    )
    turned = lower.assign(value=[0.3, 0.2, 0.4])
    assert "a naive rival does better" in figures.metric_finding(turned, metric="brier")


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (0.05, "5.0 points too high, averaged over the 2 groups drawn"),
        (-0.05, "5.0 points too low, averaged over the 2 groups drawn"),
        (0.0, "neither too high nor too low on average"),
    ],
)
def test_probabilities_lie_too_high_or_too_low(moved: float, said: str) -> None:
    curve = pd.DataFrame(
        {
            "curve": "calibration", "chosen": True, "title": "XGBoost",
            "x": [0.2 + moved, 0.6 + moved], "y": [0.2, 0.6],
        }
    )  # fmt: skip
    assert figures.curve_finding(curve, curve="calibration").endswith(said)


@pytest.mark.parametrize("task", TASKS)
def test_every_chart_of_every_task_is_drawn(app: Dash, task: str) -> None:
    with looking(app) as at:
        told = told_of(at, task)
        pair = usual_pair(told)
        charts = [
            *(
                drawn(at, cards.CURVES, task, curve=curve, models="all")
                for curve in figures.CURVES
            ),
            drawn(at, cards.FIRST_CONFUSION, task, model=pair[0], unit="count"),
            drawn(at, cards.AGREEMENT, task, first=pair[0], second=pair[1]),
            drawn(at, cards.PLANE, task, first=pair[0], second=pair[1]),
            drawn(at, cards.TIMES, task),
            drawn(at, cards.DRIVERS, task),
            drawn(at, cards.SHAP, task, kind="swarm"),
            drawn(at, cards.SHAP, task, kind="bar"),
        ]
        known = set(told.scores["metric"])
        charts += [
            drawn(at, cards.SCORES, task, metric=metric)
            for metric in figures.METRICS
            if metric in known
        ]
        feature = queries.shapley(at, task)[0].feature
        charts.append(drawn(at, cards.DEPENDENCE, task, feature=feature))
    assert all(chart.figure.data for chart in charts)
    assert all(chart.finding and "nan" not in chart.finding for chart in charts)


def test_nothing_is_drawn_of_a_model_that_is_not_there(app: Dash) -> None:
    with looking(app) as at:
        oracle = drawn(at, cards.FIRST_CONFUSION, "churn", model="oracle", unit="count")
        assert not oracle.figure.data
        pair = {"first": "oracle", "second": "majority"}
        assert not drawn(at, cards.AGREEMENT, "churn", **pair).figure.data
        assert not drawn(at, cards.DEPENDENCE, "churn", feature="oracle").figure.data


def test_a_confusion_in_shares_adds_up_by_row() -> None:
    cells = pd.DataFrame(
        {
            "actual": ["stays", "stays", "leaves", "leaves"],
            "predicted": ["stays", "leaves", "stays", "leaves"],
            "customers": [30, 10, 5, 15],
        }
    )
    shares = figures.confusion_matrix(cells, classes=["stays", "leaves"], unit="share").data[0]
    counts = figures.confusion_matrix(cells, classes=["stays", "leaves"], unit="count").data[0]
    assert np.allclose(np.asarray(shares.z).sum(axis=1), 1)
    assert [list(row) for row in shares.text] == [["75.0 %", "25.0 %"], ["25.0 %", "75.0 %"]]
    assert [list(row) for row in counts.text] == [["30", "10"], ["5", "15"]]
    assert "45 of 60 right, 75.0 %" in figures.confusion_finding(cells, title="XGBoost")


def test_losses_sort_upwards_and_ranks_downwards() -> None:
    scores = pd.DataFrame(
        {
            "metric": ["log_loss", "log_loss", "roc_auc", "roc_auc"],
            "model": ["a", "b", "a", "b"],
            "title": ["A", "B", "A", "B"],
            "position": [0, 1, 0, 1],
            "value": [0.6, 0.5, 0.6, 0.5],
        }
    )
    assert list(figures.sorted_scores(scores, metric="log_loss")["model"]) == ["b", "a"]
    assert list(figures.sorted_scores(scores, metric="roc_auc")["model"]) == ["a", "b"]


def test_largest_disagreements_come_first() -> None:
    compared = pd.DataFrame(
        {"customer_id": ["1", "2", "3"], "first": [0.5, 0.9, 0.2], "second": [0.4, 0.1, 0.6]}
    )
    assert list(most_different(compared, 2)["customer_id"]) == ["2", "3"]


def test_probabilities_of_many_classes_are_told_of_the_true_one() -> None:
    first = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    second = np.array([[0.2, 0.5, 0.3], [0.2, 0.2, 0.6]])
    found = queries.compared(
        queries.Answers(["x", "y"], ["A", "B", "C"], np.array([0, 1]), first, second)
    )
    assert list(found["first"]) == [0.7, 0.3]
    assert list(found["first_says"]) == ["A", "C"]
    assert list(found["first_right"]) == [True, False]
    assert list(found["second_right"]) == [False, False]


def test_high_values_that_raise_are_said_to_raise() -> None:
    values = np.arange(20, dtype=float)
    column = Shapley("lateness", 0.4, [], values, values / 10 - 1)
    assert drivers.shap_finding([column]).endswith("high values raise the probability")
    down = column._replace(contributions=-column.contributions)
    assert drivers.shap_finding([down]).endswith("high values lower the probability")
    assert "−1.00 to +0.90" in drivers.dependence_finding(column)


def test_a_refused_task_says_why_and_hides_the_rest(
    published_shop: Shop, tmp_path: Path
) -> None:
    app = changed(
        published_shop,
        tmp_path,
        "update task_result set status = 'refused', message = 'Only 12 customers; load more.',"
        " chosen = null where task = 'churn'",
        "delete from model_result where task = 'churn'",
        "delete from model_score where task = 'churn'",
        "delete from paired_test where task = 'churn'",
    )
    with app.server.test_request_context("/"):
        tabs, refusal, hidden = page.show_task("?task=churn")
        assert hidden
        assert page.CARD.show("?task=churn") == [None]
        assert "Only 12 customers; load more." in text_of(refusal)
        assert "not predicted: too little data" in text_of(tabs)
        assert page.show_task("")[2] is False, "a task that was done comes first"


def test_without_models_the_page_says_what_brings_them(
    published_shop: Shop, tmp_path: Path
) -> None:
    app = changed(published_shop, tmp_path, "delete from task_result")
    with app.server.test_request_context("/"):
        _, nothing, hidden = page.show_task("")
        assert hidden
        assert "No models yet" in text_of(nothing)


def test_a_check_of_earlier_predictions_is_told(published_shop: Shop, tmp_path: Path) -> None:
    app = changed(
        published_shop,
        tmp_path,
        "insert into prediction_check (run_id, task, earlier_run, predicted_on, model,"
        " customers, base_rate, mean_probability, roc_auc, brier, ece)"
        " select run_id, 'churn', 1, '2024-01-31', 'xgboost', 120, 0.4, 0.5, 0.7, 0.2, 0.1"
        " from task_result where task = 'churn'",
    )
    with looking(app) as at:
        chart = drawn(at, cards.CHECKS, "churn")
        assert not drawn(at, cards.CHECKS, "segment").figure.data
    assert chart.finding == (
        "Run 1 expected 50 % of 120 customers; 40 % came true, ranked with ROC-AUC 0.700"
    )
    assert len(chart.figure.data) == 2


@pytest.mark.parametrize("card", list(cards.PAGE.cards))
def test_every_card_has_its_rows(app: Dash, card: str) -> None:
    with looking(app) as at:
        first, second = usual_pair(told_of(at, "churn"))
        choices = {"first": first, "second": second, "model": first}
        asked = cards.PAGE.cards[card].asked_by_name("?task=churn", choices)
        found, many = cards.PAGE.cards[card].sample(at, asked)
    may_be_empty = {"models-checks", "models-settings"}
    assert len(found) > 0 or card in may_be_empty
    assert many >= len(found)


def test_the_model_card_names_run_seed_and_limits(app: Dash, published_shop: Shop) -> None:
    with app.server.test_request_context("/"):
        for task in TASKS:
            card = text_of(page.CARD.show(f"?task={task}"))
            for said in ("For whom", "Limits", "Settings", "seed", "Data seen up to"):
                assert said in card
    ((features,),) = rows(
        published_shop.path, "select features from task_result where task = 'churn'"
    )
    with app.server.test_request_context("/"):
        card = text_of(page.CARD.show("?task=churn"))
    assert f"{len(json.loads(features))} features" in card


def test_the_model_card_names_the_run_that_trained(app: Dash, published_shop: Shop) -> None:
    with app.server.test_request_context("/"), published_run("?task=churn") as run:
        known = told_of(run, "churn")
        assert known.task is not None
        trained_now = known.task | {"trained_run": run.run_id}
        earlier = known.task | {"trained_run": run.run_id - 1, "trained_on": "2011-03-04"}
        cards = [
            text_of(model_card(known._replace(task=task), run))
            for task in (trained_now, earlier)
        ]
    assert f"Trained by run {run.run_id - 1}, seed" in cards[1]
    assert "Data seen up to 4 Mar 2011." in cards[1]
    assert "Trained by run" not in cards[0]
    assert "the whole task took" in cards[0]


def test_a_customer_is_led_to() -> None:
    assert customer_link("a b", "my shop") == "/customer?customer=a+b&dataset=my+shop"


TASK = {"status": "done", "title": "Churn", "chosen": "xgboost", "positive": "leaves"}


@pytest.mark.parametrize(
    ("rival", "said"),
    [
        ({}, lights.BETTER),
        ({"low": -0.01}, lights.PERHAPS),
        ({"difference": 0.0, "low": -0.1, "high": 0.1}, lights.SAME),
        ({"difference": -0.02, "low": -0.03, "high": -0.01}, lights.WORSE),
    ],
)
def test_a_light_tells_whether_the_rule_is_beaten(
    rival: dict[str, float], said: lights.Light
) -> None:
    row = {
        "role": "naive", "rival": "recency_alone", "title": "Recency alone",
        "metric": "roc_auc",
        "difference": 0.02, "low": 0.01, "high": 0.03, "p_value": 0.01,
    }  # fmt: skip
    models = pd.DataFrame(
        {"model": ["xgboost", "recency_alone"], "title": ["XGBoost", "Recency alone"],
         "baseline": [False, True]}
    )  # fmt: skip
    told = Told("churn", TASK, models, pd.DataFrame(), pd.DataFrame([row | rival]))
    assert lights.light(told) == said
    refused = told._replace(task=TASK | {"status": "refused"})
    assert lights.light(refused) == lights.REFUSED
    by_rule = told._replace(task=TASK | {"chosen": "recency_alone"})
    assert lights.light(by_rule) == lights.RULE
    assert lights.light(told._replace(paired=told.paired.iloc[:0])) == lights.UNKNOWN
    (link,) = lights.lights([told], current="churn", dataset="shop")
    assert said.meaning in str(link)


def test_the_class_that_is_found_least_is_named() -> None:
    rows = pd.DataFrame({"class": ["no", "yes"], "recall": [0.9, 0.25]})
    assert by_class_finding(rows, name="Tree") == "Tree finds 25 % of “yes”, the fewest"
    turned = rows.assign(recall=[0.1, 0.25])
    assert by_class_finding(turned, name="Tree") == "Tree finds 10 % of “no”, the fewest"
    assert by_class_finding(rows[:0], name="Tree") == "How each class is told"
