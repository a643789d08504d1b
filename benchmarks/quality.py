"""
Solution quality on instances of the literature, or on invented ones of other families,
at equal time, in one table.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import lotwright as lw
from benchmarks import store
from benchmarks.families import invented
from benchmarks.found import Found
from benchmarks.instances import Instance, find_instances, in_turns, planning_data
from benchmarks.lot_rules import lot_for_lot, wagner_whitin
from benchmarks.page import report
from benchmarks.scores import Score, summary
from benchmarks.solvers import solve_with_cpsat, solve_with_highs, solve_with_scip
from benchmarks.validate import production_of, validate

#: Sets and seconds of a run that ends within two minutes.
QUICK_SETS = ("trigeiro", "classap", "classbp", "multilsb_set1")
QUICK_FAMILIES = ("few_set_ups", "long", "chain", "fractions")
QUICK_SECONDS = 10.0


def run_lotwright(instance: Instance, seconds: float) -> Found:
    """
    Returns what the optimiser finds, from planning tables.
    """
    return _planned(
        instance, lw.plan(planning_data(instance), time_limit=seconds, threads=1)
    )


def run_levelled_mrp(instance: Instance, _seconds: float) -> Found:
    """
    Returns what MRP levelled against capacity answers, from planning tables.
    """
    data = planning_data(instance)

    return _planned(instance, lw.plan(data, engine="mrp", level=True))


def _planned(instance: Instance, plan: lw.Plan) -> Found:
    run = plan.run
    trail = tuple((at, cost) for at, cost, _ in run.incumbents)

    return Found(
        production=production_of(instance, plan.orders),
        bound=run.bound,
        trail=trail or ((sum(run.seconds.values()), run.objective),),
        note=f"{run.engine_used}, {run.termination}, states {run.objective:,.2f}",
    )


Runner = Callable[[Instance, float], Found]

ENGINES: dict[str, Runner] = {
    "lotwright": run_lotwright,
    "levelled_mrp": run_levelled_mrp,
    "highs": solve_with_highs,
    "scip": solve_with_scip,
    "cpsat": solve_with_cpsat,
    "lot_for_lot": lambda instance, _: lot_for_lot(instance),
    "wagner_whitin": lambda instance, _: wagner_whitin(instance),
}


def score(instance: Instance, engine: str, seconds: float) -> Score:
    """
    Returns what an engine makes of an instance in some seconds.
    """
    before = cpu_seconds()
    found = ENGINES[engine](instance, seconds)
    cpu = cpu_seconds() - before
    cost, note = np.inf, found.note or "no plan found"

    if found.production is not None:
        verdict = validate(instance, found.production)
        note = "; ".join(filter(None, [*verdict.problems, found.note]))
        cost = verdict.cost if verdict.is_valid else np.inf

    return Score(
        group=instance.group,
        name=instance.name,
        engine=engine,
        cost=cost,
        bound=found.bound,
        to_optimum=cost / instance.optimum - 1.0,
        cpu=cpu,
        seconds=seconds,
        trail=found.trail if np.isfinite(cost) else (),
        note=note,
    )


def cpu_seconds() -> float:
    """
    Returns the CPU seconds of this process and of its children that have ended.
    """
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def print_score(found: Score) -> None:
    """
    Prints one line of the table.
    """
    gap = "" if np.isnan(found.to_optimum) else f"{found.to_optimum:.3%}"
    print(
        f"{found.group:14} {found.name:10} {found.engine:10} {found.cost:14,.2f} "
        f"{found.bound:14,.2f} {gap:>9} {found.cpu:7.1f}  {found.note}",
        flush=True,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Runs the benchmark and returns its exit code.
    """
    asked = _parser().parse_args(arguments)
    given = sys.argv[1:] if arguments is None else arguments
    command = " ".join(["python -m benchmarks.quality", *given])
    engines = asked.engines.split(",")
    groups = [name for name in asked.sets.split(",") if name]
    seconds, limit = asked.time, asked.limit

    if asked.quick:
        sets = QUICK_FAMILIES if asked.invented else QUICK_SETS
        groups, seconds, limit = groups or list(sets), QUICK_SECONDS, limit or 1

    names = [name for name in asked.names.split(",") if name]
    known = (
        invented(groups, limit)
        if asked.invented
        else find_instances(asked.data, groups, limit)
    )
    found = [
        instance for instance in in_turns(known) if not names or instance.name in names
    ]

    if not found:
        print(f"Skipped: no instances in {asked.data}; name their folder with --data.")
        return 0

    scores = gathered(
        [(instance, engine) for instance in found for engine in engines],
        seconds,
        kept=asked.store,
        only_kept=asked.stored,
    )

    if not scores:
        print("Skipped: no results are stored.")
        return 0

    engines = [name for name in engines if any(s.engine == name for s in scores)]
    print("\n".join(summary(scores, engines, seconds)))

    if asked.write is not None:
        page = report(scores, engines, seconds, command)
        asked.write.write_text(page, encoding="utf-8")

    return 0


def gathered(
    wanted: Sequence[tuple[Instance, str]],
    seconds: float,
    *,
    kept: Path | None = None,
    only_kept: bool = False,
) -> list[Score]:
    """
    Returns scores, which are printed one by one.

    Parameters
    ----------
    wanted
        Instances and engines.
    seconds
        What each is allowed.
    kept
        File of earlier scores, which are not made again; new ones are added to it.
    only_kept
        Whether to leave out what is not in the file.
    """
    print(
        f"{'set':14} {'instance':10} {'engine':10} {'cost':>14} {'bound':>14} "
        f"{'to opt.':>9} {'CPU s':>7}  note"
    )
    known = {} if kept is None else {one.key: one for one in store.read(kept)}
    scores: list[Score] = []

    for instance, engine in wanted:
        found = known.get((instance.group, instance.name, engine))

        if found is None and not only_kept:
            found = score(instance, engine, seconds)

            if kept is not None:
                store.add(kept, found)

        if found is not None:
            scores.append(found)
            print_score(found)

    return scores


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/lotdata"))
    parser.add_argument(
        "--invented",
        action="store_true",
        help="invented instances of families that the sets leave out",
    )
    parser.add_argument("--sets", default="", help="names of sets, with commas")
    parser.add_argument("--names", default="", help="names of instances, with commas")
    parser.add_argument("--limit", type=int, help="instances of each set")
    parser.add_argument("--time", type=float, default=60.0, help="seconds for each")
    parser.add_argument("--engines", default="lotwright,highs")
    parser.add_argument("--write", type=Path, help="file to write the results to")
    parser.add_argument(
        "--store",
        type=Path,
        help="file of results, which are not made again; new ones are added",
    )
    parser.add_argument(
        "--stored", action="store_true", help="no new results, only those of --store"
    )
    parser.add_argument("--quick", action="store_true", help="within two minutes")

    return parser


if __name__ == "__main__":
    sys.exit(main())
