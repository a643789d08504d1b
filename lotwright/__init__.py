"""
Production planning by optimisation.
"""

from lotwright import plot as plot
from lotwright.client.client import Client as Client
from lotwright.errors import Cancelled as Cancelled
from lotwright.errors import ClusterError as ClusterError
from lotwright.errors import DataError as DataError
from lotwright.errors import InputError as InputError
from lotwright.errors import LotwrightError as LotwrightError
from lotwright.errors import Problem as Problem
from lotwright.errors import ServiceError as ServiceError
from lotwright.errors import SolveError as SolveError
from lotwright.errors import TaskError as TaskError
from lotwright.io.marked import mark_problems as mark_problems
from lotwright.io.read import read as read
from lotwright.io.read_plan import read_plan as read_plan
from lotwright.io.template import template as template
from lotwright.io.write import write as write
from lotwright.model.checks import run_checks as _run_checks
from lotwright.model.data import PlanningData as PlanningData
from lotwright.model.edits import Edit as Edit
from lotwright.model.edits import EditKind as EditKind
from lotwright.model.edits import Edits as Edits
from lotwright.model.findings import Finding as Finding
from lotwright.model.findings import Findings as Findings
from lotwright.model.findings import Severity as Severity
from lotwright.model.plan import Plan as Plan
from lotwright.model.run_record import RunRecord as RunRecord
from lotwright.model.run_record import Termination as Termination
from lotwright.model.scenario import Operation as Operation
from lotwright.model.scenario import Override as Override
from lotwright.model.scenario import Scenario as Scenario
from lotwright.model.why import Why as Why
from lotwright.model.why_order import WhyOrder as WhyOrder
from lotwright.scenarios.apply import apply as apply
from lotwright.scenarios.compare import compare as compare
from lotwright.scenarios.comparison import Comparison as Comparison
from lotwright.scenarios.edit_file import read_edits as read_edits
from lotwright.scenarios.fixes import Fix as Fix
from lotwright.scenarios.fixes import fixes as fixes
from lotwright.scenarios.montecarlo.simulate import simulate as simulate
from lotwright.scenarios.montecarlo.simulation import Simulation as Simulation
from lotwright.scenarios.montecarlo.uncertainty import DemandError as DemandError
from lotwright.scenarios.montecarlo.uncertainty import LeadTimeError as LeadTimeError
from lotwright.scenarios.montecarlo.uncertainty_file import (
    read_uncertainty as read_uncertainty,
)
from lotwright.scenarios.promote import promote as promote
from lotwright.scenarios.promote import scenarios_in as scenarios_in
from lotwright.scenarios.replan import Replan as Replan
from lotwright.scenarios.replan import replan as replan
from lotwright.scenarios.run import Runs as Runs
from lotwright.scenarios.run import run as run
from lotwright.scenarios.scenario_file import read_scenario as read_scenario
from lotwright.scenarios.scenario_file import write_scenario as write_scenario
from lotwright.scenarios.sweep import Axis as Axis
from lotwright.scenarios.sweep import sweep as sweep
from lotwright.scenarios.tornado import tornado as tornado
from lotwright.solver.export import export as export
from lotwright.solver.highs.control import Control as Control
from lotwright.solver.params import Engine as Engine
from lotwright.solver.params import Objective as Objective
from lotwright.solver.params import SolverParams as SolverParams
from lotwright.solver.result import Progress as Progress
from lotwright.solver.solve import plan as plan

__version__ = "0.1.0"

check = _run_checks
