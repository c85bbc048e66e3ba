"""History: two updates in words, and what a data set with one run is told."""

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.pages.history import business
from portal.pages.history import page as history
from portal.pages.history import two as page
from portal.pages.history import two_queries as queries
from portal.settings import Settings
from tests.portal.looking import looking
from tests.shops import Shop, refreshed, write_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Publish a shop twice with different seeds, and another one once."""
    folder = tmp_path_factory.mktemp("compare")
    lines = write_shop(folder / "shop.csv", customers=300, days=400)
    refreshed(folder / "portal.db", lines, dataset="alone")
    refreshed(folder / "portal.db", lines, dataset="shop")
    return refreshed(folder / "portal.db", lines, "--seed", 7, dataset="shop")


@pytest.fixture(scope="module")
def portal(shop: Shop) -> Dash:
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def test_figures_are_written_as_they_are_read(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        second, first = queries.comparable(at)["run_id"]
        found = page.written_figures(queries.figures(at, first, second)).set_index("Figure")
    assert found.loc["Seed"].tolist() == ["0", "7"]
    assert found.loc["Smallest segment", "second"].endswith("%")
    assert found.loc["Settings of the algorithm", "first"] in {"defaults", "tuned"}
    assert not found.isin(["kmeans", "agglomerative", "gaussian_mixture"]).any().any()
    assert found.loc["As of", "first"][-4:].isdecimal()


def test_models_stand_beside_each_other_by_task(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        second, first = queries.comparable(at)["run_id"]
        served = queries.models(at, first, second)
        written = page.written_models(served, first, second)
        lone = page.written_models(served[served["run_id"] == first], first, second)
    assert set(served["run_id"]) == {first, second}
    assert list(written["Task"]) == list(served.drop_duplicates("task")["title"])
    done = served[served["status"] == "done"].iloc[0]
    said = written.set_index("Task").loc[done["title"], "first"]
    assert said.startswith(f"{done['model']}, ")
    assert f"{done['value']:.3f}" in said
    assert set(lone["second"]) == {"–"}


def test_one_run_has_nothing_to_be_compared_with(portal: Dash) -> None:
    with portal.server.test_request_context("/"):
        *_, alone = page.show_choices("?dataset=alone")
        _, first, _, second, both = page.show_choices("?dataset=shop")
    assert "has one update" in str(alone)
    assert both is None
    assert first != second


def test_an_update_says_what_it_changed(portal: Dash) -> None:
    with looking(portal, "shop") as at:
        second, first = queries.comparable(at)["run_id"]
        assert business.pair(at, None) == (second, first)
        assert business.pair(at, int(first))[1] is None
        said = business.answer(at)
        assert business.business_rows(at, [int(first), int(second)])[int(first)][1] is None
    with looking(portal, "alone") as at:
        assert business.answer(at) == business.NOTHING_BEFORE
    assert said.startswith("±0 customers and ±£0 of revenue since the update before;")
    with portal.server.test_request_context("/"):
        shown = str(business.CHANGED.show("?dataset=shop"))
        alone = str(business.CHANGED.show("?dataset=alone"))
        listed = str(history.show_run("?dataset=shop")[0])
    assert "Moved segment" in shown
    assert "Nothing before it" in alone
    assert "Revenue" in listed


@pytest.mark.parametrize(
    ("customers", "revenue", "said"),
    [
        ((10, 12), (100.0, 80.0), "+2 customers and −£20 of revenue"),
        ((12, 10), (80.0, 100.0), "−2 customers and +£20 of revenue"),
    ],
)
def test_a_change_has_its_sign(
    customers: tuple[int, int], revenue: tuple[float, float], said: str
) -> None:
    rows = pd.DataFrame(
        {"run_id": [1, 2], "customers": customers, "revenue": revenue, "value": [1.0, 1.0]}
    )
    moves = pd.DataFrame(
        [
            ("A", "A", 5),
            ("A", "B", 2),
            ("Not in the first", "A", 2),
            ("B", "Not in the second", 1),
        ],
        columns=["before", "after", "customers"],
    )
    found = business.change(rows, moves, of=(2, 1))
    assert (found.moved, found.both) == (2, 7)
    assert business.said(found, "GBP").startswith(said)
    assert business.said(found, "GBP").endswith("2 customers moved to another segment")
