"""
States: what machines that keep their set-up are set up for between buckets, by lots.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Network
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.loaded import lots_loaded

#: Fewer lots than this are a solver's rounding of none.
_NONE = 1e-6


def keep_states(columns: Columns, net: Network, values: Floats) -> None:
    """
    Chooses the states in which machines begin buckets, as the lots of a plan allow.

    A state that the values have already is kept where it can be; else the one is chosen
    that saves most in the next bucket with work.

    Parameters
    ----------
    columns, net
        The columns of the model of a network.
    values
        Value of every column, shape ``(num_columns,)``; brought up to date.
    """
    carries, loads = net.rules.carries, net.loads

    if not len(carries):
        return

    lots = np.nan_to_num(columns.setup.values(values) + columns.lots.values(values))
    made = lots_loaded(net, carries.load, lots) > _NONE
    wished = np.nan_to_num(columns.carry.values(values))
    exists = columns.carry.columns >= 0
    carry = np.zeros(made.shape)
    # A state that saves nothing itself may keep a set-up group open.
    worth = loads.setup[carries.load] + carries.cost + _NONE
    machine = loads.resource[carries.load]

    for resource in np.unique(machine).tolist():
        works = np.flatnonzero(machine == resource)
        carry[works] = _states(made[works], wished[works], exists[works], worth[works])

    values[columns.carry.columns[exists]] = carry[exists]


def _states(made: Bools, wished: Floats, exists: Bools, worth: Floats) -> Floats:
    """
    Returns the states in which one machine begins buckets, shape ``(n, T)``.
    """
    carry = np.zeros(made.shape)
    busy = np.flatnonzero(made.any(axis=0))
    state = -1

    for bucket in range(1, made.shape[1]):
        ends = _ends(made[:, bucket - 1], state) & exists[:, bucket]
        state = -1
        found = np.flatnonzero(ends)

        if not len(found):
            continue

        later = busy[np.searchsorted(busy, bucket) :]
        saves = made[:, later[0]] * worth if len(later) else np.zeros(len(made))
        wish = wished[found, bucket]
        best = int(found[np.argmax(wish)])

        if wish.max() < 0.5:
            best = int(found[np.argmax(saves[found])])

            if saves[best] <= 0:
                continue

        carry[best, bucket] = 1.0
        state = best

    return carry


def _ends(made: Bools, state: int) -> Bools:
    """
    Returns the states in which a bucket may end that began in one.
    """
    ends = made.copy()

    if state >= 0:
        # Alone, it goes through; with others it saves more to be the first of them.
        ends[state] = not np.delete(made, state).any()

    return ends
