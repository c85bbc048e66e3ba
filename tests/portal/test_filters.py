"""Filters: in the URL's query and in the database, whatever somebody writes there."""

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from db.engine import open_reader, reading
from pipeline.strategy.groups import GROUPS
from portal.reading import columns, customers
from portal.reading import totals as overview
from portal.reading.customers import Sort
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
        kept = customers.count(at, asked)
        page = customers.page(at, asked, sort=Sort("monetary; drop table run"), end=50)
        assert len(page) == min(kept, 50)


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
        for name, choices in zip(("segments", "countries", "bands"), offered[:3], strict=True):
            assert sum(choice.customers for choice in choices) == at.customers
            for choice in choices:
                kept = customers.count(at, Filters(**{name: (choice.value,)}))
                assert kept == choice.customers
        assert {choice.value for choice in offered.risks} <= set(GROUPS)
        for choice in offered.risks:
            assert customers.count(at, Filters(risks=(choice.value,))) == choice.customers
        assert offered.risks
        one = customers.page(at, NO_FILTERS, end=1)["customer_id"].iloc[0]
        assert one in set(customers.page(at, Filters(text=one))["customer_id"])


def test_groups_of_any_attribute_narrow_down(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        for attribute in columns.kinds(at):
            found = columns.groups(at, attribute)
            assert found is not None
            counts = [
                customers.count(at, Filters(where=(f"{attribute}={name}",)))
                for name in found.names
            ]
            assert counts == [(found.codes == place).sum() for place in range(len(counts))]
            every = Filters(where=tuple(f"{attribute}={name}" for name in found.names))
            assert customers.count(at, every) == sum(counts)
        for nobody in ("age", "=", "nothing=5", "frequency=1; drop table run"):
            assert customers.count(at, Filters(where=(nobody,))) == 0


def test_every_way_of_reading_keeps_the_same_group(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        found = columns.groups(at, "frequency")
        assert found is not None
        asked = Filters(where=(f"frequency={found.names[0]}",))
        page = customers.page(at, asked, end=1_000)
        assert 0 < len(page) < at.customers
        assert page["frequency"].max() < customers.page(at, NO_FILTERS)["frequency"].max()
        whole = list(page["customer_id"])
        assert [row[0] for row in customers.stream(at, asked)] == whole
        assert list(customers.table(at, asked, ("segment",))["customer_id"]) == whole
        assert overview.shares(at, asked)["customers"].sum() == len(whole)
        assert overview.totals(at, asked)["customers"].iloc[-1] == len(whole)
        assert overview.countries(at, asked)["customers"].sum() <= len(whole)


def test_pages_are_cut_from_one_order(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        for column in customers.COLUMNS:
            for descending in (True, False):
                sort = Sort(column, descending)
                whole = customers.page(at, NO_FILTERS, sort=sort, end=1_000)["customer_id"]
                parts = [
                    each
                    for start in range(0, at.customers, 40)
                    for each in customers.page(
                        at, NO_FILTERS, sort=sort, start=start, end=start + 40
                    )["customer_id"]
                ]
                streamed = [row[0] for row in customers.stream(at, NO_FILTERS, sort=sort)]
                assert parts == list(whole) == streamed


def test_a_page_has_an_upper_bound(published_shop: Shop) -> None:
    with looking(published_shop) as at:
        assert len(customers.page(at, NO_FILTERS, start=-5, end=10**9)) <= customers.MOST_ROWS
        assert customers.page(at, NO_FILTERS, start=10, end=5).empty


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
