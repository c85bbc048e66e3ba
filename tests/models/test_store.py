"""Models as bytes: back as they were, or not at all."""

import functools

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, RobustScaler
from skops.io.exceptions import UntrustedTypesFoundException

from db.engine import open_reader, reading
from pipeline.models.store import ModelDamaged, Stored, pack, unpack
from tests.shops import Shop, rows

POINTS = np.random.default_rng(0).normal(size=(60, 3))


def fitted():
    return make_pipeline(RobustScaler(), KMeans(3, n_init=2, random_state=0)).fit(POINTS)


def test_a_model_comes_back_as_it_was():
    model = fitted()
    stored = pack("segmentation", model)
    assert (stored.name, stored.format) == ("segmentation", "skops")
    again = unpack(stored)
    assert (again.predict(POINTS) == model.predict(POINTS)).all()
    np.testing.assert_array_equal(again[-1].cluster_centers_, model[-1].cluster_centers_)


@pytest.mark.parametrize("place", [0, 100, -1])
def test_damaged_bytes_are_refused(place: int):
    stored = pack("segmentation", fitted())
    content = bytearray(stored.content)
    content[place] ^= 1
    with pytest.raises(ModelDamaged, match="“segmentation” is damaged; refresh"):
        unpack(stored._replace(content=bytes(content)))


def test_types_that_are_not_trusted_are_refused():
    """Bytes with a right checksum that would call a function of ours are not loaded."""
    stored = pack("sly", FunctionTransformer(functools.partial(print, "run")))
    with pytest.raises(UntrustedTypesFoundException):
        unpack(stored)


def test_the_published_model_is_the_one_that_was_published(published_shop: Shop):
    with reading(open_reader(published_shop.url)) as connection:
        query = "select name, format, sha256, content from artifact"
        (row,) = connection.exec_driver_sql(query).all()
    model = unpack(Stored(*row))
    customers = rows(
        published_shop.path,
        "select recency_days, frequency, monetary, segment from published_customer",
    )
    labels = model.predict(np.log1p(np.array([row[:3] for row in customers], dtype=float)))
    named = {(label, row[3]) for label, row in zip(labels, customers, strict=True)}
    assert len(named) == len({label for label, _ in named})
