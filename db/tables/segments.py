"""Segments and the evidence for them."""

from sqlmodel import Field, SQLModel


class SegmentResult(SQLModel, table=True):
    """One row per run and segment."""

    __tablename__ = "segment_result"

    run_id: int = Field(primary_key=True)
    segment: str = Field(primary_key=True)
    position: int = Field(description="order by value, the most valuable first, from 0")
    customers: int
    share: float = Field(description="of all customers, 0 to 1")
    revenue: float
    revenue_share: float = Field(description="of the customers' revenue, 0 to 1")
    recency_days: float | None = Field(description="mean")
    frequency: float | None = Field(description="mean")
    monetary: float | None = Field(description="mean")
    average_basket: float | None = Field(description="mean money per order")
    stability: float | None = Field(
        description="mean Jaccard similarity over bootstraps, 0 to 1"
    )
    persona: str = Field(description="who they are, in a sentence made from the figures")
    nearer_elsewhere: float | None = Field(
        default=None,
        description="share of its customers nearer to another segment (silhouette below 0)",
    )


class Clustering(SQLModel, table=True):
    """One row per run, algorithm, tuned or not, and number of clusters."""

    __tablename__ = "clustering"

    run_id: int = Field(primary_key=True)
    algorithm: str = Field(primary_key=True)
    tuned: bool = Field(primary_key=True)
    n_clusters: int = Field(primary_key=True)
    silhouette: float | None = Field(description="of the inputs, -1 to 1, higher is better")
    davies_bouldin: float | None = Field(description="of the inputs, 0 and up, lower is better")
    calinski_harabasz: float | None = Field(
        description="of the inputs, 0 and up, higher is better"
    )
    inertia: float | None = Field(
        description="sum of squared distances of the inputs to their centroids"
    )
    stability: float | None = Field(
        description="mean Jaccard similarity over bootstraps, finalists only"
    )
    smallest_share: float = Field(description="share of the smallest cluster, 0 to 1")
    bic: float | None = Field(description="of a mixture, lower is better")
    gap: float | None = Field(description="of k-means, higher is better")
    chosen: bool
    verdict: str = Field(description="why it was chosen, passed over or refused")
    params: str = Field(description="settings of the algorithm, as JSON")


class ClusterSize(SQLModel, table=True):
    """One row per run, clustering and cluster, the largest first."""

    __tablename__ = "cluster_size"

    run_id: int = Field(primary_key=True)
    algorithm: str = Field(primary_key=True)
    tuned: bool = Field(primary_key=True)
    n_clusters: int = Field(primary_key=True)
    place: int = Field(primary_key=True, description="from 0, the largest first")
    customers: int


class ClusterOverlap(SQLModel, table=True):
    """One row per run, pair of finalists and pair of their segments with customers in both."""

    __tablename__ = "cluster_overlap"

    run_id: int = Field(primary_key=True)
    left: str = Field(primary_key=True, description="a finalist, as “algorithm, tuned, k”")
    right: str = Field(primary_key=True, description="another finalist")
    left_segment: str = Field(primary_key=True)
    right_segment: str = Field(primary_key=True)
    customers: int


class SilhouetteSample(SQLModel, table=True):
    """One row per run, segment and place in it: silhouettes of its customers, sorted."""

    __tablename__ = "silhouette_sample"

    run_id: int = Field(primary_key=True)
    segment: str = Field(primary_key=True)
    place: float = Field(primary_key=True, description="quantile within the segment, 0 to 1")
    silhouette: float


class SegmentShape(SQLModel, table=True):
    """One row per run, segment and measure: the distribution in quantiles."""

    __tablename__ = "segment_shape"

    run_id: int = Field(primary_key=True)
    segment: str = Field(primary_key=True)
    measure: str = Field(primary_key=True, description="recency_days, frequency or monetary")
    low: float = Field(description="5 % of the segment lie below")
    quarter: float
    median: float
    three_quarters: float
    high: float = Field(description="5 % of the segment lie above")
    mean: float


class SegmentMove(SQLModel, table=True):
    """One row per run and pair of segments: customers by the previous and newest snapshot."""

    __tablename__ = "segment_move"

    run_id: int = Field(primary_key=True)
    before: str = Field(
        primary_key=True, description="segment 30 days earlier, or “New customers”"
    )
    after: str = Field(primary_key=True)
    customers: int


class ProjectionLoading(SQLModel, table=True):
    """One row per run, principal component and measure."""

    __tablename__ = "projection_loading"

    run_id: int = Field(primary_key=True)
    component: int = Field(primary_key=True, description="1 or 2")
    measure: str = Field(primary_key=True)
    loading: float = Field(description="weight of the scaled measure in the component")
    explained: float = Field(
        description="share of the variance of the inputs on the component, 0 to 1"
    )


class RfmVoxel(SQLModel, table=True):
    """One row per run and filled cell of a grid over recency, frequency and monetary."""

    __tablename__ = "rfm_voxel"

    run_id: int = Field(primary_key=True)
    voxel: int = Field(primary_key=True)
    recency_days: float = Field(description="centre of the cell")
    frequency: float = Field(description="centre of the cell")
    monetary: float = Field(description="centre of the cell")
    segment: str = Field(description="the one with most customers in the cell")
    customers: int
