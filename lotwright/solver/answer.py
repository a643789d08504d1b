"""
The answer of a run: tables of an engine's plan, or of a cheaper levelled one.
"""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace

from lotwright.model.findings import Finding, Severity
from lotwright.model.kpis import cost_terms
from lotwright.model.network import Network
from lotwright.model.plan_tables import PlanTables
from lotwright.solver.decode.decode import decode
from lotwright.solver.decode.matching import ABSOLUTE, RELATIVE
from lotwright.solver.decode.scheduled import decode_schedule
from lotwright.solver.engines import Outcome
from lotwright.solver.params import Engine
from lotwright.solver.result import Termination
from lotwright.solver.schedule import Schedule
from lotwright.solver.search.levelled import quantities_of

logger = logging.getLogger(__name__)

#: Plans whose costs differ by less than this part are equally good.
_SAME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """
    A plan as tables.

    Parameters
    ----------
    outcome
        What the plan comes from.
    frames
        Its tables.
    terms
        What it costs, by term, as its key figures say.
    """

    outcome: Outcome
    frames: PlanTables
    terms: dict[str, float]

    @property
    def cost(self) -> float:
        """
        What the plan costs.
        """
        return sum(self.terms.values())


def decoded(net: Network, outcome: Outcome, findings: tuple[Finding, ...]) -> Answer:
    """
    Returns the tables of the plan that an engine answers with.

    Parameters
    ----------
    net, outcome
        The network and the engine's answer.
    findings
        What is known of data and network before.
    """
    found = (*findings, *outcome.findings)
    name = outcome.engine.value

    if isinstance(outcome.answer, Schedule):
        frames = decode_schedule(net, outcome.answer, engine=name, findings=found)
    else:
        frames = PlanTables(decode(net, outcome.answer, engine=name, findings=found))

    return Answer(outcome=outcome, frames=frames, terms=cost_terms(frames["kpis"]))


def cheaper(net: Network, answer: Answer, findings: tuple[Finding, ...]) -> Answer:
    """
    Returns the levelled plan, with a finding, where the optimised one costs more.

    A search that was short of time may end above the plan of the day-exact engine, and
    this plans with days, where the model knows only buckets. Both are compared by what
    they cost as tables. A levelled plan that breaks a rule does not count, nor does one
    that works in earlier buckets for what it receives later: the model never may. An
    optimum of the model stays.

    Parameters
    ----------
    net, answer
        The network and the optimised plan.
    findings
        What is known of data and network for a plan of MRP.
    """
    outcome = answer.outcome
    levelled = outcome.levelled

    if levelled is None or isinstance(outcome.answer, Schedule) or _breaks(levelled):
        return answer

    if outcome.termination is Termination.OPTIMAL:
        return answer

    plain = Outcome(
        answer=levelled, engine=Engine.MRP, termination=Termination.HEURISTIC
    )
    other = decoded(net, plain, findings)

    if answer.cost <= other.cost * (1.0 + _SAME) or _overloads(net, levelled):
        return answer

    logger.info("Levelled plan: %.6g, optimised: %.6g.", other.cost, answer.cost)
    # A bound on plans of the model holds for no other one.
    bound = outcome.bound if outcome.bound <= other.cost else -math.inf
    said = tuple(found for found in outcome.findings if found.code != "W-SOLVER-LIMIT")
    kept = replace(
        outcome,
        answer=levelled,
        engine=Engine.MRP,
        termination=Termination.HEURISTIC,
        bound=bound,
        findings=(*said, _told(answer.cost, other.cost)),
    )

    return decoded(net, kept, findings)


def _breaks(levelled: Schedule) -> bool:
    """
    Returns whether a levelled plan breaks a rule that orders had to keep.
    """
    return any(found.code == "X-RULE" for found in levelled.findings)


def _overloads(net: Network, levelled: Schedule) -> bool:
    """
    Returns whether a levelled plan asks more of a bucket than overtime can give, all
    work counted where it is received.
    """
    loads = decode(net, quantities_of(net, levelled))["capacity_load"]
    beyond = loads["overload"] > ABSOLUTE + RELATIVE * loads["capacity"]

    return bool(beyond.any())


def _told(cost: float, levelled: float) -> Finding:
    above = cost / levelled - 1.0 if levelled > 0 else math.inf

    return Finding(
        code="W-SOLVER-FALLBACK",
        severity=Severity.WARNING,
        text=f"The optimised plan costs {above:.1%} more than the MRP plan, levelled "
        "against capacity, so that this is the MRP plan. Allow more time.",
    )
