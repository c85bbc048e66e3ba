"""The money formulas that pages ask for: the one door of the portal to `pipeline.strategy`.

They are the same that the refresh and the command line use, so that a figure on a page can't
differ from the one in an export. They are light: nothing here loads machine learning.
"""

from pipeline.errors import StrategyError
from pipeline.strategy.budget import (
    Allocation,
    Sensitivity,
    best_budget,
    by_profit,
    by_shares,
    response_curve,
    sensitivity,
)
from pipeline.strategy.changes import changes
from pipeline.strategy.engagement import by_segment, engagement, explained
from pipeline.strategy.estimate import Estimate, quartiles
from pipeline.strategy.faults import Fault, faults
from pipeline.strategy.groups import GROUPS, VALUABLE_AT_RISK, risk_value_groups
from pipeline.strategy.holdout import assign, balance, strata
from pipeline.strategy.plans import (
    Division,
    amounts,
    assumptions,
    budget_inputs,
    divide,
    segment_plans,
)
from pipeline.strategy.playbook import (
    EngagementWeights,
    GroupPlay,
    Play,
    Playbook,
    default_playbook,
    dump_playbook,
    load_playbook,
    play_for,
)
from pipeline.strategy.power import (
    Size,
    power_for_conversion,
    power_for_revenue,
    size_for_conversion,
    size_for_revenue,
    smallest_conversion_effect,
    smallest_revenue_effect,
)
from pipeline.strategy.readback import Effect, ReadBack, read_back
from pipeline.strategy.retention import (
    RetentionCosts,
)
from pipeline.strategy.returns import (
    Assumptions,
    Portfolio,
    Returns,
    break_even_response,
    simulate,
    simulate_all,
    tornado,
)
from pipeline.strategy.shares import Shares, check_shares, group_shares, segment_shares
from pipeline.strategy.stamp import Stamp, audience_digest, stamp_from_json, stamp_from_lines

__all__ = [
    "GROUPS",
    "VALUABLE_AT_RISK",
    "Allocation",
    "Assumptions",
    "Division",
    "Effect",
    "EngagementWeights",
    "Estimate",
    "Fault",
    "GroupPlay",
    "Play",
    "Playbook",
    "Portfolio",
    "ReadBack",
    "RetentionCosts",
    "Returns",
    "Sensitivity",
    "Shares",
    "Size",
    "Stamp",
    "StrategyError",
    "amounts",
    "assign",
    "assumptions",
    "audience_digest",
    "balance",
    "best_budget",
    "break_even_response",
    "budget_inputs",
    "by_profit",
    "by_segment",
    "by_shares",
    "changes",
    "check_shares",
    "default_playbook",
    "divide",
    "dump_playbook",
    "engagement",
    "explained",
    "faults",
    "group_shares",
    "load_playbook",
    "play_for",
    "power_for_conversion",
    "power_for_revenue",
    "quartiles",
    "read_back",
    "response_curve",
    "risk_value_groups",
    "segment_plans",
    "segment_shares",
    "sensitivity",
    "simulate",
    "simulate_all",
    "size_for_conversion",
    "size_for_revenue",
    "smallest_conversion_effect",
    "smallest_revenue_effect",
    "stamp_from_json",
    "stamp_from_lines",
    "strata",
    "tornado",
]
