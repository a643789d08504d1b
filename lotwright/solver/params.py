"""
Parameters of a planning run: one frozen record per stage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

#: A value that HiGHS accepts for one of its own options.
OptionValue = str | int | float | bool


class Engine(StrEnum):
    """
    What makes the plan.
    """

    AUTO = "auto"  #: chosen from the data
    MIP = "mip"  #: mixed-integer optimisation
    LP = "lp"  #: optimisation without lots and set-ups
    MRP = "mrp"  #: the fast heuristic, infinite capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverParams:
    """
    Limits and settings of one solve.

    Parameters
    ----------
    time_limit
        Seconds of wall clock, counted from the start of the solve.
    work_limit
        Branch-and-bound nodes; unlike the clock, the same on every machine. None
        for no limit.
    gap
        Relative gap at which a plan counts as optimal.
    threads
        Threads that the solver may use.
    seed
        Seed of the solver's random choices.
    memory_mb
        Address space that the solving process may use, in MiB; None for no limit.
    options
        Further options of HiGHS by their own names.

    Raises
    ------
    ValueError
        When a limit is negative or not a number.
    """

    time_limit: float = 60.0
    work_limit: int | None = None
    gap: float = 1e-4
    threads: int = 1
    seed: int = 0
    memory_mb: int | None = None
    options: Mapping[str, OptionValue] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def __post_init__(self) -> None:
        if not self.time_limit > 0:
            msg = f"Expected a time limit above 0 seconds, got {self.time_limit}."
            raise ValueError(msg)

        if self.work_limit is not None and self.work_limit < 0:
            msg = f"Expected a work limit of 0 or more nodes, got {self.work_limit}."
            raise ValueError(msg)

        if not 0 <= self.gap < float("inf"):
            msg = f"Expected a gap of 0 or more, got {self.gap}."
            raise ValueError(msg)

        if self.threads < 1:
            msg = f"Expected at least one thread, got {self.threads}."
            raise ValueError(msg)

        if self.memory_mb is not None and self.memory_mb < 1:
            msg = f"Expected a memory limit of 1 MiB or more, got {self.memory_mb}."
            raise ValueError(msg)
