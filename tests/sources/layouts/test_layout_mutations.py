"""Exports of every layout, harmed as files are: a report or a sentence, never a traceback.

Of the layouts `make test` takes 3 with 4 seeds each; `make soak` has all, with 40 seeds each.
"""

import csv
import io
import random
from pathlib import Path

import pytest

from scripts.check import main as check
from tests.sampling import sampled
from tests.sources.layouts import made_up_exports as exports
from tests.sources.mutations import OF_ROWS, Rows, as_text, harmed

LAYOUTS = (
    "shopify", "shopify_filled", "squarespace", "woocommerce_items", "woocommerce_orders",
    "woocommerce_analytics", "etsy_orders", "etsy_items", "amazon_orders", "square_items",
    "stripe_payments", "paypal", "magento", "prestashop", "prestashop_tables", "bigcommerce",
    "lightspeed", "odoo", "sap_items", "ga4_purchases", "superstore", "square_transactions",
)  # fmt: skip
CASES = [(layout, group) for layout in LAYOUTS for group in range(10)]
SAMPLE = [("shopify", 0), ("stripe_payments", 0), ("sap_items", 0)]
GROUP = 4
"""Seeds of one test."""


def rows_of(layout: str) -> Rows:
    """Give an export as rows of cells."""
    export = getattr(exports, layout)(exports.made_up_orders(many=40))
    text = export.text()
    dialect = csv.Sniffer().sniff(text[:2000], delimiters=",;\t|")
    return list(csv.reader(io.StringIO(text), dialect))


def test_every_layout_is_harmed() -> None:
    told = {name for name in vars(exports) if name in LAYOUTS}
    assert told == set(LAYOUTS)


@pytest.mark.parametrize("case", sampled(CASES, SAMPLE), ids=str)
def test_a_check_ends_in_a_report_or_a_sentence(
    case: tuple[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    layout, group = case
    database = f"sqlite:///{tmp_path / 'none.db'}"
    for seed in range(GROUP * group, GROUP * (group + 1)):
        chance = random.Random(seed)
        table = rows_of(layout)
        for change in chance.sample(OF_ROWS, chance.randint(1, 3)):
            if table:
                change(table, chance)
        content = as_text(table, chance)
        if chance.random() < 0.3:
            content = harmed(content, chance)
        path = tmp_path / f"{layout}.csv"
        path.write_bytes(content)
        code = check([str(path), "--db", database])
        said = capsys.readouterr()
        assert code in {0, 2, 4}, (seed, said.err)
        assert "Traceback" not in said.err, seed
        assert code == 0 or path.name in said.err, (seed, said.err)
