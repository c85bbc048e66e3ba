"""The money formulas that pages ask for: the one door of the portal to `pipeline.strategy`.

They are the same that the refresh and the command line use, so that a figure on a page can't
differ from the one in an export. They are light: nothing here loads machine learning.
"""

from pipeline.base.errors import StrategyError
from pipeline.strategy.basis import ANSWER, PROFIT, REVENUE, RULE
from pipeline.strategy.by_rule import BOTH, LIKELY, REASONS, SILENT, UNSATISFIED
from pipeline.strategy.campaigns.groups import GROUPS, VALUABLE_AT_RISK, risk_value_groups
from pipeline.strategy.campaigns.holdout import assign, balance, strata
from pipeline.strategy.campaigns.power import (
    Size,
    power_for_conversion,
    power_for_revenue,
    size_for_conversion,
    size_for_revenue,
    smallest_conversion_effect,
    smallest_revenue_effect,
)
from pipeline.strategy.campaigns.readback import Effect, ReadBack, read_back
from pipeline.strategy.campaigns.stamp import (
    Expected,
    Stamp,
    audience_digest,
    stamp_from_json,
    stamp_from_lines,
)
from pipeline.strategy.changes import changes
from pipeline.strategy.contact import answer_profit, contact_profit
from pipeline.strategy.engagement import by_segment, engagement, explained
from pipeline.strategy.faults import Fault, faults
from pipeline.strategy.plans import amounts
from pipeline.strategy.playbook import (
    EngagementWeights,
    GroupPlay,
    Play,
    Playbook,
    Welcome,
    default_playbook,
    dump_playbook,
    load_playbook,
    play_for,
    welcome,
)
from pipeline.strategy.ratings import rating
from pipeline.strategy.retention import (
    RetentionCosts,
)
from pipeline.strategy.returns import (
    COSTS,
    LEAVING,
    NOBODY,
    SHARES,
    Assumptions,
    Listed,
    Returns,
    assumptions,
    break_even_success,
    simulate,
    tornado,
)
from pipeline.strategy.shares import Shares, segment_shares

__all__ = [
    "ANSWER",
    "BOTH",
    "COSTS",
    "GROUPS",
    "LEAVING",
    "LIKELY",
    "NOBODY",
    "PROFIT",
    "REASONS",
    "REVENUE",
    "RULE",
    "SHARES",
    "SILENT",
    "UNSATISFIED",
    "VALUABLE_AT_RISK",
    "Assumptions",
    "Effect",
    "EngagementWeights",
    "Expected",
    "Fault",
    "GroupPlay",
    "Listed",
    "Play",
    "Playbook",
    "ReadBack",
    "RetentionCosts",
    "Returns",
    "Shares",
    "Size",
    "Stamp",
    "StrategyError",
    "Welcome",
    "amounts",
    "answer_profit",
    "assign",
    "assumptions",
    "audience_digest",
    "balance",
    "break_even_success",
    "by_segment",
    "changes",
    "contact_profit",
    "default_playbook",
    "dump_playbook",
    "engagement",
    "explained",
    "faults",
    "load_playbook",
    "play_for",
    "power_for_conversion",
    "power_for_revenue",
    "rating",
    "read_back",
    "risk_value_groups",
    "segment_shares",
    "simulate",
    "size_for_conversion",
    "size_for_revenue",
    "smallest_conversion_effect",
    "smallest_revenue_effect",
    "stamp_from_json",
    "stamp_from_lines",
    "strata",
    "tornado",
    "welcome",
]
