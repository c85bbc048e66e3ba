"""A segmentation in plain numbers puts everyone where the fitted pipeline does."""

import numpy as np
import pandas as pd
import pytest

from pipeline.run.progress import Silent
from pipeline.scoring.membership import Mixture, Segmentation, segmentation
from pipeline.segments.mixed import mixed_space
from pipeline.segments.spaces import Space, rfm_space
from pipeline.segments.stage import Segments, segments
from pipeline.settings import OutlierSettings, SegmentSettings
from tests.segments.snapshots import EARLIER, snapshot
from tests.segments.test_mixed import buyers

ALGORITHMS = ("kmeans", "agglomerative", "gaussian_mixture")


def grouped(
    customers: pd.DataFrame, algorithm: str, space_of=lambda _: rfm_space()
) -> Segments:
    return segments(
        customers,
        SegmentSettings(algorithm=algorithm, tuning=False, bootstraps=2),
        outlying=OutlierSettings(method="off"),
        seed=0,
        progress=Silent(),
        space_of=space_of,
    )


def mixed(newest: pd.DataFrame) -> Space:
    return mixed_space(newest, ("spend", "behaviour"))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_customers_get_the_segment_that_was_published(algorithm: str):
    shop = pd.concat([snapshot(), snapshot(3, as_of=EARLIER)], ignore_index=True)
    found = grouped(shop, algorithm)
    told = plain(found).segments(found.assignments)
    assert len(set(told)) > 3
    np.testing.assert_array_equal(told, found.assignments["segment"])


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_customers_without_orders_too(algorithm: str):
    found = grouped(buyers(), algorithm, mixed)
    new = buyers(seed=7).assign(service_type="unheard of", income=np.nan)
    new.loc[:9, "spend_wines"] = np.nan
    for customers in (found.customers, new):
        model = found.model
        points = mixed_points(found, customers)
        labels = model[2:].predict(model[:2].transform(points))
        names = np.array(plain(found).names, dtype=object)
        np.testing.assert_array_equal(plain(found).segments(customers), names[labels])
    told = plain(found).segments(found.customers)
    np.testing.assert_array_equal(told, found.customers["segment"])


def plain(found: Segments) -> Segmentation:
    return segmentation(found.model, found.inputs, found.cluster_names)


def mixed_points(found: Segments, customers: pd.DataFrame) -> pd.DataFrame:
    from pipeline.segments.space import prepare

    return prepare(customers, found.inputs)


@pytest.mark.parametrize("shape", ["full", "tied", "diag", "spherical"])
def test_a_mixture_tells_how_likely_each_segment_is(shape: str):
    from sklearn.mixture import GaussianMixture
    from sklearn.pipeline import Pipeline

    from pipeline.segments.space import segment_space

    shop = snapshot()
    scaler = rfm_space().scaler.fit(segment_space(shop))
    points = scaler.transform(segment_space(shop))
    fitted = GaussianMixture(3, covariance_type=shape, random_state=0).fit(points)
    model = Pipeline([("scale", scaler), ("cluster", fitted)])
    names = ("One", "Two", "Three")
    inputs = ("recency_days", "frequency", "monetary")
    told = segmentation(model, inputs, names).memberships(shop)
    assert list(told) == list(names)
    np.testing.assert_allclose(told.to_numpy(), fitted.predict_proba(points), atol=1e-9)


def test_centres_tell_no_probability():
    assert plain(grouped(snapshot(), "kmeans")).memberships(snapshot()) is None


def test_nobody_gets_a_segment_without_a_name():
    found = plain(grouped(snapshot(), "gaussian_mixture"))
    assert isinstance(found.clusters, Mixture)
    kept = found.names[0]
    only = found._replace(names=(kept, *[""] * (len(found.names) - 1)))
    assert set(only.segments(snapshot())) == {kept}
    assert list(only.memberships(snapshot())) == [kept]
