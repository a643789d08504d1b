"""
The natural lot-sizing model, built by hand.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy import sparse

from benchmarks.instances import Floats, Instance


def largest_lots(instance: Instance) -> Floats:
    """
    Returns the simple bound on a lot: demand still to come, or what capacity allows.

    Where demand may be late, all demand may still be to come.
    """
    echelon = instance.echelon_demand()
    to_come = np.cumsum(echelon[:, ::-1], axis=1)[:, ::-1]

    if np.isfinite(instance.late_cost).any():
        to_come = np.broadcast_to(to_come[:, :1], to_come.shape)

    free = instance.capacity[instance.resource] - instance.setup_time[:, None]
    pace = np.where(instance.unit_time > 0.0, instance.unit_time, np.nan)
    at_most = np.nan_to_num(np.maximum(free, 0.0) / pace[:, None], nan=np.inf)

    return np.minimum(to_come, at_most)


def natural_model(instance: Instance) -> highspy.HighsLp:
    """
    Returns the model with production, set-up, stock and backlog columns, in this order.
    """
    items, periods = instance.num_items, instance.num_periods
    size = items * periods
    cell = np.arange(size).reshape(items, periods)
    one = sparse.eye_array(size, format="csr")
    before = sparse.kron(sparse.eye_array(items), sparse.eye_array(periods, k=-1))
    bill = sparse.coo_array(
        (instance.quantity_per, (instance.component, instance.parent)),
        shape=(items, items),
    )
    used = sparse.kron(bill, sparse.eye_array(periods))
    lots = largest_lots(instance)
    load = sparse.coo_array(
        (np.ones(items), (instance.resource, np.arange(items))),
        shape=(len(instance.capacity), items),
    )
    run = sparse.kron(load * instance.unit_time, sparse.eye_array(periods))
    set_up = sparse.kron(load * instance.setup_time, sparse.eye_array(periods))
    matrix = sparse.block_array(
        [
            [one - used, None, before - one, one - before],
            [run, set_up, None, None],
            [one, -sparse.diags_array(lots.ravel()), None, None],
        ],
        format="csc",
    )
    demand, capacity = instance.demand.ravel(), instance.capacity.ravel()
    infinite = np.full(size, highspy.kHighsInf)
    free = np.full(len(capacity), -highspy.kHighsInf)
    patient = np.isfinite(instance.late_cost)
    backlog = np.zeros((items, periods))
    backlog[patient, :-1] = highspy.kHighsInf

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = 4 * size, 2 * size + len(capacity)
    lp.col_cost_ = np.concatenate(
        [
            np.zeros(size),
            np.repeat(instance.setup_cost, periods),
            np.repeat(instance.holding, periods),
            np.repeat(np.where(patient, instance.late_cost, 0.0), periods),
        ]
    )
    lp.col_lower_ = np.zeros(4 * size)
    lp.col_upper_ = np.concatenate([infinite, np.ones(size), infinite, backlog.ravel()])
    lp.row_lower_ = np.concatenate([demand, free, -infinite])
    lp.row_upper_ = np.concatenate([demand, capacity, np.zeros(size)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    kinds = np.full(4 * size, highspy.HighsVarType.kContinuous)
    kinds[cell.ravel() + size] = highspy.HighsVarType.kInteger
    lp.integrality_ = kinds.tolist()

    return lp
