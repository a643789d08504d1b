"""
What the solving process is given: a file without a name, shared by inheritance.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.highs.problem import Problem
from lotwright.solver.params import SolverParams

_ARRAYS = (
    "lower",
    "upper",
    "cost",
    "integer",
    "start",
    "index",
    "value",
    "row_lower",
    "row_upper",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """
    One solve that another process is to do.

    Parameters
    ----------
    problem
        What is to be solved.
    params
        Limits and settings.
    deadline
        Reading of the monotonic clock at which the time limit is reached; the clock is
        the machine's, so it reads the same in both processes.
    start
        A prepared start, or None.
    """

    problem: Problem
    params: SolverParams
    deadline: float
    start: NDArray[np.float64] | None = None


def open_file() -> BinaryIO:
    """
    Opens a file that vanishes with its last holder: in memory where that is possible.
    """
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("lotwright"), "w+b")

    return tempfile.TemporaryFile()


def write(job: Job, file: BinaryIO) -> None:
    """
    Writes a job and goes back to the beginning of the file.
    """
    params = job.params
    head = {
        "offset": job.problem.offset,
        "deadline": job.deadline,
        "started": job.start is not None,
        "params": {
            "time_limit": params.time_limit,
            "work_limit": params.work_limit,
            "gap": params.gap,
            "threads": params.threads,
            "seed": params.seed,
            "memory_mb": params.memory_mb,
            "options": dict(params.options),
        },
    }
    text = json.dumps(head).encode()
    np.save(file, np.frombuffer(text, np.uint8))

    for name in _ARRAYS:
        np.save(file, getattr(job.problem, name))

    if job.start is not None:
        np.save(file, job.start)

    file.flush()
    file.seek(0)


def read(file: BinaryIO) -> Job:
    """
    Reads a job.
    """
    head = json.loads(np.load(file).tobytes())
    arrays = {name: np.load(file) for name in _ARRAYS}

    return Job(
        problem=Problem(offset=head["offset"], **arrays),
        params=SolverParams(**head["params"]),
        deadline=head["deadline"],
        start=np.load(file) if head["started"] else None,
    )
