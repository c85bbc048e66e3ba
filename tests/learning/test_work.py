"""Work on several threads, and what libraries are spared."""

import threading
import time

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.svm import SVC

from pipeline.learning.candidates import MatrixSVC
from pipeline.run.memory import give_back
from pipeline.run.threads import mapped, side_by_side, spent


@pytest.mark.parametrize("classes", [2, 4])
def test_products_of_matrices_decide_as_libsvm_does(classes: int) -> None:
    rows, labels = make_classification(
        400, 8, n_informative=6, n_classes=classes, random_state=1
    )
    for given in ({"C": 1.0, "gamma": 0.05}, {"kernel": "linear", "gamma": 1.0}):
        theirs = SVC(**given).fit(rows, labels).decision_function(rows)
        ours = MatrixSVC(**given).fit(rows, labels).decision_function(rows)
        np.testing.assert_allclose(ours, theirs, atol=1e-9)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_long_things_next_to_each_other_give_what_they_give_alone(workers: int) -> None:
    def tens(first: int) -> list[int]:
        return mapped(lambda each: 10 * first + each, range(5), workers=workers)

    expected = [tens(first) for first in range(4)]
    assert side_by_side(tens, range(4), workers=workers) == expected


def test_no_more_work_at_once_than_there_are_workers() -> None:
    at_work, most, guard = [0], [0], threading.Lock()

    def work(_: int) -> None:
        with guard:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        time.sleep(0.01)
        with guard:
            at_work[0] -= 1

    side_by_side(lambda _: mapped(work, range(6), workers=2), range(3), workers=2)
    assert most[0] == 2


def test_what_fails_ends_all_of_it() -> None:
    def fails(number: int) -> int:
        if number:
            raise ValueError("not this one")
        return number

    with pytest.raises(ValueError, match="not this one"):
        side_by_side(fails, range(3), workers=2)


def test_what_goes_on_beside_a_failure_stops_at_its_next_item() -> None:
    begun, failed = [], threading.Event()

    def work(item: int) -> None:
        begun.append(item)
        failed.wait(5)
        time.sleep(0.02)

    def long(number: int) -> None:
        if number:
            failed.set()
            raise ValueError("not this one")
        mapped(work, range(50), workers=2)

    with pytest.raises(ValueError, match="not this one"):
        side_by_side(long, range(2), workers=2)
    assert len(begun) < 10


def test_time_of_others_counts_as_spent() -> None:
    def busy(_: int) -> None:
        ends = time.thread_time() + 0.05
        while time.thread_time() < ends:
            pass

    began = spent()
    mapped(busy, range(4), workers=2)
    assert spent() - began >= 0.2


def test_memory_is_given_back_on_any_system() -> None:
    give_back()
