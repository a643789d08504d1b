"""
Parameters of a plan: how far it looks, its fences, and which demand counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from lotwright.model.assemble.time import plan_start
from lotwright.model.data import PlanningData
from lotwright.model.scenario import Operation, Override, Scenario

#: Columns of policies that a plan may set for all items.
FENCES = ("planning", "freeze", "firm", "action", "explosion")

#: Which policies a row without any of these is for: all.
_SPECIFIC = ("item_id", "item_group", "location_id")

#: Columns that keep stock as a safety.
_SAFETY = ("safety_stock", "safety_days")


def with_parameters(data: PlanningData, asked: Mapping[str, Any]) -> Scenario:
    """
    Returns planning data under the parameters of a plan, as a scenario, so that all it
    changes is told.

    Parameters
    ----------
    data
        The data.
    asked
        ``horizon_days``, ``fences`` (days by name), ``demand_kinds`` that count, and
        whether ``safety_stock`` does; what is left out is as the data say. ``today``
        is the first day where the data name none.
    """
    overrides = (
        *_days(data, asked.get("today"), asked.get("horizon_days")),
        *_fences(data, asked.get("fences", {})),
        *_demands(data, asked.get("demand_kinds")),
        *(() if asked.get("safety_stock", True) else _no_safety(data)),
    )

    return Scenario(name="plan", base=data, overrides=overrides)


def _days(
    data: PlanningData, today: str | None, days: int | None
) -> Iterator[Override]:
    """
    Yields the first day and the end of the horizon, where they are not as given.
    """
    given = data.table("dataset")
    cells: dict[str, date] = {}

    if today is not None and given["as_of"].isna().all():
        cells["as_of"] = date.fromisoformat(today)

    if days is not None:
        end = cells.get("as_of", plan_start(data)) + timedelta(days=days)
        cells["horizon_end"] = end

        if (data.table("periods")["start"] >= end.isoformat()).any():
            beyond = f"start >= '{end}'"
            yield Override(table="periods", op=Operation.DELETE, where=beyond)

    if len(given):
        for column, value in cells.items():
            yield Override(
                table="dataset", op=Operation.SET, column=column, value=value
            )
    elif cells:
        yield Override(table="dataset", op=Operation.INSERT, rows=(cells,))


def _fences(data: PlanningData, fences: Mapping[str, float]) -> Iterator[Override]:
    cells = {f"{name}_fence_days": days for name, days in fences.items()}
    policies = data.table("policies")

    if not cells:
        return

    for column, days in cells.items():
        if len(policies):
            yield Override(
                table="policies", op=Operation.SET, column=column, value=days
            )

    if not policies[list(_SPECIFIC)].isna().all(axis=1).any():
        yield Override(table="policies", op=Operation.INSERT, rows=(cells,))


def _demands(data: PlanningData, kinds: list[str] | None) -> Iterator[Override]:
    if kinds is None:
        return

    demands, reservations = data.table("demands"), data.table("reservations")
    leaves = ~demands["kind"].isin(kinds)
    reserved = reservations["demand_id"].isin(demands.loc[leaves, "demand_id"])

    if reserved.any():
        names = reservations.loc[reserved, "demand_id"].astype("str").unique().tolist()
        where = f"demand_id in {(*names, '')!r}"
        yield Override(table="reservations", op=Operation.DELETE, where=where)

    if leaves.any():
        where = f"kind not in {(*kinds, '')!r}"
        yield Override(table="demands", op=Operation.DELETE, where=where)


def _no_safety(data: PlanningData) -> Iterator[Override]:
    if len(data.table("safety_stock_by_period")):
        yield Override(
            table="safety_stock_by_period",
            op=Operation.DELETE,
            where="not factor == -1",
        )

    if len(data.table("policies")):
        for column in _SAFETY:
            yield Override(table="policies", op=Operation.SET, column=column, value=0)
