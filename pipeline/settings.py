"""Every setting of a run, frozen; a YAML file lies over the defaults."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    model_validator,
)

from pipeline.base.checked import problems
from pipeline.base.errors import EnvironmentProblem, SettingsError
from pipeline.base.plain_yaml import NotPlain, plain_yaml
from pipeline.base.section import Section
from pipeline.trade_settings import (
    BasketSettings,
    CleaningSettings,
    ForecastSettings,
    SalesSettings,
    StockSettings,
    WatchSettings,
)

MOST_TRIALS = 10_000


class LayoutSettings(Section):
    """Which layouts of exports are known besides those that come with Clientele."""

    folder: Path | None = Field(
        default=None,
        description="folder with layout files of your own, one YAML file each; null: none",
    )


class SnapshotSettings(Section):
    """On which days the data set is looked at."""

    every_days: int = Field(default=30, ge=1, description="days between snapshots")
    at_most: int = Field(default=13, ge=1, description="how many, the newest first")


def _k(value: Any) -> Any:
    """Read `5`, `"4-6"` or `[4, 6]` as the least and most segments to publish."""
    if isinstance(value, int):
        return (value, value)
    if isinstance(value, str) and (
        ends := re.fullmatch(r"\s*(\d+)\s*(?:-|to)\s*(\d+)\s*", value)
    ):
        return (int(ends[1]), int(ends[2]))
    return value


class SegmentSettings(Section):
    """How customers are grouped and which grouping is published."""

    algorithm: Literal["best", "kmeans", "agglomerative", "gaussian_mixture"] = Field(
        default="best", description="the algorithm to publish; best: of all three"
    )
    inputs: tuple[Literal["spend", "behaviour", "value", "channel", "demography"], ...] = Field(
        default=("spend", "behaviour"),
        min_length=1,
        description="of sources without orders: which attributes segments are made from;"
        " what is left out can be predicted from",
    )
    tuning: bool = Field(
        default=True,
        description="search each algorithm's settings too; false: the defaults alone",
    )
    trials: int = Field(
        default=15, ge=1, le=MOST_TRIALS, description="tuning trials per algorithm"
    )
    k: Annotated[tuple[int, int], BeforeValidator(_k)] = Field(
        default=(4, 6),
        description="least and most segments to publish; one number for exactly that",
    )
    evidence: Annotated[tuple[int, int], BeforeValidator(_k)] = Field(
        default=(2, 10), description="least and most clusters to look at"
    )
    bootstraps: int = Field(
        default=20, ge=2, description="resamples behind the stability of a finalist"
    )
    least_share: float = Field(
        default=0.01, ge=0, lt=0.5, description="smallest segment that is published"
    )
    least_stability: float = Field(
        default=0.75, ge=0, le=1, description="mean Jaccard similarity asked for"
    )
    finalists: int = Field(
        default=6, ge=1, description="clusterings whose stability is looked at, the best first"
    )
    exact_customers: int = Field(
        default=6_000,
        ge=100,
        description="up to so many customers silhouettes are exact, above on a sample",
    )
    fit_customers: int = Field(
        default=20_000,
        ge=100,
        description="up to so many customers clusterings are fitted on all, above on a sample",
    )
    tree_customers: int = Field(
        default=3_000,
        ge=100,
        description="the same for agglomerative clustering, whose memory grows with the square",
    )

    @model_validator(mode="after")
    def _ranges(self) -> "SegmentSettings":
        for name, (low, high) in (("k", self.k), ("evidence", self.evidence)):
            if not 2 <= low <= high <= 20:
                raise ValueError(f"{name} must be from 2 to 20, the smaller number first")
        return self


class OutlierSettings(Section):
    """What is done with customers unlike all others."""

    method: Literal["mark", "cap", "remove", "off"] = Field(
        default="mark",
        description="mark: flag them; cap: also cut their values for clustering; remove: leave"
        " them out; off: don't look",
    )
    share: float = Field(
        default=0.01, gt=0, lt=0.5, description="share of customers taken as outliers"
    )


class RuleSettings(Section):
    """Which customers are called VIP, passive, promotional or new."""

    vip_share: float = Field(
        default=0.1, gt=0, lt=0.5, description="share of customers who spend most"
    )
    passive_share: float = Field(
        default=0.1, gt=0, lt=0.5, description="share of customers who spend least"
    )
    promotional_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="share of purchases on promotion from which a buyer is promotional;"
        " whoever accepted the last campaign or used a discount is one too",
    )
    new_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description="a customer is new until the first order is so old",
    )


TaskName = Literal[
    "segment", "segment_replication", "churn", "activity_drop", "high_value", "given_outcome"
]  # fmt: skip
FamilyName = Literal[
    "logistic_regression",
    "k_nearest_neighbours",
    "decision_tree",
    "support_vector_machine",
    "random_forest",
    "xgboost",
]


def _retrain(value: Any) -> Any:
    """Read `due`, `when-due` and `when_due` as `when due`."""
    if isinstance(value, str) and re.fullmatch(r"\s*(when[ _-]?)?due\s*", value, re.IGNORECASE):
        return "when due"
    return value


class ModelSettings(Section):
    """What is predicted, by which models, and how they are tuned, tested and refused."""

    tasks: tuple[TaskName, ...] = Field(
        default=(
            "segment",
            "segment_replication",
            "churn",
            "activity_drop",
            "high_value",
            "given_outcome",
        ),
        description="what is predicted; [] for nothing",
    )
    retrain: Annotated[Literal["always", "when due"], BeforeValidator(_retrain)] = Field(
        default="always",
        description="always: every refresh trains; when due: models that serve go on scoring"
        " until they are older than retrain_days, customers have drifted, or the source, the"
        " settings or the version of Clientele changed",
    )
    retrain_days: int = Field(
        default=30,
        ge=1,
        description="where retrain says when due: days of new records after which models are",
    )
    families: tuple[FamilyName, ...] = Field(
        default=(
            "logistic_regression",
            "k_nearest_neighbours",
            "decision_tree",
            "support_vector_machine",
            "random_forest",
            "xgboost",
        ),
        min_length=1,
        description="models that compete",
    )
    trials: int = Field(
        default=8, ge=1, le=MOST_TRIALS, description="tuning trials per model and task"
    )
    horizon_days: int = Field(
        default=90, ge=7, le=365, description="length of the window in which a label shows"
    )
    active_days: int = Field(
        default=365,
        ge=30,
        description="of whom outcomes are told: an order in so many days",
    )
    drop_share: float = Field(
        default=0.5, gt=0, lt=1, description="spend below this share of before is a drop"
    )
    high_value_share: float = Field(
        default=0.2, gt=0, lt=0.5, description="share of customers who count as high value"
    )
    least_customers: int = Field(
        default=500, ge=20, description="customers with orders that outcome tasks ask for"
    )
    least_days: int = Field(
        default=180,
        ge=30,
        description="days from the first order to the last asked for",
    )
    least_in_class: int = Field(
        default=50, ge=5, description="rows of each class that training and testing ask for"
    )
    windows: int = Field(
        default=24, ge=1, le=200, description="closed windows looked at, the newest ones"
    )
    least_score: float = Field(
        default=0.55,
        ge=0,
        lt=1,
        description="ROC-AUC below which a task on customers of one day is not predicted",
    )
    train_rows: int = Field(
        default=20_000, ge=500, description="rows that a model is trained on at most"
    )
    tune_rows: int = Field(
        default=2_000,
        ge=200,
        description="rows of a fold that a trial is fitted and judged on at most",
    )
    slow_rows: int = Field(
        default=4_000,
        ge=500,
        description="the same for support vector machines and nearest neighbours",
    )
    test_rows: int = Field(
        default=20_000, ge=500, description="customers that models are tested on at most"
    )
    test_share: float = Field(
        default=0.2, gt=0, lt=0.5, description="tested share where there is a single day"
    )
    folds: int = Field(default=3, ge=2, le=10, description="inner folds that tuning looks at")
    nested_repeats: int = Field(
        default=2,
        ge=0,
        description="repeats of the nested cross-validation where there is a single day",
    )
    bootstraps: int = Field(
        default=500, ge=100, description="resamples of customers behind an interval"
    )
    explained: int = Field(
        default=20_000, ge=0, description="customers whose reasons are stored, riskiest first"
    )
    shap_sample: int = Field(
        default=500, ge=50, description="customers whose Shapley values are stored"
    )


class ValueSettings(Section):
    """How it is foretold when customers order and what they will spend."""

    models: tuple[Literal["bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"], ...] = Field(
        default=("bg_nbd", "mbg_nbd", "pareto_nbd", "nbd"),
        min_length=1,
        description="models of when customers order that compete; nbd, which has no drop-out,"
        " does so in any case",
    )
    fit_customers: int = Field(
        default=20_000,
        ge=100,
        description="customers to whom these models are fitted at most, drawn at random",
    )
    horizon_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="days ahead for expected orders and the probability of one",
    )
    discount_rate: float = Field(
        default=0.10, ge=0, le=1, description="by which money is worth less a year later"
    )
    interval: float = Field(
        default=0.90,
        ge=0.5,
        le=0.99,
        description="probability that a customer's revenue lies within low and high",
    )
    draws: int = Field(
        default=1_000,
        ge=200,
        le=100_000,
        description="simulated futures behind that interval, per kind of customer (equal orders"
        " and age); fewer, down to 200, where there are above 50,000 kinds",
    )
    least_customers: int = Field(
        default=50, ge=2, description="customers with orders below which nothing is foretold"
    )
    least_repeat_buyers: int = Field(
        default=10, ge=2, description="the same for customers with more than one order"
    )
    least_days: int = Field(
        default=60, ge=1, description="days since the first order below which nothing is"
    )
    holdout_least_days: int = Field(
        default=90,
        ge=7,
        description="shortest end of the records to hold out; twice as long a record is needed",
    )
    holdout_most_days: int = Field(
        default=365, ge=7, description="longest end of the records to hold out"
    )
    holdout_cuts: int = Field(
        default=3,
        ge=1,
        le=12,
        description="how many ends of the records to hold out at most, from cuts at least 30"
        " days apart",
    )
    holdout_customers: int = Field(
        default=20_000,
        ge=100,
        description="customers on whom the interval is checked at most, drawn at random",
    )

    @model_validator(mode="after")
    def _holdout(self) -> "ValueSettings":
        if self.holdout_least_days > self.holdout_most_days:
            raise ValueError("holdout_least_days must not be above holdout_most_days")
        return self


class StrategySettings(Section):
    """What a retention campaign costs and earns; what is null is as in the playbook."""

    contact_cost: float | None = Field(
        default=None, ge=0, description="money per contacted customer; null: the playbook's"
    )
    incentive: float | None = Field(
        default=None, ge=0, description="money per customer who takes it; null: the playbook's"
    )
    success_rate: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="share of leavers who stay once contacted; null: the playbook's",
    )
    margin: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="share of the value that is kept; null: the playbook's",
    )
    months: float | None = Field(
        default=None,
        gt=0,
        le=36,
        description="months of value that keeping a customer earns; null: the playbook's",
    )
    staying_accept: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="share of those staying anyway who take the incentive; null: the"
        " playbook's",
    )
    risk_bands: tuple[float, float] = Field(
        default=(0.33, 0.66),
        description="probabilities below which a customer is likely to stay, and from which on"
        " likely to leave",
    )
    risk_cut: float = Field(
        default=0.5,
        gt=0,
        lt=1,
        description="probability from which on a customer is at risk in the four groups",
    )
    bootstraps: int = Field(
        default=500, ge=100, description="resamples behind the interval of the best cut"
    )


class RunSettings(Section):
    """How many published runs are kept."""

    keep: int = Field(default=10, ge=1, description="published runs kept of a data set")


def _cleaning(value: Any) -> Any:
    return {"method": value} if isinstance(value, str) else value


class Settings(Section):
    """Everything that a run can be told, but for its source, its name and its seed."""

    currency: str | None = Field(
        default=None,
        pattern="^[A-Z]{3}$",
        description="ISO code for every amount; none: what the source says",
    )
    layouts: LayoutSettings = LayoutSettings()
    cleaning: Annotated[CleaningSettings, BeforeValidator(_cleaning)] = CleaningSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    outliers: OutlierSettings = OutlierSettings()
    segments: SegmentSettings = SegmentSettings()
    rules: RuleSettings = RuleSettings()
    models: ModelSettings = ModelSettings()
    value: ValueSettings = ValueSettings()
    strategy: StrategySettings = StrategySettings()
    sales: SalesSettings = SalesSettings()
    forecast: ForecastSettings = ForecastSettings()
    watch: WatchSettings = WatchSettings()
    baskets: BasketSettings = BasketSettings()
    stock: StockSettings = StockSettings()
    runs: RunSettings = RunSettings()

    def with_trials(self, trials: int) -> "Settings":
        """Give the same settings, tuning with so many trials."""
        if not 1 <= trials <= MOST_TRIALS:
            raise SettingsError(f"--trials must be from 1 to {MOST_TRIALS:,}.")
        return self.model_copy(
            update={
                "segments": self.segments.model_copy(update={"tuning": True, "trials": trials}),
                "models": self.models.model_copy(update={"trials": trials}),
            }
        )


def load_settings(path: Path | None) -> Settings:
    """Read a YAML file over the defaults; `None` gives the defaults.

    Raises `SettingsError` that names the file, the setting and what is allowed.
    """
    if path is None:
        return Settings()
    try:
        content = plain_yaml(path.read_text("utf-8-sig")).content
    except FileNotFoundError as error:
        raise SettingsError(f"There is no settings file {path}; check --settings.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise EnvironmentProblem(
            f"The settings file {path} can't be read ({error.strerror}); check --settings."
        ) from error
    except NotPlain as error:
        raise SettingsError(f"{path} can't be read: {error}; check it there.") from error
    if content is None:
        return Settings()
    if not isinstance(content, dict):
        raise SettingsError(f"{path} must hold settings as “name: value” lines.")
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        problem = problems(Settings, error)[0].said
        raise SettingsError(f"{path}: setting {problem}.") from error
