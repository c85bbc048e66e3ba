"""One sum: customers, revenue, value and worth contacting are the same wherever shown.

For every form and a dozen filters: what plain rows come to, what the readings give, and what
Today and Customers write.
"""

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from pipeline.strategy.contact import Formula, answer_profit, contact_profit
from portal.app import create_app
from portal.kit.cards import Asked
from portal.pages.customers import page as customers_page
from portal.pages.customers.sums import sums
from portal.pages.today import acting
from portal.pages.today import page as today
from portal.reading import customers, segments
from portal.reading.contacting import contact_plan
from portal.reading.customer_table import FILTERED
from portal.reading.filters import NO_FILTERS, YES, Filters, parts_of, to_query
from portal.reading.predicting import risk, value
from portal.reading.predicting.reckoned import reckoned
from portal.reading.published import PublishedRun
from portal.reading.summary import summary
from portal.settings import Settings
from portal.words import wording
from tests.portal.looking import looking
from tests.shops import Shop, made_once
from tests.without_orders import published_without_orders

FORMS = ("shop", "marketing", "behaviour", "market")


class Sums(NamedTuple):
    """What customers come to; money to the penny, `None` of what a source does not know."""

    customers: int
    revenue: float | None
    value: float | None
    worth: int | None
    profit: float | None


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


@pytest.fixture(scope="module")
def without_orders(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    shop: Shop = made_once(tmp_path_factory, "without-orders", published_without_orders)
    return create_app(open_reader(shop.url), Settings(db=shop.url))


def whole(run: PublishedRun) -> pd.DataFrame:
    return run.ask(run.of_customers("select * from customers order by customer_id"))


def given(field: str, word: str) -> dict[str, Any]:
    return {field: (word,)}


def filters_of(rows: pd.DataFrame) -> Iterator[Filters]:
    """Give a dozen filters: none, one of each kind that keeps somebody, and some together."""
    yield Filters()
    commonest = {
        field: str(rows[column].mode().iloc[0])
        for field, column in FILTERED.items()
        if column in rows and rows[column].notna().any()
    }
    one = {
        field: NO_FILTERS._replace(**given(field, word)) for field, word in commonest.items()
    }
    yield from one.values()
    yield Filters(contact=(YES,))
    yield Filters(contact=(YES,), segments=one["segments"].segments)
    yield Filters(text=rows["customer_id"].iloc[0][-1])
    yield Filters(segments=tuple(sorted(rows["segment"].dropna().unique())[:2]))
    yield Filters(segments=("Nobody's",))
    yield Filters(where=(f"segment={rows['segment'].iloc[0]}",))
    if "overdue_days" in rows:
        yield Filters(where=("overdue=yes",))
        yield Filters(where=("overdue=yes",), contact=(YES,))


def profits(run: PublishedRun, rows: pd.DataFrame) -> pd.Series | None:
    """Give the expected profit of contacting each by the formula, null where unknown."""
    costs = risk.costs_in_force(run)
    if costs is None or not risk.are_known(run):
        return None
    names = ["churn_probability", "value_at_stake"]
    formula: Formula = contact_profit
    if reckoned(run).is_answer:
        names, formula = ["answer_probability", "average_basket"], answer_profit
    known = rows.dropna(subset=names)
    found = formula(known[names[0]], known[names[1]], costs=costs)
    return pd.Series(found, index=known.index).reindex(rows.index)


def kept(rows: pd.DataFrame, profit: pd.Series | None, filters: Filters) -> pd.DataFrame:
    """Filter plain rows."""
    mask = pd.Series(data=True, index=rows.index)
    for field, column in FILTERED.items():
        if values := getattr(filters, field):
            mask &= rows[column].isin(values) if column in rows else False
    if filters.contact:
        named = rows.get("contact_reason", pd.Series(index=rows.index, dtype=object)).notna()
        mask &= named if profit is None else profit > 0
    for attribute, group in map(parts_of, filters.where):
        is_overdue = attribute == "overdue"
        mask &= rows["overdue_days"] > 0 if is_overdue else rows[attribute] == group
    return rows[mask & rows["customer_id"].str.contains(filters.text, regex=False)]


def by_definition(run: PublishedRun, filters: Filters) -> Sums:
    rows = whole(run)
    profit = profits(run, rows)
    some = kept(rows, profit, filters)
    paying = None if profit is None else profit[some.index][profit[some.index] > 0]
    return Sums(
        len(some),
        round(float(some["monetary"].sum()), 2) if rows["monetary"].notna().any() else None,
        round(float(some["clv_12m"].sum()), 2) if rows["clv_12m"].notna().any() else None,
        None if paying is None else len(paying),
        None if paying is None else round(float(paying.sum()), 2),
    )


def by_readings(run: PublishedRun, filters: Filters) -> dict[str, Sums]:
    """Give the same of each place that adds up."""
    found = summary(run, filters)
    plan = contact_plan.plan(run, filters)
    expected = value.foretold(run, filters)
    shares = run.ask(segments.shares(run, filters))
    contact = acting.whom(run, filters)
    has_revenue = run.table.knows("monetary")
    money = None if expected is None else round(expected.total, 2)
    return {
        "summary": Sums(
            found.customers,
            None if found.revenue is None else round(found.revenue, 2),
            None if found.value is None else round(found.value.total, 2),
            None if found.worth is None else found.worth.customers,
            None if found.worth is None else found.worth.profit,
        ),
        "segments and plan": Sums(
            int(shares["customers"].sum()),
            round(float(shares["revenue"].fillna(0).sum()), 2) if has_revenue else None,
            money,
            None if plan is None else plan.customers,
            None if plan is None else plan.total("profit"),
        ),
        "today": Sums(
            customers.count(run, filters),
            round(float(shares["revenue"].fillna(0).sum()), 2) if has_revenue else None,
            money,
            None if contact is None else contact.customers,
            None if contact is None else contact.profit,
        ),
        "list": of_list(run, filters),
    }


def of_list(run: PublishedRun, filters: Filters) -> Sums:
    """Add up the rows of the list of customers."""
    statement = customers_page.LIST.query(run, filters)
    assert statement is not None
    rows = run.ask(statement)
    paying = rows["contact_profit"][rows["contact_profit"] > 0]
    are_weighed = acting.whom(run, filters) is not None
    return Sums(
        len(rows),
        round(float(rows["monetary"].sum()), 2) if run.table.knows("monetary") else None,
        round(float(rows["clv_12m"].sum()), 2) if run.table.knows("clv_12m") else None,
        len(paying) if are_weighed else None,
        round(float(paying.sum()), 2) if are_weighed else None,
    )


def nearly(one: Sums, other: Sums) -> bool:
    """Tell whether sums agree; the list rounds each customer's value to the penny."""
    for name, mine, theirs in zip(Sums._fields, one, other, strict=True):
        if mine is None or theirs is None:
            if mine is not theirs:
                return False
            continue
        off = 0.005 * (one.customers + 1) if name == "value" else 0.006
        if mine != pytest.approx(theirs, abs=off):
            return False
    return True


def check(portal: Dash, dataset: str) -> None:
    with looking(portal, dataset) as run:
        several = list(filters_of(whole(run)))
        assert len(several) >= 8
        for filters in several:
            defined = by_definition(run, filters)
            for place, said in by_readings(run, filters).items():
                assert nearly(defined, said), (dataset, filters, place, defined, said)
            check_pages(run, filters, defined)
        check_export(portal, dataset, by_definition(run, Filters(contact=(YES,))))


def check_pages(run: PublishedRun, filters: Filters, defined: Sums) -> None:
    """Read what the pages write."""
    tiles = {
        tile.title or tile.measure: tile for tile in sums(summary(run, filters), run.currency)
    }
    assert tiles["customers"].value == wording.number(defined.customers)
    card = str(today.CONTACT.answers(run, Asked(filters))[0])
    coming = str(today.NEXT.answers(run, Asked(filters))[0])
    if defined.revenue is not None:
        assert tiles["revenue"].value == wording.money_short(defined.revenue, run.currency)
    if defined.value is not None:
        total = wording.money_short(defined.value, run.currency)
        assert tiles["clv_12m"].value == total
        assert total in coming
    if defined.worth and defined.profit is not None:
        profit = wording.money_short(defined.profit, run.currency)
        assert tiles["Worth contacting"].value == wording.number(defined.worth)
        assert tiles["Worth contacting"].since == f"expected profit {profit}"
        assert f"Strong('{wording.number(defined.worth)}')" in card
        assert f"Expected profit {profit} (" in card
        assert f"for an expected profit of {profit} (" in customers_page.answer(run, filters)
        assert f"bring {profit} (" in acting.answer(run, filters)


def check_export(portal: Dash, dataset: str, worth: Sums) -> None:
    """Read the exported list of those worth contacting."""
    query = to_query(Filters(contact=(YES,)), dataset)
    told = portal.server.test_client().get(f"/export/customers-list.csv{query}")
    rows = pd.read_csv(io.StringIO(told.text), dtype={"customer_id": str})
    assert len(rows) == worth.customers
    if worth.profit is not None:
        assert len(rows) == worth.worth
        assert round(rows["contact_profit"].sum(), 2) == worth.profit


@pytest.mark.parametrize("dataset", FORMS)
def test_every_form_has_one_sum_of_whom_filters_keep(portal: Dash, dataset: str) -> None:
    check(portal, dataset)


@pytest.mark.parametrize("dataset", ["marketing", "behaviour", "market"])
def test_forms_with_amounts_of_their_own_have_one_sum(
    without_orders: Dash, dataset: str
) -> None:
    check(without_orders, dataset)
