"""
General solvers on the natural model, as they come: HiGHS, SCIP and CP-SAT.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import highspy
import numpy as np

from benchmarks.found import Found
from benchmarks.instances import Floats, Instance
from benchmarks.natural import natural_model

#: What SCIP calls its clock of CPU seconds.
_CPU_CLOCK = 1


def solve_with_highs(instance: Instance, seconds: float) -> Found:
    """
    Returns what HiGHS finds with its defaults on one thread.

    It knows wall-clock limits alone; its callbacks end it after so many CPU seconds.
    """
    highs = _session(instance)
    highs.setOptionValue("threads", 1)
    trail: list[tuple[float, float]] = []
    began = time.process_time()

    def note(event: highspy.highs.HighsCallbackEvent) -> None:
        cost = event.data_out.objective_function_value
        trail.append((time.process_time() - began, cost))

    def end(event: highspy.highs.HighsCallbackEvent) -> None:
        event.interrupt(time.process_time() - began > seconds)

    highs.cbMipImprovingSolution.subscribe(note)
    highs.cbMipInterrupt.subscribe(end)
    highs.cbSimplexInterrupt.subscribe(end)

    # Threads of a process are set once; another setting would fail without a word.
    highspy.Highs.resetGlobalScheduler(True)

    if highs.run() == highspy.HighsStatus.kError:
        msg = f"HiGHS did not run: {highs.getModelStatus()}."
        raise RuntimeError(msg)

    info = highs.getInfo()

    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        none = highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible

        return Found(production=None, bound=np.inf if none else info.mip_dual_bound)

    values = np.array(highs.getSolution().col_value)

    return _found(instance, values, info.mip_dual_bound, trail)


def solve_with_scip(instance: Instance, seconds: float) -> Found:
    """
    Returns what SCIP finds with its defaults on one thread, by CPU seconds.
    """
    # An optional library, needed for this engine alone.
    from pyscipopt import Model
    from pyscipopt.scip import PY_SCIP_EVENTTYPE

    trail: list[tuple[float, float]] = []
    model = Model()
    model.hideOutput()

    with tempfile.TemporaryDirectory() as folder:
        model.readProblem(str(_written(instance, Path(folder))))

    def note(_model: object, _event: object) -> None:
        trail.append((model.getSolvingTime(), model.getPrimalbound()))

    model.attachEventHandlerCallback(note, [PY_SCIP_EVENTTYPE.BESTSOLFOUND])
    model.setParam("timing/clocktype", _CPU_CLOCK)
    model.setParam("limits/time", seconds)
    columns = {column.name: column for column in model.getVars()}
    model.optimize()

    bound = model.getDualbound()
    bound = np.inf if model.isInfinity(bound) else bound

    if not model.getNSols():
        return Found(production=None, bound=bound)

    best = model.getBestSol()
    size = instance.num_items * instance.num_periods
    values = np.array(
        [model.getSolVal(best, columns[f"c{idx}"]) for idx in range(size)]
    )

    return _found(instance, values, bound, trail)


def solve_with_cpsat(instance: Instance, seconds: float) -> Found:
    """
    Returns what CP-SAT finds with one worker; it turns all columns into whole numbers.

    It wants every column bounded: quantities and stocks by all demand of the chain. It
    tells of no plan before its end, so that its last one is all there is of its trail.
    """
    from ortools.linear_solver.python import model_builder

    model = model_builder.Model()  # type: ignore[no-untyped-call]

    with tempfile.TemporaryDirectory() as folder:
        model.import_from_mps_file(str(_written(instance, Path(folder), bounded=True)))

    solver = model_builder.Solver("sat")
    solver.set_time_limit_in_seconds(seconds)
    solver.set_solver_specific_parameters("num_workers:1")
    began = time.monotonic()
    status = solver.solve(model)
    usable = {model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE}

    if status not in usable:
        return Found(production=None, note=f"refused or nothing found: {status.name}")

    values = np.array([solver.value(column) for column in model.get_variables()])
    trail = [(time.monotonic() - began, solver.objective_value)]

    return _found(instance, values, solver.best_objective_bound, trail)


def _found(
    instance: Instance,
    values: Floats,
    bound: float,
    trail: Sequence[tuple[float, float]],
) -> Found:
    size = instance.num_items * instance.num_periods

    return Found(
        production=values[:size].reshape(instance.demand.shape),
        bound=bound,
        trail=tuple(trail),
    )


def _session(instance: Instance, *, bounded: bool = False) -> highspy.Highs:
    lp = natural_model(instance)

    if bounded:
        total = float(instance.echelon_demand().sum(axis=1).max())
        lp.col_upper_ = np.minimum(np.array(lp.col_upper_), total)

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(lp)

    return highs


def _written(instance: Instance, folder: Path, *, bounded: bool = False) -> Path:
    path = folder / "natural.mps"
    _session(instance, bounded=bounded).writeModel(str(path))

    return path
