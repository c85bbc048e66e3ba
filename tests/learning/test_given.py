"""Outcomes that a source gives: classes, what may not predict them, refusals."""

import numpy as np
import pandas as pd
import pytest

from pipeline.learning.given import Labelled, classes_of, given_materials
from pipeline.learning.stage import predicted
from pipeline.learning.tasks import Material, Refused
from pipeline.run.progress import Silent
from pipeline.run.threads import learning
from pipeline.settings import ModelSettings

SETTINGS = ModelSettings(
    families=("logistic_regression",), trials=1, bootstraps=100, folds=2, nested_repeats=0,
    least_customers=100, least_in_class=20, least_score=0.0,
)  # fmt: skip


def people(number: int = 300, *, seed: int = 0) -> pd.DataFrame:
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [f"{each:03}" for each in range(number)],
            "age": chance.normal(45, 12, number).round(),
            "city": chance.choice(["Rome", "Oslo", "Bern"], number),
            "monetary": chance.lognormal(5, 1, number).round(2),
            "membership": chance.choice(["gold", "basic"], number),
            "response": chance.choice(["yes", "no"], number),
        }
    )


def outcome(
    customers: pd.DataFrame, words: object, column: str = "Left", *own: str
) -> Labelled:
    told = pd.Series(np.asarray(words, dtype=object), index=customers["customer_id"])
    return Labelled(column, told, frozenset(own))


def of_age(customers: pd.DataFrame, *, blanks: int = 0) -> np.ndarray:
    words = np.where(customers["age"] > 50, "Yes", "No").astype(object)
    words[:blanks] = None
    return words


def prepare(customers: pd.DataFrame, *outcomes: Labelled, **settings: object) -> list:
    asked = SETTINGS.model_copy(update=settings)
    return given_materials(customers, outcomes, settings=asked, seed=0)


def features_of(material: Material) -> set[str]:
    return {each.name for each in material.features}


@pytest.mark.parametrize(
    ("words", "classes"),
    [
        (["1", "1", "0"], ("0", "1")),
        (["TRUE", "false", "TRUE"], ("false", "TRUE")),
        (["Y", "Y", "n"], ("n", "Y")),
        (["да", "нет", "да"], ("нет", "да")),
        (["churned", "active", "active"], ("active", "churned")),
        (["a", "b"], ("a", "b")),
        (["Gold", "gold", "gold", "basic", None, "plus", "plus"], ("gold", "plus", "basic")),
        (["3", "1", "2", "2"], ("1", "2", "3")),
        ([None], ()),
    ],
)
def test_classes_are_named_the_positive_one_last(words: list, classes: tuple) -> None:
    assert classes_of(pd.Series(words, dtype=object)) == classes


def test_one_task_has_no_column_in_its_name_and_several_have() -> None:
    customers = people()
    one = outcome(customers, of_age(customers))
    two = outcome(customers, of_age(customers), "B:c")
    assert [each.task.name for each in prepare(customers, one)] == ["given_outcome"]
    assert [each.task.name for each in prepare(customers, one, two)] == [
        "given_outcome:Left", "given_outcome:B:c",
    ]  # fmt: skip
    assert prepare(customers) == []
    task = prepare(customers, one)[0].task
    assert task.title == "Outcome “Left”"
    assert task.question.endswith("in its column “Left”: “No” or “Yes”?")
    assert (task.classes, task.is_binary) == (("No", "Yes"), True)


def test_neither_its_own_column_nor_a_target_nor_a_stranger_predicts() -> None:
    customers = people()
    (found,) = prepare(customers, outcome(customers, of_age(customers), "Left", "membership"))
    assert features_of(found) == {"age", "city", "monetary"}
    assert "one to one with the label: Membership." in found.design


def test_what_another_outcome_is_made_of_predicts_none() -> None:
    customers = people()
    one = outcome(customers, of_age(customers))
    two = outcome(customers, customers["membership"], "Plan", "membership")
    for found in prepare(customers, one, two):
        assert "membership" not in features_of(found)
        assert "Membership" in found.design


@pytest.mark.parametrize("gaps", ["none", "some", "tell"])
def test_the_label_under_another_name_does_not_predict(gaps: str) -> None:
    customers, blanks = people(), {"none": 0, "some": 40, "tell": 0}[gaps]
    words = of_age(customers, blanks=blanks)
    copied = pd.Series(of_age(customers)).map({"Yes": "gold", "No": "basic"})
    if gaps == "some":
        copied[100:120] = None
    if gaps == "tell":
        some = np.arange(len(copied)) % 2 == 0
        copied = copied.where(copied == "gold", None).mask((copied == "gold") & some, "silver")
    customers = customers.assign(membership=copied)
    (found,) = prepare(customers, outcome(customers, words))
    assert features_of(found) == {"age", "city", "monetary"}
    assert "Membership" in found.design


def test_a_number_that_is_the_label_does_not_predict() -> None:
    customers = people()
    words = of_age(customers)
    customers = customers.assign(children=np.where(words == "Yes", 2.0, 5.0))
    (found,) = prepare(customers, outcome(customers, words))
    assert "children" not in features_of(found)
    nearly = customers["children"].where(customers.index > 0, 7.0)
    (found,) = prepare(customers.assign(children=nearly), outcome(customers, words))
    assert "children" in features_of(found)


def test_nothing_else_known_is_refused() -> None:
    customers = people()[["customer_id", "response", "age"]]
    (found,) = prepare(customers, outcome(customers, of_age(customers), "Left", "age"))
    assert isinstance(found, Refused)
    assert found.message.startswith("Nothing is known of these customers beside")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"least_customers": 301}, r"300 customers carry a label, .* 301 and 20 are asked for"),
        ({"least_in_class": 149}, r"of them the rarest one, “Yes”; 100 and 149 are asked for"),
    ],
)
def test_thin_labels_are_refused_in_a_sentence(settings: dict[str, int], said: str) -> None:
    customers = people()
    (found,) = prepare(customers, outcome(customers, of_age(customers)), **settings)
    assert isinstance(found, Refused)
    assert pd.Series([found.message]).str.contains(said).all(), found.message
    told = predicted([found], SETTINGS, seed=0, progress=Silent())
    assert told.tasks["status"].tolist() == ["refused"]


def test_a_single_class_left_after_cleaning_is_refused() -> None:
    customers = people()
    (found,) = prepare(customers, outcome(customers, ["Yes"] * len(customers)))
    assert isinstance(found, Refused)
    assert "all of them the same" in found.message


def test_who_has_no_label_gets_the_served_answer() -> None:
    customers, blanks = people(), 60
    (material,) = prepare(customers, outcome(customers, of_age(customers, blanks=blanks)))
    with learning():
        found = predicted([material], SETTINGS, seed=0, progress=Silent())
    told = found.predictions
    assert told["known"].tolist() == [False] * blanks + [True] * (len(customers) - blanks)
    (served,) = found.served
    assert served.title == "Outcome “Left”"
    now = served.probabilities(material.newest)[:, 1].round(6)
    assert told["probability"][:blanks].tolist() == now[:blanks].tolist()
    assert told["probability"][blanks:].tolist() != now[blanks:].tolist()
    came = of_age(customers) == "Yes"
    assert ((told["probability"] > 0.5) == came).mean() > 0.9


def test_what_nothing_tells_is_refused_and_what_was_tried_is_kept() -> None:
    customers = people()
    (material,) = prepare(customers, outcome(customers, customers["response"].tolist()))
    asked = SETTINGS.model_copy(update={"least_score": 0.65})
    with learning():
        told = predicted([material], asked, seed=0, progress=Silent())
    assert told.tasks["status"].tolist() == ["refused"]
    assert "the share of all stands for everybody" in told.tasks["message"].iloc[0]
    assert told.predictions.empty
    assert not told.served
    assert {"logistic_regression", "majority"} <= set(told.models["model"])
    for table in (told.models, told.scores):
        assert set(table.loc[table["chosen"].astype(bool), "model"]) == {"majority"}
