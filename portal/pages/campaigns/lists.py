"""Lists to take along, stamped with what they were made from."""

import json

import numpy as np
import pandas as pd

from db.workspace.campaigns import Campaign
from portal.kit.tables.listings import Listing
from portal.pages.campaigns import queries
from portal.pages.campaigns.wanted import at_its_costs
from portal.reading.contacting import economics
from portal.reading.contacting.actions import first_actions
from portal.reading.published import PublishedRun

CONTACTED, HELD_OUT = "contact", "hold-out"
CONTACTS, EVERYONE = "contacts", "everyone"
"""Whom a list holds: those to contact, or the held out as well."""


def members(run: PublishedRun, campaign: Campaign) -> pd.DataFrame:
    """Give a campaign's members with their figures, customers to contact first."""
    member_rows = queries.read(run, queries.members(run, campaign))
    member_rows = member_rows.assign(action=first_actions(run, member_rows))
    return member_rows.astype({"customer_id": "str", "contacted": bool, "stratum": "str"})


def listing(
    run: PublishedRun, campaign: Campaign, *, columns: tuple[str, ...], whom: str = CONTACTS
) -> Listing:
    """Give a campaign's list with its stamp; unknown columns are passed over."""
    member_rows = members(run, campaign)
    if whom != EVERYONE:
        member_rows = member_rows[member_rows["contacted"]]
    expected = economics.stamp_from_json(campaign.stamp).expected
    if expected is not None:
        member_rows = member_rows.assign(
            contact_profit=at_its_costs(run, member_rows, expected)
        )
    column_names = [
        name
        for name in queries.COLUMNS
        if name in columns
        and (name not in queries.WHERE_KNOWN or member_rows[name].notna().any())
    ]
    rows = pd.DataFrame(
        {
            "customer_id": member_rows["customer_id"],
            "group": np.where(member_rows["contacted"], CONTACTED, HELD_OUT),
            **{name: member_rows[name] for name in column_names},
        }
    )
    stamp = economics.stamp_from_json(campaign.stamp).model_copy(update={"name": campaign.name})
    whole = json.loads(stamp.to_json())
    counts = {"contacted": campaign.contacted, "held_out": campaign.held_out, "list": whom}
    return Listing(
        rows.reset_index(drop=True),
        [
            *stamp.to_lines(),
            f"To contact: {campaign.contacted}",
            f"Hold-out: {campaign.held_out}",
            "List: "
            + ("everyone, the hold-out marked" if whom == EVERYONE else "customers to contact"),
        ],
        json.dumps({**whole, **counts}, ensure_ascii=False),
        title="Customers",
    )


def stamped_listing(
    rows: pd.DataFrame, run: PublishedRun, filters: dict[str, str], *, title: str
) -> Listing:
    """Give any rows of a run with what they were read from."""
    stamp = {
        "dataset": run.dataset,
        "run": run.run_id,
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "model": queries.churn_model(run),
        "playbook": run.playbook,
        "filters": filters,
    }
    lines = [
        f"Clientele {title.lower()}",
        f"Data set: {run.dataset}",
        f"Run: {run.run_id}",
        f"As of: {stamp['as_of'] or 'not known'}",
        f"Model: {stamp['model'] or 'none'}",
        f"Playbook: {f'version {run.playbook}' if run.playbook else 'built-in'}",
        f"Filters: {json.dumps(filters, ensure_ascii=False)}",
    ]
    return Listing(rows, lines, json.dumps(stamp, ensure_ascii=False), title=title)
