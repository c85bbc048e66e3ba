"""Which frame goes into which result table."""

from collections.abc import Sequence

import pandas as pd

from db.tables.attributes import SegmentAgreement
from db.tables.forecasts import SalesForecast, SalesForecastCheck
from db.tables.repeat import OrderWait, OrderWaitLevel, SegmentFlow
from db.tables.sales import SalesFigure
from db.tables.segments import (
    Clustering,
    ClusterOverlap,
    ClusterSize,
    ProjectionLoading,
    RfmVoxel,
    SegmentMove,
    SegmentResult,
    SegmentShape,
    SilhouetteSample,
)
from db.tables.strategy import ContactCost, RetentionCut, RiskValueGroup
from db.tables.value import (
    ValueBasis,
    ValueByFrequency,
    ValueCheck,
    ValueFit,
    ValueMetric,
    ValuePart,
    ValueTotal,
    ValueTracking,
)
from pipeline.features.days import day_of
from pipeline.forecast.stage import forecasts
from pipeline.learning.done import Predicted, stacked
from pipeline.learning.monitoring.calibrations import calibrations
from pipeline.preparation.known import Known
from pipeline.preparation.model_tables import OF_PREDICTIONS
from pipeline.recorder import Result
from pipeline.run.progress import Progress
from pipeline.sales.activity import segment_flows
from pipeline.sales.movement import segment_worth
from pipeline.sales.stage import waiting_curves
from pipeline.scoring.membership import segmentation
from pipeline.scoring.store import pack_segmentation
from pipeline.scoring.stored import Stored
from pipeline.segments.stage import Segments
from pipeline.sources.telling.remarks import Remark
from pipeline.strategy.stage import Contacts
from pipeline.trade_settings import ForecastSettings
from pipeline.value.bands import BandStarts, bands
from pipeline.value.parts import parts
from pipeline.value.stage import Valued


def line_results(
    customers: pd.DataFrame, preparation: Known, grouped: Segments
) -> list[Result]:
    """Tell how long orders take by segment, and how customers flowed between segments."""
    if preparation.selling is None:
        return []
    waited = waiting_curves(preparation.selling.waiting, customers)
    flows = segment_flows(grouped.assignments, segment_worth(customers))
    return [
        Result(OrderWait, waited.points),
        Result(OrderWaitLevel, waited.levels),
        Result(SegmentFlow, flows),
    ]


def forecast_results(
    preparation: Known, grouped: Segments, settings: ForecastSettings, progress: Progress
) -> list[Result]:
    """Tell what revenue, orders and buyers come next; nothing where there are no orders."""
    if preparation.selling is None:
        return []
    sales = forecasts(preparation.selling.trade, grouped.assignments, settings, progress)
    weeks = pd.DataFrame({"figure": ["whole_weeks"], "value": [float(sales.weeks)]})
    return [
        Result(SalesForecast, sales.rows),
        Result(SalesForecastCheck, sales.checks),
        Result(SalesFigure, weeks),
    ]


def remark_rows(remarks: Sequence[Remark]) -> pd.DataFrame:
    """Give remarks in their order, one row each."""
    rows = pd.DataFrame(remarks, columns=Remark._fields)
    return rows.assign(position=range(len(rows)))


def packed_segmentation(grouped: Segments) -> list[Stored]:
    """Pack what tells a customer's segment; nothing where everybody is in one."""
    if grouped.model is None:
        return []
    plain = segmentation(grouped.model, grouped.inputs, grouped.cluster_names)
    return [pack_segmentation(plain)]


def window_calibrations(
    models: Predicted,
    grouped: Segments,
    preparation: Known,
    worth: Valued | None,
    starts: BandStarts | None,
) -> pd.DataFrame:
    """Compare what was expected of the tested windows with what came, by groups of that day.

    Of models that an earlier run trained, what that run found.
    """
    assigned, frames = grouped.assignments, [models.calibrations]
    for tested in models.tested:
        then = assigned.loc[assigned["as_of"] == day_of(tested.day), ["customer_id", "segment"]]
        if worth is not None and starts is not None:
            value = preparation.value_on(worth, tested.day)
            banded = value.assign(value_band=bands(value["clv_12m"], starts))
            then = then.merge(
                banded[["customer_id", "value_band"]], on="customer_id", how="outer"
            )
        frames.append(calibrations(tested, then))
    return stacked(frames)


def value_results(worth: Valued, starts: BandStarts | None, grouped: Segments) -> list[Result]:
    """Give the frames of value, with the amounts from which its bands begin."""
    basis = worth.basis
    if starts is not None:
        basis = basis.assign(middle_from=starts.middle, high_from=starts.high)
    return [
        Result(ValueFit, worth.fits),
        Result(ValueTracking, worth.tracking),
        Result(ValueByFrequency, worth.by_frequency),
        Result(ValueMetric, worth.metrics),
        Result(ValueCheck, worth.checks),
        Result(ValueTotal, worth.totals),
        Result(ValueBasis, basis),
        Result(ValuePart, parts(worth.foretold, grouped.assignments)),
    ]


def contact_results(risk: Contacts) -> list[Result]:
    """Give the frames of whom to contact and by which costs."""
    return [
        Result(RiskValueGroup, risk.totals),
        Result(RetentionCut, risk.cut),
        Result(ContactCost, risk.costs),
    ]


def segment_results(grouped: Segments) -> list[Result]:
    """Give the frames of segments, and of how they were found."""
    return [
        Result(SegmentResult, grouped.profiles),
        Result(SegmentShape, grouped.shapes),
        Result(SegmentMove, grouped.moves),
        Result(SegmentAgreement, grouped.agreements),
        Result(Clustering, grouped.clusterings),
        Result(ClusterSize, grouped.sizes),
        Result(ClusterOverlap, grouped.overlaps),
        Result(SilhouetteSample, grouped.silhouettes),
        Result(ProjectionLoading, grouped.loadings),
        Result(RfmVoxel, grouped.voxels),
    ]


def model_results(models: Predicted) -> list[Result]:
    """Give the frames of tasks, models, how they did and what they say."""
    return [Result(table, getattr(models, name)) for name, table in OF_PREDICTIONS.items()]
