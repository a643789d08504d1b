"""
The bound on receipts once more, term by term, for the Pyomo model.
"""

from __future__ import annotations

import math

from lotwright.solver.lotsizing.pyomo_symbols import Symbols, Table

_SLACK = 1e-9


def bounds(s: Symbols) -> Table:
    """
    Returns :math:`U`, by activity and bucket; see `largest_receipts` for its formulas.
    """
    useful = _useful(s)

    return {(a, t): _bound(s, a, t, useful[a, t]) for a in s.A for t in s.T}


def _bound(s: Symbols, a: str, t: int, useful: float) -> float:
    bound = min(useful, _through(s, a, t))

    if s.mult[a] > 0:
        bound = s.mult[a] * math.floor(bound / s.mult[a] + _SLACK)

    if s.lo[a] > 0 and s.hi[a] < math.inf:
        bound = min(bound, s.hi[a] * math.floor(bound / s.lo[a] + _SLACK))

    least = _step(s, a)
    reached = bound > _SLACK and bound >= least * (1.0 - _SLACK)

    return max(bound, least) if reached else 0.0


def _lot_fits(s: Symbols, a: str) -> bool:
    return s.hi[a] > 0 and _step(s, a) <= s.hi[a] * (1.0 + _SLACK)


def _step(s: Symbols, a: str) -> float:
    return max(s.lo[a], s.mult[a])


def _overshoot(s: Symbols, a: str) -> float:
    """
    Returns by how much a lot may exceed the need that it serves.
    """
    most = max(_step(s, a), s.prices.largest_step[a])

    return s.mult[a] * math.ceil(most / s.mult[a] - _SLACK) if s.mult[a] > 0 else most


def _through(s: Symbols, a: str, t: int) -> float:
    """
    Returns what the resources of ``a`` let through in ``t``.
    """
    if not s.possible[a, t] or not _lot_fits(s, a):
        return 0.0

    most = math.inf

    for load in (load for load in s.loads if load.activity == a):
        r, u = load.resource, load.bucket[t]
        room = max(s.C[r, u] + s.overtime_of(r, u) - s.L[r, u], 0.0) - load.least

        if load.run > 0:
            most = min(most, max(room, 0.0) / load.run)
        elif room < -_SLACK:
            most = 0.0

    return most


def _useful(s: Symbols) -> Table:
    """
    Returns :math:`Y`, by activity and bucket.
    """
    need = {(p, t): 0.0 for p in s.P for t in s.T}
    useful = second = _one_round(s, need)

    if all(p == s.main[a] for a, p in s.out):
        return useful

    for number in range(1, max(s.level.values(), default=0) + 2):
        before = dict(need)
        useful = _one_round(s, need)
        second = useful if number == 1 else second

        if all(abs(before[k] - need[k]) <= _SLACK * abs(need[k]) for k in need):
            return useful

    return second


def _one_round(s: Symbols, need: Table) -> Table:
    useful: Table = {}
    ahead: Table = {}

    for level in range(max(s.level.values(), default=0) + 1):
        for p in (p for p in s.P if s.level[p] == level):
            dependent = {t: _dependent(s, ahead, p, t) for t in s.T}
            need.update({(p, t): _need(s, p, t, dependent) for t in s.T})

        for a in (a for a in s.A if s.level[s.main[a]] == level):
            for t in s.T:
                gains = [(p, _gain(s, a, p)) for b, p in s.out if b == a]
                wanted = max(need[p, t] / gain for p, gain in gains if gain > 0)
                rest = sum(_through(s, a, later) for later in s.T if later >= t)
                wanted += _overshoot(s, a) + _wasted(s, a, t) if wanted > 0 else 0.0
                before = {u: _before(s, a, u) for u in s.T if u >= t}
                ahead[a, t] = min(wanted + sum(before.values()), rest)
                useful[a, t] = min(wanted + before[t], rest)

    return useful


def _before(s: Symbols, a: str, t: int) -> float:
    """
    Returns what an activity may bring because the reference plan does, whole lots.
    """
    before = s.reference.before.get((a, t), 0.0)

    return before + _overshoot(s, a) if before > 0 else 0.0


def _wasted(s: Symbols, a: str, t: int) -> float:
    """
    Returns what may expire and be made anew from ``t`` on.
    """
    gains = {p: _gain(s, a, p) for b, p in s.out if b == a}
    again = [
        max(_wanted(s, p, u) for u in s.T) / gain + _overshoot(s, a)
        for p, gain in gains.items()
        if gain > 0 and any(s.ageing.ages[p, u] for u in s.T)
    ]

    return max(again, default=0.0) * (len(s.T) - t)


def _gain(s: Symbols, a: str, p: str) -> float:
    """
    Returns what an activity brings of a point beyond what it issues of it.
    """
    issued = sum(
        line.ratio
        for line in s.inputs
        if (line.activity, line.point) == (a, p)
        and all(line.bucket.get(t, t + 1) <= t for t in s.T if s.possible[a, t])
    )

    return s.out[a, p] - issued


def _need(s: Symbols, p: str, t: int, dependent: dict[int, float]) -> float:
    """
    Returns :math:`N`, what a point needs from a bucket on.
    """
    latest = max(
        _demand(s, p, later) - _coming(s, p, later) + _wanted(s, p, later)
        for later in s.T
        if later >= t
    )
    carried = _late(s, p, t - 1) - _demand(s, p, t - 1) + _coming(s, p, t - 1)
    opening = 0.0 if p in s.choices.lent else s.ageing.opening[p]
    need = latest + min(dependent[1] - opening, dependent[t] + carried)

    return need if need > _SLACK * (_demand(s, p, s.T[-1]) + dependent[1]) else 0.0


def _wanted(s: Symbols, p: str, t: int) -> float:
    """
    Returns the stock that is wanted at the end of a bucket.
    """
    end = s.end_stock.wanted.get(p, 0.0) if t == s.T[-1] else 0.0

    return max(s.SS[p, t], end)


def _coming(s: Symbols, p: str, t: int) -> float:
    """
    Returns what open orders bring by ``t`` that nobody else may take.
    """
    return 0.0 if p in s.choices.lent else s.up_to(s.ageing.receipts, p, t)


def _demand(s: Symbols, p: str, t: int) -> float:
    due = sum(s.up_to(s.q, d, t) for d in s.D if s.at[d] == p)

    return due + s.up_to(s.Q, p, t)


def _late(s: Symbols, p: str, t: int) -> float:
    """
    Returns how much of what is due by ``t`` may be late at its end; 0 at the start.
    """
    if t == 0:
        return 0.0

    classes = [d for d in s.D if s.at[d] == p]
    late = sum(min(s.up_to(s.q, d, t), s.late_limit[d, t]) for d in classes)

    return late + s.up_to(s.Q, p, t)


def _dependent(s: Symbols, useful: Table, p: str, t: int) -> float:
    """
    Returns :math:`D`, what activities may issue of a point in or after a bucket.
    """
    amount = 0.0

    for line in s.inputs:
        receipts = [t1 for t1, issue in line.bucket.items() if issue >= t]

        if line.point == p and receipts:
            first = min(receipts)
            quantity = useful[line.activity, first]
            amount += line.ratio * quantity
            amount += line.per_lot * _most_lots(s, line.activity, quantity, first)

    return amount


def _most_lots(s: Symbols, a: str, quantity: float, first: int) -> float:
    if quantity <= 0:
        return 0.0

    lots = len(s.T) - first + 1 + quantity / s.hi[a]

    return min(lots, quantity / s.lo[a]) if s.lo[a] > 0 else lots
