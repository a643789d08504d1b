"""
Kernels that tell how urgent jobs are, and what comes of where they are.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.solver.mrp.levelling_problem import Levelling
from lotwright.solver.mrp.workdays import after


@kernel
def urgency_of_jobs(level: Levelling, urgency: Floats, topological: Ints) -> Floats:
    """
    Returns the urgency of the most urgent line that needs each job, shape ``(K,)``.

    What an open order needs comes before all lines.

    Parameters
    ----------
    level
        The problem.
    urgency
        Of each line, the lower the more urgent, shape ``(N,)``.
    topological
        Jobs, components first, shape ``(K,)``.
    """
    lines, links, jobs = level.lines, level.links, level.jobs
    result = np.where(jobs.serves_open, -np.inf, np.inf)

    for peg in range(len(lines.peg_line)):
        job = lines.peg_supplier[peg]
        result[job] = min(result[job], urgency[lines.peg_line[peg]])

    for turn in range(len(topological) - 1, -1, -1):
        job = topological[turn]

        for link in range(jobs.link_from[job], jobs.link_from[job + 1]):
            supplier = links.supplier[link]
            result[supplier] = min(result[supplier], result[job])

    return result


@kernel
def deliveries(level: Levelling, due: Ints) -> Ints:
    """
    Returns the day on which each line is delivered in full, shape ``(N,)``.
    """
    lines, days = level.lines, level.grid.days
    result = np.maximum(lines.stock_day, lines.required)

    for peg in range(len(lines.peg_line)):
        line, job = lines.peg_line[peg], lines.peg_supplier[peg]
        day = after(days, lines.peg_calendar[peg], due[job], lines.peg_margin[peg])
        day = after(days, lines.issue_calendar[line], day, lines.issue_margin[line])
        result[line] = max(result[line], day)

    return result


@kernel
def work_of_lines(level: Levelling) -> Floats:
    """
    Returns the work in each line and all that is made for it, ``(N,)``.

    Work counts as a part of what its resource can do in a day of the horizon.
    """
    jobs, tasks, links, lines = level.jobs, level.tasks, level.links, level.lines
    rate = np.maximum(level.grid.rate, 1e-9)
    work = np.zeros(len(jobs.floor))

    for job in level.topological:
        for task in range(jobs.task_from[job], jobs.task_from[job + 1]):
            work[job] += tasks.amount[task] / rate[tasks.resource[task]]

        for link in range(jobs.link_from[job], jobs.link_from[job + 1]):
            work[job] += links.share[link] * work[links.supplier[link]]

    result = np.zeros(len(lines.required))

    for peg in range(len(lines.peg_line)):
        part = lines.peg_share[peg] * work[lines.peg_supplier[peg]]
        result[lines.peg_line[peg]] += part

    return result
