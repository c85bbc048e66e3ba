"""What a page is narrowed down to; it lives in the query of the URL and nowhere else.

`?dataset=shop&segment=At+Risk&segment=Promising&country=France&risk_band=unsure&q=1234`

`contact=yes` keeps those worth contacting, `moved=slipped` who slipped since the last update,
`where=age%3D25+to+34` a group of any attribute. `band` (of spend) and `risk` (the four groups
by risk and value) are older names that no menu offers.
"""

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

URL = "url"
"""Id of the one dcc.Location: page callbacks listen to `Input(URL, "search")`."""

DATASET = "dataset"
RUN = "run"
UPLOAD = "upload"
PART = "page"
TASK = "task"
CUSTOMER = "customer"
CARD = "card"
TEXT = "q"
WHERE = "where"
FIELDS = {
    "segment": "segments",
    "country": "countries",
    "risk_band": "risk_bands",
    "value_band": "value_bands",
    "contact": "contact",
    "moved": "moved",
    "band": "bands",
    "risk": "risks",
}
"""Names in the query and the lists of `Filters` that they fill."""
YES = "yes"
"""The one value of `contact`: those worth contacting."""

LONGEST_VALUE = 200
MOST_VALUES = 100
LONGEST_QUERY = 20_000


class Filters(NamedTuple):
    """Values to keep, by field; an empty field keeps everything."""

    segments: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    text: str = ""
    where: tuple[str, ...] = ()
    """Groups of any attribute, each as `attribute=group`."""
    risk_bands: tuple[str, ...] = ()
    value_bands: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    """`yes`: only those worth contacting."""
    moved: tuple[str, ...] = ()

    def toggled(self, field: str, value: str) -> "Filters":
        """Take `value` into a field of the query, or out of it where it is there."""
        name = WHERE if field == WHERE else FIELDS[field]
        values: tuple[str, ...] = getattr(self, name)
        remaining = tuple(member for member in values if member != value)
        changed: Any = {name: remaining if value in values else (*values, value)}
        return self._replace(**changed)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Every value with its field as the query names it."""
        pairs = [
            (field, value) for field, name in FIELDS.items() for value in getattr(self, name)
        ]
        pairs += [(WHERE, value) for value in self.where]
        return [*pairs, (TEXT, self.text)] if self.text else pairs


NO_FILTERS = Filters()


def from_query(search: str | None) -> Filters:
    """Read the filters from a URL's query; what is no filter or too long is passed over."""
    values_by_field: dict[str, list[str]] = {field: [] for field in (*FIELDS, WHERE, TEXT)}
    for field, value in _pairs(search):
        if (
            field in values_by_field
            and value not in values_by_field[field]
            and len(values_by_field[field]) < MOST_VALUES
        ):
            values_by_field[field].append(value)
    lists = {name: tuple(values_by_field[field]) for field, name in FIELDS.items()}
    text = values_by_field[TEXT][-1] if values_by_field[TEXT] else ""
    return Filters(**lists, text=text, where=tuple(values_by_field[WHERE]))


def parts_of(where: str) -> tuple[str, str]:
    """Part a group of an attribute into both.

    >>> parts_of("age=25 to 34")
    ('age', '25 to 34')
    """
    attribute, _equals, group = where.partition("=")
    return attribute, group


def dataset_from(search: str | None) -> str | None:
    """Read which data set a URL's query names."""
    return next((value for field, value in _pairs(search) if field == DATASET), None)


def run_from(search: str | None) -> int | None:
    """Read which run a URL's query names, on the page of runs."""
    return _number(search, RUN)


def part_from(search: str | None) -> int | None:
    """Read which page of its list a URL's query names."""
    return _number(search, PART)


def upload_from(search: str | None) -> int | None:
    """Read which upload a URL's query names, on the page of data."""
    return _number(search, UPLOAD)


def task_from(search: str | None) -> str | None:
    """Read which task of prediction a URL's query names, on the page of models."""
    return next((value for field, value in _pairs(search) if field == TASK), None)


def customer_from(search: str | None) -> str | None:
    """Read which customer a URL's query names, on the page of one customer."""
    return next((value for field, value in _pairs(search) if field == CUSTOMER), None)


def card_from(search: str | None) -> bool:
    """Read whether a URL's query asks for the model card alone, on the page of models."""
    return any(field == CARD and value == "1" for field, value in _pairs(search))


def to_query(filters: Filters, dataset: str | None = None) -> str:
    """Write a URL's query, `""` where there is nothing to say."""
    pairs = [(DATASET, dataset)] if dataset else []
    query = urlencode([*pairs, *filters.pairs])
    return f"?{query}" if query else ""


def customer_link(customer_id: str, dataset: str | None) -> str:
    """Lead to a customer's page."""
    pairs = [(CUSTOMER, customer_id), *([(DATASET, dataset)] if dataset else [])]
    return f"/customer?{urlencode(pairs)}"


def _number(search: str | None, name: str) -> int | None:
    digits = next((value for field, value in _pairs(search) if field == name), "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _pairs(search: str | None) -> list[tuple[str, str]]:
    if not search or len(search) > LONGEST_QUERY:
        return []
    pairs = parse_qsl(search.removeprefix("?"), encoding="utf-8", errors="replace")
    cleaned = ((field, value.replace("\0", "").strip()) for field, value in pairs)
    return [(field, value) for field, value in cleaned if 0 < len(value) <= LONGEST_VALUE]
