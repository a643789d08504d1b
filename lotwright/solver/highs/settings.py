"""
Solver parameters in the words of HiGHS.
"""

from __future__ import annotations

from collections.abc import Mapping

from lotwright.solver.params import OptionValue, SolverParams

#: Options of HiGHS that have a parameter of their own, or that the session needs.
RESERVED: Mapping[str, str] = {
    "time_limit": "time_limit",
    "mip_max_nodes": "work_limit",
    "mip_rel_gap": "gap",
    "threads": "threads",
    "random_seed": "seed",
}

#: A whole number of HiGHS has 32 bits.
LARGEST = 2**31 - 1


def settings(params: SolverParams) -> dict[str, OptionValue]:
    """
    Returns every option that HiGHS is given, but for the time limit.

    A binary column that may be 1e-6 opens a lot of 1e-6 times its big M, so whole
    numbers are held ten times tighter than HiGHS does by default.

    Raises
    ------
    ValueError
        When an option names what has a parameter of its own.
    """
    for name in params.options:
        if name in RESERVED:
            msg = f"Expected the parameter {RESERVED[name]!r}, got the option {name!r}."
            raise ValueError(msg)

    chosen: dict[str, OptionValue] = {
        "output_flag": True,
        "log_to_console": False,
        "threads": params.threads,
        "random_seed": params.seed,
        "mip_rel_gap": float(params.gap),
        "mip_abs_gap": 1e-6,
        "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-7,
    }

    if params.work_limit is not None:
        chosen["mip_max_nodes"] = min(params.work_limit, LARGEST)

    return chosen | dict(params.options)
