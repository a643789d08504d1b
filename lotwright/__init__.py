"""
Production planning by optimisation.
"""

from lotwright.errors import Cancelled as Cancelled
from lotwright.errors import DataError as DataError
from lotwright.errors import InputError as InputError
from lotwright.errors import LotwrightError as LotwrightError
from lotwright.errors import Problem as Problem
from lotwright.errors import SolveError as SolveError
from lotwright.model.findings import Finding as Finding
from lotwright.model.findings import Severity as Severity
from lotwright.solver.params import Engine as Engine
from lotwright.solver.params import SolverParams as SolverParams
from lotwright.solver.result import Progress as Progress
from lotwright.solver.result import Termination as Termination

__version__ = "0.1.0"
