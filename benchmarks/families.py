"""
Invented instances of families that the literature's sets leave out.

What is tuned to some sets may fail elsewhere: few large set-ups, long horizons, set-up
times without costs, bottlenecks deep in a chain, problems that fall apart, delays that
cost less than a set-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.instances import Floats, Instance

#: Any number: the same seed makes the same instances.
SEED = 20_261_123

#: Capacity that nothing ever asks for.
_PLENTY = 1e6

#: Part of the periods in which each item may be set up where capacity is made.
_SET_UP_IN = 0.5

#: Part of capacity that demand so far and set-ups may take.
_TIGHTEST = 0.97

#: Levels of a chain, products that go through it, the level that has no time, and how
#: much more of it all others have.
_LEVELS, _PRODUCTS, _BOTTLENECK = 8, 4, 5
_MORE_TIME = 1.2

#: Components go into one of so many items above them; so large a part goes into another
#: one as well, from twice as many.
_NEAR = 12
_TWICE_USED = 1.0 / 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    What the instances of a family have in common.

    Parameters
    ----------
    name
        Its name.
    items, periods, ends
        Numbers of items, periods, and items that are sold.
    density, first
        Part of the periods with demand, and the first one that may have any.
    machines
        Number of machines, 0 for unlimited capacity.
    busy
        Part of capacity that work and set-ups take.
    setup_cost, setup_time, holding
        Least and most of each.
    ratios
        What a parent may take of a component.
    is_chain
        Whether each product goes through all levels, one machine a level.
    late
        What a unit late costs a period, in multiples of its holding; infinite where
        nothing may be late.
    """

    name: str
    items: int
    periods: int
    ends: int
    density: float = 0.85
    first: int = 1
    machines: int = 1
    busy: float = 0.9
    setup_cost: tuple[float, float] = (50.0, 700.0)
    setup_time: tuple[float, float] = (5.0, 40.0)
    holding: tuple[float, float] = (0.3, 2.0)
    ratios: tuple[float, ...] = (1.0, 2.0)
    is_chain: bool = False
    late: float = np.inf


FAMILIES: tuple[Family, ...] = (
    Family(
        name="few_set_ups",
        items=20,
        periods=26,
        ends=20,
        machines=2,
        busy=0.8,
        setup_cost=(2_000.0, 9_000.0),
        setup_time=(0.0, 20.0),
        holding=(0.05, 0.05),
    ),
    Family(name="long", items=5, periods=150, ends=5, first=2),
    Family(
        name="time_only",
        items=15,
        periods=24,
        ends=15,
        setup_cost=(0.0, 0.0),
        busy=0.95,
    ),
    Family(
        name="no_time",
        items=12,
        periods=30,
        ends=12,
        first=0,
        setup_time=(0.0, 0.0),
        busy=0.92,
    ),
    Family(name="many_items", items=100, periods=20, ends=100, machines=2),
    Family(name="apart", items=60, periods=16, ends=60, machines=10),
    Family(name="unlimited", items=40, periods=12, ends=4, first=0, machines=0),
    Family(
        name="lumpy", items=30, periods=20, ends=5, density=0.4, first=3, machines=4
    ),
    Family(
        name="fractions",
        items=50,
        periods=26,
        ends=6,
        first=0,
        machines=5,
        setup_time=(0.0, 0.0),
        ratios=(0.25, 0.5, 1.0, 2.5),
    ),
    Family(
        name="chain",
        items=_LEVELS * _PRODUCTS,
        periods=24,
        ends=_PRODUCTS,
        machines=_LEVELS,
        busy=0.75,
        setup_time=(20.0, 20.0),
        is_chain=True,
    ),
    Family(
        name="late_few",
        items=60,
        periods=24,
        ends=60,
        busy=0.85,
        setup_cost=(800.0, 4_000.0),
        setup_time=(0.0, 0.0),
        late=4.0,
    ),
    Family(
        name="late_levels",
        items=15,
        periods=35,
        ends=3,
        machines=0,
        late=4.0,
    ),
    Family(
        name="late_chain",
        items=_LEVELS * _PRODUCTS,
        periods=24,
        ends=_PRODUCTS,
        machines=_LEVELS,
        busy=0.85,
        setup_time=(20.0, 20.0),
        is_chain=True,
        late=5.0,
    ),
)


def invented(
    groups: Sequence[str] = (), limit: int | None = None, seed: int = SEED
) -> Iterator[Instance]:
    """
    Yields instances of each family.

    Parameters
    ----------
    groups
        Names of families; all when empty.
    limit
        How many of each; 2 when None.
    seed
        Of all chance.
    """
    for place, family in enumerate(FAMILIES):
        if groups and family.name not in groups:
            continue

        for number in range(2 if limit is None else limit):
            yield _invent(family, number, np.random.default_rng([seed, place, number]))


def _invent(family: Family, number: int, rng: np.random.Generator) -> Instance:
    count, periods = family.items, family.periods
    parent, component = _bill(family, rng)
    demand = np.zeros((count, periods))
    sold = rng.integers(20, 200, (family.ends, periods)).astype(np.float64)
    demand[: family.ends] = sold * (rng.random(sold.shape) < family.density)
    demand[:, : family.first] = 0.0
    width = family.ends if family.is_chain else 1
    resource = np.arange(count) // width % max(family.machines, 1)
    # What is worth more is nearer to the customer.
    holding = np.sort(rng.uniform(*family.holding, count))[::-1].round(2)
    empty = Instance(
        name=f"n{number}",
        group=family.name,
        optimum=np.nan,
        demand=demand,
        holding=holding,
        setup_cost=rng.uniform(*family.setup_cost, count).round(),
        setup_time=rng.uniform(*family.setup_time, count).round(),
        unit_time=np.ones(count),
        resource=resource,
        capacity=np.zeros((max(family.machines, 1), periods)),
        component=component,
        parent=parent,
        quantity_per=rng.choice(family.ratios, len(parent)),
        late_cost=np.where(np.arange(count) < family.ends, family.late, np.inf)
        * holding,
    )

    return replace(empty, capacity=_capacity(family, empty))


def _bill(
    family: Family, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Returns parent and component of each line; components come after their parents.
    """
    component = np.arange(family.ends, family.items)

    if family.is_chain:
        return component - family.ends, component

    least = np.maximum(component - _NEAR, 0)
    parent = rng.integers(least, component)

    chosen = component[rng.random(len(component)) < _TWICE_USED]
    other = rng.integers(np.maximum(chosen - 2 * _NEAR, 0), chosen)
    pairs = np.unique(
        np.concatenate(
            [np.column_stack([parent, component]), np.column_stack([other, chosen])]
        ),
        axis=0,
    )

    return pairs[:, 0], pairs[:, 1]


def _capacity(family: Family, instance: Instance) -> Floats:
    """
    Returns capacity that is busy, and enough for all demand in time.
    """
    if not family.machines:
        return np.full_like(instance.capacity, _PLENTY)

    work = instance.echelon_demand() * instance.unit_time[:, None]
    per_machine = np.zeros_like(instance.capacity)
    np.add.at(per_machine, instance.resource, work)
    set_ups = np.zeros(len(instance.capacity))
    np.add.at(set_ups, instance.resource, instance.setup_time)
    elapsed = np.arange(1, family.periods + 1)
    by_then = np.cumsum(per_machine, axis=1) / elapsed
    least = (by_then.max(axis=1) + _SET_UP_IN * set_ups) / _TIGHTEST
    usual = (per_machine.mean(axis=1) + _SET_UP_IN * set_ups) / family.busy
    found = np.maximum(least, usual)

    if family.is_chain:
        found[np.arange(len(found)) != _BOTTLENECK] *= _MORE_TIME

    return np.repeat(found.round(1)[:, None], family.periods, axis=1)
