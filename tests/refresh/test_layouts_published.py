"""An export of a known layout, checked and published by the commands."""

import json
from pathlib import Path

import pytest

from scripts import check
from tests.shops import FAST, outcome, rows
from tests.shops import refreshed_without_models as refreshed
from tests.sources.layouts.made_up_exports import EXPORTS, made_up_orders

OWN = """title: My till
get: "Reports, CSV"
recognised: {all: [Slip, Till]}
fields:
  invoice: Slip
  email: Who
  ordered_at: Bought
  amount: {column: Cents, cents: true}
  currency: =CHF
"""
EXPORT = EXPORTS["shopify"](made_up_orders(many=120))


def write_till(path: Path, *, till: str = "Till") -> float:
    """Write receipts of a till in cents; give their sum in money."""
    orders = made_up_orders(many=120)
    lines = [f"Slip,{till},Who,Bought,Cents"]
    for each in orders:
        day = f"{each.at:%Y-%m-%d}"
        lines.append(f"{each.number},1,{each.email},{day},{round(each.net * 100)}")
    path.write_text("\n".join(lines))
    return round(sum(each.net for each in orders), 2)


def test_refresh_and_check_name_the_layout_and_agree(tmp_path, capsys):
    export = tmp_path / "orders_export.csv"
    export.write_text(EXPORT.text())
    refreshed(tmp_path / "portal.db", export, "--json", currency=None)
    published = outcome(capsys.readouterr().out)
    assert check.main([str(export), "--db", f"sqlite:///{tmp_path}/portal.db"]) == 0
    seen = json.loads(capsys.readouterr().out.splitlines()[-1])
    for told in (published, seen):
        assert told["layout"] == "shopify"
        assert (told["customers"], told["orders"]) == EXPORT.expected[:2]
        assert told["revenue"] == pytest.approx(EXPORT.expected.net, abs=0.05)
        assert told["warnings"] == []


def test_own_layout_is_part_of_what_a_load_is(tmp_path, capsys):
    folder, export = tmp_path / "mine", tmp_path / "till.csv"
    folder.mkdir()
    own = folder / "till.yaml"
    own.write_text(OWN)
    whole = write_till(export)
    settings = f"{FAST}layouts: {{folder: {folder}}}\n"
    loads = "select checksum from load order by checksum"
    shop = refreshed(tmp_path / "portal.db", export, "--json", currency=None, settings=settings)
    told = outcome(capsys.readouterr().out)
    assert (told["layout"], told["currency"]) == ("till", "CHF")
    assert told["revenue"] == pytest.approx(whole, abs=0.05)
    before = rows(shop.path, loads)
    own.write_text(OWN.replace("cents: true", "cents: false"))
    refreshed(tmp_path / "portal.db", export, "--json", currency=None, settings=settings)
    told = outcome(capsys.readouterr().out)
    assert told["revenue"] == pytest.approx(100 * whole, abs=5)
    assert rows(shop.path, loads) != before


def test_unknown_layout_is_refused(tmp_path, capsys):
    export = tmp_path / "till.csv"
    write_till(export)
    database = f"sqlite:///{tmp_path}/portal.db"
    assert check.main([str(export), "--layout", "shopfy", "--db", database]) == 2
    said = capsys.readouterr().err
    assert "There is no layout “shopfy”; there are " in said
    assert "shopify" in said
