"""
The record of a run: what was asked, what was done, and what is proven.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Termination(StrEnum):
    """
    Why the run ended. Says nothing about whether there is a plan.
    """

    OPTIMAL = "optimal"  #: proven, within the requested gap
    TIME_LIMIT = "time_limit"  #: stopped by the clock
    WORK_LIMIT = "work_limit"  #: stopped by the node limit
    STOPPED = "stopped"  #: stopped on request, the best plan kept
    CANCELLED = "cancelled"  #: stopped on request, the result discarded
    INFEASIBLE = "infeasible"  #: proven that no plan exists
    UNBOUNDED = "unbounded"  #: the cost has no lower limit
    MEMORY = "memory"  #: the solving process ran out of memory
    CRASHED = "crashed"  #: the solving process died
    HEURISTIC = "heuristic"  #: the heuristic ran to its end


def relative_gap(objective: float, bound: float) -> float:
    """
    Returns ``(objective - bound) / |objective|``, infinite when either is unknown.
    """
    if not math.isfinite(objective) or not math.isfinite(bound):
        return math.inf

    distance = max(objective - bound, 0.0)

    if distance == 0.0:
        return 0.0

    return distance / abs(objective) if objective else math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """
    A small, frozen, honest account of one planning run.

    Parameters
    ----------
    engine_asked, engine_used
        Names of engines.
    choice
        Why this engine was used, in one sentence.
    termination
        Why the run ended.
    objective
        Cost of the plan, recomputed from the plan alone.
    bound
        No plan of the model can cost less; minus infinite when nothing is proven.
    terms
        Cost by named term; they add up to the objective.
    parameters
        Parameters of the run by name.
    data_fingerprint
        Fingerprint of the planning data.
    seconds
        Wall-clock seconds per stage, in the order of the stages.
    cpu_seconds
        CPU seconds of the solving process.
    size
        Rows, columns, binaries and nonzeros of the model, and its nodes and iterations.
    incumbents
        Improvements of the search as (seconds, objective, bound).
    versions
        Versions of what made the plan.
    """

    engine_asked: str
    engine_used: str
    choice: str
    termination: Termination
    objective: float
    bound: float
    terms: Mapping[str, float]
    parameters: Mapping[str, object]
    data_fingerprint: str
    seconds: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    cpu_seconds: float = 0.0
    size: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    incumbents: tuple[tuple[float, float, float], ...] = ()
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def gap(self) -> float:
        """
        Returns the relative gap between objective and bound, infinite when unknown.
        """
        return relative_gap(self.objective, self.bound)
