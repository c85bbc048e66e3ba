"""Made-up data of every form and any size, for first steps and for tests.

`made_up_lines` writes the export of a shop whose true customers are known, `truth` and
`cancellations` what the export does not tell; `template_lines` is a sample small enough to
read. `made_up_marketing`, `made_up_behaviour` and `made_up_market` are the other three forms.
"""

from pipeline.sources.sample.behaviour import BEHAVIOUR_CUSTOMERS, made_up_behaviour
from pipeline.sources.sample.ledger import Ledger, ledger
from pipeline.sources.sample.lines import COLUMNS, lines_of, made_up_lines
from pipeline.sources.sample.market_activity import (
    MARKET_CUSTOMERS,
    MARKET_FILES,
    made_up_market,
    market_files,
)
from pipeline.sources.sample.marketing import MARKETING_CUSTOMERS, made_up_marketing
from pipeline.sources.sample.settings import (
    ARCHETYPES,
    CURRENCY,
    MADE_UP_SHOP,
    Archetype,
    Quirks,
    ShopSettings,
)
from pipeline.sources.sample.template import template_lines
from pipeline.sources.sample.truth import cancellations, cancellations_of, truth, truth_of

__all__ = [
    "ARCHETYPES",
    "BEHAVIOUR_CUSTOMERS",
    "COLUMNS",
    "CURRENCY",
    "MADE_UP_SHOP",
    "MARKETING_CUSTOMERS",
    "MARKET_CUSTOMERS",
    "MARKET_FILES",
    "Archetype",
    "Ledger",
    "Quirks",
    "ShopSettings",
    "cancellations",
    "cancellations_of",
    "ledger",
    "lines_of",
    "made_up_behaviour",
    "made_up_lines",
    "made_up_market",
    "made_up_marketing",
    "market_files",
    "template_lines",
    "truth",
    "truth_of",
]
