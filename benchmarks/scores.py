"""
Scores of engines on instances, and what they say together.
"""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import pandas as pd

from benchmarks.found import Trail, primal_integral

#: Plans that differ by less than this share cost the same.
TIE = 1e-4

_PACKAGES = ("lotwright", "highspy", "pyscipopt", "ortools", "numpy", "numba")


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
    trail
        Its plans over time.
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
    trail: Trail
    note: str


def summary(
    scores: Sequence[Score], engines: Sequence[str], seconds: float
) -> list[str]:
    """
    Returns lines that compare the first engine with each other one, with optima, and
    how soon each engine has good plans.
    """
    table = _costs(scores)
    first = engines[0]
    lines = [_to_optimum(scores, engine) for engine in engines]
    lines += [
        f"{engine}: {_planned(scores, engine)} planned, primal integral "
        f"{_integral(scores, engine, seconds):.4f}"
        for engine in engines
    ]

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
    counts = f"{wins} won, {len(known) - wins - losses} tied, {losses} lost"

    if not len(finite):
        return f"no instance planned by both, {counts}"

    mean = float(np.exp(np.log(finite).mean()))

    return f"mean {mean:.4f}, worst {finite.max():.4f}, {counts}"


def _to_optimum(scores: Sequence[Score], engine: str) -> str:
    gaps = [s.to_optimum for s in scores if s.engine == engine]
    known = [gap for gap in gaps if not np.isnan(gap)]

    if not known:
        return f"{engine}: no optimum known"

    return (
        f"{engine}: mean {np.mean(known):.4%}, worst {max(known):.4%} above "
        f"{len(known)} known optima"
    )


def report(scores: Sequence[Score], engines: Sequence[str], seconds: float) -> str:
    """
    Returns the results as a page: versions, comparison, costs, and the best of each.
    """
    return "\n".join(_report(scores, engines, seconds)) + "\n"


def _report(
    scores: Sequence[Score], engines: Sequence[str], seconds: float
) -> Iterator[str]:
    yield "# Results of benchmarks.quality"
    yield ""
    yield f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {seconds:g} seconds an instance and"
    yield "engine, one thread each. A cell without a figure is no valid plan: one that"
    yield "delivers late what may not be late, or that asks for more than capacity."
    yield ""
    yield f"{platform.machine()}, Python {platform.python_version()}, "
    yield ", ".join(_versions()) + "."
    yield ""
    yield from (f"- {line}" for line in summary(scores, engines, seconds))
    yield ""
    yield "## Costs"
    yield ""
    yield "| set | instance | " + " | ".join(engines) + " | bound |"
    yield "|---|---|" + "---:|" * (len(engines) + 1)
    costs = {(s.group, s.name, s.engine): s.cost for s in scores}
    bounds = {(s.group, s.name): s.bound for s in scores if s.engine == engines[0]}

    for (group, name), bound in bounds.items():
        cells = [_number(costs[group, name, engine]) for engine in engines]
        cells.append(_number(bound))
        yield f"| {group} | {name} | " + " | ".join(cells) + " |"

    yield ""
    yield "## Best values found"
    yield ""
    yield "| set | instance | cost | by | proven optimum |"
    yield "|---|---|---:|---|---:|"

    for best in _best(scores):
        optimum = best.cost / (1.0 + best.to_optimum)
        yield (
            f"| {best.group} | {best.name} | {_number(best.cost)} | {best.engine} in "
            f"{best.cpu:.0f} CPU s | {_number(optimum)} |"
        )


def _versions() -> Iterator[str]:
    for package in _PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue


def _number(value: float) -> str:
    return f"{value:,.2f}" if np.isfinite(value) else "-"


def _costs(scores: Sequence[Score]) -> pd.DataFrame:
    return pd.DataFrame(
        [(s.group, s.name, s.engine, s.cost) for s in scores],
        columns=["group", "name", "engine", "cost"],
    ).pivot(index=["group", "name"], columns="engine", values="cost")


def _planned(scores: Sequence[Score], engine: str) -> int:
    """
    Returns on how many instances an engine has a valid plan.
    """
    return sum(s.engine == engine and np.isfinite(s.cost) for s in scores)


def _best(scores: Sequence[Score]) -> list[Score]:
    """
    Returns the best score on each instance that has a plan.
    """
    best: dict[tuple[str, str], Score] = {}

    for score in scores:
        key = (score.group, score.name)

        if np.isfinite(score.cost) and (key not in best or score.cost < best[key].cost):
            best[key] = score

    return list(best.values())


def _integral(scores: Sequence[Score], engine: str, seconds: float) -> float:
    """
    Returns the mean primal integral of an engine, against the best of all engines.
    """
    best = {(s.group, s.name): s.cost for s in _best(scores)}
    own = [
        primal_integral(s.trail, best[s.group, s.name], seconds)
        for s in scores
        if s.engine == engine and (s.group, s.name) in best
    ]

    return float(np.mean(own)) if own else np.nan
