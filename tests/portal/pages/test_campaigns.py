"""Campaigns: divided as stamped, exported in three formats, read back over later orders."""

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from db.engine import open_reader, reading
from db.workspace import campaigns as kept
from db.workspace import open_workspace
from db.workspace.campaigns import Campaign
from portal.app import create_app
from portal.kit.cards import Asked
from portal.kit.drawing.chart import Chart
from portal.kit.tables.listings import Listing, write_csv, write_excel, write_parquet
from portal.pages.campaigns import (
    by_risk,
    figures,
    lists,
    outcome,
    parts,
    planning,
    queries,
    sizing,
    wanted,
)
from portal.pages.campaigns.one_campaign import EFFECTS
from portal.reading.contacting import economics
from portal.reading.datasets import published
from portal.reading.filters import Filters
from portal.reading.published import PublishedRun, chosen, memory
from portal.settings import Settings
from tests.shops import Shop, copy_of, rows

NO_COSTS = dict.fromkeys(wanted.OWN)
NOW = pd.Timestamp("2026-01-05 10:00", tz="UTC").to_pydatetime()
NASTY = pd.DataFrame({"customer_id": ["=1+1", "@x", "7"], "orders": [1.0, None, 3.0]})
STAMPED = Listing(NASTY, ["Clientele list", "Run: 7", "Name: =2+2"], '{"run": 7}')


@pytest.fixture(scope="module")
def shop(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return copy_of(published_shop, tmp_path_factory.mktemp("campaigns"))


@contextmanager
def looking(shop: Shop) -> Iterator[PublishedRun]:
    with reading(open_reader(shop.url)) as connection:
        yield chosen(published(connection), connection, shop.dataset, memory(10))


@pytest.fixture
def at(shop: Shop) -> Iterator[PublishedRun]:
    with looking(shop) as found:
        yield found


@pytest.fixture(scope="module")
def asked(shop: Shop) -> FlaskClient:
    return create_app(open_reader(shop.url), Settings(db=shop.url)).server.test_client()


def made(
    shop: Shop, name: str, *, share: float = 0.2, seed: int = 5, at: dt.datetime = NOW
) -> int:
    """Make a campaign of everybody and give its number."""
    with looking(shop) as run:
        planned = planning.plan(run, Filters(), name=name, share=share, seed=seed)
    return planning.create(open_workspace(shop.url), planned, at=at)


def asked_for(at: PublishedRun, number: int) -> Asked:
    """Ask the chart as the page does, whose store holds the campaign as JSON."""
    held = json.loads(json.dumps(outcome.shown(campaign_of(at, number))))
    return EFFECTS.asked_by_name("", {"campaign": held})


def drawn(at: PublishedRun, asked: Asked) -> Chart:
    """Draw the chart."""
    found: Chart = EFFECTS.drawn_with(at, asked, EFFECTS.draw)
    return found


def campaign_of(at: PublishedRun, number: int) -> Campaign:
    campaign = planning.one(at.connection, number)
    assert campaign is not None
    return campaign


def test_a_plan_is_made_again_from_its_stamp(at: PublishedRun) -> None:
    segment = rows_of(at, "select segment from segment_result order by customers desc")[0]
    filters = Filters(segments=(segment,))
    one = planning.plan(at, filters, name="one", share=0.25, seed=11)
    again = planning.plan(at, filters, name="one", share=one.stamp.share, seed=one.stamp.seed)
    other = planning.plan(at, filters, name="one", share=0.25, seed=12)

    pd.testing.assert_frame_equal(one.members, again.members)
    assert one.stamp == again.stamp
    assert not one.members["contacted"].equals(other.members["contacted"])
    assert one.stamp.filters == {"Segment": segment}
    assert one.stamp.is_of(one.members["customer_id"])
    assert (~one.members["contacted"]).sum() == int(len(one.members) * 0.25 + 0.5)


def rows_of(at: PublishedRun, query: str) -> list[str]:
    return [row[0] for row in at.connection.exec_driver_sql(query)]


def test_too_few_customers_are_refused_in_a_sentence(at: PublishedRun) -> None:
    nobody = Filters(text="no such customer")
    with pytest.raises(economics.StrategyError, match="too small"):
        planning.plan(at, nobody, name="x", share=0.1, seed=1)


def test_a_proposed_name_is_free(shop: Shop, at: PublishedRun) -> None:
    taken = planning.free_name(Filters(), at)
    made(shop, taken)
    with looking(shop) as later:
        assert planning.free_name(Filters(), later) == f"{taken} (2)"


def test_an_audience_suffices_or_not() -> None:
    needed = economics.size_for_conversion(base=0.3, effect=0.05, held_share=0.1).customers
    hope = sizing.Hope(needed, share=0.1, power=0.8)
    assert sizing.reach(hope, base=0.3, effect=0.05).suffices
    small = sizing.reach(hope._replace(customers=needed - 1), base=0.3, effect=0.05)
    assert not small.suffices
    assert f"{needed:,}" in small.sentence
    assert "percentage points" in small.sentence
    assert "With 20 % not contacted instead, it shows with" in small.sentence
    tiny = sizing.reach(hope._replace(customers=needed // 50), base=0.3, effect=0.05)
    assert "With 50 % not contacted instead" in tiny.sentence
    assert tiny.sentence.endswith("more needs wider filters.")
    half = sizing.reach(sizing.Hope(20, share=0.5, power=0.8), base=0.3, effect=0.05)
    assert "Widen the filters" in half.sentence


def test_an_audience_suffices_for_revenue_or_not() -> None:
    usual = sizing.Spend(mean=200.0, deviation=500.0, correlation=0.6)
    needed = economics.size_for_revenue(
        deviation=500, effect=20, held_share=0.2, correlation=0.6
    ).customers
    hope = sizing.Hope(needed, share=0.2, power=0.8)
    found = sizing.reach_in_revenue(hope, usual=usual, effect=0.1, currency="GBP")
    assert found.suffices
    assert "from £200.00 to £220.00" in found.sentence
    less = hope._replace(customers=needed // 4)
    small = sizing.reach_in_revenue(less, usual=usual, effect=0.1, currency="GBP")
    assert not small.suffices
    assert f"{needed:,} customers" in small.sentence
    assert "smallest rise that it shows is £40.0" in small.sentence


def test_what_is_usual_is_what_was_spent_in_the_last_90_days(
    shop: Shop, at: PublishedRun
) -> None:
    spent = [
        amount
        for (amount,) in rows(
            shop.path,
            "select coalesce(sum(net), 0) from published_customer c"
            " join published_run r using (dataset)"
            " left join order_state o on o.run_id = r.run and o.customer_id = c.customer_id"
            " and o.net > 0 and o.to_day > julianday(r.as_of) - 2440587.5"
            " and o.from_day <= julianday(r.as_of) - 2440587.5"
            " and o.ordered_day > julianday(r.as_of) - 2440587.5 - 90"
            " group by c.customer_id",
        )
    ]
    usual = sizing.usual_spend(at, Filters())
    assert usual is not None
    assert usual.mean == pytest.approx(sum(spent) / len(spent))
    assert usual.deviation == pytest.approx(pd.Series(spent).std())
    assert -1 <= usual.correlation <= 1
    assert sizing.usual_spend(at, Filters(text="no such customer")) is None


def test_of_many_customers_a_random_part_tells_what_is_usual(
    at: PublishedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = queries.spent(at, Filters(), days=90)
    monkeypatch.setattr(queries, "LOOKED_AT", 40)
    assert len(queries.spent(at, Filters(), days=90)) == 40 < len(whole)


def test_a_renamed_campaign_is_stamped_with_its_name(shop: Shop) -> None:
    number, writer = made(shop, "first name"), open_workspace(shop.url)
    planning.describe(writer, number, name="second name", note="", offer="", cost=3.5)
    with looking(shop) as at:
        campaign = campaign_of(at, number)
        listing = lists.listing(at, campaign, columns=())
    assert "Campaign: second name" in listing.lines
    assert json.loads(listing.stamp)["name"] == "second name"
    with pytest.raises(economics.StrategyError, match="0 or more"):
        planning.describe(writer, number, name="x", note="", offer="", cost=-1)


def test_a_cost_tells_what_is_left(shop: Shop) -> None:
    number = made(shop, "with a cost")
    amounts = dict.fromkeys(economics.Effect._fields, 0.0)
    amounts |= {"total": 1000.0, "total_low": 500.0, "total_high": 1500.0}
    effect = economics.Effect(**amounts)
    with looking(shop) as at:
        campaign = campaign_of(at, number)
        assert outcome.paid_off(effect, campaign, at) == ""
        said = {
            cost: outcome.paid_off(effect, campaign._replace(cost=cost), at)
            for cost in (200.0, 400.0, 800.0)
        }
    assert "a profit of £300 is left (95 % interval £50 to £550): it paid off" in said[200.0]
    assert "not proven" in said[400.0]
    assert "not pay off" in said[800.0]


def test_the_picture_says_what_the_intervals_allow() -> None:
    rng = np.random.default_rng(3)
    members = pd.DataFrame(
        {
            "customer_id": [str(place) for place in range(400)],
            "contacted": np.arange(400) % 2 == 0,
            "stratum": "all",
        }
    )
    chance = np.where(members["contacted"], 0.6, 0.2)
    orders = (rng.random(400) < chance).astype(int)
    outcomes = pd.DataFrame(
        {"customer_id": members["customer_id"], "orders": orders, "revenue": orders * 10.0}
    )
    rows = economics.read_back(members, outcomes).effects
    figure = figures.effects(rows, currency="GBP")
    assert figures.effects_finding(rows, currency="GBP").startswith("More customers ordered;")
    drawn = {trace.hovertemplate for trace in figure.data}
    assert len(drawn) == 4
    assert figures.effects(rows.iloc[:0], currency="GBP").data == ()


def test_a_list_comes_as_csv_excel_and_parquet(shop: Shop, asked: FlaskClient) -> None:
    number = made(shop, "three formats")
    answers = {
        kind: asked.get(
            f"/export/campaigns/{number}.{kind}?column=segment&column=monetary&list=everyone"
        )
        for kind in ("csv", "xlsx", "parquet")
    }
    with zipfile.ZipFile(io.BytesIO(answers["csv"].data)) as found:
        listed = list(csv.reader(io.StringIO(found.read("list.csv").decode())))
        stamp = json.loads(found.read("stamp.json"))
        lines = found.read("stamp.txt").decode()
    book = openpyxl.load_workbook(io.BytesIO(answers["xlsx"].data))
    table = pq.read_table(io.BytesIO(answers["parquet"].data))

    assert listed[0] == ["customer_id", "group", "segment", "monetary"]
    assert stamp["run"] == 1
    assert stamp["seed"] == 5
    assert stamp["contacted"] + stamp["held_out"] == len(listed) - 1
    assert economics.stamp_from_lines(lines.splitlines()).share == 0.2
    assert book.sheetnames == ["About", "Customers"]
    sheet = list(book["Customers"].values)
    assert [str(row[0]) for row in sheet] == [row[0] for row in listed]
    assert table.column_names == listed[0]
    assert json.loads(table.schema.metadata[b"clientele"]) == stamp
    groups = table.column("group").to_pylist()
    assert groups.count("hold-out") == stamp["held_out"]


def test_who_is_held_out_is_not_in_the_list_to_contact(shop: Shop, asked: FlaskClient) -> None:
    number = made(shop, "contacts only")
    answer = asked.get(f"/export/campaigns/{number}.csv")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        listed = list(csv.DictReader(io.StringIO(found.read("list.csv").decode())))
    held = {
        customer
        for (customer,) in rows(
            shop.path,
            "select customer_id from campaign_member where campaign_id = ? and not contacted",
            number,
        )
    }
    assert held
    assert not held & {row["customer_id"] for row in listed}
    assert {row["group"] for row in listed} == {"contact"}


@pytest.mark.parametrize("address", ["/export/campaigns/999999.csv", "/export/campaigns/1.doc"])
def test_what_is_not_there_is_said(asked: FlaskClient, address: str) -> None:
    answer = asked.get(address)
    assert answer.status_code == 404
    assert answer.text.startswith("There is no ")


def test_formulas_are_neutral_in_every_spreadsheet(tmp_path: Path) -> None:
    beside = write_csv(STAMPED, tmp_path / "a.csv")
    write_excel(STAMPED, tmp_path / "a.xlsx")
    write_parquet(STAMPED, tmp_path / "a.parquet")
    text = list(csv.reader((tmp_path / "a.csv").read_text().splitlines()))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")

    assert text[1:] == [["'=1+1", "1"], ["'@x", ""], ["7", "3"]]
    assert json.loads(beside.read_text()) == {"run": 7}
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert book["About"]["B3"].value == "'=2+2"
    assert pq.read_table(tmp_path / "a.parquet").column(0).to_pylist() == ["=1+1", "@x", "7"]


def test_a_campaign_is_read_back_over_the_days_since_it_began(shop: Shop) -> None:
    number = made(shop, "read back")
    ((as_of,),) = rows(shop.path, "select as_of from published_run")
    last = pd.Timestamp(as_of)
    writer = open_workspace(shop.url)

    assert "Not started" in told(shop, number).sentence
    kept.start(writer, number, on=(last + pd.Timedelta(days=1)).date())
    assert "not over yet" in told(shop, number).sentence
    kept.start(writer, number, on=(last - pd.Timedelta(days=89)).date())
    found = told(shop, number)

    assert found.readback is not None
    ((bought, revenue),) = rows(
        shop.path,
        "select count(distinct customer_id), sum(net) from order_state"
        " join campaign_member using (customer_id)"
        " where campaign_id = ? and contacted and net > 0"
        " and to_day > julianday(?) - 2440587.5 and from_day <= julianday(?) - 2440587.5"
        " and ordered_day > julianday(?) - 2440587.5 - 90",
        number, as_of, as_of, as_of,
    )  # fmt: skip
    effect = found.readback
    assert effect.conversion.contacted * effect.contacted == pytest.approx(bought)
    assert effect.revenue.contacted * effect.contacted == pytest.approx(revenue)
    assert effect.revenue.low < effect.revenue.difference < effect.revenue.high
    assert "95 % interval" in found.sentence


def told(shop: Shop, number: int) -> outcome.Result:
    with looking(shop) as at:
        return outcome.result(at, campaign_of(at, number))


def test_the_chart_is_drawn_of_the_rows_that_its_data_lists(shop: Shop) -> None:
    number = made(shop, "drawn")
    ((as_of,),) = rows(shop.path, "select as_of from published_run")
    first = (pd.Timestamp(as_of) - pd.Timedelta(days=89)).date()
    with looking(shop) as at:
        nothing = drawn(at, asked_for(at, number))
    assert nothing.finding == "Contacted against not contacted"
    assert nothing.missing == outcome.NOT_STARTED
    assert not nothing.figure.data
    kept.start(open_workspace(shop.url), number, on=first)
    with looking(shop) as at:
        chart = drawn(at, asked_for(at, number))
        statement = EFFECTS.statement(at, asked_for(at, number))
        assert statement is not None
        listed, many = EFFECTS.sample(at, asked_for(at, number))
        found = outcome.result(at, campaign_of(at, number)).readback

    assert found is not None
    marks = [trace.x[0] for trace in chart.figure.data]
    assert marks[0] == pytest.approx(100 * found.conversion.difference)
    assert marks[2] == pytest.approx(found.revenue.difference)
    everyone = rows(
        shop.path,
        "select customer_id from campaign_member where campaign_id = ? order by customer_id",
        number,
    )
    assert many == len(everyone)
    assert list(listed["customer_id"]) == [name for (name,) in everyone][: len(listed)]
    again = rows(shop.path, statement.shown)
    assert [row[0] for row in again] == [name for (name,) in everyone]
    assert sum(row[4] for row in again if row[1]) == pytest.approx(
        found.revenue.contacted * found.contacted
    )


def test_a_later_campaign_of_the_same_number_is_another_one(shop: Shop) -> None:
    number = made(shop, "made twice", seed=1)
    ((as_of,),) = rows(shop.path, "select as_of from published_run")
    first = (pd.Timestamp(as_of) - pd.Timedelta(days=89)).date()
    kept.start(open_workspace(shop.url), number, on=first)
    with looking(shop) as at:
        before = asked_for(at, number)
        one = EFFECTS.statement(at, before)
    kept.erase(open_workspace(shop.url), number)
    assert made(shop, "made twice", seed=2, at=NOW + pd.Timedelta(days=1)) == number
    kept.start(open_workspace(shop.url), number, on=first)
    with looking(shop) as at:
        assert EFFECTS.statement(at, before) is None
        assert EFFECTS.statement(at, asked_for(at, number)) not in (None, one)


@pytest.mark.parametrize(
    "held",
    [
        None,
        "nothing",
        ["1"],
        ["x", "2026-01-05T10:00:00+00:00", None, None],
        [1, "2026-01-05T10:00:00+00:00", "no day", None],
        [10**30, "", None, None],
        [1, "another time", "2026-01-05", None],
    ],
)
def test_whatever_stands_in_an_address_is_no_campaign(at: PublishedRun, held: object) -> None:
    found = EFFECTS.asked_by_name("", {"campaign": held})
    assert EFFECTS.statement(at, found) is None
    assert drawn(at, found).missing == "Choose a campaign."


def test_an_audience_is_narrowed_by_groups_of_attributes(at: PublishedRun) -> None:
    everyone = queries.read(at, queries.audience(at, Filters()))
    group = at.table.groups("frequency")[0]
    filters = Filters(where=(f"frequency={group}",))
    some = queries.read(at, queries.audience(at, filters))
    assert 0 < len(some) < len(everyone)
    assert len(some) == at.ask(queries.figures(at, filters))["customers"].iloc[0]


@pytest.mark.parametrize(
    ("search", "led"),
    [
        ("?dataset=shop", None),
        ("?list=worst&budget=5", None),
        ("?list=best", wanted.Led("best", None, NO_COSTS)),
        ("?list=playbook&budget=50", wanted.Led("playbook", 50.0, NO_COSTS)),
        ("?list=best&budget=0.5&incentive=-1", wanted.Led("best", None, NO_COSTS)),
        ("?list=best&budget=nan&incentive=x", wanted.Led("best", None, NO_COSTS)),
        ("?list=best&incentive=8", wanted.Led("best", None, NO_COSTS | {"incentive": 8.0})),
    ],
)
def test_an_address_leads_to_a_list(search: str, led: wanted.Led | None) -> None:
    assert wanted.from_address(search) == led


def test_what_a_campaign_cannot_cost_is_refused(at: PublishedRun) -> None:
    with pytest.raises(economics.StrategyError, match="success_rate"):
        wanted.wanted(at, "best", None, {"success_rate": 130.0})
    with pytest.raises(economics.StrategyError, match="budget must be 1 or more"):
        wanted.wanted(at, "best", 0.5, {})
    meant = wanted.wanted(at, "best", 60.0, {"success_rate": 40.0, "incentive": None})
    assert meant.costs is not None
    assert meant.costs.success_rate == 0.4
    assert wanted.wanted(at, "nobody", None, {}) == wanted.WHOLE


@pytest.mark.parametrize(
    ("losing", "said"),
    [
        (0, "costs £30.00."),
        (1, "1 customer of them costs more"),
        (2, "2 customers of them cost"),
    ],
)
def test_who_costs_more_than_they_bring_is_said(losing: int, said: str) -> None:
    found = wanted.Told(9, losing, 3.0, 30.0, 60.0, 20.0, 90.0)
    sentence = wanted.brings(found, "GBP")
    assert sentence.startswith("Contacting all 9 should bring £60.00 (£20 to £90) and costs")
    assert said in sentence
    assert ("of them" in sentence) == (losing > 0)


def test_a_campaign_says_what_it_was_expected_to_bring(shop: Shop) -> None:
    with looking(shop) as run:
        meant = wanted.wanted(run, "best", None, {"incentive": 8.0})
        planned = planning.plan(
            run, Filters(), name="its own offer", share=0.2, seed=5, targeting=meant
        )
        same = planning.plan(run, Filters(), name="the usual", share=0.2, seed=5)
    number = planning.create(open_workspace(shop.url), planned, at=NOW)
    own = planned.stamp.expected
    assert own is not None
    with looking(shop) as run:
        campaign = campaign_of(run, number)
        facts = str(parts.facts(campaign, run.currency))
        said = outcome.hoped_for(campaign, run.currency)
        listing = lists.listing(run, campaign, columns=("contact_profit",))
    differs = "Computed with this campaign's offer of £8, not the update's £10."
    assert differs in facts
    assert differs in said
    assert f"was expected to bring £{own.contacted_profit:,.2f}" in said
    assert listing.rows["contact_profit"].sum() == pytest.approx(own.contacted_profit)
    assert same.stamp.expected is not None
    assert same.stamp.expected.said == ""
    assert same.stamp.expected.losing > 0
    old = campaign._replace(stamp=planned.stamp.model_copy(update={"expected": None}).to_json())
    assert outcome.hoped_for(old, "GBP") == ""
    assert "Expected" not in str(parts.facts(old, "GBP"))


def test_whom_contact_moves_is_told_by_risk_band() -> None:
    rng = np.random.default_rng(3)
    parts = []
    for band, rate in (("likely to leave", 0.6), ("likely to stay", 0.0)):
        contacted = np.arange(400) % 2 == 0
        orders = (rng.random(400) < 0.2 + rate * contacted).astype(int)
        parts.append(
            pd.DataFrame(
                {
                    "customer_id": [f"{band} {place}" for place in range(400)],
                    "contacted": contacted, "stratum": "all", "orders": orders,
                    "revenue": orders * 10.0, "revenue_before": 0.0, "band": band,
                }
            )
        )  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    few = rows[rows["band"] == "likely to stay"].head(4).assign(band="unsure")
    few["customer_id"] = "u" + few["customer_id"]
    rows = pd.concat([rows, few], ignore_index=True)
    bands = rows.set_index("customer_id")["band"]
    found = by_risk.moved(rows, bands)
    assert [each.band for each in found] == list(by_risk.BANDS)
    assert by_risk.finding(found) == "Contact moves those likely to leave most"
    assert found[1].orders is None
    assert by_risk.finding(found[2:]) == "In no risk band is it sure that contact moves anybody"
    assert by_risk.finding(found[1:2]).startswith("Too few in each risk band")
    turned = rows.assign(contacted=~rows["contacted"])
    lost = by_risk.finding(by_risk.moved(turned, bands))
    assert lost == "No risk band orders more for sure; those likely to leave order less"
    assert by_risk.moved(rows, bands.iloc[:0]) == []


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (None, None, "Planned"),
        ("2024-02-01", None, "Starts 1 Feb 2024"),
        ("2024-01-01", None, "Running since 1 Jan 2024"),
        ("2024-01-01", "2024-02-01", "Running until 1 Feb 2024"),
        ("2024-01-01", "2024-01-20", "Ended 20 Jan 2024"),
    ],
)
def test_a_campaign_says_its_state(starts: str | None, ends: str | None, said: str) -> None:
    days = [None if each is None else dt.date.fromisoformat(each) for each in (starts, ends)]
    campaign = Campaign(
        1,
        "shop",
        "A",
        "planned",
        1,
        None,
        "{}",
        1,
        1,
        "",
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        *days,
    )
    assert parts.state(campaign, dt.date(2024, 1, 31)) == said


def test_a_line_says_what_can_be_seen() -> None:
    needed = economics.size_for_conversion(base=0.3, effect=0.05, held_share=0.1).customers
    hope = sizing.Hope(needed, share=0.1, power=0.8)
    enough = sizing.reach(hope, base=0.3, effect=0.05).line
    assert "not contacted: enough to show a rise of orders from 30.0 % to 35.0 %" in enough
    small = sizing.reach(hope._replace(customers=needed // 4), base=0.3, effect=0.05).line
    assert "too few to show" in small
    assert (
        "too few"
        not in sizing.reach(hope._replace(customers=needed // 4), base=0.3, effect=0.25).line
    )
