"""What each column of a table of customers is, told by its name and by what it holds."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.cells.content import Content, content
from pipeline.sources.cells.texts import as_text
from pipeline.sources.customers.names import (
    ADDED_UP,
    ANSWER,
    DATES,
    FIELDS,
    LEAVING,
    NUMBERS,
    OUTCOME,
    OUTCOMES,
    STATUS,
    STAYING,
    STEMS,
    called,
    is_money,
    left_words,
    ranks,
    without_way,
)
from pipeline.sources.customers.own import (
    CATEGORY,
    DATE,
    IGNORE,
    KINDS,
    MONEY,
    NUMBER,
    YES_NO,
    own_key,
    role_of,
)
from pipeline.sources.naming import plain

MOSTLY = 0.9
UNIQUE = 0.95
"""Share of different identifiers from which on a table has one row a customer."""
MOST_LEVELS = 50
"""A word of more different values tells nothing of groups."""
MOST_CLASSES = 10
"""Different words that an outcome which nobody named has at most."""
YES_WORDS = frozenset(
    {"1", "10", "yes", "y", "true", "t", "да", "ja", "oui", "si", "sim", "tak", "evet", "是"}
)
NO_WORDS = frozenset(
    {"0", "00", "no", "n", "false", "f", "нет", "nein", "non", "nao", "nie", "hayır", "hayir",
     "否", "nee"}
)  # fmt: skip
PERSONAL = frozenset(FIELDS) - {"customer_id", "country", "city", "monetary", "left_on"}
"""Fields of which one says that the rows are people, where nothing names them."""
WHY = {
    "constant": "one value",
    "empty": "empty",
    "text": "texts or too many values",
    "identifier": "identifiers",
    "unused": "names, addresses and numbers of rows",
    "telling": "what tells the outcome",
    IGNORE: "as the mapping says",
}
"""Why columns are left out, as a note says it."""


class Column(NamedTuple):
    """A column as a whole: its place among the others, what it holds, its words if few."""

    name: str
    content: Content
    words: tuple[str, ...]
    distinct: int

    @property
    def is_few(self) -> bool:
        """Whether all different cells are among `words`."""
        return self.distinct == len(self.words)

    @property
    def is_yes_no(self) -> bool:
        """Whether it holds words for yes and for no, and nothing else."""
        plain_words = {plain(word) for word in self.words}
        return (
            self.distinct == 2
            and plain_words <= YES_WORDS | NO_WORDS
            and bool(plain_words & YES_WORDS)
            and bool(plain_words & NO_WORDS)
        )


class Guessed(NamedTuple):
    """An outcome: its column, its kind, and whether where the column is filled tells it."""

    column: str
    kind: str | None
    by_presence: bool = False


Fields = dict[str, tuple[str, ...]]
"""Columns by what is known of customers; several where they are added up."""


class Roles(NamedTuple):
    """What the columns of a table are.

    Attributes
    ----------
    fields
        Columns by what is known of customers; several where they are added up.
    own
        Columns of the source's own by the name of their attribute (`own_key`).
    outcomes
        What the table says customers did.
    left_out
        Why each other column isn't used, a key of `WHY`.
    repeats
        Rows beyond the first of their customer.
    """

    fields: Fields
    own: dict[str, str]
    outcomes: tuple[Guessed, ...]
    left_out: dict[str, str]
    repeats: int

    @property
    def usable(self) -> int:
        """Count what can be learned of customers, the outcomes with it."""
        usable_fields = [name for name in self.fields if name not in {"customer_id", "left_on"}]
        return len(usable_fields) + len(self.own) + len(self.outcomes)

    @property
    def mapping(self) -> dict[str, str]:
        """Give the column of each field and attribute, but for those that are added up."""
        alone = {name: columns[0] for name, columns in self.fields.items() if len(columns) == 1}
        return alone | self.own


def roles_of(
    table: pa.Table, mapping: Mapping[str, str], outcomes: Sequence[str] = ()
) -> Roles:
    """Tell the role of every column; what a mapping says comes first.

    `mapping` names columns of fields, and with keys as `own_key` gives them what others hold;
    `outcomes` are columns that say what customers did: then no other is looked for.
    """
    columns = {name: _column(name, table) for name in dict.fromkeys(table.column_names)}
    kind_by_column = {
        column: role.kind
        for key, column in mapping.items()
        if (role := role_of(key)) and column in columns
    }
    fields: Fields = {
        field: (column,)
        for field, column in mapping.items()
        if field in FIELDS and column in columns
    }
    left_out = {name: IGNORE for name, kind in kind_by_column.items() if kind == IGNORE}
    unassigned = _without(columns, {*kind_by_column, *outcomes, *_columns_of(fields)})
    left_out |= {
        name: "empty" for name, column in unassigned.items() if not column.content.filled
    }
    unassigned = _without(unassigned, left_out)
    fields |= _identifier(unassigned, fields, table)
    unassigned = _without(unassigned, _columns_of(fields))
    guesses = [Guessed(name, kind_of(columns[name])) for name in outcomes if name in columns]
    guesses = guesses if outcomes else _outcomes(unassigned)
    unassigned = _without(unassigned, {guess.column for guess in guesses})
    fields |= _known(unassigned, fields)
    if (
        not guesses
        and "left_on" in fields
        and 0 < columns[fields["left_on"][0]].content.filled < 1
    ):
        guesses = [Guessed(fields["left_on"][0], LEAVING, by_presence=True)]
    left_out |= _telling(unassigned, fields, guesses)
    fields = {
        name: field_columns
        for name, field_columns in fields.items()
        if not {*field_columns} & {*left_out}
    }
    if any(guess.by_presence for guess in guesses):
        del fields["left_on"]
    unassigned = _without(
        unassigned, {*left_out, *_columns_of(fields), *(guess.column for guess in guesses)}
    )
    kinds = {name: kind_by_column.get(name) or _kind(columns[name]) for name in columns
             if name in unassigned or kind_by_column.get(name) in KINDS}  # fmt: skip
    own: dict[str, str] = {}
    for name in (column for column, kind in kinds.items() if kind in KINDS):
        own[own_key(kinds[name], name, own)] = name
    left_out |= {name: kind for name, kind in kinds.items() if kind not in KINDS}
    return Roles(fields, own, tuple(guesses), left_out, _repeats(fields, table))


def _columns_of(fields: Fields) -> set[str]:
    return {column for columns in fields.values() for column in columns}


def _without(columns: Mapping[str, Column], excluded: Container[str]) -> dict[str, Column]:
    return {name: column for name, column in columns.items() if name not in excluded}


def _telling(
    unassigned: Mapping[str, Column], fields: Fields, guesses: Sequence[Guessed]
) -> dict[str, str]:
    """Find what would tell who left: the day of it, and scores and reasons of leaving."""
    if not any(guess.kind in {LEAVING, STAYING} for guess in guesses):
        return {}
    outcome_columns = {guess.column for guess in guesses}
    named = [name for name in unassigned if any(stem in plain(name) for stem in STEMS)]
    days = fields.get("left_on", ())
    return dict.fromkeys(
        (name for name in (*named, *days) if name not in outcome_columns), "telling"
    )


def looks_like_customers(roles: Roles, rows: int) -> bool:
    """Tell whether rows are people, one each: somebody is named, or told by what is known."""
    if rows and roles.repeats > (1 - UNIQUE) * rows:
        return False
    return bool(roles.outcomes) or bool(PERSONAL & set(roles.fields)) or (
        "customer_id" in roles.fields and called(roles.fields["customer_id"][0], "customer_id")
        is not None
    )  # fmt: skip


def is_sure(columns: Iterable[str]) -> bool:
    """Tell by their names alone whether columns are those of customers and not of orders.

    That is where they say who left, how many orders there were, or when the first and the last
    one came.
    """
    column_names = list(columns)
    meanings = {
        meaning
        for meaning in ("leaving", "staying", "left_on", "frequency", "recency_days", "age",
                        "first_order_on", "last_order_on")
        if any(called(name, meaning) is not None for name in column_names)
    }  # fmt: skip
    return bool(meanings & {"leaving", "staying", "left_on"}) or any(
        pair <= meanings
        for pair in (
            {"frequency", "recency_days"},
            {"first_order_on", "last_order_on"},
            {"frequency", "last_order_on"},
        )
    )


def kind_of(column: Column) -> str | None:
    """Tell what kind of outcome a column is, `None` where it is just any."""
    for kind in OUTCOMES:
        if called(column.name, kind) is None:
            continue
        if kind == STATUS:
            return LEAVING if _says_left(column) else None
        return None if kind == OUTCOME else kind
    return None


def _column(name: str, table: pa.Table) -> Column:
    cells = table.column(table.column_names.index(name))
    texts = pc.unique(as_text(cells)).drop_null()
    words = tuple(texts.slice(0, MOST_LEVELS).to_pylist())
    return Column(name, content(cells), words, len(texts))


def _identifier(unassigned: Mapping[str, Column], fields: Fields, table: pa.Table) -> Fields:
    """Find the column that names customers: by its name, else the only one of unique codes."""
    if "customer_id" in fields:
        return {}
    named = sorted(
        (rank, place, name)
        for place, name in enumerate(unassigned)
        if (rank := called(name, "customer_id")) is not None
        and unassigned[name].content.filled > 0.5
    )
    if named:
        unique = [
            candidate
            for candidate in named
            if unassigned[candidate[2]].content.distinct >= UNIQUE
        ]
        return {"customer_id": ((unique or named)[0][2],)}
    coded = [
        name
        for name, column in unassigned.items()
        if column.content.codes >= MOSTLY
        and column.content.numbers < 1 - MOSTLY
        and column.distinct == len(table) == round(column.content.filled * len(table))
    ]
    return {"customer_id": (coded[0],)} if len(coded) == 1 else {}


def _outcomes(unassigned: Mapping[str, Column]) -> list[Guessed]:
    """Find what a table says that customers did: one column of each kind."""
    guesses: list[Guessed] = []
    for kind in OUTCOMES:
        if kind in {STAYING, STATUS} and any(e.kind in {LEAVING, STAYING} for e in guesses):
            continue
        fitting = sorted(
            (rank, place, name)
            for place, (name, column) in enumerate(unassigned.items())
            if (rank := called(name, kind)) is not None and _is_outcome(column, kind)
        )
        if fitting:
            name = fitting[0][2]
            guesses.append(Guessed(name, kind_of(unassigned[name])))
    return guesses


def _is_outcome(column: Column, kind: str) -> bool:
    if (
        column.content.fractions
        or not 2 <= column.distinct <= MOST_CLASSES
        or not column.is_few
    ):
        return False
    if kind == STATUS:
        return _says_left(column)
    if kind == OUTCOME:
        return True
    if kind == ANSWER and plain(column.name) == "y":
        return column.is_yes_no
    return column.distinct == 2 or (kind == LEAVING and _says_left(column))


def _says_left(column: Column) -> bool:
    """Tell whether some of a column's few words say that somebody left, and others don't."""
    says_left = [plain(word) in left_words() for word in column.words]
    return column.is_few and any(says_left) and not all(says_left)


def _known(unassigned: Mapping[str, Column], fields: Fields) -> Fields:
    """Find the columns of what is known of customers under one name."""
    columns_by_field: Fields = {}
    taken_columns: set[str] = set()
    tells_periods = any(plain(name) == "t" for name in unassigned)
    for field in FIELDS:
        if field in fields or field == "customer_id":
            continue
        if tells_periods and field in {"recency_days", *ADDED_UP}:
            continue  # recency, frequency, T and monetary_value of repeats mean something else
        fitting = sorted(
            (rank, place, name)
            for place, (name, column) in enumerate(unassigned.items())
            if name not in taken_columns
            and (rank := called(name, field)) is not None
            and _can_be(column, field)
        )
        columns = tuple(name for _, _, name in fitting[:1]) or (
            _ways(unassigned, field, taken_columns) if field in ADDED_UP else ()
        )
        if columns:
            columns_by_field[field] = columns
            taken_columns |= set(columns)
    return columns_by_field


def _ways(
    unassigned: Mapping[str, Column], field: str, taken_columns: set[str]
) -> tuple[str, ...]:
    """Find the columns that tell a field of each way to buy."""
    fitting = tuple(
        name
        for name, column in unassigned.items()
        if name not in taken_columns
        and without_way(name) in ranks(field)
        and _can_be(column, field)
    )
    return fitting if len(fitting) > 1 else ()


def _can_be(column: Column, field: str) -> bool:
    content = column.content
    if field == "birth_year":
        return content.numbers >= MOSTLY and all(1900 <= _year(w) <= 2100 for w in column.words)
    if field in NUMBERS:
        return content.numbers >= MOSTLY and not column.is_yes_no and content.dates < 0.5
    if field in DATES:
        return content.dates + content.day_numbers + content.epochs >= MOSTLY
    return field == "city" or (column.distinct <= 5 * MOST_LEVELS and content.fractions < 0.5)


def _year(word: str) -> float:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return 0.0


def _kind(column: Column) -> str:
    """Tell what a column of the source's own holds, or why it is left out."""
    content = column.content
    if column.distinct < 2:
        return "constant"
    if called(column.name, "unused") is not None:
        return "unused"
    if column.is_yes_no:
        return YES_NO
    dates = content.dates + (content.day_numbers if "date" in column.name.casefold() else 0)
    if dates >= MOSTLY:
        return DATE
    return _number_kind(column) if content.numbers >= MOSTLY else _word_kind(column)


def _number_kind(column: Column) -> str:
    if _is_code(column):
        return "identifier"
    return MONEY if column.content.money >= 0.5 or is_money(column.name) else NUMBER


def _word_kind(column: Column) -> str:
    content = column.content
    if column.distinct <= MOST_LEVELS and content.distinct <= 0.5:
        return CATEGORY
    is_unique = content.distinct > UNIQUE and content.codes >= MOSTLY
    return "identifier" if is_unique else "text"


def _is_code(column: Column) -> bool:
    """Tell whether whole numbers that never repeat name something."""
    content = column.content
    name = column.name.strip().casefold()
    is_named = name.endswith(("id", "_no", " no", "number", "nr", "code", "key", "uuid"))
    return (
        content.whole >= 1 and content.distinct == 1 and (is_named or "id" in name.split("_"))
    )


def _repeats(fields: Fields, table: pa.Table) -> int:
    if "customer_id" not in fields:
        return 0
    texts = as_text(table[fields["customer_id"][0]]).drop_null()
    return len(texts) - len(pc.unique(texts))
