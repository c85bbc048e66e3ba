"""Filters: in the URL's query and in the database, whatever somebody writes there."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from db.engine import open_reader, reading
from pipeline.strategy.campaigns.groups import GROUPS
from portal.pages.today import queries as overview
from portal.reading import customers, segments
from portal.reading.datasets import published
from portal.reading.filters import (
    NO_FILTERS,
    Filters,
    dataset_from,
    from_query,
    run_from,
    to_query,
)
from portal.reading.published import PublishedRun, chosen, memory
from tests.shops import Shop

LISTED = "select customer_id, frequency from customers where {filters} order by customer_id"

values = (
    st.text(min_size=1, max_size=60).map(lambda v: v.replace("\0", "").strip()).filter(bool)
)
lists = st.lists(values, max_size=4, unique=True).map(tuple)
filters = st.builds(
    Filters,
    segments=lists,
    countries=lists,
    bands=lists,
    risks=lists,
    text=st.just("") | values,
    where=lists,
    risk_bands=lists,
    value_bands=lists,
    contact=lists,
    moved=lists,
)


@given(filters, st.none() | values)
def test_a_query_gives_back_what_was_put_in(asked: Filters, dataset: str | None) -> None:
    query = to_query(asked, dataset)
    assert from_query(query) == asked
    assert dataset_from(query) == dataset


@given(st.text(max_size=300))
def test_any_query_is_read(search: str) -> None:
    assert isinstance(from_query(search), Filters)
    assert isinstance(from_query(f"?{search}"), Filters)
    dataset_from(search)
    run_from(search)


def test_what_is_no_filter_is_passed_over() -> None:
    assert from_query(None) == NO_FILTERS
    assert from_query("?page=2&SEGMENT=x&segment=") == NO_FILTERS
    assert from_query("?segment=" + "x" * 1_000) == NO_FILTERS
    assert len(from_query("?" + "&".join(f"segment={n}" for n in range(500))).segments) == 100
    assert from_query("?q=" + "&q=".join("x" * 199 for _ in range(200))) == NO_FILTERS


def test_a_value_is_toggled() -> None:
    once = NO_FILTERS.toggled("segment", "At Risk")
    assert once.segments == ("At Risk",)
    assert once.toggled("segment", "At Risk") == NO_FILTERS


def test_a_run_is_a_number() -> None:
    assert run_from("?run=12") == 12
    for said in ("?run=x", "?run=-1", "?run=²", "?run=" + "9" * 40, ""):
        assert run_from(said) is None


@given(filters)
def test_hostile_filters_are_values_and_nothing_else(
    published_shop: Shop, asked: Filters
) -> None:
    with looking(published_shop) as at:
        rows = at.ask(at.of_customers(LISTED, asked))
        assert len(rows) == customers.count(at, asked) <= at.customers


def test_injections_change_nothing(published_shop: Shop) -> None:
    hostile = ("' or 1=1 --", "'); drop table customer_result; --", '" or ""="', "%", "_", "\\")
    with looking(published_shop) as at:
        for value in hostile:
            assert customers.count(at, Filters(segments=(value,))) == 0
            assert customers.count(at, Filters(text=value)) == 0
        assert customers.count(at, NO_FILTERS) == at.customers


def test_filters_narrow_down_by_every_field(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        offered = customers.choices(at)
        for name in ("segments", "countries", "value_bands", "risk_bands", "moved", "contact"):
            for choice in getattr(offered, name):
                one: Any = {name: (choice.value,)}
                kept = customers.count(at, Filters(**one))
                assert kept == choice.customers, (name, choice)
        for name in ("segments", "countries", "value_bands"):
            everyone = sum(choice.customers for choice in getattr(offered, name))
            assert everyone == at.customers
        assert [each.value for each in offered.risk_bands] == [
            each
            for each in ("likely to stay", "unsure", "likely to leave")
            if customers.count(at, Filters(risk_bands=(each,)))
        ]
        for name in GROUPS:
            where = Filters(where=(f"risk_value={name}",))
            assert customers.count(at, Filters(risks=(name,))) == customers.count(at, where)
        one = at.ask(at.of_customers(LISTED))["customer_id"].iloc[0]
        assert one in set(at.ask(at.of_customers(LISTED, Filters(text=one)))["customer_id"])


def test_worth_contacting_is_the_list_of_whom_contacting_pays(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        paying = at.ask(at.of_customers("select customer_id, contact_profit from customers"))
        worth = set(paying["customer_id"][paying["contact_profit"] > 0])
        some = at.ask(at.of_customers(LISTED, Filters(contact=("yes",))))
        assert set(some["customer_id"]) == worth
        for other in (("no",), ("yes", "no"), ("' or true --",)):
            assert customers.count(at, Filters(contact=other)) == 0


def test_groups_of_an_attribute_are_counted_among_those_kept(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        first = at.segments[0]
        asked = Filters(segments=(first,), where=("value_band=low",))
        found = customers.groups(at, asked, "value_band")
        assert sum(each.customers for each in found) == customers.count(
            at, Filters(segments=(first,))
        )
        assert customers.groups(at, asked, "shoe size") == ()


def test_a_search_finds_those_that_begin_so_first(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        every = at.ask(at.of_customers(LISTED))["customer_id"]
        text = every.iloc[0][-2:]
        found = list(at.ask(customers.searched(at, text, most=5))["customer_id"])
        assert 0 < len(found) <= 5
        assert all(text.lower() in each.lower() for each in found)
        begins = [each.lower().startswith(text.lower()) for each in found]
        assert begins == sorted(begins, reverse=True)
        assert at.ask(customers.searched(at, "%' or 1=1", most=5)).empty


def test_groups_of_any_attribute_narrow_down(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        for attribute in at.table.attributes:
            named = at.table.groups(attribute)
            counts = [
                customers.count(at, Filters(where=(f"{attribute}={name}",))) for name in named
            ]
            assert all(counts), attribute
            every = Filters(where=tuple(f"{attribute}={name}" for name in named))
            assert customers.count(at, every) == sum(counts) <= at.customers
        for nobody in ("age", "=", "nothing=5", "frequency=1; drop table run"):
            assert customers.count(at, Filters(where=(nobody,))) == 0


def test_every_way_of_reading_keeps_the_same_group(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        asked = Filters(where=(f"frequency={at.table.groups('frequency')[0]}",))
        some = at.ask(at.of_customers(LISTED, asked))
        assert 0 < len(some) < at.customers
        assert some["frequency"].max() < at.ask(at.of_customers(LISTED))["frequency"].max()
        whole = list(some["customer_id"])
        _, streamed = at.stream(at.of_customers(LISTED, asked))
        assert [row[0] for row in streamed] == whole
        assert at.ask(segments.shares(at, asked))["customers"].sum() == len(whole)
        assert at.ask(overview.totals(at, asked))["customers"].iloc[-1] == len(whole)
        assert at.ask(overview.countries(at, asked))["customers"].sum() <= len(whole)


class looking:  # noqa: N801 - reads as a word of the test
    """Look at the shop without an application."""

    def __init__(self, shop: Shop) -> None:
        self._engine = open_reader(shop.url)

    def __enter__(self) -> PublishedRun:
        self._reading = reading(self._engine)
        connection = self._reading.__enter__()
        connection.execute(text("select 1"))
        return chosen(published(connection), connection, None, memory(10))

    def __exit__(self, *problem: object) -> None:
        self._reading.__exit__(None, None, None)
        self._engine.dispose()
