"""Statements over the customers tell what plain pandas tells of every one of them.

On each form and under filters of every kind, alone and together, with a text and without.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from dash import Dash

from db.engine import open_reader
from portal.app import create_app
from portal.kit.cards import Asked
from portal.kit.tables.rows_table import Sort
from portal.kit.tables.table_cards import MOST_ROWS
from portal.pages.campaigns import queries as campaigns
from portal.pages.segments import queries as of_segments
from portal.pages.segments.cards import CUSTOMERS
from portal.pages.today import queries as overview
from portal.reading import customers, segments
from portal.reading.filters import NO_FILTERS, Filters
from portal.reading.published import PublishedRun, published_run
from portal.settings import Settings
from tests.shops import FORMS, Shop

MEASURES = ["recency_days", "frequency", "monetary", "average_basket"]
COLUMNS = {
    "segments": "segment", "countries": "country", "bands": "spend_band", "risks": "risk_value",
    "risk_bands": "risk_band", "value_bands": "value_band",
}  # fmt: skip


OFFERED = ("segments", "countries", "risk_bands", "value_bands")


class Known(NamedTuple):
    """What any other tool reads of a run."""

    customers: pd.DataFrame
    snapshots: pd.DataFrame
    orders: pd.DataFrame

    def kept(self, filters: Filters) -> pd.DataFrame:
        """Give the customers that filters keep."""
        found = self.customers
        for field, column in COLUMNS.items():
            if values := getattr(filters, field):
                found = found[found[column].isin(values)]
        return found[found["customer_id"].str.contains(filters.text, regex=False)]


@pytest.fixture(scope="module")
def portal(forms: Shop) -> Dash:
    return create_app(open_reader(forms.url), Settings(db=forms.url))


@contextmanager
def looking(portal: Dash, dataset: str) -> Iterator[PublishedRun]:
    with portal.server.test_request_context("/"), published_run(f"?dataset={dataset}") as at:
        yield at


@pytest.fixture(scope="module")
def known(portal: Dash, forms: Shop) -> dict[str, Known]:
    found = {}
    for form in FORMS:
        with looking(portal, form) as at, closing(sqlite3.connect(forms.path)) as connection:
            found[form] = Known(
                *(
                    pd.read_sql_query(
                        f"select * from {table} where run_id = ? order by customer_id",
                        connection,
                        params=(at.run_id,),
                    )
                    for table in ("customer_result", "customer_snapshot", "order_state")
                )
            )
    return found


def asked(known: Known) -> list[Filters]:
    """List filters of each kind, alone and together, with a text and without."""
    rows = known.customers
    one: dict[str, Any] = {
        field: (rows[column].dropna().mode()[0],)
        for field, column in COLUMNS.items()
        if rows[column].notna().any()
    }
    texts = [rows["customer_id"].iloc[len(rows) // 2][-1], rows["customer_id"].iloc[0]]
    two = tuple(rows["segment"].unique()[:2])
    found = [
        *(Filters(**{field: values}) for field, values in one.items()),
        Filters(**one),
        Filters(segments=two, bands=one.get("bands", ())),
        Filters(segments=("No such",)),
        Filters(segments=two, countries=("Nowhere",)),
        Filters(text="no such"),
    ]
    found += [each._replace(text=text) for each in found[:-1] for text in texts]
    return [*found, *(Filters(text=text) for text in texts)]


@pytest.mark.parametrize("form", FORMS)
def test_counts_and_shares_and_countries(portal: Dash, known: dict[str, Known], form: str):
    with looking(portal, form) as at:
        for filters in [NO_FILTERS, *asked(known[form])]:
            some = known[form].kept(filters)
            assert customers.count(at, filters) == len(some)
            by = some.groupby("segment")
            found = at.ask(segments.shares(at, filters)).set_index("segment")
            expected = (
                by[MEASURES]
                .mean()
                .assign(
                    customers=by.size(),
                    share=by.size() / max(len(some), 1),
                    revenue=by["monetary"].sum(min_count=1),
                )
            )
            pd.testing.assert_frame_equal(
                found[list(expected)].sort_index().astype(float),
                expected.astype(float),
                check_index_type=False,
            )
            assert found["monetary"].is_monotonic_decreasing or found["monetary"].isna().any()
            country = some.assign(country=some["country"].fillna("Not known")).groupby(
                "country"
            )
            places = at.ask(overview.countries(at, filters)).set_index("country").sort_index()
            assert places["customers"].to_dict() == country.size().to_dict()
            for column, of in (("revenue", "monetary"), ("orders", "frequency")):
                np.testing.assert_allclose(
                    places[column].astype(float), country[of].sum(min_count=1).astype(float)
                )


@pytest.mark.parametrize("form", FORMS)
def test_totals_of_every_snapshot(portal: Dash, known: dict[str, Known], form: str):
    with looking(portal, form) as at:
        for filters in asked(known[form]):
            some = known[form].kept(filters)
            rows = known[form].snapshots
            rows = rows[rows["customer_id"].isin(some["customer_id"])]
            by = rows.groupby("as_of")
            found = at.ask(overview.totals(at, filters)).set_index("as_of").astype(float)
            expected = pd.DataFrame(
                {
                    "customers": by.size(),
                    "active_customers": by["recency_days"].apply(
                        lambda days: (days < 90).sum()
                    ),
                    "orders": by["frequency"].sum(min_count=1),
                    "revenue": by["monetary"].sum(min_count=1),
                }
            ).astype(float)
            assert len(found) == len(expected)
            if at.as_of:
                assert list(found.index) == list(expected.index)
            np.testing.assert_allclose(found[list(expected)], expected)


def test_months_are_those_of_standing_orders(portal: Dash, known: dict[str, Known]):
    rows = known["shop"].orders
    with looking(portal, "shop") as at:
        assert at.as_of
        day = (at.as_of - dt.date(1970, 1, 1)).days
        stands = rows[(rows["from_day"] <= day) & (rows["to_day"] > day) & (rows["net"] > 0)]
        for filters in asked(known["shop"]):
            some = known["shop"].kept(filters)
            mine = stands[stands["customer_id"].isin(some["customer_id"])]
            month = pd.to_datetime(mine["ordered_day"], unit="D").dt.strftime("%Y-%m-01")
            found = at.ask(overview.months(at, filters)).set_index("month")
            assert len(found) == len(at.ask(overview.months(at, NO_FILTERS)))
            filled = found[found["orders"] > 0]
            assert filled["orders"].to_dict() == mine.groupby(month).size().to_dict()
            np.testing.assert_allclose(filled["revenue"], mine.groupby(month)["net"].sum())
            assert found["revenue"].sum() == pytest.approx(mine["net"].sum())


@pytest.mark.parametrize("form", FORMS)
def test_concentration_and_audiences(portal: Dash, known: dict[str, Known], form: str):
    with looking(portal, form) as at:
        for filters in asked(known[form]):
            some = known[form].kept(filters)
            spend = np.sort(some["monetary"].dropna())[::-1]
            curve = at.ask(overview.concentration(at, filters)).set_index("customer_share")
            if len(spend):
                half = np.interp(
                    len(spend) / 2, np.arange(len(spend) + 1), [0, *np.cumsum(spend)]
                )
                assert curve["revenue_share"].iloc[50] == pytest.approx(half / spend.sum())
            told = at.ask(campaigns.figures(at, filters)).iloc[0]
            assert told["customers"] == len(some)
            assert told["scored"] == some["churn_probability"].notna().sum()
            for column, expected in (
                ("revenue", some["monetary"].sum(min_count=1)),
                ("churn_probability", some["churn_probability"].mean()),
                ("order_probability", some["order_probability_90d"].mean()),
            ):
                np.testing.assert_allclose(float(told[column] or np.nan), float(expected))


@pytest.mark.parametrize("form", FORMS)
def test_points_are_a_sample_of_those_kept(portal: Dash, known: dict[str, Known], form: str):
    with looking(portal, form) as at:
        for filters in [NO_FILTERS, *asked(known[form])]:
            some = known[form].kept(filters)
            found = at.ask(at.of_customers(of_segments.POINTS, filters, at_most=40))
            total = int(at.ask(of_segments.kept(at, filters))["customers"].iloc[0])
            assert total == len(some)
            share = min(1.0, 40 / max(total, 1))
            expected = some[some["sample_position"] <= share]
            assert list(found["customer_id"]) == list(expected["customer_id"])
            assert list(found["segment"]) == list(expected["segment"])
            for column in (*of_segments.MEASURES, "component_1", "component_2"):
                np.testing.assert_allclose(
                    found[column].astype(float), expected[column].astype(float)
                )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("descending", [True, False])
def test_pages_are_sorted_as_the_export(
    portal: Dash, known: dict[str, Known], form: str, descending: bool
):
    with looking(portal, form) as at:
        some = asked(known[form])[0]
        for column in (each.field for each in CUSTOMERS.shown):
            sort = Sort(column, descending)
            for filters in (NO_FILTERS, some, some._replace(text="1")):
                asked_for = Asked(filters)
                wanted = {"sort": column, "order": "desc" if descending else "asc"}
                _, streamed = CUSTOMERS.stream(at, asked_for, wanted)
                whole = [row[0] for row in streamed]
                assert len(whole) == CUSTOMERS.count(at, asked_for)
                rows = CUSTOMERS.page(at, asked_for, sort, 3, 20)
                assert list(rows["customer_id"]) == whole[3:20]
                last = CUSTOMERS.page(at, asked_for, sort, len(whole) - 5, 10**6)
                assert list(last["customer_id"]) == whole[-5:] if len(whole) >= 5 else True


def test_a_page_has_an_upper_bound(portal: Dash):
    with looking(portal, "shop") as at:
        asked_for = Asked(NO_FILTERS)
        assert len(CUSTOMERS.page(at, asked_for, CUSTOMERS.sort, -5, 10**9)) <= MOST_ROWS
        assert CUSTOMERS.page(at, asked_for, CUSTOMERS.sort, 10, 5).empty


@pytest.mark.parametrize("form", FORMS)
def test_choices_are_what_customers_have(portal: Dash, known: dict[str, Known], form: str):
    with looking(portal, form) as at:
        offered = customers.choices(at)
        for field in OFFERED:
            counts = known[form].customers[COLUMNS[field]].value_counts().to_dict()
            assert dict(getattr(offered, field)) == counts
        assert offered.attributes


@pytest.mark.parametrize("form", FORMS)
def test_identifiers_are_found_by_any_part(portal: Dash, known: dict[str, Known], form: str):
    every = known[form].customers["customer_id"]
    with looking(portal, form) as at:
        for text in (every[0], every[0][:1], every.iloc[-1][-2:], f"{every[0]}\n", "Ω"):
            expected = every[every.str.contains(text, regex=False)]
            asked_for = Asked(Filters(text=text))
            assert CUSTOMERS.count(at, asked_for) == len(expected)
