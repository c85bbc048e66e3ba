"""The made-up shop's campaign: drawn by chance before it began, with an effect that shows."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from pipeline.samples.costs import COSTS, SAID, with_its_costs
from pipeline.samples.ledger import NOBODY, Contacted, contacted, ledger
from pipeline.samples.lines import customer_ids, lines_of, made_up_lines
from pipeline.samples.settings import MADE_UP_SHOP, PastCampaign, ShopSettings
from pipeline.settings import Settings, StrategySettings

CAMPAIGN = MADE_UP_SHOP.campaign or PastCampaign()
BEGAN = pd.Timestamp(MADE_UP_SHOP.until) - pd.Timedelta(days=CAMPAIGN.days - 1)


def drawn(shop: ShopSettings) -> Contacted:
    made = ledger(shop)
    return contacted(shop, len(made.customers.rate), made.invoices)


@pytest.fixture(scope="module")
def bought() -> pd.DataFrame:
    frame = pa.concat_tables(made_up_lines(MADE_UP_SHOP)).to_pandas()
    return frame[frame["CustomerID"].notna() & (frame["Quantity"] > 0)]


def test_the_contacted_order_more(bought: pd.DataFrame) -> None:
    meant = drawn(MADE_UP_SHOP)
    names = pd.Series(customer_ids(meant.customer).to_pylist())
    ordered = names.isin(bought.loc[bought["InvoiceDate"] >= BEGAN, "CustomerID"])
    with_it, without = ordered[meant.contacted].mean(), ordered[~meant.contacted].mean()
    assert 0.03 < with_it - without < 0.15
    assert without > 0.1
    assert meant.contacted.mean() == pytest.approx(1 - CAMPAIGN.held_out, abs=0.04)
    assert 800 < len(names) < 2_000


def test_nothing_that_came_later_has_a_say_in_it(bought: pd.DataFrame) -> None:
    meant = drawn(MADE_UP_SHOP)
    names = customer_ids(meant.customer).to_pylist()
    before = bought[bought["InvoiceDate"] < BEGAN].groupby("CustomerID")["InvoiceDate"].max()
    silent = (BEGAN - before.dt.normalize()).dt.days.reindex(names)
    assert silent.between(CAMPAIGN.least_silent, CAMPAIGN.most_silent).all()
    stronger = CAMPAIGN.model_copy(update={"extra": 1.0})
    again = drawn(MADE_UP_SHOP.model_copy(update={"campaign": stronger}))
    np.testing.assert_array_equal(again.customer, meant.customer)
    np.testing.assert_array_equal(again.contacted, meant.contacted)


def test_without_an_effect_both_order_alike() -> None:
    shop = MADE_UP_SHOP.model_copy(
        update={"campaign": CAMPAIGN.model_copy(update={"extra": 0.0})}
    )
    plain = MADE_UP_SHOP.model_copy(update={"campaign": None})
    assert pa.concat_tables(made_up_lines(shop)).equals(pa.concat_tables(made_up_lines(plain)))


def test_shops_of_any_size_have_none() -> None:
    shop = ShopSettings(lines=5_000)
    made = ledger(shop)
    assert contacted(shop, len(made.customers.rate), made.invoices) is NOBODY
    assert sum(len(table) for table in lines_of(made)) == 5_000


def test_its_costs_are_its_own() -> None:
    strategy = with_its_costs(Settings()).strategy
    assert {name: getattr(strategy, name) for name in COSTS} == COSTS
    assert Settings().strategy.contact_cost is None
    told = Settings(strategy=StrategySettings(margin=0.8))
    assert with_its_costs(told).strategy.margin == 0.8
    assert with_its_costs(told).strategy.incentive == COSTS["incentive"]
    assert "made up" in SAID
    assert "a margin of 40 %" in SAID
