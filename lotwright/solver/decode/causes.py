"""
Causes: the first reason of each demand line that is late or short in a plan of buckets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Ints, Network, Texts
from lotwright.solver.decode.causes_of_lines import CODES_OF, OF_LINE, Cause
from lotwright.solver.decode.chains import Chains
from lotwright.solver.decode.explanation_texts import points_of
from lotwright.solver.decode.explanations import first_steps

LEAD_TIME = "C-LEADTIME"
CAPACITY = "C-CAPACITY"
FENCE = "C-FENCE"
SUPPLIER = "C-SUPPLIER"
MATERIAL = "C-MATERIAL"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Causes:
    """
    Root causes of the N demand lines.

    Parameters
    ----------
    code
        Code of the first row of its explanation, empty without one, shape ``(N,)``.
    point
        The point at which the chain of that row ends, -1 where the line itself is the
        cause, shape ``(N,)``.
    resource
        The resource that is full, -1 for other causes, shape ``(N,)``.
    """

    code: Texts
    point: Ints
    resource: Ints


def root_causes(network: Network, chains: Chains, activity: Ints) -> Causes:
    """
    Returns why demand lines are late or short.

    Parameters
    ----------
    network, chains
        Chains of a plan.
    activity
        Activity of each planned order.
    """
    size = len(network.lines)
    rows = first_steps(chains)
    steps = chains.steps
    line, cause = chains.line[steps.chain[rows]], steps.cause[rows]
    code = np.full(size, "", dtype=np.object_)
    point = np.full(size, -1, dtype=np.int64)
    resource = np.full(size, -1, dtype=np.int64)
    code[line] = np.array(CODES_OF, dtype=np.object_)[cause]
    own = np.isin(cause, OF_LINE)
    point[line] = np.where(own, -1, points_of(network, activity, steps)[rows])
    is_full = np.isin(cause, (Cause.CAPACITY, Cause.SUPPLIER))
    resource[line[is_full]] = steps.object[rows[is_full]]

    return Causes(code=code, point=point, resource=resource)
