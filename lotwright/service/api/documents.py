"""
Documents: what comes in and goes out as JSON.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_args

import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from sqlalchemy import Row

from lotwright.errors import InputError
from lotwright.model.conditions import rows_where

#: Names of data sets and of other things: on one line, and not of blanks alone.
Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f]*[^\x00-\x1f\s][^\x00-\x1f]*$",
    ),
]


#: Fingerprint of a table.
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]


class In(BaseModel):
    """
    Something that comes in: unknown fields are refused, and so is yes or no where a
    number belongs, which Python takes for 1 or 0.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: object, info: ValidationInfo) -> object:
        kind = cls.model_fields[str(info.field_name)].annotation

        if isinstance(value, bool) and kind is not bool and bool not in get_args(kind):
            msg = f"Expected no {json.dumps(value)} here."
            raise ValueError(msg)

        return value


#: What a condition on stock points may speak of.
_OF_POINTS = (
    "item_id",
    "location_id",
    "planner_id",
    "item_group",
    "kind",
    "abc",
    "lifecycle",
    "parent_id",
)


def _condition(text: str) -> str:
    if text:
        points = pd.DataFrame({name: pd.Series(dtype="str") for name in _OF_POINTS})

        try:
            rows_where(points, text)
        except InputError as error:
            raise ValueError(error.problems[0].text) from None

    return text


#: A condition on stock points.
Condition = Annotated[str, Field(max_length=2000), AfterValidator(_condition)]


class NewDataset(In):
    """
    A data set to create.
    """

    name: Name


class Renamed(In):
    """
    Another name for a data set.
    """

    name: Name


class NewVersion(In):
    """
    Tables to freeze: fingerprints of their checked cells by name; the working tables,
    when left out.
    """

    tables: Annotated[dict[str, Digest], Field(min_length=1, max_length=100)] | None = (
        None
    )


class Options(In):
    """
    What ``plan`` is asked, by the same names and with the same defaults.
    """

    engine: Literal["auto", "mip", "lp", "mrp"] = "auto"
    objective: Literal["cost", "service_first"] = "cost"
    time_limit: Annotated[float, Field(gt=0, le=3600)] = 60.0
    work_limit: Annotated[int, Field(ge=0)] | None = None
    gap: Annotated[float, Field(ge=0, le=1)] = 1e-4
    threads: Annotated[int, Field(ge=1, le=64)] | None = None
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    level: bool | None = None
    only: Annotated[Condition, Field(min_length=1)] | None = None


class NewRun(In):
    """
    A run to queue: a version of a data set, what is asked, changes to the data, and the
    run whose plan the search starts from.
    """

    dataset: Annotated[str, Field(max_length=100)]
    version: Annotated[str, Field(max_length=100)] | None = None
    options: Options = Options()
    scenario: dict[str, Any] = {}
    start: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    label: Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")] = ""


def failure(row: Row[Any]) -> dict[str, str] | None:
    """
    Returns why a run, a job or a publication failed, None where it has not.
    """
    return {"code": row.error_code, "text": row.error_text} if row.error_code else None


def moment(seconds: float | None) -> str | None:
    """
    Returns a time as ISO 8601 in UTC.
    """
    if seconds is None:
        return None

    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
