"""What a served portal can be told."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from db.engine import DEFAULT_URL


class Settings(BaseModel):
    """Everything about serving; results have their settings in their run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    db: str = Field(default=DEFAULT_URL, description="database to read from, as a URL")
    allowed_hosts: tuple[str, ...] = Field(
        default=(),
        description="names under which the portal answers, beside those of this machine alone",
    )
    trusted_origins: tuple[str, ...] = Field(
        default=(), description="other origins that may post, where a proxy changes the host"
    )
    is_behind_proxy: bool = Field(
        default=False,
        description="believe the one proxy in front: whom it serves, by which name and scheme",
    )
    body_bytes: int = Field(
        default=4 * 1024**2,
        ge=1,
        description="largest body of a request that is no upload, in bytes",
    )
    remembered: int = Field(default=1_000, ge=1, description="results kept in memory")
    patience: float = Field(
        default=20, gt=0, description="seconds after which a client that stalls is cut off"
    )
    upload_bytes: int = Field(
        default=2 * 1024**3, ge=1, description="largest file that may be uploaded, in bytes"
    )
    uploads_at_once: int = Field(
        default=2, ge=1, description="uploads that one process takes in at the same time"
    )
    upload_hours: int = Field(
        default=24, ge=1, description="how long an upload is kept that nobody publishes"
    )
    refresh_settings: Path | None = Field(
        default=None,
        description="settings file of refreshes of new data sets; others keep their own",
    )
    export_rows: int = Field(
        default=5_000, ge=1, description="rows fetched at a time for a CSV"
    )
