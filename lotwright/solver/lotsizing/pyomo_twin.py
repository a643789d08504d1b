"""
The lot-sizing model as Pyomo rules: slow, readable, and the same to the last number.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pyomo.environ as pyo

from lotwright.model.network import Network
from lotwright.solver.lotsizing.pyomo_bounds import bounds
from lotwright.solver.lotsizing.pyomo_carries import carry_rules, saved_hours
from lotwright.solver.lotsizing.pyomo_columns import PyomoModel, Rule, add_columns
from lotwright.solver.lotsizing.pyomo_end_stock import end_stock
from lotwright.solver.lotsizing.pyomo_families import family_open, opened_hours
from lotwright.solver.lotsizing.pyomo_reference import (
    change_less,
    change_more,
    reference,
)
from lotwright.solver.lotsizing.pyomo_symbols import Input, Symbols
from lotwright.solver.lotsizing.pyomo_uses import use_least, use_open


def pyomo_model(net: Network) -> pyo.ConcreteModel:
    """
    Returns the lot-sizing model of a network, to read and to extend.

    Columns and rows have the names of `LotSizingModel`; Pyomo puts labels with commas
    or brackets into quotes. ``model.symbols`` holds sets and data, and ``model.U`` the
    bounds on receipts.

    Parameters
    ----------
    net
        A network, not too large: rules are slower than arrays by orders of magnitude.
    """
    m: PyomoModel = pyo.ConcreteModel(name=net.name or None)
    s = Symbols(net)
    m.symbols = s
    m.U = bounds(s)
    add_columns(m, s)

    for rule, entities in (
        (stock_balance, s.P),
        (shortage_limit, s.P),
        (instead_limit, list(s.choices.inputs.values())),
        (instead_stock, s.P),
        (demand, s.D),
        (capacity, s.R),
        (family_open, list(s.families.work)),
        *carry_rules(m),
        (use_open, list(s.uses.work)),
        (use_least, s.uses.U),
        (lot_open, s.A),
        (lot_minimum, s.A),
        (lot_multiple, s.A),
        (price_split, s.A),
        (price_lots, s.A),
        (price_least, s.prices.K),
        (price_most, s.prices.K),
        (share, s.shares.G),
        (safety_stock, s.P),
        (largest_stock, s.P),
        (end_stock, s.P),
        (reference, s.A),
        (change_less, s.P),
        (change_more, s.P),
        (storage, s.rooms),
        (shelf_life, s.P),
        (expired_limit, s.P),
    ):
        m.add_component(rule.__name__, pyo.Constraint(entities, s.T, rule=rule))

    m.cost = pyo.Objective(rule=cost)

    return m


def at(column: PyomoModel, entity: str, t: int) -> Rule:
    """
    Returns a column, or 0 where there is none: before the first bucket, say.
    """
    key = (entity, t)

    if key in column:
        return column[key]

    return 0.0


def made(m: PyomoModel, a: str, t: int) -> Rule:
    """
    Returns lots or set-ups of an activity.
    """
    return at(m.setup, a, t) + at(m.lots, a, t)


def brought(m: PyomoModel, p: str, t: int) -> Rule:
    """
    Returns what activities bring to a point.
    """
    return sum(
        ratio * at(m.quantity, a, t)
        for (a, q), ratio in m.symbols.out.items()
        if q == p
    )


def issued_for(m: PyomoModel, line: Input, t: int) -> Rule:
    """
    Returns what activities take of one of their components.
    """
    return sum(
        line.ratio * at(m.quantity, line.activity, later)
        + line.per_lot * made(m, line.activity, later)
        for later, bucket in line.bucket.items()
        if bucket == t
    )


def stock_balance(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    Stock carried over plus receipts covers issues, deliveries and what is left.

    .. math::
        I_{p,t-1} - g_{p,t-1} + O_{pt} + \sum_a out_{ap} x_{at}
        = \sum_{a, t': u(a,t') = t} (in_{ap} x_{at'} + fix_{ap} y_{at'})
        - \sum_{k \text{ for } p} instead_{kt}
        + \sum_{k \text{ from } p} ratio_k\, instead_{kt}
        + Q_{pt} + \sum_{d \in p} served_{dt} + expired_{pt} + I_{pt} - g_{pt}
    """
    s = m.symbols
    before = at(m.stock, p, t - 1) - at(m.shortage, p, t - 1)
    opening = s.I0[p] if t == 1 else 0.0
    received = brought(m, p, t)
    issued = sum(issued_for(m, line, t) for line in s.inputs if line.point == p)

    for k, choice in s.choices.K.items():
        if s.inputs[choice.line].point == p:
            issued -= at(m.instead, k, t)

        if choice.other == p:
            issued += choice.ratio * at(m.instead, k, t)

    taken = sum(m.served[d, t] for d in s.D if s.at[d] == p) + at(m.expired, p, t)
    after = m.stock[p, t] - at(m.shortage, p, t)

    return before + opening + s.O[p, t] + received == issued + s.Q[p, t] + taken + after


def shortage_limit(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What open orders wait for is only what they themselves still need.

    .. math::
        g_{pt} \le g_{p,t-1} + Q_{pt}
    """
    if (p, t) in m.shortage:
        before = at(m.shortage, p, t - 1)
        return m.shortage[p, t] <= before + m.symbols.Q[p, t]

    return pyo.Constraint.Skip


def instead_limit(m: PyomoModel, label: str, t: int) -> Rule:
    r"""
    No more of a component is replaced than orders take of it.

    .. math::
        \sum_{k \text{ for } ap} instead_{kt}
        \le \sum_{t': u(a,t') = t} (in_{ap} x_{at'} + fix_{ap} y_{at'})
    """
    s = m.symbols
    number = next(f for f, name in s.choices.inputs.items() if name == label)
    here = [k for k, choice in s.choices.K.items() if choice.line == number]

    if not any((k, t) in m.instead for k in here):
        return pyo.Constraint.Skip

    replaced = sum(at(m.instead, k, t) for k in here)

    return replaced <= issued_for(m, s.inputs[number], t)


def instead_stock(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    Only stock on hand and open orders are taken in place of something else.

    .. math::
        \sum_{s \le t} \sum_{k \text{ from } q} ratio_k\, instead_{ks}
        \le I_{q0} + \sum_{s \le t} O_{qs}
    """
    s = m.symbols
    taken = [
        choice.ratio * m.instead[k, u]
        for k, choice in s.choices.K.items()
        for u in s.T
        if choice.other == p and u <= t and (k, u) in m.instead
    ]

    return sum(taken) <= s.choices.known[p, t] if taken else pyo.Constraint.Skip


def demand(m: PyomoModel, d: str, t: int) -> Rule:
    r"""
    What is due, now or since earlier, is delivered, stays late, or is given up.

    .. math::
        served_{dt} + backlog_{dt} + lost_{dt} = q_{dt} + backlog_{d,t-1}
    """
    late = at(m.backlog, d, t)
    before = at(m.backlog, d, t - 1)

    return m.served[d, t] + late + m.lost[d, t] == m.symbols.q[d, t] + before


def capacity(m: PyomoModel, r: str, t: int) -> Rule:
    r"""
    Run and set-up time in a bucket fit into capacity and overtime.

    .. math::
        \sum_{a, t' \text{ loading } r \text{ in } t}
        (k_{ar} x_{at'} + s_{ar} y_{at'})
        - \sum_{w \in r} s_w saved_{wt}
        + \sum_{f \in r} s_f (family_{ft} - still_{ft})
        \le C_{rt} - L_{rt} + V_{rt} + \sum_{m \in r} o_{mt}
    """
    s = m.symbols
    work = sum(
        load.run * at(m.quantity, load.activity, later)
        + load.setup * made(m, load.activity, later)
        for load in s.loads
        for later, bucket in load.bucket.items()
        if load.resource == r and bucket == t
    )
    work += opened_hours(m, r, t) - saved_hours(m, r, t)
    overtime = sum(at(m.overtime, member, t) for member in s.members[r])
    overload = max(s.L[r, t] - s.C[r, t] - s.overtime_of(r, t), 0.0)
    row = work <= s.C[r, t] - s.L[r, t] + overload + overtime

    return pyo.Constraint.Skip if s.C[r, t] == math.inf else _unless_idle(row)


def _unless_idle(row: Rule) -> Rule:
    """
    Returns a row, or its absence where it compares numbers alone.
    """
    return pyo.Constraint.Skip if row is True else row


def lot_open(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    Nothing is received without a lot.

    .. math::
        x_{at} \le U_{at} y_{at} \qquad \text{or} \qquad x_{at} \le hi_a n_{at}
    """
    if (a, t) in m.setup:
        return m.quantity[a, t] <= m.U[a, t] * m.setup[a, t]

    if (a, t) in m.lots:
        return m.quantity[a, t] <= m.symbols.hi[a] * m.lots[a, t]

    return pyo.Constraint.Skip


def lot_minimum(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    A lot is at least as large as its minimum.

    .. math::
        x_{at} \ge lo_a y_{at} \qquad \text{or} \qquad x_{at} \ge lo_a n_{at}
    """
    if m.symbols.lo[a] > 0 and (a, t) in m.quantity:
        return m.quantity[a, t] >= m.symbols.lo[a] * made(m, a, t)

    return pyo.Constraint.Skip


def lot_multiple(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    Receipts are whole multiples.

    .. math::
        x_{at} = mult_a m_{at}
    """
    if (a, t) in m.multiples:
        return m.quantity[a, t] == m.symbols.mult[a] * m.multiples[a, t]

    return pyo.Constraint.Skip


def price_split(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    What is received is received at one of its prices.

    .. math::
        x_{at} = \sum_{k \in a} x_{kt}
    """
    prices = [k for k, b in m.symbols.prices.of.items() if b == a]

    if prices and (a, t) in m.quantity:
        return m.quantity[a, t] == sum(at(m.priced, k, t) for k in prices)

    return pyo.Constraint.Skip


def price_lots(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    Every lot has one price.

    .. math::
        y_{at} = \sum_{k \in a} y_{kt}
    """
    prices = [k for k, b in m.symbols.prices.of.items() if b == a]

    if prices and (a, t) in m.quantity:
        return made(m, a, t) == sum(at(m.priced_lots, k, t) for k in prices)

    return pyo.Constraint.Skip


def price_least(m: PyomoModel, k: str, t: int) -> Rule:
    r"""
    A lot is at least as large as its price asks for.

    .. math::
        x_{kt} \ge lo_k y_{kt}
    """
    low = m.symbols.prices.low[k]

    if low > 0 and (k, t) in m.priced:
        return m.priced[k, t] >= low * m.priced_lots[k, t]

    return pyo.Constraint.Skip


def price_most(m: PyomoModel, k: str, t: int) -> Rule:
    r"""
    A lot is at most as large as its price allows.

    .. math::
        x_{kt} \le \min(hi_k, U_{at}) y_{kt}
    """
    prices = m.symbols.prices

    if (k, t) in m.priced:
        most = min(prices.high[k], m.U[prices.of[k], t])
        return m.priced[k, t] <= most * m.priced_lots[k, t]

    return pyo.Constraint.Skip


def share(m: PyomoModel, g: str, t: int) -> Rule:
    r"""
    A source brings its part of what is brought in all, or misses it.

    .. math::
        \sum_{a \in g,\, t} x_{at} + missed_{g1}
        \ge part_g \sum_{a \to p,\, t} x_{at}
    """
    s = m.symbols

    if t != s.T[0]:
        return pyo.Constraint.Skip

    brought = sum(at(m.quantity, a, u) for a in s.shares.own[g] for u in s.T)
    total = sum(at(m.quantity, a, u) for a in s.shares.all[g] for u in s.T)

    return brought + m.missed[g, t] >= s.shares.part[g] * total


def safety_stock(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What is missing to the safety stock at the end of a bucket is short.

    .. math::
        I_{pt} + short_{pt} \ge SS_{pt}
    """
    if (p, t) in m.short:
        return m.stock[p, t] + m.short[p, t] >= m.symbols.SS[p, t]

    return pyo.Constraint.Skip


def largest_stock(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What lies above the largest stock at the end of a bucket is excess.

    .. math::
        I_{pt} - excess_{pt} \le SX_{pt}
    """
    if (p, t) in m.excess:
        return m.stock[p, t] - m.excess[p, t] <= m.symbols.SX[p, t]

    return pyo.Constraint.Skip


def storage(m: PyomoModel, r: str, t: int) -> Rule:
    r"""
    Stock at the end of a bucket fits into its room, or lacks it.

    .. math::
        \sum_{p \in r} space_p I_{pt} - cramped_{rt} \le C_r
    """
    s = m.symbols

    if (r, t) not in m.cramped:
        return pyo.Constraint.Skip

    taken = sum(space * m.stock[p, t] for (q, p), space in s.space.items() if q == r)

    return taken - m.cramped[r, t] <= s.room[r]


def shelf_life(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What is left at the end of a bucket may still be used in the next one.

    .. math::
        I_{pt} \le F_{pt} + \sum_{a} \sum_{s \le t < last_{ps}} out_{ap} x_{as}
    """
    s, ageing = m.symbols, m.symbols.ageing

    if t == s.T[-1] or not any(ageing.ages[p, u] for u in s.T if u <= t):
        return pyo.Constraint.Skip

    usable = [u for u in s.T if u <= t < ageing.last[p, u]]
    fresh = ageing.fresh[p, t] + sum(brought(m, p, u) for u in usable)

    return m.stock[p, t] <= fresh


def expired_limit(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    Only what may not be used any longer expires.

    .. math::
        expired_{pt} \le G_{pt} + \sum_{a} \sum_{s: last_{ps} = t} out_{ap} x_{as}
    """
    if (p, t) not in m.expired:
        return pyo.Constraint.Skip

    ageing = m.symbols.ageing
    last = [u for u in m.symbols.T if ageing.last[p, u] == t]
    expiring = ageing.expiring[p, t] + sum(brought(m, p, u) for u in last)

    return m.expired[p, t] <= expiring


def cost(m: PyomoModel) -> Rule:
    r"""
    Everything that costs money, per unit, per lot, or per unit and day.

    .. math::
        \sum_{at} (c^{run}_a x_{at} + c^{lot}_a (y_{at} + n_{at}))
        + \sum_{kt} (c^{run}_k x_{kt} + c^{lot}_k y_{kt})
        + \sum_{ft} c^{open}_f (family_{ft} - still_{ft})
        - \sum_{wt} c^{setup}_w saved_{wt}
        + \sum_{rt} (c^{over}_r o_{rt} + c^{use}_r lacking_{rt})
        + \sum_{dt} c^{lost}_d lost_{dt}
        + \sum_{pt} c^{age}_p expired_{pt} + \sum_g c^{share}_g missed_{g1}
        + \sum_p (c^{end}_p end\_short_{pT} + c^{change}_p changed_{p1}) \\
        + \sum_t len(t) \Big( \sum_p (c^{hold}_p I_{pt} + c^{wait}_p g_{pt}
        + c^{safety}_p short_{pt} + c^{excess}_p excess_{pt})
        + \sum_r c^{room}_r cramped_{rt}
        + \sum_d c^{back}_d backlog_{dt} \Big)
    """
    s = m.symbols

    def total(column: str, rate: str, days: Callable[[int], float]) -> Rule:
        block = m.component(column)
        # Where prices depend on the quantity, `priced` says what units cost.
        priced = s.prices.of.values() if column == "quantity" else ()
        return sum(
            s.cost[rate][e] * days(t) * block[e, t] for e, t in block if e not in priced
        )

    once = {"quantity": "quantity", "setup": "lot", "lots": "lot", "family": "family"}
    once |= {name: name for name in ("overtime", "lost", "expired", "missed")}
    once |= {name: name for name in ("saved", "still", "lacking")}
    once |= {name: name for name in ("end_short", "changed")}
    once |= {name: name for name in ("priced", "priced_lots")}
    daily = ("stock", "shortage", "short", "excess", "cramped", "backlog")

    return sum(total(column, rate, lambda _: 1.0) for column, rate in once.items()) + (
        sum(total(column, column, lambda t: s.days[t]) for column in daily)
    )
