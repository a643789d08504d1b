"""
Samples: what is drawn, and what the plan comes to in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.kpis import stock_costs
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.scenarios.montecarlo.days import carry_out
from lotwright.scenarios.montecarlo.execution import Execution, as_planned
from lotwright.scenarios.montecarlo.script import Draw, Told
from lotwright.scenarios.montecarlo.uncertainty import (
    DemandError,
    LeadTimeError,
    factors,
    triangular,
)

#: Names of the figures of each sample, cost terms aside.
FIGURES = (
    "on_time_in_full",
    "quantity_on_time",
    "quantity_delivered",
    "late_lines",
    "short_lines",
    "days_late",
    "days_late_max",
    "late_quantity",
    "short_quantity",
    "stock_value_average",
    "stock_value_end",
)

#: What is late, short or missing by less than this is rounding.
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """
    One error, and what it is about.

    Parameters
    ----------
    error
        The error.
    code
        Number of the draw that each line or order takes, -1 where the error is not
        about it, shape ``(N,)`` or ``(O,)``.
    """

    error: DemandError | LeadTimeError
    code: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """
    What came of some samples, a row for each.

    Parameters
    ----------
    figures
        By sample and figure: ``FIGURES`` and the cost terms, shape ``(S, F)``.
    days_late
        Days by which each line is late, 0 in time, shape ``(S, N)``.
    short, on_time, wanted
        Not delivered, delivered in time, and asked for, shape ``(S, N)``.
    cause
        Why it is late, as in ``Told``, shape ``(S, N)``.
    stock
        Mean stock of each point, by days, shape ``(S, P)``.
    """

    figures: Floats
    days_late: Ints
    short: Floats
    on_time: Floats
    wanted: Floats
    cause: Ints
    stock: Floats


def draw_of(
    execution: Execution,
    demand: Sequence[Spread],
    lead_time: Sequence[Spread],
    seed: int,
    sample: int,
) -> Draw:
    """
    Returns what a sample makes different.

    Every sample and error has a stream of random numbers of its own, so that a sample
    is the same whatever else is drawn, and wherever.

    Parameters
    ----------
    execution
        The plan.
    demand, lead_time
        What is uncertain.
    seed, sample
        Which sample it is.
    """
    network = execution.network
    plain = as_planned(network, len(execution.days))
    factor, shift = plain.factor.copy(), np.zeros(len(network.lines))
    longer = np.zeros(len(execution.days))

    for number, spread in enumerate(demand):
        rng, code = _stream(seed, sample, 0, number), spread.code
        size = int(code.max(initial=-1)) + 1
        quantity = factors(spread.error, _open(rng.random(size)))
        factor *= np.append(quantity, 1.0)[code]
        days = rng.standard_normal(size) * _shift(spread.error)
        shift += np.append(days, 0.0)[code]

    for number, spread in enumerate(lead_time):
        error = spread.error
        rng, code = _stream(seed, sample, 1, number), spread.code
        size = int(code.max(initial=-1)) + 1
        ratio = np.append(factors(error, _open(rng.random(size))), 1.0)[code]
        longer += execution.days * (ratio - 1.0)

        if isinstance(error, LeadTimeError):
            late = triangular(error, rng.random(size))
            late *= rng.random(size) < error.chance
            longer += np.append(late, 0.0)[code]

    moved = np.rint(shift).astype(np.int64)

    return Draw(
        factor=factor,
        shift=moved,
        due_day=plain.due_day + moved,
        due_start=_due_start(network, plain, moved),
        delay=np.maximum(np.rint(longer).astype(np.int64), -execution.days),
    )


def _stream(seed: int, sample: int, kind: int, number: int) -> np.random.Generator:
    key = (sample, kind, number)

    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def _open(uniform: Floats) -> Floats:
    """
    Returns uniform numbers without 0, where distributions have no end.
    """
    return np.maximum(uniform, 2.0**-54)


def _shift(error: DemandError | LeadTimeError) -> float:
    return error.shift_days if isinstance(error, DemandError) else 0.0


def _due_start(network: Network, plain: Draw, shift: Ints) -> Ints:
    """
    Returns the first day of the bucket in which lines are due.
    """
    buckets = network.buckets
    day = np.clip(plain.due_day + shift, 0, buckets.horizon - 1)

    return np.where(shift == 0, plain.due_start, buckets.start[buckets.of(day)])


def samples_of(execution: Execution, draws: Iterable[Draw]) -> Samples:
    """
    Returns what a plan comes to in some samples.

    Parameters
    ----------
    execution
        The plan.
    draws
        What each sample makes different.
    """
    rows = [_row(execution, draw) for draw in draws]
    columns = zip(*rows, strict=True)
    names = Samples.__slots__

    return Samples(
        **{name: np.array(cells) for name, cells in zip(names, columns, strict=True)}
    )


def _row(execution: Execution, draw: Draw) -> tuple[Floats | Ints, ...]:
    """
    Returns a row of each column of ``Samples``.
    """
    network = execution.network
    told = _as_told(execution, carry_out(execution.script, draw))
    wanted = network.lines.quantity * draw.factor
    missing = wanted - told.on_time - told.late
    short = np.where(missing > _NOTHING * np.maximum(wanted, 1.0), missing, 0.0)
    is_late = told.late > _NOTHING
    days = np.where(is_late, told.last_late - draw.due_day, 0)
    stock = np.maximum(told.end, 0.0)
    terms = execution.terms | _terms(execution, draw, told, short)
    service = _service(told, wanted, short, is_late, days)
    length = network.buckets.days
    value = stock.T @ network.points.value
    holding = [float(value @ length / length.sum()), float(value[-1])]
    figures = np.array([*service, *holding, *terms.values()])

    return (
        figures,
        days,
        short,
        told.on_time,
        wanted,
        np.where(short > 0, _taken(network, told), told.cause),
        stock @ length / length.sum(),
    )


def _as_told(execution: Execution, told: Told) -> Told:
    """
    Returns what came of a sample, its stock told as the plan tells it.
    """
    return told._replace(
        end=np.maximum(told.end + execution.end, execution.least),
        waiting=np.maximum(told.waiting + execution.waiting, 0.0),
        expired=np.maximum(told.expired + execution.expired, 0.0),
    )


def _taken(network: Network, told: Told) -> Ints:
    """
    Returns the causes of lines that are short: what they wait for is used up.
    """
    return np.where(told.cause >= 0, told.cause, 2 * network.lines.point + 1)


def _service(
    told: Told, wanted: Floats, short: Floats, is_late: Bools, days: Ints
) -> list[float]:
    asked, count = float(wanted.sum()), len(wanted)
    on_time, late = float(told.on_time.sum()), float(told.late.sum())
    missed = is_late | (short > 0)

    return [
        1.0 - float(missed.sum()) / count if count else 1.0,
        on_time / asked if asked > 0 else 1.0,
        (on_time + late) / asked if asked > 0 else 1.0,
        float(is_late.sum()),
        float((short > 0).sum()),
        float(days.sum()),
        float(days.max(initial=0)),
        late,
        float(short.sum()),
    ]


def _terms(
    execution: Execution, draw: Draw, told: Told, short: Floats
) -> dict[str, float]:
    """
    Returns the cost terms that depend on what happens; the others are as planned.

    What the plan loses counts as late until it does, and what is lost besides until the
    horizon's end, as in key figures of plans.
    """
    network, line = execution.network, execution.given_up_line
    classes, lines = network.classes, network.lines
    given_up = execution.given_up * draw.factor[line]
    waited = np.maximum(execution.given_up_on - draw.due_start[line], 0)
    by_plan = np.bincount(line, weights=given_up, minlength=len(lines))
    until_end = np.maximum(network.buckets.horizon - draw.due_start, 0)
    more = np.maximum(short - by_plan, 0.0)
    more = np.where(more > _NOTHING, more, 0.0)
    late = told.unit_days + np.bincount(
        line, weights=given_up * waited, minlength=len(lines)
    )
    late = late + more * until_end
    table = pd.DataFrame(
        {
            "end": told.end.ravel(),
            "waiting": told.waiting.ravel(),
            "expired": told.expired.ravel(),
        }
    )

    return stock_costs(network, table) | {
        "late": float((late * classes.late_cost[lines.demand_class]).sum()),
        "lost": float(((by_plan + more) * classes.lost_cost[lines.demand_class]).sum()),
    }
