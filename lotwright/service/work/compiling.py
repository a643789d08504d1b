"""
Compiling what runs as machine code before there is work for it, and saying so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from lotwright.errors import TaskError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import Line, name_of
from lotwright.io.examples import example_folder
from lotwright.io.read import read
from lotwright.model.kernel import is_compiled
from lotwright.model.loaded_kernels import telling_of_compiling
from lotwright.solver.decode.turns import round_to
from lotwright.solver.mrp.levelling_pass import urgency_of_jobs
from lotwright.solver.mrp.netting import net_level
from lotwright.solver.params import Engine
from lotwright.solver.solve import plan

logger = logging.getLogger(__name__)

#: What is said of it.
COMPILING = "Compiling for this machine, once; this takes up to two minutes."


#: Kernels of netting, of levelling and of decoding: some of each that take long.
_MARKS = (net_level, urgency_of_jobs, round_to)


def is_prepared() -> bool:
    """
    Returns whether this machine has compiled what takes long, as far as can be seen
    without planning.
    """
    return all(is_compiled(kernel) for kernel in _MARKS)


def compile_kernels(say: Callable[[str], None]) -> None:
    """
    Plans the bundled example in a process of its own, so that what takes long to be
    compiled is, and so that later processes begin with all of it.

    Parameters
    ----------
    say
        Told that something must be compiled, where that is so.
    """
    process = WorkingProcess(name_of(compile_task))

    try:
        process.do(b"", lambda _: say(COMPILING)).get()
    except (WorkerLost, TaskError) as error:
        # Whoever asks for a plan hears of it again.
        logger.warning("The bundled example cannot be planned: %s", error)
    finally:
        process.bury()


def compile_task(_payload: bytes, line: Line) -> bytes:
    """
    Plans the bundled example, and says when something must be compiled for it.
    """
    with telling_of_compiling(lambda: line.say(b"compiling")):
        data = read(example_folder())
        plan(data, engine=Engine.MRP, level=True)
        plan(data, engine=Engine.LP)

    return b""
