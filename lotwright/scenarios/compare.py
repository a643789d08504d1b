"""
Compares plans: figures, costs, orders, late demands, load, stock and input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.kpis import COST_TERMS
from lotwright.model.plan import Plan
from lotwright.scenarios.comparison import Comparison
from lotwright.scenarios.demand_changes import demand_changes
from lotwright.scenarios.input_changes import input_changes, no_changes
from lotwright.scenarios.matching import DECIMALS
from lotwright.scenarios.nervousness import nervousness
from lotwright.scenarios.order_changes import order_changes
from lotwright.scenarios.series_changes import (
    load_changes,
    same_buckets,
    stock_changes,
)

#: So many plans are compared at most.
MOST = 4

#: Tables of a plan that a comparison looks at.
COMPARED_TABLES = (
    "planned_orders",
    "demand_fulfilment",
    "inventory_projection",
    "capacity_load",
    "kpis",
)


def compare(
    *plans: Plan,
    names: Sequence[str] = (),
    data: Sequence[PlanningData] = (),
) -> Comparison:
    """
    Returns what each plan changes against the first one.

    Parameters
    ----------
    plans
        Two to four plans; the first one is what the others are compared with.
    names
        What to call them; ``A``, ``B``, … where left out.
    data
        The planning data of each, for the differences of input.

    Raises
    ------
    ValueError
        When there are too few or too many plans, or not one name or one set of data for
        each of them.
    """
    called = tuple(names) or tuple("ABCD"[: len(plans)])
    _refuse(plans, called, data)
    first, *others = plans
    pairs = list(zip(called[1:], others, strict=True))

    def each(changes: Callable[[Plan, Plan], pd.DataFrame]) -> pd.DataFrame:
        return _stacked([(name, changes(first, plan)) for name, plan in pairs])

    orders = each(lambda one, other: order_changes(one.orders, other.orders))

    return Comparison(
        names=called,
        kpis=each(lambda one, other: _figures(one.kpis, other.kpis)),
        terms=each(_bridge),
        orders=orders,
        demands=each(lambda a, b: demand_changes(a.fulfilment, b.fulfilment)),
        loads=each(lambda one, other: load_changes(one.loads, other.loads)),
        stock=each(lambda a, b: stock_changes(a.projection, b.projection)),
        inputs=_stacked(
            [
                (name, input_changes(data[0], other))
                for name, other in zip(called[1:], data[1:], strict=True)
            ]
            if data
            else [(called[1], no_changes())]
        ),
        nervousness=_stacked(
            [
                (name, _nervousness(first, plan, orders[orders["plan"] == name]))
                for name, plan in pairs
            ]
        ),
        notes=tuple(_notes(called, plans, data)),
    )


def _refuse(
    plans: Sequence[Plan], names: Sequence[str], data: Sequence[PlanningData]
) -> None:
    if not 2 <= len(plans) <= MOST:
        msg = f"Expected two to {MOST} plans, got {len(plans)}."
        raise ValueError(msg)

    if len(set(names)) != len(plans):
        msg = f"Expected a name of its own for each plan, got {tuple(names)!r}."
        raise ValueError(msg)

    if data and len(data) != len(plans):
        msg = f"Expected planning data for each plan, got {len(data)}."
        raise ValueError(msg)


def _stacked(parts: Sequence[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """
    Returns tables one below the other, with the plan that each is about.
    """
    frames = [
        frame.assign(
            plan=pd.Series([name] * len(frame), index=frame.index, dtype="str")
        )
        for name, frame in parts
    ]

    whole = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    return whole[["plan", *(name for name in whole.columns if name != "plan")]]


def _figures(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the figures of the whole plan, before and after.
    """
    one, other = (
        kpis.loc[kpis["scope"] == "all", ["name", "unit", "value"]]
        for kpis in (before, after)
    )
    rows = one.merge(
        other, on="name", how="outer", suffixes=("_before", "_after"), sort=False
    )
    order = [*one["name"], *other["name"]]
    place = rows["name"].map({name: at for at, name in reversed([*enumerate(order)])})
    rows = rows.iloc[np.argsort(place.to_numpy(), kind="stable")]
    sides = rows["value_before"], rows["value_after"]
    change = (sides[1].fillna(0.0) - sides[0].fillna(0.0)).round(DECIMALS) + 0.0

    return pd.DataFrame(
        {
            "name": rows["name"],
            "unit": rows["unit_after"].fillna(rows["unit_before"]),
            "before": sides[0],
            "after": sides[1],
            "change": change,
        }
    ).reset_index(drop=True)


def _bridge(before: Plan, after: Plan) -> pd.DataFrame:
    """
    Returns the way from one cost to the other, term by term.
    """
    old, new = before.run.terms, after.run.terms
    names = list(dict.fromkeys([*COST_TERMS, *old, *new]))
    one = np.array([old.get(name, 0.0) for name in names])
    other = np.array([new.get(name, 0.0) for name in names])
    change = np.round(other - one, DECIMALS) + 0.0
    end = one.sum() + np.cumsum(change)

    return pd.DataFrame(
        {
            "term": pd.Series(names, dtype="str"),
            "before": one,
            "after": other,
            "change": change,
            "start": end - change,
            "end": end,
        }
    )


def _nervousness(before: Plan, after: Plan, changes: pd.DataFrame) -> pd.DataFrame:
    figures = nervousness(before.orders, after.orders, changes)

    return pd.DataFrame(
        {
            "name": pd.Series([each.name for each in figures], dtype="str"),
            "value": [each.value for each in figures],
            "unit": pd.Series([each.unit for each in figures], dtype="str"),
            "definition": pd.Series([each.definition for each in figures], dtype="str"),
        }
    )


def _notes(
    names: Sequence[str], plans: Sequence[Plan], data: Sequence[PlanningData]
) -> list[str]:
    first, *others = plans
    found: list[str] = []

    for name, plan in zip(names[1:], others, strict=True):
        if plan.run.data_fingerprint != first.run.data_fingerprint and not data:
            found.append(
                f"{name} was made from other data than {names[0]}; give the data of "
                "both to see what differs."
            )

        if not same_buckets(first.projection, plan.projection):
            found.append(
                f"{name} has other buckets than {names[0]}, so that load and stock "
                "differ in every bucket that only one of them has."
            )

    return found
