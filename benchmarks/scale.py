"""
Large plans with set-ups and scarce capacity: first plan, value over time, and bound.

Run as ``python -m benchmarks.scale [--quick]``. Every size runs in this process, one
after the other; CPU seconds include the solving processes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.instances import Instance, planning_data
from lotwright.model.assemble.network import assemble
from lotwright.model.network import Network
from lotwright.solver.bucketed.execute import execute
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Progress
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.optimise import optimise
from lotwright.solver.search.progress import Story
from lotwright.solver.search.starts import Starts

#: Levels of the bill of material, and the most components of an item.
LEVELS = 4
MOST_COMPONENTS = 3

#: Part of the capacity that a mean period needs, set-ups of every other period in it.
UTILISATION = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """
    How large an instance is, and how many seconds it is given.
    """

    items: int
    periods: int
    resources: int
    seconds: float


SIZES = (
    Size(items=200, periods=26, resources=8, seconds=60.0),
    Size(items=1_000, periods=52, resources=20, seconds=60.0),
)
QUICK = (Size(items=100, periods=26, resources=4, seconds=30.0),)


def invent(size: Size, seed: int = 1) -> Instance:
    """
    Returns an instance with set-up times, several levels and scarce capacity.
    """
    random = np.random.default_rng(seed)
    level = np.sort(np.arange(size.items) % LEVELS)
    pairs = []

    for item in np.flatnonzero(level < LEVELS - 1).tolist():
        below = np.flatnonzero(level == level[item] + 1)
        count = int(random.integers(1, MOST_COMPONENTS + 1))
        pairs += [(part, item) for part in random.choice(below, count, replace=False)]

    bom = np.array(pairs)
    demand = np.zeros((size.items, size.periods))
    ends = level == 0
    lumpy = random.random((int(ends.sum()), size.periods)) < 0.7
    demand[ends] = lumpy * random.integers(20, 120, lumpy.shape)
    demand[:, :LEVELS] = 0.0
    resources = random.integers(0, size.resources, size.items)
    draft = Instance(
        name=f"{size.items}x{size.periods}x{size.resources}",
        group="scale",
        optimum=np.nan,
        demand=demand,
        holding=np.asarray(LEVELS - level, dtype=np.float64),
        setup_cost=random.integers(200, 1_500, size.items).astype(np.float64),
        setup_time=random.integers(10, 40, size.items).astype(np.float64),
        unit_time=np.ones(size.items),
        resource=resources,
        capacity=np.zeros((size.resources, size.periods)),
        component=bom[:, 0],
        parent=bom[:, 1],
        quantity_per=np.ones(len(bom)),
        late_cost=np.full(size.items, np.inf),
    )
    need = draft.echelon_demand().mean(axis=1) + 0.5 * draft.setup_time
    load = np.bincount(resources, weights=need, minlength=size.resources)
    draft.capacity[:] = load[:, None] / UTILISATION

    return draft


def lot_for_lot(net: Network) -> float:
    """
    Returns the cost of lots in every period, their quantities chosen by an LP.
    """
    model = LotSizingModel(net)
    elastic = Elastic(model.compiled)
    story = Story(listener=None)
    starts = Starts(elastic, SolverParams(), lambda: 1e3, story, None)
    starts.settle(model.compiled.upper)

    return story.incumbent


def measure(size: Size) -> str:
    """
    Returns the line of one size.
    """
    net = assemble(planning_data(invent(size)))
    everywhere = lot_for_lot(net)
    seen: list[tuple[float, float]] = []
    began, cpu_began = time.monotonic(), _cpu_seconds()

    def hear(event: Progress) -> None:
        if not seen or event.incumbent < seen[-1][1]:
            seen.append((_cpu_seconds() - cpu_began, event.incumbent))

    wanted = plan_mrp(net)
    executed = execute(net, wanted)
    plans = [plan for plan in (executed, wanted) if plan is not None]
    params = SolverParams(time_limit=size.seconds)
    done = optimise(net, params, starts=plans, listener=hear)
    plans_seen = [(at, cost) for at, cost in seen if np.isfinite(cost)]
    first, first_cost = plans_seen[0] if plans_seen else (np.nan, np.nan)
    best = done.result.objective

    return (
        f"{size.items:6,} x {size.periods} x {size.resources:2}  "
        f"{done.size['binaries']:7,} set-ups  first {first_cost:13,.0f} in "
        f"{first:5.1f} s  best {best:13,.0f}  lot for lot {everywhere:13,.0f}  "
        f"{best / everywhere - 1.0:+7.1%}  bound {done.result.bound:13,.0f}  "
        f"integral {integral(plans_seen, best, _cpu_seconds() - cpu_began):6.3f}  "
        f"{_cpu_seconds() - cpu_began:6.1f} CPU s in {time.monotonic() - began:5.1f} s"
        f"  {_megabytes():,.0f} MB"
    )


def integral(seen: Sequence[tuple[float, float]], best: float, seconds: float) -> float:
    """
    Returns how far plans were above the best one, on average over the time.

    Before the first plan, and where one costs more than twice the best, it counts 1.
    """
    times = np.array([at for at, _ in seen] + [seconds])
    above = np.array([min(cost / best - 1.0, 1.0) for _, cost in seen])

    return float((times[0] + above @ np.diff(times)) / max(seconds, 1e-9))


def _cpu_seconds() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _megabytes() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)

    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Runs the benchmark and returns its exit code.
    """
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="within two minutes")
    parser.add_argument("--seconds", type=float, help="time limit of each size")
    asked = parser.parse_args(arguments)

    for size in QUICK if asked.quick else SIZES:
        chosen = size
        if asked.seconds:
            chosen = Size(
                items=size.items,
                periods=size.periods,
                resources=size.resources,
                seconds=asked.seconds,
            )
        print(measure(chosen), flush=True)

    return 0


if __name__ == "__main__":
    sys.exit(main())
