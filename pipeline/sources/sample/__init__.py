"""A made-up shop of any size whose true customers are known, for first steps and for tests.

`made_up_lines` writes its export, `truth` and `cancellations` what the export does not tell;
`template_lines` is a sample small enough to read.
"""

from pipeline.sources.sample.ledger import Ledger, ledger
from pipeline.sources.sample.lines import COLUMNS, lines_of, made_up_lines
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
    "COLUMNS",
    "CURRENCY",
    "MADE_UP_SHOP",
    "Archetype",
    "Ledger",
    "Quirks",
    "ShopSettings",
    "cancellations",
    "cancellations_of",
    "ledger",
    "lines_of",
    "made_up_lines",
    "template_lines",
    "truth",
    "truth_of",
]
