"""Every statement about sales runs, on each form, with filters and without."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.predicting.class_report import class_report
from portal.reading.published import PublishedRun, published_run
from portal.reading.trade import cohorts, movement, products, sales
from portal.settings import Settings
from tests.shops import FORMS, Shop, rows

FILTERED = (
    sales.months, sales.countries, sales.recent, movement.moved, sales.scores,
    sales.wholesale, sales.unusual_customers,
)  # fmt: skip
OF_ALL = (
    sales.country_codes, sales.monthly_countries, movement.days, sales.figures,
    sales.item_classes, products.products, products.classes,
    products.categories, products.category_months, products.unusual_returns,
    products.return_rules,
    cohorts.kinds, cohorts.waits, cohorts.wait_levels, cohorts.monthly_movement,
    cohorts.flow_days,
)  # fmt: skip


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


@contextmanager
def looking(portal: Dash, dataset: str) -> Iterator[PublishedRun]:
    with portal.server.test_request_context("/"), published_run(f"?dataset={dataset}") as at:
        yield at


def asked(portal: Dash, query: Any, *arguments: Any, **named: Any) -> pd.DataFrame:
    """Ask the shop."""
    with looking(portal, "shop") as run:
        return run.ask(query(run, *arguments, **named))


def some(portal: Dash) -> Filters:
    with looking(portal, "shop") as run:
        return Filters(segments=(run.segments[0],))


@pytest.mark.parametrize("query", FILTERED, ids=lambda query: query.__name__)
def test_what_obeys_filters_tells_less_under_them(portal: Dash, query: Any):
    everyone, few = asked(portal, query, NO_FILTERS), asked(portal, query, some(portal))
    column = next(name for name in ("orders", "customers", "monetary") if name in everyone)
    assert few[column].sum() <= everyone[column].sum()
    if query is not sales.unusual_customers:
        assert few[column].sum() > 0 or query is movement.moved


@pytest.mark.parametrize("query", OF_ALL, ids=lambda query: query.__name__)
def test_what_is_of_all_customers_is_there(portal: Dash, query: Any):
    assert not asked(portal, query).empty


@pytest.mark.parametrize("dataset", [form for form in FORMS if form != "shop"])
def test_forms_without_orders_tell_nothing_of_sales(portal: Dash, dataset: str):
    with looking(portal, dataset) as run:
        assert not run.has.products
        for query in OF_ALL:
            assert run.ask(query(run)).empty
        assert run.ask(sales.months(run, NO_FILTERS)).empty


def test_a_shop_has_what_its_lines_name(portal: Dash):
    with looking(portal, "shop") as run:
        assert run.has.products
        assert run.has.countries


def test_the_last_30_days_are_those_of_the_orders(portal: Dash, forms: Shop):
    ((orders, revenue),) = rows(
        forms.path,
        "select count(*), sum(net) from order_state o"
        " join published p on p.run_id = o.run_id join dataset d using (dataset_id)"
        " where d.name = 'shop' and net > 0 and to_day > 2000000 - 1 and ordered_day > ("
        " select max(as_of_day) - 30 from snapshot s where s.run_id = o.run_id)",
    )
    found = asked(portal, sales.recent, NO_FILTERS).iloc[0]
    assert (found["orders"], found["revenue"]) == (orders, pytest.approx(revenue))


def test_one_product_leads_to_its_months_and_countries(portal: Dash):
    best = asked(portal, products.products).iloc[0]
    one = asked(portal, products.product, best["product"])
    assert one["revenue"].tolist() == [best["revenue"]]
    for query in (products.product_months, products.product_countries):
        part = asked(portal, query, best["product"])
        assert part["revenue"].sum() == pytest.approx(best["revenue"], abs=0.01)
    assert asked(portal, products.product, "nothing of ours").empty


def test_products_that_come_back_need_some_orders(portal: Dash):
    every = asked(portal, products.often_returned, least=1)
    assert every["returned_share"].is_monotonic_decreasing
    assert (every["returned"] > 0).all()
    some = asked(portal, products.often_returned, least=3)
    assert set(some["product"]) == set(every.loc[every["orders"] >= 3, "product"])


def test_classes_hold_every_product(portal: Dash):
    whole, classes = asked(portal, products.products), asked(portal, products.classes)
    assert classes["products"].sum() == len(whole)
    assert classes["revenue"].sum() == pytest.approx(whole["revenue"].sum())
    assert classes["abc"].tolist() == ["A", "B", "C"]


def test_cohorts_come_by_kind(portal: Dash):
    kinds = asked(portal, cohorts.kinds)
    assert "month" in set(kinds["by"])
    table = asked(portal, cohorts.cohorts, "month")
    assert (table.loc[table["month"] == 0, "retention"] == 1).all()
    assert asked(portal, cohorts.cohorts, "colour").empty


def test_a_flow_lists_as_many_customers_as_it_counts(portal: Dash):
    days = asked(portal, cohorts.flow_days).iloc[0]
    between = {"from_day": str(days["from_day"]), "to_day": str(days["to_day"])}
    table = asked(portal, cohorts.flows, **between)
    for flow in table.itertuples():
        listed = asked(
            portal, cohorts.flow_customers, **between, before=flow.before, after=flow.after
        )
        assert len(listed) == flow.customers


def test_the_report_by_class_is_scikit_learns(portal: Dash, forms: Shop):
    from sklearn.metrics import precision_recall_fscore_support

    cells = rows(
        forms.path,
        "select c.task, c.model, actual, predicted, customers from published_confusion c"
        " where dataset = 'shop' and task = 'segment_replication' and customers > 0",
    )
    task, model = cells[0][:2]
    mine = [cell[2:] for cell in cells if cell[1] == model]
    actual = [a for a, _, n in mine for _ in range(n)]
    predicted = [p for _, p, n in mine for _ in range(n)]
    table = asked(portal, class_report, task=task, model=model).set_index("class")
    classes = list(table.index)
    theirs = precision_recall_fscore_support(actual, predicted, labels=classes, zero_division=0)
    for column, values in zip(("precision", "recall", "f1", "customers"), theirs, strict=True):
        assert table[column].fillna(0).tolist() == pytest.approx(values.tolist())


def test_pages_can_say_what_filters_do_not_reach():
    assert "all customers" in sales.OF_ALL
