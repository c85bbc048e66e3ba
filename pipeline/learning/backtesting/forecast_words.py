"""What is said of a forecast: how it was tested, what its level follows, what is missing."""

from pipeline.base.wording import percent
from pipeline.features.days import day_of
from pipeline.learning.backtesting.levels import CLOSED, LEAST_TRIED, SEASON, YEAR_AGO, Level
from pipeline.learning.tasks import Rolling
from pipeline.quality.findings import Finding


def design(rolling: Rolling) -> str:
    """Say how an outcome was forecast and tested, in sentences."""
    timeline = rolling.timeline
    days, horizon = timeline.days(), timeline.horizon_days
    if not rolling.is_ranked:
        return rolling.why_no_ranking
    count = f"{len(days)} window{'' if len(days) == 1 else 's'} of {horizon} days"
    return (
        f"Over {count} that have closed, from {day_of(days[0]):%-d %B %Y} to"
        f" {day_of(days[-1]):%-d %B %Y}, each forecast by what was known on its day and"
        " trained on the windows closed before it alone. Models were chosen on all but the"
        f" newest; that one, with what customers did until"
        f" {day_of(days[-1] + horizon):%-d %B %Y}, was tested once. What serves is fitted"
        " to all of them."
    )


def level_words(rolling: Rolling, level: Level) -> str:
    """Say which rule gives the level, and how far it missed so far."""
    timeline, task = rolling.timeline, rolling.task
    sentence = {
        SEASON: (
            "The level follows last year's season: in the same window a year ago orders"
            f" came {timeline.now.season or 1:.2f} times as fast as in the last year, and"
            " the customer-base model's horizon is stretched by that."
        ),
        YEAR_AGO: (
            "The level is the customer-base model's, moved by what it missed in the same"
            " window a year ago."
        ),
        CLOSED: (
            f"The level is the mean of {len(timeline.closed)} closed"
            f" window{'' if len(timeline.closed) == 1 else 's'} and of"
            + (
                " the customer-base model, which knows who the customers are and counts as"
                " two windows."
                if timeline.knows_customers
                else " what the model itself says, which counts as two windows."
            )
        ),
    }[level.rule]
    ends = (
        f"from {percent(level.low)} to {percent(level.high)} around {percent(level.rate)}"
        f" “{task.classes[1]}”"
    )
    if level.tried >= LEAST_TRIED:
        missed = f" What that rule missed in {level.tried} closed windows gives a range {ends}."
    elif level.tried:
        missed = (
            f" It could be tried on {level.tried} closed"
            f" window{'' if level.tried == 1 else 's'} only: {ends} must be reckoned with."
        )
    else:
        missed = f" No closed window could try that rule yet: {ends} must be reckoned with."
    return sentence + missed


def findings(rolling: Rolling, level: Level) -> tuple[Finding, ...]:
    """Say where the customer-base model answers alone, and why."""
    if rolling.is_ranked:
        return ()
    return (
        Finding(
            "models",
            f"by_customer_base_{rolling.task.name}",
            f"{rolling.task.title} is told by the customer-base model alone",
            f"{rolling.why_no_ranking} {level_words(rolling, level)}",
            len(rolling.newest.labels),
        ),
    )
