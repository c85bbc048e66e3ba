"""Values that people write, checked: what is wrong is said in one sentence."""

from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.base.checked import problems
from pipeline.base.errors import StrategyError


class Checked(BaseModel):
    """A frozen group of values that knows no other names than its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def of(cls, values: object, *, subject: str) -> Self:
        """Check values.

        Raises `StrategyError` that names `subject`, the key and what may be.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise StrategyError(f"{subject}: {problems(cls, error)[0].said}.") from error


class Misplaced(ValueError):
    """What is wrong deeper inside a value: the names that lead there from it."""

    def __init__(self, where: tuple[int | str, ...], message: str) -> None:
        self.where = where
        super().__init__(message)
