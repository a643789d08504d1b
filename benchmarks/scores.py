"""
Scores of engines on instances, and what they say together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.found import Trail, primal_integral

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
    cpu, seconds
        CPU seconds of the process and its children, and how many it was allowed.
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
    seconds: float
    trail: Trail
    note: str

    @property
    def key(self) -> tuple[str, str, str]:
        """
        Set, instance and engine.
        """
        return (self.group, self.name, self.engine)

    @property
    def gap(self) -> float:
        """
        Part of the cost that is above the bound; NaN without a plan.
        """
        if not np.isfinite(self.cost):
            return np.nan

        return (self.cost - self.bound) / max(abs(self.cost), 1e-9)

    @property
    def shows_none(self) -> bool:
        """
        Whether the engine has proven that nobody can plan the instance.
        """
        return self.bound == np.inf


def summary(
    scores: Sequence[Score], engines: Sequence[str], seconds: float
) -> list[str]:
    """
    Returns lines that compare the first engine with each other one, with optima, and
    how soon each engine has good plans.
    """
    table = costs(scores)
    first = engines[0]
    lines = [_to_optimum(scores, engine) for engine in engines]
    lines += [
        f"{engine}: {_planned(scores, engine)} planned, primal integral "
        f"{mean_integral(scores, engine, seconds):.4f}"
        for engine in engines
    ]

    for other in engines[1:]:
        ratio = (table[first] / table[other]).rename("ratio")
        lines += [
            f"{first} / {other}, {group}: {compared(rows)}"
            for group, rows in ratio.groupby(level="group")
        ]
        lines.append(f"{first} / {other}, all: {compared(ratio)}")

    invalid = sum(not np.isfinite(s.cost) for s in scores if s.engine == first)
    others = "; ".join(line for line in lines if ", all:" in line)
    lines.append(
        f"Headline: {len(table)} instances, {invalid} without a valid plan by "
        f"{first}; {_to_optimum(scores, first)}; {others}"
    )

    return lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    One engine against another one, over some instances.

    Parameters
    ----------
    mean, worst
        Of the ratios of costs where both have a plan, the mean is the geometric one;
        NaN without any.
    won, tied, lost
        Instances; one that only one of them plans is won or lost.
    """

    mean: float
    worst: float
    won: int
    tied: int
    lost: int

    def __str__(self) -> str:
        counts = f"{self.won} won, {self.tied} tied, {self.lost} lost"

        if np.isnan(self.mean):
            return f"no instance planned by both, {counts}"

        return f"mean {self.mean:.4f}, worst {self.worst:.4f}, {counts}"


def compared(ratio: pd.Series) -> Comparison:
    """
    Returns what ratios of costs say; one that is no number counts for nothing.
    """
    known = ratio.dropna()
    won = int((known < 1.0 - TIE).sum())
    lost = int((known > 1.0 + TIE).sum())
    finite = known[np.isfinite(known) & (known > 0.0)]

    return Comparison(
        mean=float(np.exp(np.log(finite).mean())) if len(finite) else np.nan,
        worst=float(finite.max()) if len(finite) else np.nan,
        won=won,
        tied=len(known) - won - lost,
        lost=lost,
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


def costs(scores: Sequence[Score]) -> pd.DataFrame:
    """
    Returns costs by set and instance, with a column for each engine.
    """
    return pd.DataFrame(
        [(s.group, s.name, s.engine, s.cost) for s in scores],
        columns=["group", "name", "engine", "cost"],
    ).pivot(index=["group", "name"], columns="engine", values="cost")


def _planned(scores: Sequence[Score], engine: str) -> int:
    """
    Returns on how many instances an engine has a valid plan.
    """
    return sum(s.engine == engine and np.isfinite(s.cost) for s in scores)


def best_of(scores: Sequence[Score]) -> list[Score]:
    """
    Returns the best score on each instance that has a plan.
    """
    best: dict[tuple[str, str], Score] = {}

    for score in scores:
        key = (score.group, score.name)

        if np.isfinite(score.cost) and (key not in best or score.cost < best[key].cost):
            best[key] = score

    return list(best.values())


def mean_integral(scores: Sequence[Score], engine: str, seconds: float) -> float:
    """
    Returns the mean primal integral of an engine, against the best of all engines.
    """
    best = {(s.group, s.name): s.cost for s in best_of(scores)}
    own = [
        primal_integral(s.trail, best[s.group, s.name], seconds)
        for s in scores
        if s.engine == engine and (s.group, s.name) in best
    ]

    return float(np.mean(own)) if own else np.nan
