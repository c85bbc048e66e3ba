"""UCI Online Retail (DOI 10.24432/C5BW33): the fallback, the interval, the rival for churn."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.features.days import day_number
from pipeline.features.orders import newest_day, order_states
from pipeline.features.rfm import known_on
from pipeline.quality.cleaning import clean
from pipeline.run.progress import Silent
from pipeline.settings import ValueSettings
from pipeline.trade_settings import CleaningSettings
from pipeline.value.customers import transactions
from pipeline.value.stage import Valued, order_probability, value

pytestmark = pytest.mark.real_data

SETTINGS = ValueSettings()


@pytest.fixture(scope="module")
def states(real_data: Path) -> pd.DataFrame:
    lines = pd.read_csv(
        real_data / "online-retail" / "online_retail.csv.gz",
        encoding="latin-1",
        dtype={"CustomerID": "str", "InvoiceNo": "str", "StockCode": "str"},
    ).set_axis(
        [
            "invoice", "product", "description", "quantity", "ordered_at", "unit_price",
            "customer_id", "country",
        ],
        axis=1,
    )  # fmt: skip
    lines["ordered_at"] = pd.to_datetime(lines["ordered_at"], format="%m/%d/%Y %H:%M")
    lines["product"] = lines["product"].str.strip().str.upper()
    texts = ["invoice", "product", "description", "customer_id", "country"]
    lines = lines.assign(
        **{name: lines[name].astype("category") for name in texts},
        quantity=lines["quantity"].astype(float),
        unreadable=False,
        source_row=np.arange(len(lines)) + 2,
        part=0,
        batch=0,
    )
    return order_states(clean(lines, CleaningSettings()))


@pytest.fixture(scope="module")
def found(states: pd.DataFrame) -> Valued:
    newest = newest_day(states, None)
    return value(states, newest=newest, settings=SETTINGS, seed=0, progress=Silent())


def test_every_customer_has_a_value(found: Valued, states: pd.DataFrame):
    customers = found.customers
    assert len(customers) == len(known_on(states, newest_day(states, None))) == 4_324
    assert (customers["clv_12m_low"] <= customers["clv_12m"]).all()
    assert (customers["clv_12m"] <= customers["clv_12m_high"]).all()
    assert customers["clv_12m"].sum() == pytest.approx(8.4e6, rel=0.05)
    assert customers.loc[customers["clv_12m"].idxmax(), "customer_id"] == "14646"


def test_drop_out_runs_away_and_nbd_is_named(found: Valued):
    """BG/NBD's a runs to 0 here, whatever the start: its numbers are not written."""
    assert found.model.key == "nbd"
    fits = found.fits[found.fits["part"] == "orders"]
    assert len(fits) == 4
    failed = fits[fits["model"] != "nbd"]
    assert not failed["converged"].any()
    assert failed["params"].eq("{}").all()
    assert failed["message"].str.contains("ran to its lower bound").all()
    assert fits.loc[fits["model"] == "nbd", "converged"].all()
    titles = {each.rule: each.title for each in found.findings}
    assert titles["fallback"] == "Orders are foretold by NBD"


def test_the_interval_holds_in_every_group(found: Valued):
    """Three cuts, Christmas behind the newest, where MBG/NBD's own holds .77 at the top."""
    checks = found.checks
    assert checks["as_of"].astype(str).unique().tolist() == [
        "2011-08-07", "2011-06-06", "2011-04-05",
    ]  # fmt: skip
    large = checks[checks["customers"] >= 100].set_index(["as_of", "repeat_orders"])
    served, own = large[large["chosen"] == 1], large[large["model"] == "mbg_nbd"]
    assert (served["coverage"] >= 0.85).all()
    assert (served["above"] <= 0.10).all()
    many = served.xs("7+", level="repeat_orders")
    theirs = own.xs("7+", level="repeat_orders")
    assert len(many) == 2
    assert (many["winkler"] <= 0.8 * theirs["winkler"]).all()
    assert theirs["coverage"].min() < 0.8


def test_orders_are_foretold_better_than_by_a_rule(found: Valued):
    values = found.metrics.set_index(["measure", "model", "metric"])["value"]
    assert values["revenue", "nbd", "interval_customers"] == 3_188
    orders = values["orders", "nbd", "total"] / values["orders", "actual", "total"]
    assert 0.75 <= orders <= 1.1
    for rival in ("historic_rate", "everybody_mean"):
        assert (
            values["orders", "nbd", "mean_absolute_error"]
            < values["orders", rival, "mean_absolute_error"]
        )


def test_the_rival_for_churn_ranks_like_a_model(states: pd.DataFrame):
    """Cut 2011-09-09, next 91 days, 57 % return: better than frequency alone, 0.722."""
    cut = day_number(pd.Timestamp("2011-09-09").date())
    asked = order_probability(states, cut, 91, settings=SETTINGS, seed=0)
    later = transactions(states, cut + 91)
    returned = later.customers[np.unique(later.customer[later.day > cut])]
    came = asked["customer_id"].isin(returned)
    assert came.mean() == pytest.approx(0.57, abs=0.005)
    ranks = asked["probability"].rank()
    pairs = came.sum() * (~came).sum()
    auc = (ranks[came].sum() - came.sum() * (came.sum() + 1) / 2) / pairs
    assert auc == pytest.approx(0.734, abs=0.005)
