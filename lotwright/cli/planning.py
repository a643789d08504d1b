"""
Making a plan while the reader watches, and may press Ctrl-C.
"""

from __future__ import annotations

import pandas as pd
from rich.console import Console

import lotwright as lw
from lotwright.cli.interrupt import interrupts
from lotwright.cli.options import Ask
from lotwright.cli.progress import progress


def make_plan(
    data: lw.PlanningData, ask: Ask, reference: pd.DataFrame | None = None
) -> lw.Plan:
    """
    Returns a plan; shows progress on stderr, and ends early at Ctrl-C.

    Parameters
    ----------
    data
        What to plan.
    ask
        What is asked of the solver.
    reference
        Planned orders of an earlier plan to compare with.
    """
    console = Console(stderr=True)
    control = lw.Control()

    def say(sentence: str) -> None:
        console.print(sentence, style="yellow")

    with progress(console, ask.time_limit) as listener, interrupts(control, say):
        return lw.plan(
            data,
            engine=ask.engine,
            objective=ask.objective,
            time_limit=ask.time_limit,
            work_limit=ask.work_limit,
            gap=ask.gap,
            threads=ask.threads,
            seed=ask.seed,
            level=ask.level,
            only=ask.only,
            cluster=ask.cluster,
            reference=reference,
            listener=listener,
            control=control,
        )
