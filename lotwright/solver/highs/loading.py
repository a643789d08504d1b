"""
Handing a problem over to HiGHS.
"""

from __future__ import annotations

import highspy
import numpy as np

from lotwright.solver.highs.problem import Arrays


def pass_model(
    highs: highspy.Highs, problem: Arrays, *, relax: bool = False
) -> highspy.HighsStatus:
    """
    Gives HiGHS a problem in place of the one that it had, and returns what it says.

    Parameters
    ----------
    highs
        The solver.
    problem
        What is to be solved.
    relax
        Whether whole numbers may be broken.
    """
    integer = problem.integer & (not relax)

    return highs.passModel(
        len(problem.lower),
        len(problem.row_lower),
        len(problem.value),
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        problem.offset,
        problem.cost,
        problem.lower,
        problem.upper,
        problem.row_lower,
        problem.row_upper,
        problem.start,
        problem.index,
        problem.value,
        integer.astype(np.int32),
    )
