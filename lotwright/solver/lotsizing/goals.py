"""
Goals: what a plan is made for, one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from lotwright.model.network import Floats, Network
from lotwright.solver.lotsizing.algebra import Variable
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.compiled import Block, Compiled

#: Priority of demand that weighs 1; each step of priority halves or doubles it.
_USUAL = 3.0

#: Priorities further apart than this weigh the same: weights stay in proportion.
_MOST_STEPS = 10.0

#: What is lost counts as late for so many horizons, so that nobody gives up to be good.
_LOST = 2.0

#: A goal is held but for this part of it, and at least this much: a solver's rounding.
_SLACK = 1e-6


class Goal(StrEnum):
    """
    What is made as little as possible.
    """

    LATENESS = "lateness"  #: unit-days of lateness, weighed by priority
    SAFETY = "safety"  #: unit-days below the safety stock
    COST = "cost"  #: the cost of the plan
    EFFORT = "effort"  #: units received, and unit-days in stock


#: Service first: each goal counts only among plans that are best in those before it.
SERVICE_FIRST = (Goal.LATENESS, Goal.SAFETY, Goal.COST)

#: Where nothing costs anything: no more is made and kept than service takes.
COSTLESS = (Goal.LATENESS, Goal.SAFETY, Goal.EFFORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """
    One goal, and how much of the goals before it is allowed.

    Parameters
    ----------
    goal
        What is made least.
    held
        The least of each goal before it, as far as it was found.
    """

    goal: Goal = Goal.COST
    held: tuple[tuple[Goal, float], ...] = ()


def weights(goal: Goal, columns: Columns, net: Network, cost: Floats) -> Floats:
    r"""
    Returns what each column adds to a goal, shape ``(num_columns,)``.

    .. math::
        lateness &= \sum_t len(t) \Big( \sum_d w_d backlog_{dt}
            + \max_d w_d \sum_p g_{pt} \Big) + 2 H \sum_{dt} w_d lost_{dt},
            \qquad w_d = 2^{3 - priority_d} \\
        safety &= \sum_{pt} len(t) short_{pt} \\
        effort &= \sum_{at} (x_{at} + y_{at}) + \sum_{pt} len(t) I_{pt}

    with :math:`H` the days of the plan. What open orders wait for weighs as much as the
    most urgent demand.

    Parameters
    ----------
    goal
        The goal.
    columns, net
        The columns of the model of a network.
    cost
        The cost of each column.
    """
    if goal is Goal.COST:
        return cost

    values = np.zeros(len(cost))
    days = net.buckets.days[None, :].astype(np.float64)

    if goal is Goal.SAFETY:
        _put(values, columns.short, days)
        return values

    if goal is Goal.EFFORT:
        for block in (columns.quantity, columns.setup, columns.lots):
            _put(values, block, np.ones((1, 1)))

        _put(values, columns.stock, days)
        return values

    steps = np.clip(_USUAL - net.classes.priority, -_MOST_STEPS, _MOST_STEPS)
    weight = 2.0**steps
    _put(values, columns.backlog, weight[:, None] * days)
    _put(values, columns.shortage, weight.max(initial=1.0) * days)
    _put(values, columns.lost, _LOST * net.buckets.horizon * weight[:, None])

    return values


def aimed(compiled: Compiled, aim: Aim, columns: Columns, net: Network) -> Compiled:
    """
    Returns the model that makes one goal least and holds those before it.

    Each goal that is held is a row, ``held_lateness[all,1]``.

    Parameters
    ----------
    compiled
        The model of least cost.
    aim
        The goal, and what is held.
    columns, net
        Its columns, and the network that it is of.
    """
    cost = weights(aim.goal, columns, net, compiled.cost)

    for goal, least in aim.held:
        row = weights(goal, columns, net, compiled.cost)
        compiled = _with_row(compiled, f"held_{goal}", row, _held(least))

    if aim.goal is Goal.COST:
        return compiled

    return replace(
        compiled,
        cost=cost,
        offset=0.0,
        columns=tuple(replace(block, term="") for block in compiled.columns),
        constants={},
    )


def _held(least: float) -> float:
    return least + max(_SLACK * abs(least), _SLACK)


def _with_row(compiled: Compiled, name: str, row: Floats, upper: float) -> Compiled:
    """
    Returns the model with one more row, which has no more than its upper bound.
    """
    index = np.flatnonzero(row).astype(np.int32)

    if not len(index):
        return compiled

    block = Block(name=name, first=compiled.num_rows, labels=["all"], num_buckets=1)
    end = compiled.start[-1] + len(index)

    return replace(
        compiled,
        start=np.append(compiled.start, end).astype(np.int32),
        index=np.concatenate([compiled.index, index]),
        value=np.concatenate([compiled.value, row[index]]),
        row_lower=np.append(compiled.row_lower, -np.inf),
        row_upper=np.append(compiled.row_upper, upper),
        rows=(*compiled.rows, block),
    )


def _put(values: Floats, block: Variable, amount: Floats) -> None:
    exists = block.columns >= 0
    values[block.columns[exists]] = np.broadcast_to(amount, block.shape)[exists]
