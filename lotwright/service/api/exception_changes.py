"""
Exceptions that a plan has and another one has not.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lotwright.service.api.exception_list import exception_list
from lotwright.service.api.kept import input_table, plan_of, result_of
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal

_COLUMNS = ("exception_id", "severity", "code", "text")


def exception_changes(
    store: Store, who: Principal, run_ids: Sequence[str]
) -> pd.DataFrame:
    """
    Returns the exceptions that plans have and the first one has not, as ``new``, and
    those that they have no more, as ``gone``.

    Parameters
    ----------
    store, who
        Whose.
    run_ids
        The runs of the plans.
    """
    first, *others = (_exceptions(store, who, run_id) for run_id in run_ids)
    parts = [
        part.assign(plan=run_id, change=change)
        for run_id, other in zip(run_ids[1:], others, strict=True)
        for change, part in (
            ("new", _without(other, first)),
            ("gone", _without(first, other)),
        )
    ]

    return pd.concat(parts, ignore_index=True)[["plan", "change", *_COLUMNS]]


def _exceptions(store: Store, who: Principal, run_id: str) -> pd.DataFrame:
    found, _ = result_of(store, who, run_id)
    items = input_table(store, who, found, "items")
    supplies = input_table(store, who, found, "supplies")
    plan = plan_of(store, who, run_id)

    return exception_list(plan, items, supplies)[list(_COLUMNS)]


def _without(these: pd.DataFrame, those: pd.DataFrame) -> pd.DataFrame:
    return these[~these["exception_id"].isin(those["exception_id"])]
