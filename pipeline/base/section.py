"""A section of the settings."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A frozen part of the settings that knows no other names than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
