"""Models as bytes: back as they were, or not at all."""

import functools
import hashlib
import io
import json
import pickle
import time
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from db.engine import open_reader, reading
from pipeline.learning.candidates import FAMILIES
from pipeline.scoring import store
from pipeline.scoring.explanation import explainer
from pipeline.scoring.machines import Linear
from pipeline.scoring.plain import plain
from pipeline.scoring.store import (
    FORMAT,
    ModelDamaged,
    ModelForeign,
    Stored,
    pack,
    pack_served,
    unpack,
    unpack_segmentation,
    unpack_served,
)
from tests.scoring.fitted import FEATURES, THREE, TWO, customers, served
from tests.shops import Shop, rows

NEW = customers(50, seed=3)


@pytest.mark.parametrize("classes", [TWO, THREE])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_comes_back_as_it_was(family: str, classes):
    model = served(family, classes)
    stored = pack_served(model)
    assert (stored.name, stored.format) == ("model.churn", FORMAT)
    again = unpack_served(stored)
    assert again._replace(pipeline=None, reference=None) == model._replace(
        pipeline=None, reference=None
    )
    told = again.probabilities(NEW)
    np.testing.assert_allclose(told, model.probabilities(NEW), atol=1e-6)
    np.testing.assert_array_equal(
        told, model._replace(pipeline=plain(model.pipeline)).probabilities(NEW)
    )
    np.testing.assert_array_equal(
        explainer(again).contributions(NEW).values, explainer(model).contributions(NEW).values
    )
    for ours, theirs in zip(again.reference, model.reference, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_equal_models_are_equal_bytes():
    assert pack_served(served("random_forest")) == pack_served(served("random_forest"))


def test_a_large_forest_loads_at_once():
    model = served("random_forest", max_depth=14, min_samples_leaf=1)
    trees = plain(model.pipeline).model
    nodes, times = len(trees.children), 184_000 // len(trees.children)
    shift = (np.arange(times) * nodes).astype(np.int32)
    repeated = {
        name: np.concatenate([getattr(trees, name)] * times)
        for name in ("features", "thresholds", "covers", "values")
    }
    large = trees._replace(
        roots=(shift[:, None] + trees.roots).ravel(),
        children=(shift[:, None, None] + trees.children).reshape(-1, 2),
        **repeated,
    )
    stored = pack_served(model._replace(pipeline=plain(model.pipeline)._replace(model=large)))
    began = time.process_time()
    again = unpack_served(stored)
    assert time.process_time() - began < 0.2
    np.testing.assert_allclose(again.probabilities(NEW), model.probabilities(NEW), atol=1e-9)


@pytest.mark.parametrize("place", [0, 100, -1])
def test_damaged_bytes_are_refused(place: int):
    stored = pack_served(served("decision_tree"))
    content = bytearray(stored.content)
    content[place] ^= 1
    with pytest.raises(ModelDamaged, match=r"“model\.churn” is damaged; refresh"):
        unpack(stored._replace(content=bytes(content)))


def test_models_without_a_reference_are_not_stored():
    with pytest.raises(ValueError, match="reference"):
        pack_served(served("decision_tree")._replace(reference=None))


def test_a_model_of_another_version_is_refused():
    stored = pack_served(served("decision_tree"))
    with pytest.raises(ModelForeign, match=r"format is skops, .* reads clientele-1"):
        unpack(stored._replace(format="skops"))
    with pytest.raises(ModelForeign, match="format is clientele-2"):
        unpack(changed(stored, text=lambda told: told | {"format": "clientele-2"}))


def test_a_segmentation_is_no_model_of_a_task(published_shop: Shop):
    with pytest.raises(ModelForeign, match="no model of a task"):
        unpack_served(published(published_shop))
    with pytest.raises(ModelForeign, match="no segmentation"):
        unpack_segmentation(pack_served(served("decision_tree")))


def changed(
    stored: Stored,
    *,
    text: Callable[[dict[str, Any]], Any] = lambda told: told,
    part: Callable[[str, bytes], tuple[str, bytes]] = lambda name, content: (name, content),
) -> Stored:
    """Change what a stored model holds, with a right checksum."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(stored.content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == store.TEXT:
                content = json.dumps(text(json.loads(content))).encode()
            new.writestr(*part(name, content))
    return signed(stored, out.getvalue())


def signed(stored: Stored, content: bytes) -> Stored:
    return stored._replace(content=content, sha256=hashlib.sha256(content).hexdigest())


def of(told: dict[str, Any], *names: str) -> dict[str, Any]:
    """Give the fields of a part of a stored model."""
    fields = told["model"]["of"]
    for name in names:
        fields = fields[name]["of"]
    return fields


def as_sly(told):
    of(told)["pipeline"] = {"is": "system", "of": {"command": "true"}}
    return told


def with_more(told):
    of(told)["__class__"] = "x"
    return told


def with_less(told):
    del of(told)["task"]
    return told


def with_a_number_for_a_word(told):
    of(told)["family"] = 3
    return told


def with_objects(told):
    of(told, "pipeline", "model")["values"]["type"] = "|O"
    return told


def with_a_larger_array(told):
    of(told, "pipeline", "model")["values"]["shape"] = [10**12, 1]
    return told


def with_a_negative_shape(told):
    of(told, "pipeline", "model")["values"]["shape"] = [-1, 1]
    return told


def with_an_array_that_is_not_there(told):
    of(told, "pipeline", "model")["values"]["array"] = 99
    return told


def with_another_depth(told):
    of(told, "pipeline", "model")["depth"] = 10**9
    return told


def with_another_link(told):
    of(told, "pipeline", "model")["link"] = "eval"
    return told


def as_a_feature(told):
    return told | {"model": of(told)["features"][0]}


def as_nothing(_told):
    return []


@pytest.mark.parametrize(
    "change",
    [
        as_sly, with_more, with_less, with_a_number_for_a_word, with_objects,
        with_a_larger_array, with_a_negative_shape, with_an_array_that_is_not_there,
        with_another_depth, with_another_link, as_a_feature, as_nothing,
    ],
)  # fmt: skip
def test_what_no_model_has_is_refused(change: Callable[[dict[str, Any]], Any]):
    stored = changed(pack_served(served("decision_tree")), text=change)
    with pytest.raises(ModelForeign, match=r"“model\.churn” can't be used \(.+\); refresh"):
        unpack(stored)


def test_trees_that_never_end_are_refused():
    model = served("decision_tree")
    tree = plain(model.pipeline).model
    children = tree.children.copy()
    children[np.flatnonzero(children[:, 0] != np.arange(len(children)))[-1]] = 0
    sly = plain(model.pipeline)._replace(model=tree._replace(children=children))
    with pytest.raises(ModelForeign, match="no trees"):
        unpack(pack("model.churn", model._replace(pipeline=sly)))


@pytest.mark.parametrize("name", ["../model.json", "/etc/passwd", "run.py", "00"])
def test_other_parts_are_refused(name: str):
    stored = pack_served(served("decision_tree"))

    def renamed(old: str, content: bytes) -> tuple[str, bytes]:
        return (name, content) if old == "0" else (old, content)

    with pytest.raises(ModelForeign, match="parts that no model has"):
        unpack(changed(stored, part=renamed))


def test_pickles_are_refused():
    sly = pickle.dumps(functools.partial(print, "run"))
    with pytest.raises(ModelForeign):
        unpack(signed(pack_served(served("decision_tree")), sly))


def test_bytes_that_unpack_to_far_more_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "MOST_BYTES", 1_000)
    with pytest.raises(ModelForeign, match="larger than"):
        unpack(pack_served(served("random_forest")))


def test_deep_nesting_is_refused():
    text = '{"format": "clientele-1", "model": ' + "[" * 100_000 + "]" * 100_000 + "}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(store.TEXT, text)
    with pytest.raises(ModelForeign):
        unpack(signed(pack_served(served("decision_tree")), out.getvalue()))


def test_nothing_else_is_stored():
    model = served("logistic_regression")
    sly = plain(model.pipeline)._replace(model=Linear(print, np.zeros(1)))
    with pytest.raises(TypeError, match="builtin_function_or_method is nothing"):
        pack_served(model._replace(pipeline=sly, features=FEATURES))


def published(shop: Shop) -> Stored:
    with reading(open_reader(shop.url)) as connection:
        query = "select name, format, sha256, content from artifact where name = 'segmentation'"
        (row,) = connection.exec_driver_sql(query).all()
    return Stored(*row)


def test_the_published_segmentation_is_the_one_that_was_published(published_shop: Shop):
    model = unpack_segmentation(published(published_shop))
    columns = ["recency_days", "frequency", "monetary", "segment"]
    found = rows(published_shop.path, f"select {', '.join(columns)} from published_customer")
    frame = pd.DataFrame(found, columns=columns)
    assert len(set(frame["segment"])) > 1
    np.testing.assert_array_equal(model.segments(frame), frame["segment"])
