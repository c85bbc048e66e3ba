"""A small data set of each form without orders, with all that its form can be told."""

from pathlib import Path

from pipeline.samples.behaviour import made_up_behaviour
from pipeline.samples.files import write, write_together
from pipeline.samples.market_activity import made_up_market, market_files
from pipeline.samples.marketing import made_up_marketing
from tests.shops import Shop, refreshed

SETTINGS = """\
segments: {algorithm: kmeans, tuning: true, trials: 2, bootstraps: 2}
models: {tasks: [activity_drop, given_outcome], trials: 1, bootstraps: 100, families:
  [logistic_regression], nested_repeats: 0, folds: 2, least_customers: 60, least_in_class: 8,
  least_score: 0}
"""
CHEAP = "strategy: {contact_cost: 0.05, incentive: 1.25, success_rate: 0.4, months: 6}\n"
"""Costs at which some contacts pay and some don't, whatever is at stake."""


def published_without_orders(folder: Path) -> Shop:
    """Publish marketing, behaviour and market activity in one database; give marketing."""
    cheap, usual = folder / "cheap.yaml", folder / "usual.yaml"
    cheap.write_text(SETTINGS + CHEAP)
    usual.write_text(SETTINGS)
    database = folder / "portal.db"
    write_together(folder / "market", market_files(made_up_market(300, seed=2)))
    refreshed(database, folder / "market", "--settings", cheap, dataset="market")
    for name, table in (
        ("behaviour", made_up_behaviour(240, seed=2)),
        ("marketing", made_up_marketing(400, seed=2)),
    ):
        write(folder / f"{name}.csv", table.schema, [table])
        file = folder / f"{name}.csv"
        shop = refreshed(database, file, "--settings", usual, dataset=name)
    return shop
