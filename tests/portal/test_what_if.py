"""What if: fields are read or refused in a sentence, and what is shown is what was scored."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from db.engine import open_reader
from pipeline.samples.files import write, write_together
from pipeline.samples.market_activity import made_up_market, market_files
from pipeline.samples.marketing import made_up_marketing
from portal.app import create_app
from portal.reading.published import published_run_of
from portal.scoring import models as scoring
from portal.scoring import what_if
from portal.scoring.models import Passed, Placed, Seen
from portal.scoring.schema import Input
from portal.scoring.what_if import Unreadable, attribute_changes, order_changes
from portal.settings import Settings
from portal.words import wording
from tests.portal.test_app import CALLBACK
from tests.shops import QUICK, Shop, refreshed, rows

DAY = dt.date(2011, 12, 9)
TODAY = {"income": 58_138.0, "age": None, "education": "PhD"}
ASKED = [
    Input(name=name, title=name.capitalize(), unit="", kind=kind, required=required, least=0.0,
          most=most, choices=choices, typical=None)
    for name, kind, required, most, choices in (
        ("income", "number", True, 1e6, None), ("age", "number", False, 130.0, None),
        ("education", "category", True, None, ["Basic", "PhD"]),
    )
]  # fmt: skip
LARGEST_ID = """
select customer_id from customer_result join published_run on run = run_id
where dataset = ? order by monetary desc limit 1
"""


def of_orders(**typed: str) -> list[what_if.Change]:
    named = {name.replace("_", "-"): value for name, value in typed.items()}
    return order_changes(named, day=DAY, currency="GBP")


def of_attributes(**typed: str | None) -> list[what_if.Change]:
    return attribute_changes(typed, ASKED, TODAY)


def test_orders_and_days_are_read_in_their_order() -> None:
    found = of_orders(first_value="500", first_items="3", days=" 60 ", next_value="20.5")
    assert what_if.made(found, by_orders=True) == [
        Placed(500.0, 3.0),
        Passed(60),
        Placed(20.5),
    ]
    assert [each.description for each in found] == [
        "An order of £500.00, 3 pieces today",
        "60 days without an order",
        "An order of £20.50 on 7 Feb 2012",
    ]
    assert of_orders(first_value="", days=" ") == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_value": "a lot"}, "The value of the order today must be a number like"),
        ({"first_value": "-3"}, "must be above 0"),
        ({"first_value": "1e13"}, "at most 1,000,000,000,000"),
        ({"first_value": "nan"}, "must be a number"),
        ({"first_items": "3"}, "Give the value of the order today"),
        ({"first_value": "3", "first_items": "0"}, "pieces of the order today must be above 0"),
        ({"days": "2.5"}, "whole number from 1 to 3,650"),
        ({"days": "0"}, "whole number from 1 to 3,650"),
        ({"days": "99999"}, "whole number from 1 to 3,650"),
        ({"next_value": "1,5"}, "not “1,5”"),
    ],
)
def test_orders_that_cannot_be_are_refused(typed: dict[str, str], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        of_orders(**typed)


def test_only_what_is_not_as_today_is_a_change() -> None:
    assert of_attributes(income="58138", age="", education="PhD") == []
    found = of_attributes(income="90000", age="44", education="Basic", stranger="1")
    assert what_if.made(found, by_orders=False) == {
        "income": 90_000.0, "age": 44.0, "education": "Basic",
    }  # fmt: skip
    assert found[0].description == "Income: 58138 → 90000"
    assert found[1].description == "Age: not known → 44"


def test_an_attribute_may_become_unknown() -> None:
    found = attribute_changes({"age": ""}, ASKED, {**TODAY, "age": 44.0})
    assert what_if.made(found, by_orders=False) == {"age": None}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"income": ""}, "Income must be given"),
        ({"income": "much"}, "Income must be a number like"),
        ({"age": "150"}, "Age must be from 0 to 130"),
        ({"age": "-1"}, "Age must be from 0 to 130"),
        ({"education": "Master"}, "Education must be one of Basic, PhD"),
        ({"education": "not known"}, "Education must be given"),
    ],
)
def test_attributes_that_cannot_be_are_refused(typed: dict[str, str], said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        of_attributes(**typed)


@pytest.fixture(scope="module")
def shops(published_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shop]:
    """Publish a shop of each kind: by orders, by demography, by activity."""
    folder = tmp_path_factory.mktemp("what-if")
    table = made_up_marketing(400, seed=5)
    write(folder / "marketing.csv", table.schema, [table])
    write_together(folder / "market", market_files(made_up_market(400, seed=5)))
    (folder / "drop.yaml").write_text(QUICK.replace("[churn,", "[activity_drop,"))
    database = folder / "portal.db"
    refreshed(database, folder / "marketing.csv", dataset="marketing")
    market = refreshed(
        database, folder / "market", "--settings", folder / "drop.yaml", dataset="market"
    )
    return {
        "shop": published_shop,
        "market": market,
        "marketing": market._replace(dataset="marketing"),
    }


def client_of(shop: Shop) -> FlaskClient:
    return create_app(open_reader(shop.url), Settings(db=shop.url)).server.test_client()


def first(shop: Shop) -> str:
    ((customer,),) = rows(shop.path, LARGEST_ID, shop.dataset)
    return str(customer)


def scored(shop: Shop, changes: scoring.Changes) -> list[Seen]:
    with client_of(shop).application.app_context(), published_run_of(shop.dataset) as at:
        return scoring.step_by_step(at, first(shop), changes)


def moved(shop: Shop, typed: dict[str, str]) -> str:
    """Ask the page for what the changes do, as the browser does."""
    body = {
        "output": "customer-moved.children",
        "outputs": {"id": "customer-moved", "property": "children"},
        "changedPropIds": [],
        "inputs": [
            {"id": "customer-change", "property": "children", "value": "Reset"},
            [
                {
                    "id": {"type": "customer-field", "name": name},
                    "property": "value",
                    "value": value,
                }
                for name, value in typed.items()
            ],
        ],
        "state": [{"id": "url", "property": "search", "value": search(shop)}],
    }  # fmt: skip
    response = client_of(shop).post(CALLBACK, json=body)
    assert response.status_code == 200, response.text
    return json.dumps(response.json, ensure_ascii=False)


def search(shop: Shop) -> str:
    return f"?dataset={shop.dataset}&customer={first(shop)}"


def offered(shop: Shop, pressed: str) -> dict[str, Any]:
    body = {
        "output": "..customer-what-if.hidden...customer-fields.children"
        "...customer-change.children..",
        "outputs": [
            {"id": "customer-what-if", "property": "hidden"},
            {"id": "customer-fields", "property": "children"},
            {"id": "customer-change", "property": "children"},
        ],
        "changedPropIds": [pressed],
        "inputs": [
            {"id": "url", "property": "search", "value": search(shop)},
            {"id": "customer-change", "property": "n_clicks", "value": 1},
        ],
        "state": [],
    }
    response = client_of(shop).post(CALLBACK, json=body)
    assert response.status_code == 200, response.text
    return response.json["response"]


@pytest.mark.parametrize("name", ["shop", "marketing", "market"])
def test_steps_begin_as_it_is_and_end_after_everything(
    shops: dict[str, Shop], name: str
) -> None:
    changes: scoring.Changes = {
        "shop": [Placed(500.0), Passed(30)],
        "marketing": {"income": 9_000.0, "children": 3.0},
        "market": {"revenue_this_month": 1.0, "minutes_this_month": 1.0},
    }[name]
    steps = scored(shops[name], changes)
    with client_of(shops[name]).application.app_context(), published_run_of(name) as at:
        before, after = scoring.what_if(at, first(shops[name]), changes)
    assert len(steps) == 3
    assert [steps[0].answer, steps[-1].answer] == [before, after]
    assert steps[0] != steps[1] != steps[2]
    assert scored(shops[name], type(changes)()) == steps[:1]


def test_demography_moves_the_segment_that_it_alone_makes_probable(
    shops: dict[str, Shop],
) -> None:
    before, after = scored(shops["marketing"], {"income": 9_000.0})
    assert before.answer == after.answer
    assert before.by_demography is not None
    assert before.by_demography != after.by_demography
    assert all(each.by_demography is None for each in scored(shops["shop"], [Passed(30)]))


def test_what_the_page_shows_was_scored(shops: dict[str, Shop]) -> None:
    before, middle, after = scored(shops["shop"], [Placed(500.0), Passed(90)])
    said = moved(shops["shop"], {"first-value": "500", "days": "90"})
    for each in (before, middle, after):
        assert each.answer.churn is not None
        assert wording.percent(each.answer.churn.probability, 1) in said
    assert all(each.reason in said for each in after.answer.churn.reasons)
    assert "90 days without an order" in said
    assert "As it is today. Change something" in moved(shops["shop"], {"first-value": ""})


def test_what_cannot_be_is_said_and_nothing_fails(shops: dict[str, Shop]) -> None:
    assert "Days without an order must be a number" in moved(shops["shop"], {"days": "soon"})
    assert "Income must be from 0" in moved(shops["marketing"], {"income": "-5"})


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [("shop", "first-value", ""), ("marketing", "income", None), ("market", "profit", None)],
)
def test_fields_hold_what_is_today(
    shops: dict[str, Shop], name: str, field: str, value: str | None
) -> None:
    if value is None:
        query = f"""
            select {field} from customer_attribute join published_run on run = run_id
            where dataset = ? and customer_id = ?
        """
        ((number,),) = rows(shops[name].path, query, name, first(shops[name]))
        value = what_if.written(number)
    shown = offered(shops[name], "customer-change.n_clicks")
    assert shown["customer-change"]["children"] == "Reset"
    assert held(shown["customer-fields"]["children"], field) == value


def held(component: Any, field: str) -> str | None:
    """Find what a field of laid out components holds."""
    if isinstance(component, list):
        return next((found for each in component if (found := held(each, field)) is not None),
                    None)  # fmt: skip
    if not isinstance(component, dict):
        return None
    told = component["props"]
    if isinstance(told.get("id"), dict) and told["id"]["name"] == field:
        return str(told["value"])
    return held(told.get("children"), field)


def test_arriving_loads_no_models(shops: dict[str, Shop]) -> None:
    program = f"""
import sys
from pathlib import Path
from tests.portal.test_what_if import offered
from tests.shops import Shop
shop = Shop(Path({str(shops["shop"].path)!r}), {shops["shop"].url!r}, "shop")
heavy = lambda: "pipeline.scoring" in sys.modules
for each in [each for each in sys.modules if each.split(".")[0] in ("sklearn", "pipeline")]:
    del sys.modules[each]
shown = offered(shop, "url.search")
print(heavy(), shown["customer-fields"]["children"])
offered(shop, "customer-change.n_clicks")
print(heavy())
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.split() == ["False", "None", "True"]
