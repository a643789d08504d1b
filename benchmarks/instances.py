"""
Instances of the literature: read from JSON and written as planning tables.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import lotwright as lw

Floats = NDArray[np.float64]

#: First day of every plan; a period of an instance is a day.
AS_OF = dt.date(2026, 1, 5)

#: The one location of an instance.
PLANT = "PLANT"

#: Sets whose demand cannot all be met in time: set-ups and demand of the first period
#: alone take more than its capacity. Their end items may be late, at this many times
#: holding per unit and period; nothing may be late at the end.
LATE_SETS = ("multilsb",)
LATE_FACTOR = 10.0

#: Part of a unit whose loss already costs more than any set-up.
_LEAST_LOSS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """
    A capacitated lot-sizing problem with set-up times and several levels.

    Parameters
    ----------
    name, group
        Name of the instance and of its set.
    optimum
        Proven optimum, NaN where unknown.
    demand
        Independent demand, shape ``(items, periods)``.
    holding, setup_cost, setup_time, unit_time
        Per unit and period, per set-up, in capacity units, shape ``(items,)``.
    resource
        The one resource of each item, shape ``(items,)``.
    capacity
        Shape ``(resources, periods)``.
    component, parent, quantity_per
        Bill of material, shape ``(lines,)``.
    late_cost
        Per unit and period late, infinite where nothing may be late, ``(items,)``.
    """

    name: str
    group: str
    optimum: float
    demand: Floats
    holding: Floats
    setup_cost: Floats
    setup_time: Floats
    unit_time: Floats
    resource: NDArray[np.int64]
    capacity: Floats
    component: NDArray[np.int64]
    parent: NDArray[np.int64]
    quantity_per: Floats
    late_cost: Floats

    @property
    def num_items(self) -> int:
        """
        Number of items.
        """
        return len(self.holding)

    @property
    def num_periods(self) -> int:
        """
        Number of periods.
        """
        return int(self.demand.shape[1])

    def explode(self, quantity: Floats) -> Floats:
        """
        Returns what producing some quantities consumes, shape ``(items, periods)``.
        """
        used = np.zeros_like(quantity)
        np.add.at(
            used, self.component, self.quantity_per[:, None] * quantity[self.parent]
        )

        return used

    def echelon_demand(self) -> Floats:
        """
        Returns demand with all that it calls for at lower levels, as ``demand``.
        """
        total = self.demand
        passed_on = self.explode(self.demand)

        while passed_on.any():
            total = total + passed_on
            passed_on = self.explode(passed_on)

        return total


def find_instances(
    folder: Path, groups: Sequence[str] = (), limit: int | None = None
) -> Iterator[Instance]:
    """
    Yields the instances of a folder, at most some of each set, in the order of names.
    """
    seen: dict[str, int] = {}

    for path in sorted([*folder.glob("*.json"), *folder.glob("*.json.gz")]):
        group = path.name.partition("-")[0]
        seen[group] = seen.get(group, 0) + 1

        if (not groups or group in groups) and (limit is None or seen[group] <= limit):
            yield read_instance(path)


def in_turns(instances: Iterable[Instance]) -> list[Instance]:
    """
    Returns instances of all sets in turns, so that the first ones are a fair sample.
    """
    groups: dict[str, list[Instance]] = {}

    for instance in instances:
        groups.setdefault(instance.group, []).append(instance)

    placed = (
        ((idx + 0.5) / len(group), name, idx)
        for name, group in groups.items()
        for idx in range(len(group))
    )

    return [groups[name][idx] for _, name, idx in sorted(placed)]


def read_instance(path: Path) -> Instance:
    """
    Returns the instance of a JSON file, compressed or not.
    """
    raw = path.read_bytes()
    found = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    bom = np.array(found["bom"], dtype=np.float64).reshape(-1, 3)
    holding = np.array(found["holding"], dtype=np.float64)
    late_cost = np.full(len(holding), np.inf)

    if found["set"].startswith(LATE_SETS):
        ends = np.setdiff1d(np.arange(len(holding)), bom[:, 0].astype(np.int64))
        late_cost[ends] = LATE_FACTOR * holding[ends]

    return Instance(
        name=found["name"],
        group=found["set"],
        optimum=np.nan if found["optimum"] is None else float(found["optimum"]),
        demand=np.array(found["demand"], dtype=np.float64),
        holding=holding,
        setup_cost=np.array(found["setup_cost"], dtype=np.float64),
        setup_time=np.array(found["setup_time"], dtype=np.float64),
        unit_time=np.array(found["unit_time"], dtype=np.float64),
        resource=np.array(found["resource"], dtype=np.int64),
        capacity=np.array(found["capacity"], dtype=np.float64),
        component=bom[:, 0].astype(np.int64),
        parent=bom[:, 1].astype(np.int64),
        quantity_per=bom[:, 2],
        late_cost=late_cost,
    )


def item_names(instance: Instance) -> list[str]:
    """
    Returns the identifier of each item in the planning tables.
    """
    return [f"I{idx:03d}" for idx in range(instance.num_items)]


def planning_data(instance: Instance) -> lw.PlanningData:
    """
    Returns the instance as planning data, as a planner would enter it.
    """
    return lw.PlanningData.from_frames(planning_tables(instance))


def planning_tables(instance: Instance) -> dict[str, pd.DataFrame]:
    """
    Returns the instance as planning tables by name.
    """
    names = np.array(item_names(instance))
    place = {"location_id": PLANT}

    return {
        "dataset": pd.DataFrame(
            [
                {
                    "name": f"{instance.group} {instance.name}",
                    "as_of": pd.Timestamp(AS_OF),
                    "bucket_scheme": f"{instance.num_periods}d",
                }
            ]
        ),
        "items": pd.DataFrame({"item_id": names, "base_uom": "pcs"}),
        "locations": pd.DataFrame([place | {"kind": "plant"}]),
        "sources": pd.DataFrame(
            {
                "source_id": names,
                "item_id": names,
                "kind": "make",
                "routing_id": names,
                "lead_time_days": 0.0,
                "order_cost": instance.setup_cost,
            }
            | place
        ),
        "policies": pd.DataFrame(
            {"item_id": names, "holding_cost": instance.holding} | place
        ),
        "inventory": pd.DataFrame(
            {"item_id": [], "location_id": [], "quantity": np.zeros(0)}
        ),
        **_bills(instance, names),
        **_work(instance, names),
        "demands": _demands(instance, names),
    }


def _bills(instance: Instance, names: NDArray[np.str_]) -> dict[str, pd.DataFrame]:
    parents = names[np.unique(instance.parent)]

    if not len(parents):
        return {}

    return {
        "boms": pd.DataFrame(
            {"bom_id": parents, "item_id": parents, "location_id": PLANT}
        ),
        "bom_lines": pd.DataFrame(
            {
                "bom_id": names[instance.parent],
                "line": names[instance.component],
                "component_id": names[instance.component],
                "quantity_per": instance.quantity_per,
            }
        ),
    }


def _work(instance: Instance, names: NDArray[np.str_]) -> dict[str, pd.DataFrame]:
    resources = np.array([f"R{idx}" for idx in range(len(instance.capacity))])
    days = pd.date_range(pd.Timestamp(AS_OF), periods=instance.num_periods)

    return {
        "routings": pd.DataFrame(
            {"routing_id": names, "item_id": names, "location_id": PLANT}
        ),
        "operations": pd.DataFrame(
            {
                "routing_id": names,
                "seq": 10,
                "resource_id": resources[instance.resource],
                "setup_h": instance.setup_time,
                "run_h_per_unit": instance.unit_time,
            }
        ),
        "resources": pd.DataFrame(
            {
                "resource_id": resources,
                "location_id": PLANT,
                "base_capacity": instance.capacity[:, 0],
            }
        ),
        "resource_capacity": pd.DataFrame(
            {
                "resource_id": np.repeat(resources, instance.num_periods),
                "date": np.tile(days, len(resources)),
                "capacity": instance.capacity.ravel(),
            }
        ),
    }


def _demands(instance: Instance, names: NDArray[np.str_]) -> pd.DataFrame:
    item, period = np.nonzero(instance.demand > 0.0)
    late = instance.late_cost[item]
    lost = _price_of_loss(instance)

    return pd.DataFrame(
        {
            "demand_id": [
                f"{names[i]}-{t:03d}" for i, t in zip(item, period, strict=True)
            ],
            "kind": "order",
            "item_id": names[item],
            "location_id": PLANT,
            "quantity": instance.demand[item, period],
            "due_date": pd.Timestamp(AS_OF) + pd.to_timedelta(period, unit="D"),
            "max_late_days": np.where(np.isinf(late), 0.0, np.nan),
            "late_cost_per_day": np.where(np.isinf(late), lost, late),
            "lost_cost": lost,
        }
    )


def _price_of_loss(instance: Instance) -> float:
    """
    Returns a price per unit at which losing demand never pays.

    Losing a little may save a whole set-up, or make room for one.
    """
    set_up = instance.setup_cost.max() / _LEAST_LOSS
    holding = instance.holding.max() * instance.num_periods

    return float(2.0 * (set_up + max(LATE_FACTOR, 1.0) * holding))
