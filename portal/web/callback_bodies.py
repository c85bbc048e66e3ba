"""Bodies of callbacks, checked before Dash takes them apart."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """Why a body is not taken, and with which status."""

    sentence: str
    status: int


MALFORMED = Refusal("The body is no callback of this portal.", 400)
UNKNOWN = Refusal("This portal has no such callback; load the page again.", 404)


def refusal(body: Any, callbacks: Mapping[str, Mapping[str, Any]]) -> Refusal | None:
    """Say what is wrong with a body; `callbacks` are those of the portal by their outputs."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return MALFORMED
    callback = callbacks.get(body["output"])
    if callback is None:
        return UNKNOWN
    sound = (
        _are_given(body.get("inputs", []), callback["inputs"])
        and _are_given(body.get("state", []), callback["state"])
        and _are_outputs(body.get("outputs"), body["output"])
        and _are_texts(body.get("changedPropIds", []))
    )
    return None if sound else MALFORMED


def _are_given(sent_inputs: Any, declared: list[dict[str, Any]]) -> bool:
    """Tell whether values stand for the declared inputs, one each and in their order."""
    return (
        isinstance(sent_inputs, list)
        and len(sent_inputs) == len(declared)
        and all(
            _is_given(sent_input, declaration)
            for sent_input, declaration in zip(sent_inputs, declared, strict=True)
        )
    )


def _is_given(sent_input: Any, declared: Mapping[str, Any]) -> bool:
    if not declared["id"].startswith("{"):
        return _is_part(sent_input) and sent_input["id"] == declared["id"]
    parts = sent_input if isinstance(sent_input, list) else [sent_input]
    return all(_is_part(part) and isinstance(part["id"], dict) for part in parts)


def _is_part(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and isinstance(part.get("id"), str | dict)
        and isinstance(part.get("property"), str)
    )


def _are_outputs(outputs: Any, output: str) -> bool:
    """Tell whether the outputs are one thing, or a list of as many as the callback fills."""
    if not output.startswith(".."):
        return _is_output(outputs)
    return (
        isinstance(outputs, list)
        and len(outputs) == len(output.split("..."))
        and all(map(_is_output, outputs))
    )


def _is_output(output: Any) -> bool:
    if isinstance(output, list):
        return all(map(_is_part, output))
    return _is_part(output)


def _are_texts(texts: Any) -> bool:
    return isinstance(texts, list) and all(
        isinstance(text, str) and "." in text for text in texts
    )
