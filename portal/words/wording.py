"""How figures are written, and what every measure means in one sentence."""

import datetime as dt
import math
from typing import NamedTuple, TypeGuard

SYMBOLS = {
    "GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CNY": "CN¥", "INR": "₹", "KRW": "₩",
    "TRY": "₺", "UAH": "₴", "RUB": "₽", "ILS": "₪", "VND": "₫", "NGN": "₦", "PHP": "₱",
    "BRL": "R$", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "MXN": "MX$", "HKD": "HK$",
    "CHF": "CHF ", "SEK": "SEK ", "NOK": "NOK ", "DKK": "DKK ", "PLN": "PLN ", "CZK": "CZK ",
}  # fmt: skip
NO_MINOR_UNIT = frozenset({"JPY", "KRW", "VND", "CLP", "ISK"})
STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
NOTHING = "–"
MINUS = "−"
NEEDS_ORDERS = "This data set has no orders; a file of order lines would bring this."
NEEDS_DAYS = "This data set is known on one day only; later files or order lines bring moves."


def symbol(currency: str) -> str:
    """Give what stands before an amount: a sign, or the code and a space."""
    return SYMBOLS.get(currency, f"{currency} " if currency else "")


def money(amount: float | None, currency: str) -> str:
    """Write an amount in full, like £8,887,208.89."""
    if not _known(amount):
        return NOTHING
    places = 0 if currency in NO_MINOR_UNIT else 2
    return f"{_sign(amount, places)}{symbol(currency)}{abs(amount):,.{places}f}"


def money_short(amount: float | None, currency: str) -> str:
    """Write an amount for a tile, like £8.9M."""
    if not _known(amount):
        return NOTHING
    return f"{MINUS if amount < 0 else ''}{symbol(currency)}{_short(abs(amount))}"


def number(value: float | None, places: int = 0) -> str:
    """Write a number with thousands separators."""
    if not _known(value):
        return NOTHING
    return f"{_sign(value, places)}{abs(value):,.{places}f}"


def number_short(value: float | None) -> str:
    """Write a number for a tile, like 4.3K; below 10,000 in full."""
    if not _known(value):
        return NOTHING
    if abs(value) < 10_000:
        return number(value)
    return f"{MINUS if value < 0 else ''}{_short(abs(value))}"


def percent(share: float | None, places: int = 0) -> str:
    """Write a share of 0 to 1, like 74 %; a small one is never written as 0 %."""
    if not _known(share):
        return NOTHING
    least = 10 ** -(places + 2)
    if 0 < abs(share) < least / 2:
        return f"< {100 * least:.{places}f} %"
    return f"{_sign(100 * share, places)}{abs(100 * share):,.{places}f} %"


def change(now: float | None, before: float | None) -> str:
    """Write a change in percent with its sign, like +4.2 %."""
    if not _known(now) or not _known(before) or before == 0:
        return NOTHING
    share = 100 * (now - before) / abs(before)
    rounded = round(share, 1)
    if rounded == 0:
        return "0.0 %"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):,.1f} %"


def count(items: float | None, one: str, many: str | None = None) -> str:
    """Write a number with its noun, like “1 customer” or “4,338 customers”."""
    if not _known(items):
        return NOTHING
    return f"{number(items)} {one if items == 1 else many or one + 's'}"


def days(value: float | None) -> str:
    """Write a number of days."""
    return count(round(value) if _known(value) else None, "day")


def date(day: dt.date | None) -> str:
    """Write a day, like 9 Dec 2011."""
    return NOTHING if day is None else f"{day.day} {day:%b %Y}"


def month(day: dt.date | None) -> str:
    """Write a month, like Dec 2011."""
    return NOTHING if day is None else f"{day:%b %Y}"


def moment(at: dt.datetime | None) -> str:
    """Write a moment of execution, kept in UTC, like 9 Dec 2011, 14:05 UTC."""
    return NOTHING if at is None else f"{date(at)}, {at:%H:%M} UTC"


def seconds(value: float | None) -> str:
    """Write how long something took, like 0.42 s, 12.3 s or 3 min 5 s."""
    if not _known(value):
        return NOTHING
    if value < 1:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes:,} min {rest} s"


def size(value: float | None) -> str:
    """Write a number of bytes in MiB."""
    return f"{value / 2**20:,.0f} MiB" if _known(value) else NOTHING


def interval(low: str, high: str) -> str:
    """Write two ends of an interval."""
    return NOTHING if NOTHING in (low, high) else f"{low} to {high}"


def needs_measure(title: str) -> str:
    """Say that a source knows nothing of a measure."""
    return f"The source of this data set doesn't know {title.lower()}."


def plain_list(names: list[str] | tuple[str, ...]) -> str:
    """Write names as a sentence does: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


class Measure(NamedTuple):
    """What a measure is called and what it means."""

    title: str
    meaning: str


MEASURES = {
    "customers": Measure(
        "Customers",
        "People or firms with at least one order that still stands on the day shown.",
    ),
    "active_customers": Measure(
        "Active customers",
        "Customers with an order in the 90 days up to the day shown.",
    ),
    "orders": Measure(
        "Orders",
        "Invoices that still have a positive value after what was cancelled.",
    ),
    "revenue": Measure(
        "Revenue",
        "What customers paid for the goods they kept: cancellations are taken off, "
        "postage and fees don't count.",
    ),
    "recency": Measure(
        "Recency",
        "Days since the customer's latest order; fewer is better.",
    ),
    "frequency": Measure(
        "Frequency",
        "How many orders the customer has placed that were not cancelled.",
    ),
    "monetary": Measure(
        "Monetary",
        "What the customer has spent in all, less what was cancelled.",
    ),
    "average_basket": Measure(
        "Average basket",
        "What the customer spends per order: monetary divided by frequency.",
    ),
    "tenure": Measure(
        "Tenure",
        "Days since the customer's first order.",
    ),
    "country": Measure(
        "Country",
        "Where the customer's latest order went.",
    ),
    "spend_band": Measure(
        "Spend band",
        "The fifth of customers who spend most, the fifth who spend least, and those between.",
    ),
    "value_band": Measure(
        "Value band",
        "Low, middle or high by the lifetime value of 12 months. The two amounts between them"
        " are the terciles of the data set's first run, and hold from then on.",
    ),
    "rfm_scores": Measure(
        "RFM scores",
        "Recency, frequency and monetary ranked from 1 to 5 among all customers of that "
        "day; 5 is the best fifth.",
    ),
    "segment": Measure(
        "Segment",
        "A group of customers who buy alike in recency, frequency and spend, found by "
        "clustering and named after where it lies.",
    ),
    "share": Measure(
        "Share of customers",
        "This group's customers among all customers.",
    ),
    "revenue_share": Measure(
        "Revenue share",
        "This group's revenue among the revenue of all customers.",
    ),
    "concentration": Measure(
        "Concentration",
        "How much of the revenue the best customers bring, the most valuable counted first.",
    ),
    "stability": Measure(
        "Stability",
        "How alike a segment comes out when the customers are drawn again (mean "
        "Jaccard): 0.85 and more is highly stable, 0.75 stable, 0.6 doubtful, less is "
        "not to be trusted.",
    ),
    "silhouette": Measure(
        "Silhouette",
        "How much nearer customers are to their own segment than to the next, from −1 "
        "to 1; higher is better.",
    ),
    "davies_bouldin": Measure(
        "Davies-Bouldin",
        "How much segments overlap compared with their distance; lower is better.",
    ),
    "calinski_harabasz": Measure(
        "Calinski-Harabasz",
        "Spread between segments compared with the spread within them; higher is better.",
    ),
    "gap": Measure(
        "Gap statistic",
        "How much tighter the segments are than the same number in customers strewn evenly;"
        " higher is better.",
    ),
    "bic": Measure(
        "BIC",
        "How well a mixture fits for the number of things it had to learn (Bayesian information"
        " criterion); lower is better.",
    ),
    "inertia": Measure(
        "Inertia",
        "Sum of squared distances of customers to their segment's centre; it always "
        "falls with more segments, look for the bend.",
    ),
    "smallest_share": Measure(
        "Smallest segment",
        "Share of customers in the smallest segment of that split; tiny ones are no segments.",
    ),
    "mutual_information": Measure(
        "Told by one attribute",
        "Share of what sets segments apart that an attribute alone tells (uncertainty"
        " coefficient), from 0 for nothing to 1 for everything.",
    ),
    "outlier": Measure(
        "Outlier",
        "A customer unlike all others; marked, and given the nearest segment.",
    ),
    "cancelled": Measure(
        "Cancelled",
        "Value of orders that was taken back later.",
    ),
    "anonymous_revenue": Measure(
        "Without a customer",
        "Revenue on lines that name no customer: counted in totals, in no segment.",
    ),
    "new_customers": Measure(
        "New customers",
        "Customers whose first order falls in that month.",
    ),
    "rows_read": Measure(
        "Rows read",
        "Every data row of every sheet and file of the source.",
    ),
    "rows_kept": Measure(
        "Rows kept",
        "Rows that no cleaning rule took out.",
    ),
    "churn_probability": Measure(
        "Churn probability",
        "How likely the customer is to place no order in the next 90 days.",
    ),
    "clv_12m": Measure(
        "Lifetime value, 12 months",
        "Discounted revenue expected from the customer in the next 12 months.",
    ),
    "p_alive": Measure(
        "Still a customer",
        "Probability that the customer has not left for good.",
    ),
    "skew": Measure(
        "Skew",
        "How far a number leans: 0 is even to both sides, above 1 a few large values pull the"
        " mean up, below −1 a few small ones pull it down.",
    ),
    "outlier_number": Measure(
        "Outliers",
        "Values further than 1.5 interquartile ranges from the middle half.",
    ),
    "pearson": Measure(
        "Pearson",
        "How nearly two numbers lie on a line, from −1 to 1; large values weigh much.",
    ),
    "spearman": Measure(
        "Spearman",
        "How nearly two numbers rise together in rank, from −1 to 1; outliers hardly matter.",
    ),
    "phik": Measure(
        "Phik",
        "How much two attributes of any kind tell of each other, from 0 to 1; for two normal"
        " numbers it is the size of their correlation.",
    ),
    "expected_leavers": Measure(
        "Expected leavers",
        "Churn probabilities of the contacted added up: so many of them would leave.",
    ),
    "false_alarms": Measure(
        "False alarms",
        "The contacted who would have stayed anyway and take the incentive all the same.",
    ),
    "money_at_risk": Measure(
        "Money at risk",
        "Churn probability times the value at stake, added up over the contacted.",
    ),
    "value_at_stake": Measure(
        "Value at stake",
        "Revenue of the next months, three by default, if the customer orders in them at all.",
    ),
    "contact_cost": Measure(
        "Cost",
        "Contacts, and the incentives that those who stay are expected to take.",
    ),
    "contact_profit": Measure(
        "Expected profit",
        "Of contacting a customer: churn probability × success rate × (value at stake × margin"
        " − incentive), less the incentive of those who stay anyway and take it, less the"
        " contact.",
    ),
    "seconds": Measure(
        "Seconds",
        "Time on the clock from start to end.",
    ),
    "cpu_seconds": Measure(
        "Processor seconds",
        "Time that the processor worked, all threads together.",
    ),
    "accuracy": Measure(
        "Accuracy",
        "Share of customers whom the model put into the right class.",
    ),
    "balanced_accuracy": Measure(
        "Balanced accuracy",
        "Accuracy within each class, averaged, so that a large class doesn't hide a small one.",
    ),
    "f1": Measure(
        "F1",
        "Mean of how many of those named are right and how many of those sought are named;"
        " where classes are many, weighted by their size.",
    ),
    "f1_macro": Measure(
        "Macro F1",
        "F1 of each class on its own, averaged with equal weight.",
    ),
    "roc_auc": Measure(
        "ROC-AUC",
        "How often the model ranks someone of the class above someone outside it: 0.5 is"
        " chance, 1 is always.",
    ),
    "average_precision": Measure(
        "Average precision",
        "Share of hits among those named, averaged over all cuts; chance gives the base rate.",
    ),
    "brier": Measure(
        "Brier score",
        "Mean squared distance of probabilities from what happened; lower is better.",
    ),
    "log_loss": Measure(
        "Log loss",
        "Penalty for confident wrong probabilities; lower is better.",
    ),
    "ece": Measure(
        "Calibration error",
        "By how much probabilities miss the share that came true, on average over ten groups"
        " (ECE); lower is better.",
    ),
    "lift_at_10": Measure(
        "Lift at 10 %",
        "How many times more hits the tenth with the highest probability holds than a tenth"
        " drawn at random.",
    ),
    "permutation_importance": Measure(
        "Permutation importance",
        "By how much ROC-AUC on the test falls when one feature's values change hands among"
        " customers.",
    ),
    "shapley": Measure(
        "Shapley value",
        "What one feature adds to or takes from a customer's prediction, compared with the"
        " average customer.",
    ),
    "clv_historic_12m": Measure(
        "Historic value, 12 months",
        "The simple formula: what the customer spent per year so far, going on as it was.",
    ),
    "expected_orders_90d": Measure(
        "Expected orders, 90 days",
        "How many orders the customer is expected to place in the next 90 days.",
    ),
    "expected_next_order": Measure(
        "Next order",
        "The day by which the next order has come with an even chance; none where it may never"
        " come.",
    ),
    "value_interval": Measure(
        "Interval of the value",
        "Nine times in ten what the customer brings lies between these two amounts.",
    ),
    "value_bias": Measure(
        "Bias",
        "Mean of expected less actual over customers; 0 is right on average, below 0 too low.",
    ),
    "value_mean_absolute_error": Measure(
        "Mean error",
        "How far the expectation of a customer is from what came, on average; lower is better.",
    ),
    "value_rmse": Measure(
        "RMSE",
        "Root of the mean squared error: like the mean error, but large misses weigh more.",
    ),
    "value_total_error": Measure(
        "Error of the total",
        "How far the total of all customers was from what came, in per cent of what came.",
    ),
    "value_coverage": Measure(
        "Coverage",
        "Share of customers whose revenue fell into their 90 % interval; near 90 % is right.",
    ),
    "value_winkler": Measure(
        "Winkler score",
        "Width of an interval, and a penalty where it misses what came: twenty times by how"
        " much, at 90 %. Money per customer; lower is better.",
    ),
    "value_corrected": Measure(
        "Corrected total",
        "Expected revenue of all, times how the hold-outs were missed on average, drawn towards"
        " no correction. The range reaches two typical misses to both sides.",
    ),
    "value_typical_miss": Measure(
        "Typical miss",
        "How far the total of a hold-out was from what the others' correction made of it: root"
        " of the mean square, as a share.",
    ),
}


def _known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _sign(value: float, places: int) -> str:
    return MINUS if round(value, places) < 0 else ""


def _short(value: float) -> str:
    for step, letter in STEPS:
        if value >= step * 0.9995:
            scaled = value / step
            return f"{scaled:,.{0 if scaled >= 99.95 else 1}f}{letter}"
    return f"{value:,.0f}"
