"""
The model of planning data as a file that other solvers read.
"""

from __future__ import annotations

import os
from pathlib import Path

from lotwright.model.data import PlanningData
from lotwright.model.fit.facts import Facts
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.export import to_lp_text, to_mps_text, to_ortools
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.solve import network_of, refuse_contradictions

#: What a model can be written as.
FORMATS = ("lp", "mps", "proto")


def model(data: PlanningData) -> Compiled:
    """
    Returns the compiled lot-sizing model of the data.

    Raises
    ------
    DataError
        When the data contradict themselves so that no plan can be made.
    """
    facts = Facts(data)
    refuse_contradictions(facts)

    return LotSizingModel(network_of(facts)).compiled


def export(
    data: PlanningData,
    path: str | os.PathLike[str],
    format: str = "lp",  # noqa: A002 - the word that people use
) -> Path:
    """
    Writes the lot-sizing model of the data and returns the file.

    Parameters
    ----------
    data
        Planning data.
    path
        File to write.
    format
        ``lp`` (to read), ``mps`` (exact, for other solvers) or ``proto`` (OR-Tools).

    Raises
    ------
    DataError
        When the data contradict themselves so that no plan can be made.
    ValueError
        When the format is unknown.
    """
    if format not in FORMATS:
        msg = f"Expected one of {', '.join(FORMATS)}, got {format!r}."
        raise ValueError(msg)

    compiled = model(data)
    target = Path(path)

    if format == "lp":
        target.write_text(to_lp_text(compiled), encoding="utf-8")
    elif format == "mps":
        target.write_text(to_mps_text(compiled), encoding="utf-8")
    else:
        to_ortools(compiled).helper.write_model_to_proto_file(str(target))

    return target
