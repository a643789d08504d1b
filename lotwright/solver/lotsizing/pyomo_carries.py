"""
Set-up carry-over once more, operation by operation, for the Pyomo model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pyomo.environ as pyo

from lotwright.model.network import Network
from lotwright.solver.lotsizing.pyomo_families import most_lots

# Pyomo builds its classes at run time; to a type checker its parts are anything.
PyomoModel = Any
Rule = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """
    An operation of an activity on a machine that keeps its set-up.

    ``limits`` are the resources whose time it takes, ``family`` its set-up group or
    empty, ``setup`` and ``cost`` what a set-up takes, ``bucket`` the bucket of the work
    by bucket of the receipt.
    """

    activity: str
    machine: str
    limits: set[str]
    family: str
    setup: float
    cost: float
    bucket: dict[int, int]


class CarrySymbols:
    """
    Sets and data of carry-over.

    Attributes
    ----------
    W
        Operations by name.
    saved, still
        What set-ups and open set-up groups cost that are saved, below 0.
    """

    def __init__(
        self, net: Network, activities: Sequence[str], resources: Sequence[str]
    ) -> None:
        carries, families, loads = net.rules.carries, net.rules.families, net.loads
        family = {
            int(load): families.labels[f]
            for load, f in zip(families.load, families.family, strict=True)
        }
        pools = list(
            zip(net.resources.pool_row, net.resources.pool_member, strict=True)
        )
        self.W: dict[str, Work] = {}

        for load, cost in zip(carries.load, carries.cost, strict=True):
            r = loads.resource[load]
            work = Work(
                activity=activities[loads.activity[load]],
                machine=resources[r],
                limits={resources[r], *(resources[p] for p, m in pools if m == r)},
                family=family.get(int(load), ""),
                setup=float(loads.setup[load]),
                cost=float(cost),
                bucket={
                    t: u + 1
                    for t, u in enumerate(loads.bucket[load].tolist(), start=1)
                    if u >= 0
                },
            )
            self.W[self._name(work)] = work

        self.saved = {name: -work.cost for name, work in self.W.items()}
        self.still = {
            label: -float(cost)
            for label, cost in zip(families.labels, families.cost, strict=True)
        }

    def _name(self, work: Work) -> str:
        name = label = f"{work.activity}/{work.machine}"
        number = 1

        while name in self.W:
            number += 1
            name = f"{label}.{number}"

        return name


def add_carries(m: PyomoModel) -> None:
    """
    Adds the columns of states, where there may be work before and after.
    """
    s = m.symbols
    carried, through = [], []

    for name, work in s.carries.W.items():
        busy = [u for t, u in work.bucket.items() if most_lots(m, work.activity, t) > 0]
        here = [
            t for t in s.T if any(u < t for u in busy) and any(u >= t for u in busy)
        ]
        carried += [(name, t) for t in here]
        through += [(name, t) for t in here if t + 1 in here]

    saved = [(w, t) for w, t in carried if most_work(m, w, t) > 0]
    machines = {(s.carries.W[w].machine, t): None for w, t in through}
    families = {(s.carries.W[w].family, t): None for w, t in carried}
    m.carry = pyo.Var(carried, domain=pyo.Binary)
    m.saved = pyo.Var(saved, domain=pyo.NonNegativeReals, bounds=(0.0, 1.0))
    m.through = pyo.Var(through, domain=pyo.NonNegativeReals, bounds=(0.0, 1.0))
    m.kept = pyo.Var(list(machines), domain=pyo.NonNegativeReals, bounds=(0.0, 1.0))
    m.still = pyo.Var(
        [key for key in families if key in m.family],
        domain=pyo.NonNegativeReals,
        bounds=(0.0, 1.0),
    )


def most_work(m: PyomoModel, name: str, u: int) -> float:
    """
    Returns the most lots for which an operation works in a bucket.
    """
    work = m.symbols.carries.W[name]

    return sum(most_lots(m, work.activity, t) for t, b in work.bucket.items() if b == u)


def saved_hours(m: PyomoModel, r: str, t: int) -> Rule:
    """
    Returns the time of a resource that states save.
    """
    carries, families = m.symbols.carries, m.symbols.families
    saved = sum(
        work.setup * m.saved[w, t]
        for w, work in carries.W.items()
        if r in work.limits and work.setup > 0 and (w, t) in m.saved
    )

    return saved + sum(
        families.hours[f] * m.still[f, t]
        for f in families.F
        if r in families.limits[f] and families.hours[f] > 0 and (f, t) in m.still
    )


def _at(column: PyomoModel, entity: str, t: int) -> Rule:
    key = (entity, t)

    if key in column:
        return column[key]

    return 0.0


def _lots(m: PyomoModel, name: str, u: int) -> Rule:
    work = m.symbols.carries.W[name]

    return sum(
        _at(m.setup, work.activity, t) + _at(m.lots, work.activity, t)
        for t, b in work.bucket.items()
        if b == u
    )


def _of_machine(m: PyomoModel, column: PyomoModel, r: str, t: int) -> Rule:
    works = m.symbols.carries.W.items()

    return sum(_at(column, w, t) for w, work in works if work.machine == r)


def _of_family(m: PyomoModel, column: PyomoModel, f: str, t: int) -> Rule:
    works = m.symbols.carries.W.items()

    return sum(_at(column, w, t) for w, work in works if work.family == f)


def carry_one(m: PyomoModel, r: str, t: int) -> Rule:
    r"""
    A machine begins a bucket in one state at most.

    .. math::
        \sum_{w \in r} carry_{wt} \le 1
    """
    states = [w for w, work in m.symbols.carries.W.items() if work.machine == r]

    if not any((w, t) in m.carry for w in states):
        return pyo.Constraint.Skip

    return _of_machine(m, m.carry, r, t) <= 1.0


def carry_from(m: PyomoModel, w: str, t: int) -> Rule:
    r"""
    A state at the end of a bucket was set up in it, or went through it.

    .. math::
        carry_{wt} \le Y_{w,t-1} - saved_{w,t-1} + through_{w,t-1}
    """
    if (w, t) not in m.carry:
        return pyo.Constraint.Skip

    ended = _lots(m, w, t - 1) - _at(m.saved, w, t - 1) + _at(m.through, w, t - 1)

    return m.carry[w, t] <= ended


def carry_saved(m: PyomoModel, w: str, t: int) -> Rule:
    r"""
    A set-up is saved only in the state in which the bucket begins.

    .. math::
        saved_{wt} \le carry_{wt}
    """
    there = (w, t) in m.saved

    return m.saved[w, t] <= m.carry[w, t] if there else pyo.Constraint.Skip


def carry_lot(m: PyomoModel, w: str, t: int) -> Rule:
    r"""
    No more set-ups are saved than there would be.

    .. math::
        saved_{wt} \le Y_{wt}
    """
    there = (w, t) in m.saved

    return m.saved[w, t] <= _lots(m, w, t) if there else pyo.Constraint.Skip


def carry_through(m: PyomoModel, w: str, t: int) -> Rule:
    r"""
    Only the state in which a bucket begins goes through it.

    .. math::
        through_{wt} \le carry_{wt}
    """
    there = (w, t) in m.through

    return m.through[w, t] <= m.carry[w, t] if there else pyo.Constraint.Skip


def carry_kept(m: PyomoModel, r: str, t: int) -> Rule:
    r"""
    A machine is kept in a state through a bucket where any state goes through.

    .. math::
        kept_{rt} = \sum_{w \in r} through_{wt}
    """
    if (r, t) not in m.kept:
        return pyo.Constraint.Skip

    return m.kept[r, t] == _of_machine(m, m.through, r, t)


def carry_made(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    A machine is set up only for a lot that is made, however small.

    .. math::
        x_{at} \ge \varepsilon \frac{U_{at}}{\bar y_{at}} y_{at}
    """
    s, most = m.symbols, most_lots(m, a, t)
    keeps = any(work.activity == a for work in s.carries.W.values())

    if not keeps or most <= 0 or s.lo[a] > 0:
        return pyo.Constraint.Skip

    lots = _at(m.setup, a, t) + _at(m.lots, a, t)

    return m.quantity[a, t] >= 1e-3 * m.U[a, t] / most * lots


def carry_other(m: PyomoModel, w: str, t: int) -> Rule:
    r"""
    A state that goes through a bucket allows no other set-up in it.

    .. math::
        Y_{wt} + \bar Y_{wt} (kept_{rt} - through_{wt}) \le \bar Y_{wt}
    """
    r, most = m.symbols.carries.W[w].machine, most_work(m, w, t)

    if (r, t) not in m.kept or most <= 0:
        return pyo.Constraint.Skip

    others = m.kept[r, t] - _at(m.through, w, t)

    return _lots(m, w, t) + most * others <= most


def still_open(m: PyomoModel, f: str, t: int) -> Rule:
    r"""
    Only a set-up group that is needed saves its opening.

    .. math::
        still_{ft} \le family_{ft}
    """
    there = (f, t) in m.still

    return m.still[f, t] <= m.family[f, t] if there else pyo.Constraint.Skip


def still_carry(m: PyomoModel, f: str, t: int) -> Rule:
    r"""
    A set-up group is still open where the bucket begins in a state of it.

    .. math::
        still_{ft} \le \sum_{w \in f} carry_{wt}
    """
    there = (f, t) in m.still

    return (
        m.still[f, t] <= _of_family(m, m.carry, f, t) if there else pyo.Constraint.Skip
    )


def still_once(m: PyomoModel, f: str, t: int) -> Rule:
    r"""
    A set-up group that is still open at the start of a bucket is not so at its end,
    unless the state goes through.

    .. math::
        still_{ft} + \sum_{w \in f} carry_{w,t+1} - \sum_{w \in f} through_{wt} \le 1
    """
    if (f, t) not in m.still:
        return pyo.Constraint.Skip

    after = _of_family(m, m.carry, f, t + 1) - _of_family(m, m.through, f, t)

    return m.still[f, t] + after <= 1.0


def carry_rules(m: PyomoModel) -> list[tuple[Callable[..., Rule], list[str]]]:
    """
    Returns the rules of carry-over, each with what it is written for.
    """
    s = m.symbols
    works, groups = list(s.carries.W), s.families.F

    return [
        (carry_one, s.R),
        (carry_from, works),
        (carry_saved, works),
        (carry_lot, works),
        (carry_through, works),
        (carry_kept, s.R),
        (carry_made, s.A),
        (carry_other, works),
        (still_open, groups),
        (still_carry, groups),
        (still_once, groups),
    ]
