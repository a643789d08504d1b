"""
Solution quality on instances of the literature, at equal time, in one table.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import lotwright as lw
from benchmarks.instances import Floats, Instance, find_instances, planning_data
from benchmarks.natural import solve_with_highs, solve_with_scip
from benchmarks.validate import production_of, validate

#: Sets and seconds of a run that ends within two minutes.
QUICK_SETS = ("trigeiro", "classap", "classbp", "multilsb_set1")
QUICK_SECONDS = 10.0

#: Plans that differ by less than this share cost the same.
TIE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """
    One engine on one instance.

    Parameters
    ----------
    group, name, engine
        Set, instance and engine.
    cost
        Cost of the plan, recomputed; infinite without a valid plan.
    bound
        Bound that the engine reports.
    to_optimum
        Relative distance to the proven optimum, NaN where that is unknown.
    cpu
        CPU seconds of the process and its children.
    note
        What is wrong with the plan, or how the engine ended.
    """

    group: str
    name: str
    engine: str
    cost: float
    bound: float
    to_optimum: float
    cpu: float
    note: str


def run_lotwright(
    instance: Instance, seconds: float
) -> tuple[Floats | None, float, str]:
    """
    Returns production, bound and a note of a plan made from planning tables.
    """
    plan = lw.plan(planning_data(instance), engine="auto", time_limit=seconds)
    run = plan.run
    note = f"{run.engine_used}, {run.termination}, states {run.objective:,.2f}"

    return production_of(instance, plan.orders), run.bound, note


def run_highs(instance: Instance, seconds: float) -> tuple[Floats | None, float, str]:
    """
    Returns production, bound and an empty note of the natural model in HiGHS.
    """
    return *solve_with_highs(instance, seconds), ""


def run_scip(instance: Instance, seconds: float) -> tuple[Floats | None, float, str]:
    """
    Returns production, bound and an empty note of the natural model in SCIP.
    """
    return *solve_with_scip(instance, seconds), ""


Runner = Callable[[Instance, float], tuple[Floats | None, float, str]]

ENGINES: dict[str, Runner] = {
    "lotwright": run_lotwright,
    "highs": run_highs,
    "scip": run_scip,
}


def score(instance: Instance, engine: str, seconds: float) -> Score:
    """
    Returns what an engine makes of an instance in some seconds.
    """
    before = cpu_seconds()
    production, bound, note = ENGINES[engine](instance, seconds)
    cpu = cpu_seconds() - before
    cost = np.inf

    if production is not None:
        verdict = validate(instance, production)
        note = "; ".join(filter(None, [*verdict.problems, note]))
        cost = verdict.cost if verdict.is_valid else np.inf

    return Score(
        group=instance.group,
        name=instance.name,
        engine=engine,
        cost=cost,
        bound=bound,
        to_optimum=cost / instance.optimum - 1.0,
        cpu=cpu,
        note=note if production is not None else "no plan found",
    )


def cpu_seconds() -> float:
    """
    Returns the CPU seconds of this process and of its children that have ended.
    """
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))

    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def summary(scores: Sequence[Score], engines: Sequence[str]) -> list[str]:
    """
    Returns lines that compare the first engine with each other one, and with optima.
    """
    table = pd.DataFrame(
        [(s.group, s.name, s.engine, s.cost) for s in scores],
        columns=["group", "name", "engine", "cost"],
    ).pivot(index=["group", "name"], columns="engine", values="cost")
    first = engines[0]
    lines = [_to_optimum(scores, engine) for engine in engines]

    for other in engines[1:]:
        ratio = (table[first] / table[other]).rename("ratio")
        lines += [
            f"{first} / {other}, {group}: {_spread(rows)}"
            for group, rows in ratio.groupby(level="group")
        ]
        lines.append(f"{first} / {other}, all: {_spread(ratio)}")

    invalid = sum(not np.isfinite(s.cost) for s in scores if s.engine == first)
    others = "; ".join(line for line in lines if ", all:" in line)
    lines.append(
        f"Headline: {len(table)} instances, {invalid} without a valid plan by "
        f"{first}; {_to_optimum(scores, first)}; {others}"
    )

    return lines


def _spread(ratio: pd.Series) -> str:
    known = ratio.dropna()
    wins = int((known < 1.0 - TIE).sum())
    losses = int((known > 1.0 + TIE).sum())
    finite = known[np.isfinite(known) & (known > 0.0)]
    mean = float(np.exp(np.log(finite).mean())) if len(finite) else np.nan

    return (
        f"mean {mean:.4f}, worst {known.max():.4f}, "
        f"{wins} won, {len(known) - wins - losses} tied, {losses} lost"
    )


def _to_optimum(scores: Sequence[Score], engine: str) -> str:
    gaps = [s.to_optimum for s in scores if s.engine == engine]
    known = [gap for gap in gaps if not np.isnan(gap)]

    if not known:
        return f"{engine}: no optimum known"

    return (
        f"{engine}: mean {np.mean(known):.4%}, worst {max(known):.4%} above "
        f"{len(known)} known optima"
    )


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
    engines = asked.engines.split(",")
    groups = [name for name in asked.sets.split(",") if name]
    seconds, limit = asked.time, asked.limit

    if asked.quick:
        groups, seconds, limit = groups or list(QUICK_SETS), QUICK_SECONDS, limit or 1

    names = [name for name in asked.names.split(",") if name]
    found = [
        instance
        for instance in find_instances(asked.data, groups, limit)
        if not names or instance.name in names
    ]

    if not found:
        print(f"Skipped: no instances in {asked.data}; name their folder with --data.")
        return 0

    print(
        f"{'set':14} {'instance':10} {'engine':10} {'cost':>14} {'bound':>14} "
        f"{'to opt.':>9} {'CPU s':>7}  note"
    )
    scores = []

    for instance in found:
        for engine in engines:
            scores.append(score(instance, engine, seconds))
            print_score(scores[-1])

    print("\n".join(summary(scores, engines)))

    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/lotdata"))
    parser.add_argument("--sets", default="", help="names of sets, with commas")
    parser.add_argument("--names", default="", help="names of instances, with commas")
    parser.add_argument("--limit", type=int, help="instances of each set")
    parser.add_argument("--time", type=float, default=60.0, help="seconds for each")
    parser.add_argument("--engines", default="lotwright,highs")
    parser.add_argument("--quick", action="store_true", help="within two minutes")

    return parser


if __name__ == "__main__":
    sys.exit(main())
