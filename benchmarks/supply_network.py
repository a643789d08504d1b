"""
A synthetic supply network by its size: made and bought items through several levels.

Finished goods with weekly demand stand on level 0, bought parts on the last level. A
made item has two to four components from lower levels, and at least one from the next;
some twenty-five made items share a work centre whose weekly capacity follows from what
the demand of a mean week needs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.model.data import PlanningData

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: First day of every plan, a Monday.
AS_OF = dt.date(2026, 1, 5)

#: The one location of a network.
PLACE = "L"

#: Day on which the first week's demand is due; the others follow week by week.
FIRST_DUE = 11

#: Made items that share a work centre.
_ITEMS_PER_RESOURCE = 25

#: How much wider the level of bought items is than a level of made components.
_BOUGHT_SHARE = 1.3

#: Standard deviation of weekly demand, as part of its mean.
_SPREAD = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """
    What a synthetic network looks like.

    Parameters
    ----------
    items, levels, weeks
        Number of items, of levels, and of weeks with demand.
    extra_weeks
        Weeks of the horizon besides; the last demand is due in the first of them.
    families
        Item families that share neither items nor work centres.
    utilisation
        Part of the capacity that a mean week needs.
    finished_share
        Part of the items that are finished goods.
    stock_weeks
        Mean opening stock, in weeks of need.
    lot_cap
        Largest lot, as part of the weekly capacity of its work centre.
    seed
        Seed of all random choices.

    Raises
    ------
    ValueError
        When there are no levels, items or weeks to speak of.
    """

    items: int = 1_000
    levels: int = 5
    weeks: int = 52
    extra_weeks: int = 4
    families: int = 1
    utilisation: float = 0.85
    finished_share: float = 12 / 52
    stock_weeks: float = 4.0
    lot_cap: float = 0.25
    seed: int = 1

    def __post_init__(self) -> None:
        if self.levels < 2 or self.items < 2 * self.levels or self.extra_weeks < 1:
            msg = "Expected two levels, two items on each, and a week after the last,"
            msg = f"{msg} got {self}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SupplyNetwork:
    """
    A synthetic network as arrays; N items, B bill lines, F finished goods, R resources.

    Parameters
    ----------
    shape
        What it was made by.
    level
        Ascending, 0 for finished goods, shape ``(N,)``.
    parent, component, per
        Bill of material, sorted by parent and component, shape ``(B,)``.
    demand
        Of each finished good in each week, shape ``(F, weeks)``.
    need
        Of a mean week, through all levels, shape ``(N,)``.
    stock, safety_stock
        Pieces, shape ``(N,)``.
    lead_time
        Days, shape ``(N,)``.
    min_lot, multiple, max_lot
        Pieces; the largest lot of a bought item is infinite, shape ``(N,)``.
    resource, hours
        Work centre and hours per piece; -1 and 0 for bought items, shape ``(N,)``.
    capacity
        Hours in a week, shape ``(R,)``.
    """

    shape: Shape
    level: Ints
    parent: Ints
    component: Ints
    per: Ints
    demand: Ints
    need: Floats
    stock: Ints
    safety_stock: Ints
    lead_time: Ints
    min_lot: Ints
    multiple: Ints
    max_lot: Floats
    resource: Ints
    hours: Floats
    capacity: Floats

    @property
    def made(self) -> NDArray[np.bool_]:
        """
        Whether an item is made, shape ``(N,)``.
        """
        return self.level < self.shape.levels - 1


def invent(shape: Shape) -> SupplyNetwork:
    """
    Returns a network; the same shape gives the same one.
    """
    rng = np.random.default_rng(shape.seed)
    level = np.repeat(np.arange(shape.levels), _sizes(shape))
    parent, component, per = _bills(shape, level, rng)
    demand = _demand(int(np.count_nonzero(level == 0)), shape.weeks, rng)
    need = _explode(shape, level, parent, component, per, demand.mean(axis=1))
    made = level < shape.levels - 1
    minimum, multiple = _lots(need, made, rng)
    resource, hours, capacity = _work(shape, need, made, rng)
    largest = _largest_lots(shape.lot_cap, multiple, resource, hours, capacity)
    days = np.where(
        made,
        rng.choice([2, 3, 5], len(level)),
        7 * rng.integers(1, 7, len(level)),
    )

    return SupplyNetwork(
        shape=shape,
        level=level,
        parent=parent,
        component=component,
        per=per,
        demand=demand,
        need=need,
        stock=_whole(need * shape.stock_weeks * rng.uniform(0.3, 1.7, len(level))),
        safety_stock=_whole(need * rng.choice([0.0, 0.0, 0.5, 1.0], len(level))),
        lead_time=days,
        min_lot=_whole(np.minimum(minimum, largest)),
        multiple=multiple,
        max_lot=largest,
        resource=resource,
        hours=hours,
        capacity=capacity,
    )


def _whole(quantity: Floats) -> Ints:
    return quantity.astype(np.int64)


def _sizes(shape: Shape) -> Ints:
    finished = max(1, round(shape.items * shape.finished_share))
    weight = np.ones(shape.levels - 1)
    weight[-1] = _BOUGHT_SHARE
    rest = _whole((shape.items - finished) * weight / weight.sum())
    rest[-1] += shape.items - finished - rest.sum()

    return np.array([finished, *rest], dtype=np.int64)


def _pick(shape: Shape, family: Ints, level: Ints, rng: np.random.Generator) -> Ints:
    """
    Returns a random item of each family and level, of any family where it has none.
    """
    sizes = _sizes(shape)
    starts = np.cumsum(sizes) - sizes
    first = (family - starts[level]) % shape.families
    count = -(-(sizes[level] - first) // shape.families)
    draw = rng.random(len(family))
    inside = starts[level] + first + shape.families * _whole(draw * count)

    return np.where(count > 0, inside, starts[level] + _whole(draw * sizes[level]))


def _bills(
    shape: Shape, level: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """
    Returns parents, components and quantities; a component stands once in a bill.
    """
    made = np.flatnonzero(level < shape.levels - 1)
    family = made % shape.families
    extra = np.repeat(made, rng.integers(1, 4, len(made)))
    depth = rng.integers(level[extra] + 1, shape.levels)
    parent = np.concatenate([made, extra])
    component = np.concatenate(
        [
            _pick(shape, family, level[made] + 1, rng),
            _pick(shape, extra % shape.families, depth, rng),
        ]
    )
    per = np.concatenate(
        [rng.choice([1, 1, 1, 2, 3], len(made)), rng.choice([1, 1, 2, 4], len(extra))]
    )
    _, first = np.unique(parent * len(level) + component, return_index=True)
    parent, component, per = parent[first], component[first], per[first]
    unused = np.setdiff1d(np.flatnonzero(level > 0), component)
    user = _pick(shape, unused % shape.families, level[unused] - 1, rng)
    parent, component = np.append(parent, user), np.append(component, unused)
    per = np.append(per, np.ones(len(unused), dtype=np.int64))
    order = np.lexsort([component, parent])

    return parent[order], component[order], per[order]


def _demand(count: int, weeks: int, rng: np.random.Generator) -> Ints:
    mean = rng.choice([5.0, 10.0, 20.0, 40.0, 80.0], (count, 1))

    return np.maximum(_whole(rng.normal(mean, _SPREAD * mean, (count, weeks))), 1)


def _explode(
    shape: Shape,
    level: Ints,
    parent: Ints,
    component: Ints,
    per: Ints,
    demand: Floats,
) -> Floats:
    need = np.zeros(len(level))
    need[: len(demand)] = demand

    for upper in range(shape.levels - 1):
        rows = level[parent] == upper
        passed = need[parent[rows]] * per[rows]
        need += np.bincount(component[rows], passed, len(need))

    return need


def _lots(
    need: Floats, made: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """
    Returns smallest lots before they are cut to the largest, and multiples.
    """
    size = len(need)
    weeks = np.where(
        made, rng.choice([0, 0, 1, 2], size), rng.choice([0, 1, 2, 4], size)
    )
    multiple = np.where(
        made,
        np.where(need > 20, rng.choice([1, 1, 5, 10], size), 1),
        np.where(need > 50, rng.choice([1, 10, 50], size), 1),
    )

    return np.maximum(np.floor(need * weeks), 1.0), multiple


def _work(
    shape: Shape, need: Floats, made: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    """
    Returns the work centre and the hours of each item, and the hours of a week.
    """
    count = max(1, int(np.count_nonzero(made)) // _ITEMS_PER_RESOURCE)
    place = rng.integers(count, size=len(need))

    if shape.families > 1:
        per_family = max(1, count // shape.families)
        family = np.arange(len(need)) % shape.families
        place = (family * per_family + place % per_family) % count

    hours = np.where(made, np.round(rng.uniform(0.02, 0.2, len(need)), 4), 0.0)
    load = np.bincount(place[made], (need * hours)[made], count)
    capacity = np.round(np.maximum(load, 1.0) / shape.utilisation, 2)

    return np.where(made, place, -1), hours, capacity


def _largest_lots(
    cap: float, multiple: Ints, resource: Ints, hours: Floats, capacity: Floats
) -> Floats:
    largest = np.full(len(hours), np.inf)
    made = np.flatnonzero(resource >= 0)
    fits = cap * capacity[resource[made]] / hours[made]
    step = multiple[made]
    largest[made] = np.maximum(step, np.floor(fits / step) * step)

    return largest


def frames(network: SupplyNetwork) -> dict[str, pd.DataFrame]:
    """
    Returns the network as planning tables.
    """
    item = _ids("I", np.arange(len(network.level)), 6)
    centre = _ids("R", np.arange(len(network.capacity)), 5)
    made = np.flatnonzero(network.made)

    return {
        "dataset": _dataset(network.shape),
        "items": pd.DataFrame(
            {
                "item_id": item,
                "kind": np.where(network.made, "made", "purchased"),
                "base_uom": "pcs",
            }
        ),
        "locations": pd.DataFrame({"location_id": [PLACE], "kind": "plant"}),
        "resources": pd.DataFrame(
            {
                "resource_id": centre,
                "location_id": PLACE,
                "base_capacity": network.capacity / 7.0,
            }
        ),
        "boms": pd.DataFrame({"bom_id": item[made], "item_id": item[made]}),
        "bom_lines": _bom_lines(network, item),
        "routings": pd.DataFrame(
            {
                "routing_id": item[made],
                "item_id": item[made],
                "location_id": PLACE,
                "bom_id": item[made],
            }
        ),
        "operations": pd.DataFrame(
            {
                "routing_id": item[made],
                "seq": 10,
                "resource_id": centre.take(network.resource[made]).array,
                "run_h_per_unit": network.hours[made],
            }
        ),
        "sources": _sources(network, item),
        "policies": _positive(item, "safety_stock", network.safety_stock),
        "inventory": _positive(item, "quantity", network.stock),
        "demands": _demands(network, item),
    }


def planning_data(shape: Shape) -> PlanningData:
    """
    Returns a synthetic network as checked planning data.
    """
    return PlanningData.from_frames(frames(invent(shape)))


def _ids(letter: str, number: Ints, width: int) -> pd.Series[Any]:
    return letter + pd.Series(number).astype("str").str.zfill(width)


def _dataset(shape: Shape) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [f"{shape.items:,} items, {shape.levels} levels"],
            "as_of": pd.Timestamp(AS_OF),
            "bucket_scheme": f"{shape.weeks + shape.extra_weeks}w",
        }
    )


def _bom_lines(network: SupplyNetwork, item: pd.Series[Any]) -> pd.DataFrame:
    line = pd.Series(network.parent).groupby(network.parent).cumcount() + 1

    return pd.DataFrame(
        {
            "bom_id": item.take(network.parent).array,
            "line": line.astype("str"),
            "component_id": item.take(network.component).array,
            "quantity_per": network.per.astype(np.float64),
        }
    )


def _sources(network: SupplyNetwork, item: pd.Series[Any]) -> pd.DataFrame:
    bounded = np.isfinite(network.max_lot)

    return pd.DataFrame(
        {
            "source_id": "S" + item,
            "item_id": item,
            "location_id": PLACE,
            "kind": np.where(network.made, "make", "buy"),
            "routing_id": item.where(network.made),
            "lead_time_days": network.lead_time.astype(np.float64),
            "min_lot": network.min_lot.astype(np.float64),
            "max_lot": np.where(bounded, network.max_lot, np.nan),
            "lot_multiple": network.multiple.astype(np.float64),
        }
    )


def _positive(item: pd.Series[Any], column: str, quantity: Ints) -> pd.DataFrame:
    rows = np.flatnonzero(quantity > 0)

    return pd.DataFrame(
        {
            "item_id": item.take(rows).array,
            "location_id": PLACE,
            column: quantity[rows].astype(np.float64),
        }
    )


def _demands(network: SupplyNetwork, item: pd.Series[Any]) -> pd.DataFrame:
    count, weeks = network.demand.shape
    product = np.repeat(np.arange(count), weeks)
    week = np.tile(np.arange(weeks), count)
    due = pd.Timestamp(AS_OF) + pd.to_timedelta(FIRST_DUE + 7 * week, unit="D")
    name = item.take(product).reset_index(drop=True)

    return pd.DataFrame(
        {
            "demand_id": "D-" + name + "-" + _ids("", week, 2),
            "kind": "order",
            "item_id": name,
            "location_id": PLACE,
            "quantity": network.demand.ravel().astype(np.float64),
            "due_date": due.astype("datetime64[s]"),
            "priority": 1 + week % 3,
        }
    )
