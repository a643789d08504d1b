"""
Worth: values of stock and the cost of serving, rolled up from the bottom level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import PointKeys, look_up_numbers
from lotwright.model.assemble.materials import Flows
from lotwright.model.assemble.operations import Steps
from lotwright.model.assemble.policies import numbers, resolve
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.structure import Structure
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Floats, Ints

#: Days in a year, for rates per year.
_YEAR = 365.0

#: What one unit is worth where nothing says so.
DEFAULT_VALUE = 1.0

#: Part of its value that holding a unit for a year costs, where nothing is said.
_HOLDING_RATE = 0.20

#: Part of its price that a unit late by a day costs, where nothing is said.
_LATE_RATE = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worth:
    """
    What serving a stock point is worth and takes, for default costs, shape ``(P,)``.

    Parameters
    ----------
    value
        Value of a unit in stock.
    price
        Sales price, else value.
    late_rate
        Part of the price that a day late costs.
    holding_cost
        Per unit and day.
    unit_cost
        Of a unit through all levels.
    lot_cost
        Of one lot at every level.
    largest_lot_cost
        Of the dearest lot among all levels.
    lost_cost
        Given for the item, NaN where not.
    findings
        Defaults that were used.
    """

    value: Floats
    price: Floats
    late_rate: Floats
    holding_cost: Floats
    unit_cost: Floats
    lot_cost: Floats
    largest_lot_cost: Floats
    lost_cost: Floats
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OwnCosts:
    """
    What sources cost by themselves, without what they consume.

    Parameters
    ----------
    unit_cost, lot_cost
        Per unit received and per lot or order, shape ``(A,)``.
    """

    unit_cost: Floats
    lot_cost: Floats


def own_costs(data: PlanningData, sources: Sources, steps: Steps) -> OwnCosts:
    """
    Returns the costs of sources, their operations and their lanes.
    """
    lanes = data.table("transport_lanes").set_index("lane_id")["cost_per_unit"]
    frame = sources.frame
    moved = frame["lane_id"].where(frame["kind"] == "transfer")

    return OwnCosts(
        unit_cost=numbers(frame, "unit_cost", 0.0)
        + steps.unit_cost
        + look_up_numbers(moved, lanes, 0.0),
        lot_cost=numbers(frame, "order_cost", 0.0) + steps.lot_cost,
    )


def worth_of(
    data: PlanningData,
    points: PointKeys,
    structure: Structure,
    flows: Flows,
    own: OwnCosts,
    policies: pd.DataFrame,
) -> Worth:
    """
    Returns values and costs of all stock points.

    Parameters
    ----------
    data, points, structure, flows
        The parts made so far.
    own
        What sources cost by themselves.
    policies
        What holds for each stock point.
    """
    costs = resolve(data, "costs", points)
    items = data.table("items").set_index("item_id")
    item = pd.Series(points.item_id, dtype="str")
    given = look_up_numbers(item, items["unit_cost"])
    price = look_up_numbers(item, items["price"])
    unknown = np.full(len(points), np.nan)
    once = np.ones_like(flows.ratio)
    value = roll_up(structure, flows.activity, flows.ratio, own.unit_cost, _some(given))
    value = np.where(value > 0, value, DEFAULT_VALUE)
    holding = numbers(policies, "holding_cost")
    rate = numbers(costs, "holding_rate_per_year", _HOLDING_RATE)

    return Worth(
        value=value,
        price=np.where(price > 0, price, value),
        late_rate=numbers(costs, "late_cost", _LATE_RATE),
        holding_cost=np.where(np.isnan(holding), value * rate / _YEAR, holding),
        unit_cost=roll_up(
            structure, flows.activity, flows.ratio, own.unit_cost, unknown
        ),
        lot_cost=roll_up(structure, flows.activity, once, own.lot_cost, unknown),
        largest_lot_cost=largest_on_the_way(structure, flows.activity, own.lot_cost),
        lost_cost=numbers(costs, "lost_cost"),
        findings=tuple(_default_value(data, value)),
    )


def _default_value(data: PlanningData, value: Floats) -> Iterator[Finding]:
    if len(value) and np.all(value == DEFAULT_VALUE):
        yield Finding(
            code="I-DEFAULT",
            severity=Severity.INFO,
            table="items",
            column="unit_cost",
            count=len(data.table("items")),
            text="No item has a unit cost, so every unit of stock is valued at 1. Give "
            "items.unit_cost or policies.holding_cost to weigh stock against lots.",
        )


def _some(given: Floats) -> Floats:
    return np.where(given > 0, given, np.nan)


def roll_up(
    structure: Structure,
    activity: Ints,
    ratio: Floats,
    own_cost: Floats,
    given: Floats,
) -> Floats:
    """
    Returns the least cost of one unit at each point, through all levels, ``(P,)``.

    Parameters
    ----------
    structure
        What is made of what.
    activity, ratio
        Which activity consumes how much in each flow, shape ``(F,)``.
    own_cost
        Cost per unit of each activity, shape ``(A,)``.
    given
        Known costs, NaN where they are to be found, shape ``(P,)``; a point without
        supply costs 0.
    """
    level, product = structure.level, structure.product
    cost = np.where(np.isnan(given), np.inf, given)
    upper = product[activity]

    for code in range(int(level.max(initial=0)), -1, -1):
        flows = level[upper] == code
        known = np.nan_to_num(cost[structure.lower[flows]], posinf=0.0)
        material = np.zeros(len(product))
        np.add.at(material, activity[flows], ratio[flows] * known)
        here = (level[product] == code) & np.isnan(given[product])
        np.minimum.at(cost, product[here], (own_cost + material)[here])

    return np.nan_to_num(cost, posinf=0.0)


def largest_on_the_way(
    structure: Structure, activity: Ints, own_cost: Floats
) -> Floats:
    """
    Returns the largest lot cost on the way to each point, by its cheapest source.

    Parameters
    ----------
    structure
        What is made of what.
    activity
        Which activity consumes in each flow, shape ``(F,)``.
    own_cost
        Cost per lot of each activity, shape ``(A,)``.
    """
    level, product = structure.level, structure.product
    largest = np.full(len(level), np.inf)
    upper = product[activity]

    for code in range(int(level.max(initial=0)), -1, -1):
        flows = level[upper] == code
        known = np.nan_to_num(largest[structure.lower[flows]], posinf=0.0)
        below = np.zeros(len(product))
        np.maximum.at(below, activity[flows], known)
        here = level[product] == code
        np.minimum.at(largest, product[here], np.maximum(own_cost, below)[here])

    return np.where(np.isinf(largest), 0.0, largest)
