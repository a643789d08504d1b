"""
Pegs of a schedule, split by the demand at the top of their chains.

The quantity of an order is an interval, and the pegs of its main product occupy it in
turn. What an order takes of a component is spread over that interval evenly, so that
each part of a component is known to be for one part of the order, and so on up to a
demand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.kernel import kernel
from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.needs import tops_of
from lotwright.solver.decode.turns import by_code
from lotwright.solver.schedule import NeedKind, Schedule

#: Rows up to which pegs are split by the demand on top.
MOST_ROWS = 2_000_000

_ISSUE = int(NeedKind.ORDER_ISSUE)

#: What is less than this part of a need is rounding.
_SLIGHT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """
    Parts of pegs with one demand on top, by peg and turn.

    Parameters
    ----------
    peg
        Row of the pegs, shape ``(n,)``.
    top, level
        Code of ``Tops`` and steps below it, -1 where not known, shape ``(n,)``.
    quantity
        Shape ``(n,)``.
    """

    peg: Ints
    top: Ints
    level: Ints
    quantity: Floats


def top_codes(network: Network, kind: Ints, ref: Ints) -> Ints:
    """
    Returns the code of ``Tops`` of needs, -1 for components of planned orders.
    """
    code: Ints = ref + top_begins(network)[kind]
    code[kind == NeedKind.ORDER_ISSUE] = -1

    return code


def top_begins(network: Network) -> Ints:
    """
    Returns the first code of ``Tops`` of each kind of need; components have none.
    """
    tops, size = tops_of(network), len(network.points)
    counts = np.array([tops.num_lines, tops.num_open, 0, size])

    return np.concatenate([[0], np.cumsum(counts)])


def pieces_of(
    network: Network, schedule: Schedule, most: int = MOST_ROWS
) -> Pieces | None:
    """
    Returns the pegs of a schedule split by tops, None where that makes too many rows.

    Parameters
    ----------
    network, schedule
        What was planned.
    most
        Most rows that may come out.
    """
    pegs, needs = schedule.pegs, schedule.needs
    size, num_orders = len(pegs), len(schedule.orders)

    if size > most:
        return None

    order = pegs.supply - len(network.supplies.kind)
    is_main = (pegs.supply >= 0) & (order >= 0) & (order < num_orders)
    order = np.where(is_main, order, -1)
    own = np.flatnonzero(is_main)
    issues = np.flatnonzero(needs.kind == NeedKind.ORDER_ISSUE)
    by_need = np.searchsorted(pegs.need, np.arange(len(needs) + 1))

    first, top, level, quantity = _split(
        pegs.need,
        pegs.quantity,
        order,
        _starts(order[own], num_orders),
        by_code(order, num_orders, own),
        by_need.astype(np.int64),
        needs.kind,
        needs.ref,
        top_codes(network, needs.kind, needs.ref),
        _starts(needs.ref[issues], num_orders),
        by_code(needs.ref, num_orders, issues),
        most,
    )

    if len(first) == 0:
        return None

    count = np.diff(first)
    peg = np.repeat(np.arange(size, dtype=np.int64), count)

    return Pieces(peg=peg, top=top, level=level, quantity=quantity)


def _starts(group: Ints, size: int) -> Ints:
    """
    Returns where each group begins among rows sorted by group, shape ``(size + 1,)``.
    """
    starts = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(group, minlength=size), out=starts[1:])

    return starts


@kernel
def _turn(
    need: Ints,
    order: Ints,
    first_own: Ints,
    own: Ints,
    first_peg: Ints,
    kind: Ints,
    first_issue: Ints,
    issues: Ints,
) -> Ints:
    """
    Returns the planned orders, each after all those that it is for; where by-products
    tie some in a circle, the first of them comes before.
    """
    size = len(first_own) - 1
    waits = np.zeros(size, dtype=np.int64)

    for k in range(size):
        for n in range(first_own[k], first_own[k + 1]):
            waits[k] += kind[need[own[n]]] == _ISSUE

    turn = np.empty(size, dtype=np.int64)
    done = np.zeros(size, dtype=np.bool_)
    found, looked, lowest = 0, 0, 0

    for k in range(size):
        if waits[k] == 0:
            turn[found] = k
            done[k] = True
            found += 1

    while found < size or looked < found:
        if looked == found:
            while done[lowest]:
                lowest += 1

            turn[found] = lowest
            done[lowest] = True
            found += 1

        k = turn[looked]
        looked += 1

        for n in range(first_issue[k], first_issue[k + 1]):
            m = issues[n]

            for g in range(first_peg[m], first_peg[m + 1]):
                other = order[g]

                if other >= 0 and not done[other]:
                    waits[other] -= 1

                    if waits[other] == 0:
                        turn[found] = other
                        done[other] = True
                        found += 1

    return turn


@kernel
def _split(
    need: Ints,
    quantity: Floats,
    order: Ints,
    first_own: Ints,
    own: Ints,
    first_peg: Ints,
    kind: Ints,
    ref: Ints,
    need_top: Ints,
    first_issue: Ints,
    issues: Ints,
    most: int,
) -> tuple[Ints, Ints, Ints, Floats]:
    """
    Returns where the pieces of each peg begin, then top, level and quantity of each
    piece; nothing where there are more than may be.
    """
    size = len(need)
    nothing = np.empty(0, dtype=np.int64)
    begin = np.full(size, -1, dtype=np.int64)
    count = np.ones(size, dtype=np.int64)
    top = np.empty(2 * size + 16, dtype=np.int64)
    level = np.empty(len(top), dtype=np.int64)
    part = np.empty(len(top), dtype=np.float64)
    used = 0

    for g in range(size):
        if kind[need[g]] != _ISSUE:
            begin[g] = used
            top[used] = need_top[need[g]]
            level[used] = 0
            part[used] = quantity[g]
            used += 1

    turn = _turn(need, order, first_own, own, first_peg, kind, first_issue, issues)

    for k in turn:
        # What the order is for, as parts of its main product.
        width = 0

        for n in range(first_own[k], first_own[k + 1]):
            width += count[own[n]]

        seg_top = np.full(width + 1, -1, dtype=np.int64)
        seg_level = np.full(width + 1, -1, dtype=np.int64)
        seg = np.zeros(width + 1, dtype=np.float64)
        segs, whole = 0, 0.0

        for n in range(first_own[k], first_own[k + 1]):
            g = own[n]
            whole += quantity[g]

            for p in range(count[g]):
                known = begin[g] >= 0
                what = top[begin[g] + p] if known else -1
                deep = level[begin[g] + p] if known else -1
                much = part[begin[g] + p] if known else quantity[g]

                if (
                    segs > 0
                    and seg_top[segs - 1] == what
                    and seg_level[segs - 1] == deep
                ):
                    seg[segs - 1] += much
                else:
                    seg_top[segs], seg_level[segs], seg[segs] = what, deep, much
                    segs += 1

        segs = max(segs, 1)

        for n in range(first_issue[k], first_issue[k + 1]):
            m = issues[n]
            total = 0.0

            for g in range(first_peg[m], first_peg[m + 1]):
                total += quantity[g]

            scale = total / whole if whole > 0 else 0.0
            slight, s, left = _SLIGHT * total, 0, seg[0] * scale

            for g in range(first_peg[m], first_peg[m + 1]):
                rest = quantity[g]
                begin[g] = used
                count[g] = 0

                while True:
                    if used + segs >= len(top):
                        wider = 2 * len(top) + segs
                        top = _widened(top, wider)
                        level = _widened(level, wider)
                        part = _widened(part, wider)

                    last = s == segs - 1 or rest <= left + slight
                    take = rest if last else left
                    top[used] = seg_top[s]
                    level[used] = seg_level[s] + 1 if seg_level[s] >= 0 else -1
                    part[used] = take
                    used += 1
                    count[g] += 1
                    rest -= take
                    left -= take

                    while left <= slight and s < segs - 1:
                        s += 1
                        left = seg[s] * scale

                    if last:
                        break

            if used > most:
                return nothing, nothing, nothing, np.empty(0, dtype=np.float64)

    # Pieces stand in the turn in which they were found: now they go to their pegs.
    first = np.zeros(size + 1, dtype=np.int64)
    first[1:] = np.cumsum(count)
    new_top = np.full(first[-1], -1, dtype=np.int64)
    new_level = np.full(first[-1], -1, dtype=np.int64)
    new_part = np.empty(first[-1], dtype=np.float64)

    for g in range(size):
        to = first[g]

        if begin[g] < 0:
            new_part[to] = quantity[g]
            continue

        for p in range(count[g]):
            new_top[to + p] = top[begin[g] + p]
            new_level[to + p] = level[begin[g] + p]
            new_part[to + p] = part[begin[g] + p]

    return first, new_top, new_level, new_part


@kernel
def _widened(values: np.ndarray, size: int) -> np.ndarray:
    wider = np.empty(size, dtype=values.dtype)
    wider[: len(values)] = values

    return wider
