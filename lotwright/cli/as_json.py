"""
Results as JSON, for programs that call the command line.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import cast

import numpy as np
import pandas as pd

#: What JSON can say.
Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def plain(value: object) -> Json:
    """
    Returns a value in JSON's own types.

    Frames become lists of records, records become objects, and what is missing or not
    finite becomes null.

    Parameters
    ----------
    value
        A frame, record, mapping, sequence, number, date or text.
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None

    if isinstance(value, Enum):
        return plain(value.value)

    if isinstance(value, bool | int | str):
        return value

    if isinstance(value, float):
        return value if math.isfinite(value) else None

    if isinstance(value, np.generic):
        return plain(value.item())

    return _plain_compound(value)


def _plain_compound(value: object) -> Json:
    """
    Returns a frame, record, mapping, sequence or date in JSON's own types.
    """
    if isinstance(value, pd.DataFrame):
        return [
            {str(name): plain(cell) for name, cell in row.items()}
            for row in value.to_dict("records")
        ]

    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()

    if isinstance(value, date):
        return value.isoformat()

    if dataclasses.is_dataclass(value):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
        }

    if isinstance(value, Mapping):
        pairs = cast("Mapping[object, object]", value)
        return {str(name): plain(cell) for name, cell in pairs.items()}

    if isinstance(value, list | tuple):
        return [plain(cell) for cell in cast("list[object]", value)]

    return str(value)


def dumps(value: object) -> str:
    """
    Returns a value as JSON text.
    """
    return json.dumps(plain(value), indent=2, ensure_ascii=False)
