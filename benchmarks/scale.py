"""
Large plans with set-ups and scarce capacity: first plan, value over time, and bound.

Run as ``python -m benchmarks.scale [--quick | --whole]``. Sizes run one after the
other; CPU seconds include the solving processes, but for those of a cluster. With
``--work`` the plan is the same wherever it is made; its fingerprint is the last word.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.instances import Instance, planning_data
from lotwright.model.assemble.network import assemble
from lotwright.model.network import Network
from lotwright.solver.bucketed.execute import execute, most_orders
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Progress
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.optimise import Optimised
from lotwright.solver.search.parts import optimise_in_parts
from lotwright.solver.search.progress import Story
from lotwright.solver.search.starts import Starts

#: Levels of the bill of material, and the most components of an item.
LEVELS = 4
MOST_COMPONENTS = 3

#: Lots everywhere take too long with more items than this.
_MOST_COMPARED = 2_000

#: Part of the capacity that a mean period needs, set-ups of every other period in it.
UTILISATION = 0.85


#: Arrays of instances side by side that follow one another as they are.
_BY_ITEM_OR_RESOURCE = (
    "demand",
    "holding",
    "setup_cost",
    "setup_time",
    "unit_time",
    "capacity",
    "quantity_per",
    "late_cost",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """
    How large an instance is, and how many seconds it is given.
    """

    items: int
    periods: int
    resources: int
    seconds: float
    components: int = 1


SIZES = (
    Size(items=200, periods=26, resources=8, seconds=60.0),
    Size(items=1_000, periods=52, resources=20, seconds=60.0),
)
WHOLE = (
    *SIZES,
    Size(items=100, periods=52, resources=2, seconds=240.0, components=100),
    Size(items=10_000, periods=52, resources=200, seconds=600.0),
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


def side_by_side(size: Size) -> Instance:
    """
    Returns as many instances that share nothing as there are to be components.
    """
    ones = [invent(size, seed) for seed in range(1, size.components + 1)]
    items = np.arange(size.components) * size.items
    resources = np.arange(size.components) * size.resources
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in ones])
        for name in _BY_ITEM_OR_RESOURCE
    }
    joined |= {
        name: np.concatenate(
            [getattr(one, name) + n for one, n in zip(ones, first, strict=True)]
        )
        for name, first in (
            ("component", items),
            ("parent", items),
            ("resource", resources),
        )
    }

    return replace(ones[0], **joined)


def lot_for_lot(net: Network) -> float:
    """
    Returns the cost of lots in every period, their quantities chosen by an LP; those
    that stay empty are not paid for.
    """
    model = LotSizingModel(net)
    elastic = Elastic(model.compiled)
    story = Story(listener=None)
    starts = Starts(model, elastic, SolverParams(), lambda: 1e3, story, None)
    starts.settle(model.compiled.upper)

    return story.incumbent


def measure(size: Size, params: SolverParams, cluster: str) -> str:
    """
    Returns the line of one size.
    """
    net = assemble(planning_data(side_by_side(size)))
    items = size.items * size.components
    everywhere = lot_for_lot(net) if items <= _MOST_COMPARED else np.nan
    seen: list[tuple[float, float]] = []
    began, cpu_began = time.monotonic(), _cpu_seconds()

    def hear(event: Progress) -> None:
        if not seen or event.incumbent < seen[-1][1]:
            seen.append((_cpu_seconds() - cpu_began, event.incumbent))

    wanted = plan_mrp(net)
    executed = execute(net, wanted, most_orders(params.time_limit))
    plans = [plan for plan in (executed, wanted) if plan is not None]
    done = optimise_in_parts(net, params, starts=plans, listener=hear, cluster=cluster)
    plans_seen = [(at, cost) for at, cost in seen if np.isfinite(cost)]
    first, first_cost = plans_seen[0] if plans_seen else (np.nan, np.nan)
    best = done.result.objective

    return (
        f"{items:6,} x {size.periods} x {size.resources * size.components:3}  "
        f"{done.size.get('parts', 1):3} parts  "
        f"{done.size['binaries']:7,} set-ups  first {first_cost:13,.0f} in "
        f"{first:5.1f} s  best {best:13,.0f}  lot for lot {everywhere:13,.0f}  "
        f"{best / everywhere - 1.0:+7.1%}  bound {done.result.bound:13,.0f}  "
        f"integral {integral(plans_seen, best, _cpu_seconds() - cpu_began):6.3f}  "
        f"{_cpu_seconds() - cpu_began:6.1f} CPU s in {time.monotonic() - began:5.1f} s"
        f"  {_megabytes():,.0f} MB  {_fingerprint(done)}"
    )


def _fingerprint(done: Optimised) -> str:
    """
    Returns a word that is the same for the same plan.
    """
    if done.quantities is None:
        return "no plan"

    receipt = np.round(done.quantities.receipt, 6) + 0.0

    return hashlib.blake2b(receipt.tobytes(), digest_size=6).hexdigest()


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
    parser.add_argument("--whole", action="store_true", help="10,000 items, too")
    parser.add_argument("--seconds", type=float, help="time limit of each size")
    parser.add_argument("--work", type=int, help="most nodes; the clock does not count")
    parser.add_argument("--threads", type=int, default=1, help="parts at a time")
    parser.add_argument("--cluster", default="", help="address of a Dask scheduler")
    asked = parser.parse_args(arguments)

    for size in QUICK if asked.quick else WHOLE if asked.whole else SIZES:
        params = SolverParams(
            time_limit=asked.seconds or (1e5 if asked.work else size.seconds),
            work_limit=asked.work,
            threads=asked.threads,
        )
        print(measure(size, params, asked.cluster), flush=True)

    return 0


if __name__ == "__main__":
    sys.exit(main())
