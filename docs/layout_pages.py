"""The page on layouts, made from the layout files and from what they may say."""

from collections.abc import Iterator

from pipeline.sources.layouts.declared import Layout, Recognised, RowRule, Source
from pipeline.sources.layouts.reading import our_layouts

WAYS = {"either": "the first filled of", "join": "together", "sum": "the sum of",
        "minus": "the difference of"}  # fmt: skip
OWN = """A layout is a YAML file; its name without the ending is the layout's. Put yours into a
folder and name it with `layouts: {folder: PATH}` in the settings. One of the name of ours takes
its place. `--layout NAME` says which one a file has, else its headers tell: of the layouts that
fit, the one that names most of its columns, and a layout goes before general names. What
`--map` says of a field goes before the layout.

```yaml
title: My till, receipts
get: "Reports, Receipts, CSV"
recognised:
  all: [Receipt, Till]
fields:
  invoice: Receipt
  customer_id: {either: [Card, Phone]}
  ordered_at: Day
  time: Time
  product: Article
  quantity: Pieces
  amount: {column: Total cents, cents: true}
  currency: =EUR
needed: [invoice, amount]
rows:
  - {column: Kind, is: [Voucher, Payment], then: other}
```"""


def layouts() -> str:
    """Describe every layout, and how to write one."""
    known = our_layouts()
    parts = [
        "# Layouts",
        "<!-- Written by `make docs` from the code; change the code instead. -->",
        "Exports of these programs are known by their headers; nothing has to be said about"
        " their columns. Spelling, order and further columns don't matter.",
        _table(
            ("export", "layout", "where to get it"),
            [
                (f"[{each.title}](#{_anchor(each)})", f"`{each.name}`", each.get)
                for each in known
            ],
        ),
        *(section for each in known for section in _page(each)),
        "## A layout of your own",
        OWN,
        _table(("key", "meaning"), list(_keys())),
    ]
    return "\n\n".join(parts) + "\n"


def _page(layout: Layout) -> Iterator[str]:
    yield f"## {layout.title}"
    yield f"`{layout.name}`. To get it: {layout.get}."
    if layout.about:
        yield layout.about
    yield _table(
        ("field", "column"),
        [(f"`{name}`", _columns(source)) for name, source in layout.fields.items()],
    )
    said = list(_said(layout))
    if said:
        yield "\n".join(f"- {each}" for each in said)


def _said(layout: Layout) -> Iterator[str]:
    if layout.needed:
        yield f"It is refused without {_names(layout.needed)}."
    if layout.expected:
        yield f"A warning says so where there is no {_names(layout.expected)}."
    if layout.of_order:
        yield f"Of the whole order, in one of its rows or in all: {_names(layout.of_order)}."
    if layout.order_above:
        yield "A row without an order's number belongs to the row above."
    if "subtotal" in layout.fields:
        yield f"Subtotals are taken {layout.subtotal}, unless the totals tell otherwise."
    for rule in layout.rows:
        yield f"Rows where {_rule(rule)} are: {rule.then}."
    if layout.statuses:
        words = ", ".join(f"{word}: {status}" for word, status in layout.statuses.items())
        yield f"Statuses that mean something of their own: {words}."


def _rule(rule: RowRule) -> str:
    column = f"“{rule.column[0]}”"
    if rule.filled:
        return f"{column} is filled"
    if rule.below is not None:
        return f"{column} is below {rule.below:g}"
    verb = "holds" if rule.contains else "is none of" if rule.other_than else "is"
    return f"{column} {verb} {', '.join(rule.contains or rule.other_than or rule.equals or ())}"


def _columns(source: Source) -> str:
    names = " or ".join(source.names) if source.way == "column" else ", ".join(source.names)
    return f"{WAYS.get(source.way, '')} {names}{', in cents' * source.cents}".strip()


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _keys() -> Iterator[tuple[str, str]]:
    for prefix, model in (
        ("", Layout), ("recognised.", Recognised), ("fields.…", Source), ("rows.…", RowRule),
    ):  # fmt: skip
        for name, field in model.model_fields.items():
            if field.description:
                joint = "." if prefix.endswith("…") else ""
                yield f"`{prefix}{joint}{field.alias or name}`", field.description


def _anchor(layout: Layout) -> str:
    kept = "".join(c for c in layout.title.lower() if c.isalnum() or c in " -")
    return kept.replace(" ", "-")


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)
