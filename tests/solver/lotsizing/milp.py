"""
Optima of compiled models by another road than the package's own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from lotwright.model.network import Network
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.quantities import Quantities


def optimal_values(compiled: Compiled) -> NDArray[np.float64]:
    """
    Returns an optimal solution of a model, shape ``(num_columns,)``.
    """
    shape = (compiled.num_rows, compiled.num_columns)
    matrix = csr_array((compiled.value, compiled.index, compiled.start), shape=shape)
    result = milp(
        compiled.cost,
        constraints=LinearConstraint(matrix, compiled.row_lower, compiled.row_upper),
        bounds=Bounds(compiled.lower, compiled.upper),
        integrality=compiled.integer.astype(np.int64),
        options={"mip_rel_gap": 1e-9},
    )
    assert result.success, result.message

    return np.asarray(result.x, dtype=np.float64)


def optimum(compiled: Compiled) -> float:
    """
    Returns the least cost of a model.
    """
    return float(compiled.cost @ optimal_values(compiled)) + compiled.offset


def optimal_plan(net: Network) -> tuple[float, dict[str, float], Quantities]:
    """
    Returns least cost, cost by term where there is any, and quantities of a network.
    """
    model = LotSizingModel(net)
    values = optimal_values(model.compiled)
    terms = model.compiled.cost_terms(values)
    spent = {name: round(cost, 6) for name, cost in terms.items() if abs(cost) > 1e-6}

    return sum(terms.values()), spent, model.quantities(values)
