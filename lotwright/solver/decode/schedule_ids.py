"""
Identifiers of the planned orders of a schedule: short hashes that stay.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lotwright.model.kernel import kernel
from lotwright.model.network import Bools, Ints, Network
from lotwright.solver.decode.text_columns import Bytes, Keys, hexadecimal, utf8
from lotwright.solver.decode.turns import by_code, ordinals
from lotwright.solver.schedule import Orders

#: Digits of an identifier, four bits each.
DIGITS = 12

#: Last bits by which most identifiers differ already; a mark for each takes 4 MB.
_LAST_BITS = 25

_Numbers = NDArray[np.uint64]


def schedule_ids(network: Network, orders: Orders) -> Keys:
    """
    Returns the identifier of each planned order, in the order of the schedule.

    It is a hash of item, location, source, day wanted, and place among the orders that
    share all these. It depends on nothing else, so that orders that stay keep it. Where
    two orders happen to get the same one, both are hashed again with another salt.
    """
    label = _activity_hash(network)
    turn = _ordinals(network, orders)
    number = _hashed(label[orders.activity], orders.wanted_day, turn, 0)
    rows, salt = _repeated(number), 0

    while len(rows):
        salt += 1
        number[rows] = _hashed(
            label[orders.activity[rows]], orders.wanted_day[rows], turn[rows], salt
        )
        rows = _repeated(number)

    return hexadecimal(number, DIGITS)


def _activity_hash(network: Network) -> _Numbers:
    """
    Returns a number for item, location and source of each activity, shape ``(A,)``.
    """
    activities, points = network.activities, network.points
    number = np.full(len(activities), 14695981039346656037, dtype=np.uint64)
    columns = (
        (points.item_id, activities.point),
        (points.location_id, activities.point),
        (activities.labels, np.arange(len(activities), dtype=np.int64)),
    )

    for labels, rows in columns:
        keys = utf8(labels)
        number = _absorbed(number, keys.start, keys.data, rows)

    return number


def _ordinals(network: Network, orders: Orders) -> Ints:
    """
    Returns the place of each order among those of its activity and day wanted.
    """
    day = np.maximum(orders.wanted_day, 0)
    rows = np.arange(len(orders), dtype=np.int64)
    rows = by_code(day, int(day.max(initial=0)) + 1, rows)
    rows = by_code(orders.activity, len(network.activities), rows)
    found = np.empty(len(orders), dtype=np.int64)
    found[rows] = ordinals(orders.activity[rows], orders.wanted_day[rows])

    return found


def _repeated(number: _Numbers) -> Ints:
    """
    Returns the rows whose last digits another row has too.
    """
    last = np.uint64((1 << min(_LAST_BITS, 4 * DIGITS)) - 1)
    once, again = np.zeros((2, int(last) // 8 + 1), dtype=np.uint8)
    _mark(number, last, once, again)
    # Most numbers differ in their last bits already: few are sorted.
    some = np.flatnonzero(_marked(number, last, again))
    short = number[some] & np.uint64((1 << (4 * DIGITS)) - 1)
    ascending = np.sort(short)
    twice = np.unique(ascending[1:][ascending[1:] == ascending[:-1]])

    return some[np.isin(short, twice)]


@kernel
def _mark(number: _Numbers, last: np.uint64, once: Bytes, again: Bytes) -> None:
    """
    Marks the last bits of all numbers that occur once, and again.
    """
    for n in range(len(number)):
        bits = np.int64(number[n] & last)
        place, bit = bits >> 3, np.uint8(1 << (bits & 7))

        if once[place] & bit:
            again[place] |= bit
        else:
            once[place] |= bit


@kernel
def _marked(number: _Numbers, last: np.uint64, again: Bytes) -> Bools:
    """
    Returns which numbers share their last bits with others.
    """
    found = np.empty(len(number), dtype=np.bool_)

    for n in range(len(number)):
        bits = np.int64(number[n] & last)
        found[n] = (again[bits >> 3] >> (bits & 7)) & 1

    return found


@kernel
def _absorbed(number: _Numbers, start: Ints, data: Bytes, rows: Ints) -> _Numbers:
    # Fowler, Noll and Vo's hash, a byte at a time; 31 stands between the parts.
    prime = np.uint64(1099511628211)
    found = number.copy()

    for n in range(len(rows)):
        value = found[n]

        for k in range(start[rows[n]], start[rows[n] + 1]):
            value = (value ^ np.uint64(data[k])) * prime

        found[n] = (value ^ np.uint64(31)) * prime

    return found


@kernel
def _hashed(label: _Numbers, day: Ints, turn: Ints, salt: int) -> _Numbers:
    # Each part is mixed in by the finishing steps of a splitting generator.
    found = np.empty(len(label), dtype=np.uint64)

    for n in range(len(label)):
        value = label[n]

        for part in (np.uint64(day[n]), np.uint64(turn[n]), np.uint64(salt)):
            value = value + part + np.uint64(0x9E3779B97F4A7C15)
            value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            value = value ^ (value >> np.uint64(31))

        found[n] = value

    return found
