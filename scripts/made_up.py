"""Load the made-up shop as it would have come about: two updates with a campaign between them.

A month before the end of its records it is looked at for the first time: segments and sales at
once, then predictions by few and small models, so that nobody waits long for them. Then its
campaign is written down, with whom it left out to compare, and the shop is refreshed as it is
at the end. Other forms are made up in one refresh.
"""

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy.engine import Engine

import scripts  # noqa: F401 - settles what libraries read as they are loaded
from db import runs
from db.engine import DEFAULT_URL, open_writer, reading
from db.errors import DatabaseError
from db.frames import read_frame
from db.secrets import hide
from db.workspace import campaigns, playbooks
from db.workspace.owners import NameTaken
from db.workspace.playbooks import BUILT_IN, PlaybookChanged
from pipeline.base.errors import PipelineError
from pipeline.preparation.request import Request
from pipeline.refreshing.refresh import Outcome, refresh
from pipeline.run.progress import Progress
from pipeline.run.threads import cores
from pipeline.samples.costs import COSTS
from pipeline.samples.ledger import contacted, ledger
from pipeline.samples.lines import customer_ids
from pipeline.samples.settings import MADE_UP_SHOP, PastCampaign, ShopSettings
from pipeline.settings import Settings, load_settings
from pipeline.sources.arrival import dataset_name, is_made_up_shop
from pipeline.sources.forms import ORDERS
from pipeline.strategy.campaigns.stamp import Stamp, audience_digest
from pipeline.strategy.playbook import default_playbook, dump_playbook
from scripts.arguments import (
    EXIT_ENVIRONMENT,
    EXIT_INTERRUPTED,
    FORMS,
    USUAL_EXITS,
    Parser,
    form,
)
from scripts.refresh import as_plain
from scripts.terminal import PROGRESS, leave, shown_progress

CAMPAIGN = "Autumn card (made up)"
OFFER = f"A card by post with a voucher of £{COSTS['incentive']:.0f}"
NOTE = "Made up, like the shop."
COSTS_NOTE = "Costs of the made-up shop, made up like it"
BY_RULE = "silent for {least} to {most} days"
MONTH_BEFORE = "month-before"
"""What the first look at the shop stands under while progress is shown."""

SEGMENTS = """
select customer_id, segment
from customer_result
where run_id = :run_id
order by customer_id
"""

Clock = Callable[[], dt.datetime]


def load_shop(
    engine: Engine,
    settings: Settings,
    *,
    clock: Clock,
    progress: Progress,
    shop: ShopSettings,
    workers: int = 1,
) -> Outcome:
    """Publish the made-up shop as of the day before its campaign, then as of its last day.

    Where it is shown in full already, it is only refreshed.
    """
    request = Request(settings=settings, quick_first=True, workers=workers, form=ORDERS)
    name = dataset_name((), ORDERS)
    runs.prepare(engine)
    if shop.campaign and not runs.is_shown_in_full(engine, runs.dataset_id(engine, name)):
        day = shop.until - dt.timedelta(days=shop.campaign.days)
        progress.stage(MONTH_BEFORE)
        first = refresh(
            engine,
            Request(
                settings=small(settings),
                quick_first=True,
                workers=workers,
                form=ORDERS,
                as_of=day,
            ),
            clock=clock,
            progress=progress,
        )
        write_campaign(engine, shop, shop.campaign, first, day=day, at=clock())
        write_costs(engine, name, at=clock())
    return refresh(engine, request, clock=clock, progress=progress)


def small(settings: Settings) -> Settings:
    """Give settings by which the first look predicts who leaves alone, and soon."""
    models = settings.models.model_copy(
        update={
            "tasks": ("churn",),
            "families": ("logistic_regression", "decision_tree"),
            "trials": min(settings.models.trials, 4),
            "windows": min(settings.models.windows, 4),
            "nested_repeats": 0,
            "folds": 2,
        }
    )
    return settings.model_copy(update={"models": models})


def write_campaign(
    engine: Engine,
    shop: ShopSettings,
    campaign: PastCampaign,
    first: Outcome,
    *,
    day: dt.date,
    at: dt.datetime,
) -> None:
    """Keep the campaign that the shop's records know of, ended; one of its name stays."""
    members = _members(engine, shop, first.run)
    rule = BY_RULE.format(least=campaign.least_silent, most=campaign.most_silent)
    stamp = Stamp(
        name=CAMPAIGN,
        dataset=first.dataset,
        run=first.run,
        as_of=day,
        model=None,
        filters={"Customers": rule},
        strata=("segment",),
        customers=len(members),
        audience=audience_digest(members["customer_id"]),
        seed=shop.seed,
        share=campaign.held_out,
    )
    try:
        number = campaigns.create(
            engine,
            members,
            dataset=first.dataset,
            name=CAMPAIGN,
            made_by_run=first.run,
            as_of=day,
            stamp=stamp.to_json(),
            at=at,
        )
    except NameTaken:
        return
    cost = float(members["contacted"].sum()) * COSTS["contact_cost"]
    campaigns.start(engine, number, on=day + dt.timedelta(days=1))
    campaigns.end(engine, number, on=shop.until)
    campaigns.describe(engine, number, name=CAMPAIGN, note=NOTE, offer=OFFER, cost=cost)


def write_costs(engine: Engine, dataset: str, *, at: dt.datetime) -> None:
    """Save the shop's costs as its playbook, unless somebody has saved one."""
    usual = default_playbook()
    costs = usual.costs.model_copy(
        update={
            "contact_cost": COSTS["contact_cost"],
            "incentive": COSTS["incentive"],
            "margin": COSTS["margin"] * 100,
        }
    )
    text = dump_playbook(usual.model_copy(update={"costs": costs}))
    try:
        playbooks.save(
            engine, dataset=dataset, text=text, note=COSTS_NOTE, based_on=BUILT_IN, at=at
        )
    except PlaybookChanged:
        return


def _members(engine: Engine, shop: ShopSettings, run_id: int) -> pd.DataFrame:
    """Give whom the campaign was for, of those who were customers: by segment, drawn."""
    shop_ledger = ledger(shop)
    drawn = contacted(shop, len(shop_ledger.customers.rate), shop_ledger.invoices)
    campaign_members = pd.DataFrame(
        {
            "customer_id": np.asarray(customer_ids(drawn.customer).to_pylist(), dtype=object),
            "contacted": drawn.contacted,
        }
    )
    with reading(engine) as connection:
        segments = read_frame(connection, SEGMENTS, run_id=run_id)
    segments["customer_id"] = segments["customer_id"].astype("str")
    members = campaign_members.astype({"customer_id": "str"}).merge(segments, on="customer_id")
    return members.rename(columns={"segment": "stratum"}).fillna({"stratum": ""})


def parser() -> argparse.ArgumentParser:
    """Describe the command's arguments."""
    arguments = Parser(
        prog="made_up.py",
        description="Load a made-up data set: the shop with two updates and a campaign, or one"
        " of another form.",
        epilog=USUAL_EXITS,
    )
    add = arguments.add_argument
    add("--form", type=form, choices=FORMS, default=ORDERS, help="form (default: orders)")
    add("--db", default=os.environ.get("PORTAL_DB", DEFAULT_URL), metavar="URL",
        help=f"database (default: PORTAL_DB, or {DEFAULT_URL})")  # fmt: skip
    add(
        "--settings",
        type=Path,
        metavar="FILE",
        help="YAML file with settings over the defaults",
    )
    add("--json", action="store_true", help="end with one line of JSON on standard output")
    add(
        "--progress",
        choices=PROGRESS,
        default="auto",
        help="json: one JSON object a line on standard error, for a program that watches",
    )
    return arguments


def main(arguments: list[str] | None = None) -> int:
    """Run the command and give its exit code."""
    try:
        options = parser().parse_args(arguments)
        with shown_progress(options.progress) as progress:
            outcome = _loaded(options, progress)
    except PipelineError as error:
        return _fail(str(error), error.exit_code)
    except (DatabaseError, OSError, MemoryError) as error:
        return _fail(str(error) or type(error).__name__, EXIT_ENVIRONMENT)
    except KeyboardInterrupt:
        return _fail("Interrupted; what was published stays.", EXIT_INTERRUPTED)
    print(f"Published “{outcome.dataset}” (run {outcome.run}).", file=sys.stderr)
    if options.json:
        print(json.dumps(as_plain(outcome), default=str))
    return 0


def _loaded(options: argparse.Namespace, progress: Progress) -> Outcome:
    engine, settings = open_writer(options.db), load_settings(options.settings)
    if is_made_up_shop((), options.form):
        return load_shop(
            engine,
            settings,
            clock=_now,
            progress=progress,
            shop=MADE_UP_SHOP,
            workers=cores(),
        )
    request = Request(settings=settings, quick_first=True, workers=cores(), form=options.form)
    return refresh(engine, request, clock=_now, progress=progress)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _fail(sentence: str, code: int) -> int:
    print(f"made_up: {hide(sentence)}", file=sys.stderr)
    return code


if __name__ == "__main__":
    leave(main())
