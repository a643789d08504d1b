"""
The compiled model in the forms that other programs read.
"""

from __future__ import annotations

import numpy as np
from ortools.linear_solver.python import model_builder
from scipy.sparse import csr_matrix

from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.lp_text import to_lp_text as to_lp_text
from lotwright.solver.lotsizing.mps_text import to_mps_text as to_mps_text
from lotwright.solver.lotsizing.notation import MPS_STYLE, names_of


def to_ortools(compiled: Compiled, name: str = "lotwright") -> model_builder.Model:
    """
    Returns the model as an OR-Tools model, which its solvers take as it is.

    Names are those of the logs, ``stock_balance[A@PLANT,3]``, except that blanks and
    characters outside ASCII become ``_``, so that whatever OR-Tools writes from the
    model keeps them apart.

    Parameters
    ----------
    compiled
        The model.
    name
        What OR-Tools calls it.
    """
    model = model_builder.Model()  # type: ignore[no-untyped-call]  # has no types
    model.name = name
    helper = model.helper
    shape = (compiled.num_rows, compiled.num_columns)
    matrix = csr_matrix((compiled.value, compiled.index, compiled.start), shape=shape)
    columns = (compiled.lower, compiled.upper, compiled.cost)
    bounds = (compiled.row_lower, compiled.row_upper)
    # OR-Tools' types name shape and element type in the wrong order.
    helper.fill_model_from_sparse_data(*columns, *bounds, matrix)  # type: ignore[arg-type]
    helper.set_objective_offset(compiled.offset)

    for column in np.flatnonzero(compiled.integer).tolist():
        helper.set_var_integrality(column, True)

    for column, label in enumerate(
        names_of(compiled.columns, compiled.num_columns, MPS_STYLE)
    ):
        helper.set_var_name(column, label)

    for row, label in enumerate(names_of(compiled.rows, compiled.num_rows, MPS_STYLE)):
        helper.set_constraint_name(row, label)

    return model
