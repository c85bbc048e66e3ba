"""Requests that score, good ones and two hundred kinds of bad ones, for both kinds of forms."""

import datetime as dt
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, NamedTuple

Body = dict[str, Any]
TOO_LONG = "x" * 300
NASTY = (
    "'; drop table customer_result; --", "<script>alert(1)</script>", "../../etc/passwd",
    "{{7*7}}", "${jndi:ldap://x}", "%00", "=cmd|' /C calc'!A0", "\u202egnp.exe", "a\nb", "\x00",
)  # fmt: skip
NOT_TEXT = (1, 1.5, True, [], {}, ["a"])
NOT_NUMBERS = ("12", "", "abc", True, [], {}, [1], {"a": 1})
NOT_LISTS = (None, 1, "a", {}, True)


class Bad(NamedTuple):
    """A body that is refused: the name of its kind, the bytes, and a word that is said."""

    kind: str
    body: bytes
    said: str


def orders_body(as_of: dt.date, *, dataset: str = "shop") -> Body:
    """Give a request that is answered, for a data set with orders."""
    days = [as_of - dt.timedelta(days=ago) for ago in (3, 40, 90)]
    orders = [{"date": str(day), "value": 20.5, "items": 3} for day in days]
    person = {"customer_id": "A1", "country": None, "orders": orders}
    return {"dataset": dataset, "customers": [person]}


def attributes_body(inputs: Body, *, dataset: str) -> Body:
    """Give a request that is answered, for a data set with attributes."""
    values = {
        each["name"]: each["choices"][0] if each["choices"] else each["typical"] or 0
        for each in inputs["attributes"]
    }
    return {"dataset": dataset, "customers": [{"customer_id": "A1", "attributes": values}]}


def bad_bytes() -> Iterator[Bad]:
    """Give what is no JSON, or no object of it."""
    for place, body in enumerate(
        (b"", b"{", b"[", b"\xff\xfe", b"\x00", b"{'a': 1}", b'{"a": }', b"<a/>", b"NaN1",
         b'{"customers": [' + b"[" * 5_000, b'{"a":' * 5_000, b'"\\ud800"', b"9" * 6_000,
         b'{"customers": [}]')
    ):  # fmt: skip
        yield Bad(f"bytes-{place}", body, "The body")
    for place, body in enumerate((b"null", b"[]", b"1", b'"text"', b"true", b"[[]]")):
        yield Bad(f"no-object-{place}", body, "must be an object")


def bad_envelopes(good: Body) -> Iterator[Bad]:
    """Give what is wrong around the customers."""
    for place, value in enumerate((*NOT_LISTS, [])):
        yield _with(good, f"customers-{place}", "customers", customers=value)
    yield _with(good, "too-many", "at most 1,000", customers=good["customers"] * 1_001)
    for place, value in enumerate((1, True, [], {}, "", TOO_LONG)):
        yield _with(good, f"dataset-{place}", "dataset", dataset=value)
    for place, value in enumerate((*NASTY, "not there")):
        yield _with(good, f"no-dataset-{place}", "There is no data set", dataset=value)
    for name in ("seed", "run_id", "__proto__", "Customers", *NASTY[:3]):
        yield _with(good, f"unknown-{name}", "not known here", **{name: 1})
    for place, value in enumerate((None, 1, "a", [], True)):
        yield _with(good, f"person-{place}", "customers[0]", customers=[value])


def bad_people(good: Body) -> Iterator[Bad]:
    """Give customers with identifiers and fields that are none."""
    for place, value in enumerate((*NOT_TEXT, "", "a" * 101)):
        yield _person(good, f"id-type-{place}", "customer_id", customer_id=value)
    for place, value in enumerate((" a", "a ", "=1+1", "+1", "-1", "@a", *NASTY[6:])):
        yield _person(good, f"id-{place}", "customer_id can't be used", customer_id=value)
    for name in ("segment", "churn", "run", "$where", *NASTY[:3]):
        yield _person(good, f"person-unknown-{name}", "not known here", **{name: None})


def bad_orders(good: Body, as_of: dt.date) -> Iterator[Bad]:
    """Give orders that are none."""
    yield from bad_people(good)
    for place, value in enumerate((*NOT_LISTS, [])):
        yield _person(good, f"orders-{place}", "orders", orders=value)
    yield _person(good, "too-many-orders", "at most 1,000", orders=_orders(good) * 400)
    yield _person(good, "attributes-too", "scored by orders", attributes={"age": 4})
    for place, value in enumerate((*NOT_TEXT, "", TOO_LONG, "Atlantis", "france", *NASTY)):
        yield _person(good, f"country-{place}", "country", country=value)
    yield _without(good, "no-country", "country is missing", "country")
    yield _without(good, "no-orders", "orders is missing", "orders")
    for place, value in enumerate((None, 1, "a", [], True)):
        yield _person(good, f"order-{place}", "orders[0]", orders=[value])
    late = as_of + dt.timedelta(days=1)
    for place, value in enumerate(
        (None, 20110101, 1.5, True, [], {}, "", "yesterday", "2011-02-30", "2011-13-01",
         "01/02/2011", "2011-1-1x", "2011-01-01T10:00:00", "0000-00-00", "99999-01-01",
         "1850-01-01", "9999-12-31", str(late), *NASTY[:3])
    ):  # fmt: skip
        yield _order(good, f"date-{place}", "date", date=value)
    for name in ("value", "items", "returned"):
        for place, value in enumerate((*NOT_NUMBERS, -1, 1e300)):
            yield _order(good, f"{name}-{place}", name, **{name: value})
        for place, value in enumerate(("NaN", "Infinity", "-Infinity", "1e999")):
            yield _raw(_order(good, f"{name}-raw-{place}", name, **{name: "@"}), value)
    for place, value in enumerate((None, 0)):
        yield _order(good, f"value-none-{place}", "value", value=value)
    yield _order(good, "more-back", "at most the order's value", returned=21.0)
    yield _order(good, "order-unknown", "not known here", price=1)
    for value in ("x", 5, str(late) + "T00:00:00", "1850-01-01", "2200-01-01"):
        yield _with(good, f"as-of-{value}", "as_of", as_of=value)
    yield _with(good, "before-orders", "day looked at", as_of="1999-01-01")


def bad_attributes(good: Body, inputs: Body) -> Iterator[Bad]:
    """Give attributes that are none."""
    for place, value in enumerate((None, 1, "a", [], True, {})):
        yield _person(good, f"attributes-{place}", "attributes", attributes=value)
    yield _person(good, "orders-too", "scored by attributes", orders=[_ORDER])
    yield _person(good, "country-too", "scored by attributes", country="France")
    yield _with(good, "as-of-too", "scored by attributes", as_of="2014-01-01")
    for name in (*NASTY[:5], "Age", "segment", "customer_id", "__class__"):
        yield _attribute(good, f"attribute-unknown-{name}", "is not known here", **{name: 1})
    for each in inputs["attributes"]:
        name = each["name"]
        yield _less(good, f"attribute-no-{name}", f"{name} is missing", name)
        wrong = (
            (1, True, [], {}, "", "Atlantis", TOO_LONG)
            if each["choices"]
            else ("12", "", True, [], {}, -1e13, 1e13)
        )
        for place, value in enumerate(wrong):
            yield _attribute(good, f"attribute-{name}-{place}", name, **{name: value})
        if each["required"]:
            yield _attribute(good, f"{name}-null", "must be given", **{name: None})


_ORDER = {"date": "2011-01-01", "value": 1}


def _orders(good: Body) -> list[Body]:
    found: list[Body] = good["customers"][0]["orders"]
    return found


def _bad(kind: str, body: Body, said: str) -> Bad:
    return Bad(kind, json.dumps(body).encode(), said)


def _with(good: Body, kind: str, said: str, **more: Any) -> Bad:
    return _bad(kind, {**good, **more}, said)


def _person(good: Body, kind: str, said: str, **more: Any) -> Bad:
    return _with(good, kind, said, customers=[{**good["customers"][0], **more}])


def _without(good: Body, kind: str, said: str, name: str) -> Bad:
    person = {key: value for key, value in good["customers"][0].items() if key != name}
    return _with(good, kind, said, customers=[person])


def _order(good: Body, kind: str, said: str, **more: Any) -> Bad:
    first, *rest = deepcopy(_orders(good))
    return _person(good, kind, said, orders=[{**first, **more}, *rest])


def _attribute(good: Body, kind: str, said: str, **more: Any) -> Bad:
    return _person(good, kind, said, attributes={**good["customers"][0]["attributes"], **more})


def _less(good: Body, kind: str, said: str, name: str) -> Bad:
    known = good["customers"][0]["attributes"]
    return _person(
        good, kind, said, attributes={key: known[key] for key in known if key != name}
    )


def _raw(bad: Bad, number: str) -> Bad:
    return bad._replace(body=bad.body.replace(b'"@"', number.encode()))
