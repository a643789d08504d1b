"""
Parameters of a planning run: one frozen record per stage.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from numbers import Integral, Real
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


class Objective(StrEnum):
    """
    Which plan is the best.
    """

    COST = "cost"  #: the cheapest
    SERVICE_FIRST = "service_first"  #: least late, then least below safety, then cost


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
        Processors that a search may use: for parts of the network, and for processes
        that improve different places of one plan.
    seed
        Seed of the solver's random choices.
    memory_mb
        Address space that the solving process may use, in MiB; None for no limit.
    options
        Further options of HiGHS by their own names.

    Raises
    ------
    TypeError
        When a limit or the seed is not a number.
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
        _refuse_types(self)

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


#: A search uses no more processors than this unless it is told to.
_MOST_THREADS = 4


def usual_threads(work_limit: int | None) -> int:
    """
    Returns how many processors a search uses that was not told.

    Parameters
    ----------
    work_limit
        Where work is limited instead of time, the search has one, so that its plan is
        the same on every machine.
    """
    if work_limit is not None:
        return 1

    allowed = getattr(os, "sched_getaffinity", None)
    usable = len(allowed(0)) if allowed is not None else os.cpu_count() or 1

    return min(usable, _MOST_THREADS)


#: What parameters must be, whether they may be None besides, and how that is said.
_TYPES: Mapping[str, tuple[type, bool, str]] = MappingProxyType(
    {
        "time_limit": (Real, False, "a number of seconds"),
        "work_limit": (Integral, True, "a whole number of nodes or None"),
        "gap": (Real, False, "a number"),
        "threads": (Integral, False, "a whole number"),
        "seed": (Integral, False, "a whole number"),
        "memory_mb": (Integral, True, "a whole number of MiB or None"),
        "options": (Mapping, False, "a mapping of names to values"),
    }
)


def _refuse_types(params: SolverParams) -> None:
    for name, (kind, optional, expected) in _TYPES.items():
        refuse_type(name, getattr(params, name), kind, expected, optional=optional)


def refuse_type(
    name: str, value: object, kind: type, expected: str, *, optional: bool
) -> None:
    """
    Refuses a parameter that is not of its type; True and False are no numbers.

    Parameters
    ----------
    name, value
        The parameter.
    kind
        What it must be.
    expected
        How that is said.
    optional
        Whether it may be None.

    Raises
    ------
    TypeError
        When it is something else.
    """
    is_flag = isinstance(value, bool) and kind is not bool

    if (isinstance(value, kind) and not is_flag) or (optional and value is None):
        return

    msg = f"Expected {expected} for {name}, got {value!r}."
    raise TypeError(msg)
