"""What the page of sales says: frames whose answer is known, both ways round."""

import itertools

import pandas as pd
import pytest

from portal.kit.drawing.chart import Scope
from portal.pages.sales import figures, returned, said, world
from portal.reading.filters import NO_FILTERS, Filters
from portal.words.has import Has

SHOP = Scope(has=Has(orders=True, countries=True))


def months(
    *revenue: float, whole: int | None = None, start: str = "2024-01-01"
) -> pd.DataFrame:
    days = pd.date_range(start, periods=len(revenue), freq="MS")
    return pd.DataFrame(
        {
            "month": days,
            "revenue": revenue,
            "returned_revenue": [each / 10 for each in revenue],
            "anonymous_revenue": 0.0,
            "orders": [int(each // 10) for each in revenue],
            "is_complete": [place < (whole or len(revenue)) for place in range(len(revenue))],
        }
    )


class TestFirstLine:
    def test_twelve_months_stand_beside_the_twelve_before(self) -> None:
        line = said.answer(months(*[100.0] * 12, *[150.0] * 12), "GBP")
        assert "12 months to Dec 2025 brought £1.8K" in line
        assert "+50 % on the 12 months before" in line.replace("50.0", "50")

    def test_less_is_less(self) -> None:
        assert "−50" in said.answer(months(*[100.0] * 12, *[50.0] * 12), "GBP")

    def test_a_month_in_part_does_not_count(self) -> None:
        assert "The month to Jan 2024 brought £100" in said.answer(
            months(100.0, 900.0, whole=1), "GBP"
        )

    def test_without_a_whole_month_it_says_so(self) -> None:
        assert said.answer(months(100.0, whole=0).assign(is_complete=False), "GBP") == (
            "No whole month of orders is known yet."
        )
        assert said.answer(None, "GBP") == "No whole month of orders is known yet."


class TestTiles:
    def test_revenue_without_a_customer_is_named(self) -> None:
        rows = months(100.0, 100.0).assign(anonymous_revenue=25.0)
        found = said.tiles(rows, pd.DataFrame(columns=["figure", "value"]), "GBP", NO_FILTERS)
        assert found[0].value == "£200"
        assert found[0].since == "incl. £50 without a customer"
        assert found[2].value == "£7.50"  # that of known customers alone

    def test_what_came_back_is_told_of_everyone_alone(self) -> None:
        told = pd.DataFrame(
            {"figure": ["returned_share", "returning_customers"], "value": [0.03, 4.0]}
        )
        everyone = said.tiles(months(100.0), told, "GBP", NO_FILTERS)
        some = said.tiles(months(100.0), told, "GBP", Filters(segments=("A",)))
        assert [tile.title for tile in everyone][-1] == "Came back"
        assert everyone[-1].value == "3.0 %"
        assert len(some) == len(everyone) - 1


class TestMonths:
    @pytest.mark.parametrize(("last", "sign"), [(150.0, "+50"), (50.0, "−50")])
    def test_the_latest_month_is_compared(self, last: float, sign: str) -> None:
        finding = figures.month_finding(months(100.0, 100.0, last), currency="GBP")
        assert finding.startswith("Mar 2024 brought £")
        assert f"{sign}" in finding

    def test_a_year_before_is_named_where_it_is_known(self) -> None:
        finding = figures.month_finding(months(*[100.0] * 12, 200.0), currency="GBP")
        assert finding.endswith("on a year before")

    def test_returns_stand_below_nought(self) -> None:
        drawn = figures.month_bars(months(100.0, 200.0), currency="GBP")
        assert [trace.name for trace in drawn.data] == ["Revenue", "Came back in the month"]
        assert list(drawn.data[1].y) == [-10.0, -20.0]

    def test_nothing_sold_draws_nothing(self) -> None:
        assert not figures.month_bars(months(0.0, 0.0), currency="GBP").data


def countries(**revenue: float) -> pd.DataFrame:
    names = {"GB": "United Kingdom", "DE": "Germany", "MT": "Malta", "XX": "Unspecified"}
    return pd.DataFrame(
        [
            {
                "country": names[code], "iso": None if code == "XX" else code,
                "revenue": amount, "orders": int(amount / 10), "customers": 3,
                "average_basket": 10.0, "returned_share": 0.1,
            }
            for code, amount in revenue.items()
        ]
    )  # fmt: skip


class TestMap:
    def test_the_first_country_is_named_and_what_no_map_has(self) -> None:
        rows = countries(GB=80.0, DE=15.0, XX=5.0)
        chart = world.countries(rows, SHOP, codes=rows[["country", "iso"]])
        assert chart.finding == (
            "United Kingdom brings most, 80 % of revenue; on no map: Unspecified"
        )

    def test_another_order_names_another(self) -> None:
        rows = countries(DE=60.0, GB=40.0)
        chart = world.countries(rows, SHOP, codes=rows[["country", "iso"]])
        assert chart.finding == "Germany brings most, 60 % of revenue"

    def test_without_the_home_market(self) -> None:
        rows = countries(GB=80.0, DE=15.0, MT=5.0)
        scope = SHOP._replace(choices={"measure": "revenue", "home": "without"})
        chart = world.countries(rows, scope, codes=rows[["country", "iso"]])
        assert chart.finding == "Germany brings most beside the home market, 15 % of revenue"

    def test_a_country_too_small_for_a_shape_is_a_point(self) -> None:
        drawn = world.country_map(countries(GB=80.0, MT=5.0), "revenue", currency="GBP")
        (points,) = [trace for trace in drawn.data if trace.mode == "markers"]
        assert list(points.customdata) == ["Malta"]

    def test_a_click_gives_the_name_that_the_source_has(self) -> None:
        drawn = world.country_map(countries(GB=80.0), "revenue", currency="GBP")
        assert [list(trace.customdata) for trace in drawn.data if trace.customdata] == [
            ["United Kingdom"]
        ]

    def test_equal_values_look_equal(self) -> None:
        assert world.fifths(pd.Series([1.0, 1.0, 2.0, 3.0, 4.0]))[:2] == [1, 1]
        assert world.fifths(pd.Series([5.0, 1.0]))[0] > world.fifths(pd.Series([5.0, 1.0]))[1]

    def test_filtered_rows_take_their_codes_from_the_whole(self) -> None:
        rows = countries(GB=80.0, DE=20.0)
        some = rows.drop(columns=["iso", "returned_share"])
        chart = world.countries(some, SHOP, codes=rows[["country", "iso"]])
        assert len([trace for trace in chart.figure.data if trace.customdata]) == 2


class TestWhoCame:
    def frame(self, new: int, back: int, lapsed: int) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "month": pd.to_datetime(["2024-01-01", "2024-02-01"]),
                "is_complete": [True, False], "new": [new, 1], "kept": [5, 1],
                "back": [back, 0], "lapsed": [lapsed, None],
            }
        )  # fmt: skip

    def test_more_came(self) -> None:
        said = figures.activity_finding(self.frame(5, 2, 3))
        assert said == "In Jan 2024 more came than stayed away: 7 new or back, 3 lapsed"

    def test_more_stayed_away(self) -> None:
        assert "more stayed away than came" in figures.activity_finding(self.frame(1, 1, 3))

    def test_as_many(self) -> None:
        assert "as many came as stayed away" in figures.activity_finding(self.frame(1, 2, 3))


def test_wholesale_is_counted_with_its_revenue() -> None:
    rows = pd.DataFrame({"kind": [True, False], "customers": [2, 8], "revenue": [60.0, 40.0]})
    assert returned.kinds_finding(rows) == (
        "2 customers buy like wholesalers and bring 60 % of revenue"
    )
    assert returned.kinds_finding(rows[1:]) == "Nobody buys like a wholesaler"


def test_codes_of_products_are_told_from_others() -> None:
    rows = pd.DataFrame({"item_class": ["product", "postage"], "rows": [90, 10]})
    assert returned.item_finding(rows) == (
        "90.0 % of rows sell products; 1 other class of codes the rest"
    )
    assert returned.item_finding(rows[:1]) == "Every row sells a product"


def test_a_shape_on_both_sides_of_180_degrees_is_drawn_in_one_piece() -> None:
    drawn = world.country_map(countries(GB=80.0), "revenue", currency="GBP")
    for trace in drawn.data:
        pairs = itertools.pairwise([None, *trace.x, None])
        assert all(abs(a - b) < 180 for a, b in pairs if a is not None and b is not None)
