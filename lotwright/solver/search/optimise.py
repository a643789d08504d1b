"""
Optimisation of a network: build, start, search, and settle the quantities.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lotwright.model.network import Network
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.goals import Aim
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import (
    Listener,
    SolveResult,
)
from lotwright.solver.search.crew import crew_for
from lotwright.solver.search.phases import Search
from lotwright.solver.search.progress import Story
from lotwright.solver.search.settling import settled

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimised:
    """
    Outcome of an optimisation.

    Parameters
    ----------
    result
        Outcome of the search as a whole.
    quantities
        The best plan found; None when there is none.
    deaths
        Solves on the way whose process died.
    size
        Rows, columns, whole-number columns and nonzeros of the model, and nodes and
        iterations of the search.
    seconds
        Wall-clock seconds of building, starting and searching.
    """

    result: SolveResult
    quantities: Quantities | None
    deaths: tuple[SolveResult, ...]
    size: dict[str, int]
    seconds: dict[str, float]


def optimise(
    net: Network,
    params: SolverParams,
    *,
    starts: Sequence[Quantities] = (),
    relax: bool = False,
    listener: Listener | None = None,
    control: Control | None = None,
    aim: Aim | None = None,
) -> Optimised:
    """
    Returns the best plan that is found within the limits.

    Parameters
    ----------
    net
        The network.
    params
        Limits and settings; the time limit holds for everything here.
    starts
        Plans to start from; the best is taken.
    relax
        Whether lots and set-ups may be broken: the LP.
    listener, control
        Watch and end the search.
    aim
        What is made least; the cost when None.
    """
    story = Story(listener=listener)
    story.say("build")
    model = LotSizingModel(net, aim)
    story.quantities = model.quantities
    built = story.seconds()
    compiled = model.compiled
    logger.info(
        "Built %d rows, %d columns, %d nonzeros in %.2f s.",
        compiled.num_rows,
        compiled.num_columns,
        compiled.num_nonzeros,
        built,
    )

    if relax or not compiled.integer.any():
        search = Search(net, model, params, story, control)
        started = built
        result = search.linear(compiled.relaxed())
        _keep(story, result)
    else:
        # Its own threads do not make the solver any faster.
        single = replace(params, threads=1)

        with crew_for(params, int(compiled.integer.sum())) as crew:
            search = Search(net, model, single, story, control, crew)
            begin = search.start(starts)
            started = story.seconds()
            result = search.whole(begin)

        _keep(story, result)
        result = settled(model, single, story, result)

    values = result.values
    ended = story.seconds()

    return Optimised(
        result=result,
        quantities=None if values is None else model.quantities(values),
        deaths=tuple(story.deaths),
        size={
            "rows": compiled.num_rows,
            "columns": compiled.num_columns,
            "binaries": int(compiled.integer.sum()),
            "nonzeros": compiled.num_nonzeros,
            "nodes": result.nodes,
            "iterations": result.iterations,
        },
        seconds={
            "build": built,
            "start": started - built,
            "search": ended - started,
        },
    )


def _keep(story: Story, result: SolveResult) -> None:
    """
    Lets the plan of a search be handed over before anything else is done with it.
    """
    if result.values is not None:
        story.keep(result.objective, result.values)
        story.say("settle")
