"""What a browser says to a Dash server: which callbacks there are and the bodies that it posts.

Nothing in here knows the portal, so that it can ask any version of it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

CALLBACKS = "/_dash-update-component"
VIEW = "-view"
"""What the ids of the stores end with that hold which page of a table is shown."""
LATER = {"n_clicks": 1, "n_intervals": 1}
"""What the browser fills in after the layout, by property."""


def is_pattern(name: str) -> bool:
    """Tell whether an id stands for any number of components, none among them."""
    return name.startswith("{") and '["ALL"]' in name


def matched(pattern: str, there: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the ids on the page that a pattern stands for."""
    wanted = json.loads(pattern)
    ids = [json.loads(name) for name in there if name.startswith("{")]
    return [
        each
        for each in ids
        if each.keys() == wanted.keys()
        and all(wanted[key] in (["ALL"], each[key]) for key in wanted)
    ]


def is_action(callback: Mapping[str, Any]) -> bool:
    """Tell whether only a click starts it: it does something, rather than show it."""
    return all(each["property"] == "n_clicks" for each in callback["inputs"])


def request(
    callback: Mapping[str, Any],
    there: Mapping[str, Mapping[str, Any]],
    values: Mapping[str, Any],
    later: Mapping[str, Any] = LATER,
) -> dict[str, Any]:
    """Write the body that the browser would post.

    `values` stand over what is on the page, by `id.property`; `later` fills what is not there.
    """

    def filled(part: Mapping[str, str]) -> Any:
        if is_pattern(part["id"]):
            return [
                {**part, "id": each, "value": there[written(each)].get(part["property"])}
                for each in matched(part["id"], there)
            ]
        name = f"{part['id']}.{part['property']}"
        value = values.get(name, there[part["id"]].get(part["property"]))
        if value is None:
            value = later.get(part["property"])
        return {**part, "value": value}

    found = posted(callback["output"])
    inputs = [filled(part) for part in callback["inputs"]]
    changed = [
        f"{part['id']}.{part['property']}"
        for part in callback["inputs"]
        if not is_pattern(part["id"])
    ]
    return {
        "output": callback["output"],
        "outputs": found if callback["output"].startswith("..") else found[0],
        "inputs": inputs,
        "state": [filled(part) for part in callback["state"]],
        "changedPropIds": changed,
        "parsedChangedPropsIds": [name.rpartition(".")[0] for name in changed],
    }


def outputs(output: str) -> list[dict[str, str]]:
    """Read the outputs from the name under which Dash keeps a callback."""
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    found = []
    for name in names:
        component, _, prop = name.rpartition(".")
        found.append({"id": component, "property": prop.partition("@")[0]})
    return found


def posted(output: str) -> list[dict[str, Any]]:
    """Give the outputs as the browser posts them, identifiers of several parts as objects."""
    return [
        {**each, "id": json.loads(each["id"])} if each["id"].startswith("{") else each
        for each in outputs(output)
    ]


def components(tree: Any) -> dict[str, dict[str, Any]]:
    """Collect the properties of every component that has an id."""
    found: dict[str, dict[str, Any]] = {}
    if isinstance(tree, Mapping):
        props = tree.get("props")
        if isinstance(props, Mapping) and props.get("id"):
            found[written(props["id"])] = dict(props)
        parts: Sequence[Any] = list(tree.values())
    elif isinstance(tree, list):
        parts = tree
    else:
        parts = []
    for part in parts:
        found |= components(part)
    return found


def written(name: Any) -> str:
    """Write an id as Dash names it: as it is, or one of several parts as JSON."""
    if isinstance(name, str):
        return name
    return json.dumps(name, sort_keys=True, separators=(",", ":"))


def views(table: Any) -> dict[str, dict[str, Any]]:
    """Read from a page of a table which others its buttons lead to, by column or place."""
    found: dict[str, dict[str, Any]] = {}
    for button in _buttons(table):
        view = json.loads(button["data-view"])
        order = "desc" if view["descending"] else "asc"
        name = (
            button.get("title") if "page" in str(button.get("aria-label", "")).lower() else ""
        )
        if not button.get("disabled"):
            found[str(name or f"{view['column']} {order}")] = view
    return found


def _buttons(tree: Any) -> list[dict[str, Any]]:
    if isinstance(tree, Mapping):
        props = tree.get("props")
        own = [dict(props)] if isinstance(props, Mapping) and "data-view" in props else []
        return own + [each for part in tree.values() for each in _buttons(part)]
    if isinstance(tree, list):
        return [each for part in tree for each in _buttons(part)]
    return []
