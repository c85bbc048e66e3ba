"""Every page on tables of customers with any columns: cards answer, and as How shows it."""

import pytest

from portal.app import PAGES
from portal.kit.page import Page
from portal.scoring import models as scoring
from portal.words.titles import own_title, title
from tests.portal.test_every_card import Forms, addresses, drawn, looking, run_elsewhere, same
from tests.recorder.browser import Browser
from tests.refresh.test_customer_tables import published_tables
from tests.shops import Shop, made_once

DATASETS = ("telco", "mall", "flo")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return made_once(tmp_path_factory, "customer-tables", published_tables)


@pytest.fixture(scope="module")
def served(tables: Shop, tmp_path_factory: pytest.TempPathFactory) -> Forms:
    return Forms(tables, Browser(tables.url), tmp_path_factory.mktemp("exported"))


@pytest.mark.parametrize("page", [page for page in PAGES if page.cards], ids=lambda p: p.name)
def test_cards_answer_and_how_gives_the_rows_of_data(served: Forms, page: Page) -> None:
    for dataset in DATASETS:
        for search in addresses(served.shop, page, dataset):
            for card, asked in drawn(served, page, search):
                with looking(served, search) as run:
                    statement = card.statement(run, asked)
                    listed, many = card.sample(run, asked)
                if statement is None:
                    assert listed.empty
                    continue
                found = run_elsewhere(served, dataset, statement)
                where = f"{card.id} of {search}"
                assert len(found) == many, where
                assert same(found.head(len(listed)), listed), where


def test_columns_of_the_source_are_called_as_the_source_calls_them() -> None:
    assert title("money: MonthlyCharges") == "MonthlyCharges"
    assert own_title("outcome: Churn") is None
    assert own_title("segment") is None


def test_what_is_known_of_a_customer_can_be_scored_and_changed(served: Forms) -> None:
    with looking(served, "?dataset=telco") as run:
        customer = run.table.rows.column("customer_id")[0].as_py()
        asked = {each.name: each for each in scoring.inputs(run).attributes}
        assert asked["category: Contract"].title == "Contract"
        known = scoring.today(run, customer)
        assert known["category: Contract"] in asked["category: Contract"].choices
        assert isinstance(known["money: MonthlyCharges"], float)
        before, after = scoring.what_if(run, customer, {"number: SupportCalls": 9.0})
        (was,), (then,) = (each.given_outcomes.values() for each in (before, after))
        assert then.probability > was.probability
