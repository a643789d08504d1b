"""
Searching a network part by part: independent components, each as a task of its own.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

import numpy as np

from lotwright.fanout.fanout import Fanout
from lotwright.model.network import Network
from lotwright.model.part import part_of
from lotwright.solver.highs.control import Control
from lotwright.solver.params import Objective, SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, SolveResult, Termination
from lotwright.solver.search.components import whole_numbers
from lotwright.solver.search.course import Course
from lotwright.solver.search.grouping import cut, groups_of, is_whole, joined
from lotwright.solver.search.optimise import Optimised
from lotwright.solver.search.stages import goals_of, optimise_in_stages

logger = logging.getLogger(__name__)

#: A part that is so many times what one processor would have to do is shared by all.
_LARGE = 1.5


def optimise_in_parts(
    net: Network,
    params: SolverParams,
    *,
    objective: Objective = Objective.COST,
    starts: Sequence[Quantities] = (),
    relax: bool = False,
    listener: Listener | None = None,
    control: Control | None = None,
    cluster: str = "",
) -> Optimised:
    """
    Returns the best plan that is found within the limits, of all components.

    Cost and bound are sums over components. They share the time by the number of lots
    to decide; what one leaves goes to those after it.

    Parameters
    ----------
    net, params, objective, starts, relax, listener, control
        As in `optimise_in_stages`; as many parts are searched at a time as there are
        threads, which they share. Where one of them is much larger than their mean,
        they are searched one after the other, each with all threads.
    cluster
        Address of a scheduler whose workers search instead; empty for none.

    Raises
    ------
    Cancelled
        When that was asked for.
    ClusterError
        When the cluster is not there or not fit.
    """
    fanout = Fanout(workers=params.threads, cluster=cluster)
    groups = () if relax else groups_of(net, params, fanout.seats())
    parts = [part_of(net, group) for group in groups]

    if len(parts) < 2 or not all(is_whole(net, part) for part in parts):
        return optimise_in_stages(
            net,
            params,
            objective=objective,
            starts=starts,
            relax=relax,
            listener=listener,
            control=control,
        )

    logger.info("Searching %d parts.", len(parts))
    sizes = np.array([whole_numbers(part.network).sum() for part in parts])
    threads = 1 if cluster else max(params.threads // len(parts), 1)

    mean = sizes.sum() / min(fanout.seats(), len(parts))

    if not cluster and sizes.max() > _LARGE * mean:
        fanout, threads = Fanout(), params.threads

    course = Course(
        network=net,
        parts=parts,
        sizes=sizes,
        params=params,
        goals=goals_of(net, objective),
        starts=[tuple(cut(part, plan) for plan in starts) for part in parts],
        seats=fanout.seats(),
        threads=threads,
        listener=listener,
        control=control,
    )
    course.run(fanout)

    return _together(net, course)


def _together(net: Network, course: Course) -> Optimised:
    """
    Returns the outcome of all parts; without a plan where one has none.
    """
    done = [course.found[idx] for idx in sorted(course.found)]
    results = [one.result for one in done]
    plans = [
        (course.parts[idx], plan)
        for idx in sorted(course.found)
        if (plan := course.found[idx].quantities) is not None
    ]
    complete = len(plans) == len(course.parts)
    endings = {result.termination for result in results}
    lost = [
        SolveResult(termination=Termination.CRASHED, log=error.trace or str(error))
        for error in course.errors
    ]
    ending = Termination.CRASHED if lost else _ending(endings)
    cost = sum(result.objective for result in results) if complete else math.inf

    return Optimised(
        result=SolveResult(
            termination=ending,
            objective=cost,
            bound=-math.inf if lost else sum(result.bound for result in results),
            nodes=sum(result.nodes for result in results),
            iterations=sum(result.iterations for result in results),
            seconds=course.seconds(),
            cpu_seconds=sum(result.cpu_seconds for result in results),
            incumbents=tuple(course.incumbents),
        ),
        quantities=joined(net, plans) if complete else None,
        deaths=(*lost, *(death for one in done for death in one.deaths)),
        size={"parts": len(course.parts), "seats": course.seats}
        | {
            name: sum(one.size[name] for one in done)
            for name in (done[0].size if done else ())
        },
        seconds={"search": course.seconds()},
    )


def _ending(endings: set[Termination]) -> Termination:
    """
    Returns why all searches together have ended.
    """
    rest = endings - {Termination.OPTIMAL}
    known = [ending for ending in Termination if ending in rest]

    return known[0] if known else Termination.OPTIMAL
