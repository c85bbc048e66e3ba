"""Everything that draws a page, on a data set of every form, and narrowed down by filters.

What cards show as evidence is asked for by `test_every_card`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest

from portal.app import PAGES
from portal.kit.page import Page
from tests.benchmarks.children.ask_all import Portal
from tests.shops import Shop

BEST = """
select run.dataset_id, dataset.name, max(customer_id) from customer_result
join published on published.run_id = customer_result.run_id
join run on run.run_id = published.run_id
join dataset on dataset.dataset_id = run.dataset_id
group by 1, 2 order by 2
"""


@pytest.fixture(scope="module")
def customers(forms: Shop) -> dict[str, str]:
    """Name a customer of each data set."""
    with closing(sqlite3.connect(forms.path)) as connection:
        return {name: customer for _, name, customer in connection.execute(BEST)}


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Portal:
    return Portal(forms.url, "", 100)


def asked(portal: Portal, page: Page, customers: dict[str, str]) -> Iterator[str]:
    """Give what is wrong with any answer, with the data set and the question."""
    for dataset, customer in customers.items():
        portal.customer = customer
        narrowed = page.filtered and customer == max(customers.values())
        for filters in ({}, {"q": "1"}) if narrowed else ({},):
            search = f"?{urlencode({'dataset': dataset, **filters})}"
            for each in portal.questions(page, search):
                if each.callback.startswith(("data of", "how of")):
                    continue
                problem = portal.problem(each.body)
                if problem is not None:
                    yield f"{dataset}{filters}: {each.callback}: {problem}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_question_is_answered(
    portal: Portal, page: Page, customers: dict[str, str]
) -> None:
    assert list(asked(portal, page, customers)) == []
