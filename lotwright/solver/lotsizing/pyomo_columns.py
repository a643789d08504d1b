"""
The columns of the Pyomo model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pyomo.environ as pyo

from lotwright.solver.lotsizing.pyomo_carries import add_carries
from lotwright.solver.lotsizing.pyomo_families import add_families
from lotwright.solver.lotsizing.pyomo_symbols import Key, Symbols, Table
from lotwright.solver.lotsizing.pyomo_uses import add_uses

# Pyomo builds its classes at run time; to a type checker its parts are anything.
PyomoModel = Any
Rule = Any


def add_columns(m: PyomoModel, s: Symbols) -> None:
    """
    Adds the columns; those that no plan can use are left out.
    """
    U = m.U  # noqa: N806  # the symbol of the formulation
    used = [key for key in U if U[key] > 0]
    one = [(a, t) for a, t in used if lots_matter(s, a) and s.hi[a] == math.inf]
    many = [(a, t) for a, t in used if lots_matter(s, a) and s.hi[a] < math.inf]
    most = {(a, t): math.ceil(U[a, t] / s.hi[a] - 1e-9) for a, t in many}
    whole = {(a, t): round(U[a, t] / s.mult[a]) for a, t in used if s.mult[a] > 0}
    owed = {(p, t): s.up_to(s.Q, p, t) for p in s.P for t in s.T}
    late = [key for key in s.late_limit if s.late_limit[key] > 0]
    longer = [(r, t) for r in s.R for t in s.T if may_work_longer(s, r, t)]

    m.quantity = _variable(used, upper=U)
    m.setup = pyo.Var(one, domain=pyo.Binary)
    m.lots = _variable(many, upper=most, domain=pyo.NonNegativeIntegers)
    m.multiples = _variable(whole, upper=whole, domain=pyo.NonNegativeIntegers)
    add_families(m)
    add_carries(m)
    add_uses(m)
    _add_prices(m, s)
    m.missed = _variable([(g, s.T[0]) for g in s.shares.G])
    m.stock = _variable(owed)
    m.shortage = _variable([key for key in owed if owed[key] > 0], upper=owed)
    m.instead = _variable(_replacing(m, s))
    m.expired = _variable([key for key, ages in s.ageing.ages.items() if ages])
    m.served = _variable(s.q)
    m.backlog = _variable(late, upper=s.late_limit)
    m.lost = _variable(s.q)
    m.overtime = _variable(longer, upper=s.overtime_max)
    m.short = _variable([key for key in s.SS if s.SS[key] > 0])
    m.excess = _variable([key for key in s.SX if s.SX[key] < math.inf])
    wanted = s.end_stock.wanted
    end = {(p, s.T[-1]): quantity for p, quantity in wanted.items()}
    m.end_short = _variable(end, upper=end)
    m.dropped = _variable(s.reference.before, upper=s.reference.before)
    most = s.reference.most(U)
    m.changed = _variable(most, upper=most)
    m.cramped = _variable(
        [(r, t) for r in s.rooms for t in s.T if any(q == r for q, _ in s.space)]
    )


def _replacing(m: PyomoModel, s: Symbols) -> list[Key]:
    """
    Returns the choices and buckets in which orders may issue and something is there.
    """
    keys: list[Key] = []

    for k, choice in s.choices.K.items():
        line = s.inputs[choice.line]
        issues = {u for t, u in line.bucket.items() if m.U[line.activity, t] > 0}
        there = [t for t in choice.buckets if s.choices.known[choice.other, t] > 0]
        keys += [(k, t) for t in there if t in issues]

    return keys


def _add_prices(m: PyomoModel, s: Symbols) -> None:
    """
    Adds what is received, and the lots, at each price that a lot may have.
    """
    prices = s.prices
    keys = [
        (k, t)
        for k, a in prices.of.items()
        for t in s.T
        if 0 < m.U[a, t] * (1 + 1e-9) >= prices.low[k] <= prices.high[k] * (1 + 1e-9)
    ]
    largest = {(k, t): m.U[prices.of[k], t] for k, t in keys}
    most = {
        (k, t): math.ceil(largest[k, t] / s.hi[prices.of[k]] - 1e-9)
        if s.hi[prices.of[k]] < math.inf
        else 1
        for k, t in keys
    }
    m.priced = _variable(keys, upper=largest)
    m.priced_lots = _variable(keys, upper=most, domain=pyo.NonNegativeIntegers)


def _variable(
    keys: Iterable[Key],
    *,
    upper: Table | None = None,
    domain: Rule = pyo.NonNegativeReals,
) -> pyo.Var:
    def rule(_: PyomoModel, entity: str, t: int) -> tuple[float, float | None]:
        limit = math.inf if upper is None else upper[entity, t]
        return 0.0, limit if limit < math.inf else None

    return pyo.Var(list(keys), domain=domain, bounds=rule)


def lots_matter(s: Symbols, a: str) -> bool:
    """
    Returns whether it matters how many lots an activity makes.
    """
    works = (*s.families.work.values(), *s.uses.work.values())

    if any(a == other for other, _, _ in works):
        return True

    set_up = any(load.setup > 0 for load in s.loads if load.activity == a)
    per_lot = any(line.per_lot > 0 for line in s.inputs if line.activity == a)

    priced = a in s.prices.of.values()

    return s.cost["lot"][a] > 0 or s.lo[a] > 0 or set_up or per_lot or priced


def may_work_longer(s: Symbols, r: str, t: int) -> bool:
    """
    Returns whether overtime of a resource can help itself or a group of it.
    """
    if s.overtime_max[r, t] == 0 or s.C[r, t] == math.inf:
        return False

    rows = [row for row in s.R if r in s.members[row]]
    loaded = any(
        load.resource in rows and t in load.bucket.values() for load in s.loads
    )

    return loaded or any(s.L[row, t] > 0 for row in rows)
