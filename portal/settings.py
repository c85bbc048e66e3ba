"""What a served portal can be told."""

from pydantic import BaseModel, ConfigDict, Field

from db.engine import DEFAULT_URL


class Settings(BaseModel):
    """Everything about serving; results have their settings in their run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    db: str = Field(default=DEFAULT_URL, description="database to read from, as a URL")
    trusted_origins: tuple[str, ...] = Field(
        default=(), description="other origins that may post, where a proxy changes the host"
    )
    remembered: int = Field(default=1_000, ge=1, description="results kept in memory")
    export_rows: int = Field(
        default=5_000, ge=1, description="rows fetched at a time for a CSV"
    )
