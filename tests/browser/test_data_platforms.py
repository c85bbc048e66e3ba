"""Exports of many programs go through the page of data, in few clicks, with their figures.

Of the files that others made `make test` takes 3, `make soak` the rest; of the three ways from
the start page one each.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from portal.settings import Settings
from tests.browser.bringing import NUMBERS, Person, same_numbers
from tests.browser.conftest import Open, Serve
from tests.sampling import sampled
from tests.shops import FAST, Shop, copied, rows
from tests.sources import shop_tables
from tests.sources.layouts.made_up_exports import made_up_orders, shopify

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("forked")]
CASES = Path(os.environ.get("PORTAL_CASES", "/nowhere"))
OTHERS = (
    "join.sqlite", "rfm_table.csv", "money_sek.csv", "cp1251.csv", "title_rows.csv",
    "statuses.csv", "order_totals.csv",
)  # fmt: skip
SAMPLE = ("shopify_filled.csv", "join.sqlite", "subscriptions.csv")


def wanted() -> dict[str, dict[str, Any]]:
    """Give what must come out of each file."""
    if not CASES.exists():
        return {name: {} for name in SAMPLE}
    truth = json.loads((CASES / "platforms" / "truth.json").read_text())["files"]
    expected = json.loads((CASES / "expected.json").read_text())
    return truth | {name: expected[name] for name in OTHERS if name in expected}


WANTED = wanted()


def empty(folder: Path, serve: Serve) -> str:
    """Serve a portal that has nothing yet."""
    settings = folder / "portal.yaml"
    settings.write_text(FAST)
    return serve(Settings(db=f"sqlite:///{folder / 'portal.db'}", refresh_settings=settings))


@pytest.mark.skipif(not CASES.exists(), reason="no cases here (PORTAL_CASES)")
@pytest.mark.parametrize("name", sampled(WANTED, SAMPLE))
def test_what_is_published_is_what_is_there(
    name: str, visit: Open, serve: Serve, tmp_path: Path
) -> None:
    path = next(each for each in (CASES / "platforms" / name, CASES / name) if each.exists())
    seen = visit(base=empty(tmp_path, serve))
    seen.go("/data")
    person = Person(seen)
    person.bring(path)
    told = person.told()
    person.publish(f"Publish as “{path.name.split('.')[0]}”")
    found = rows(tmp_path / "portal.db", NUMBERS)[0]
    assert same_numbers(told, found)
    right = WANTED[name]
    assert found[0] == right["customers"]
    if "orders" in right:
        assert found[1] == right["orders"]
    if "net" in right:
        nets = right["net"] if isinstance(right["net"], list) else [right["net"]]
        assert any(abs(found[2] - net) < 0.02 for net in nets)


def german(path: Path) -> Path:
    """Write orders as a German program does: semicolons, points in days, decimal commas."""
    lines = [
        f"{1000 + row // 2};K{row % 17:03};{1 + row % 27}.{1 + row % 12}.2024;Tasse;"
        f"{1 + row % 3};{4 + row % 9},{row % 10}0"
        for row in range(160)
    ]
    head = "Bestellnummer;Kundennummer;Bestelldatum;Artikel;Menge;Einzelpreis"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="cp1252")
    return path


def exported(path: Path) -> Path:
    path.write_text(shopify(made_up_orders()).text())
    return path


def database(path: Path) -> Path:
    shop = shop_tables.chinook()
    assert len(shop.tables) >= 5
    return shop_tables.in_database(shop, path)


WAYS = {
    "german": (german, "bestellungen.csv", 5),
    "shopify": (exported, "orders_export.csv", 4),
    "database": (database, "shop.sqlite", 6),
}
STARTS = [(way, has_data) for has_data in (False, True) for way in WAYS]


@pytest.mark.parametrize(
    "start",
    sampled(STARTS, [("german", True), ("shopify", False), ("database", False)]),
    ids=str,
)
def test_a_file_is_published_in_few_clicks(
    start: tuple[str, bool], visit: Open, serve: Serve, published_shop: Shop, tmp_path: Path
) -> None:
    way, has_data = start
    write, name, most = WAYS[way]
    if has_data:
        copied(published_shop.path, tmp_path / "portal.db")
    seen = visit(base=empty(tmp_path, serve))
    seen.go("/")
    person = Person(seen)
    if has_data:
        person.follow("Data")
    person.bring(write(tmp_path / name))
    told = person.told()
    assert {"Customers", "Orders", "Revenue", "Period", "Currency", "Rows kept"} <= set(told)
    if told["Currency"] == "Unknown" and way == "german":
        person.choose("Currency", "EUR")
        expected = person.page.locator(".gives").filter(has_text="EUR")
        expected.wait_for()
        told = person.told()
        assert told["Revenue"].startswith("€")
    dataset = name.split(".")[0]
    person.publish(f"Publish as “{dataset}”")
    assert person.clicks <= most
    found = rows(tmp_path / "portal.db", f"{NUMBERS} where dataset = ?", dataset)[0]
    assert same_numbers(told, found)
