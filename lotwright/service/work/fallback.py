"""
What becomes of a run whose search heeded no limit: the best plan that it had handed
over, else MRP; and the plan says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.plan import Plan
from lotwright.scenarios.wire import joined, parted
from lotwright.service.work.handover import quantities_in
from lotwright.solver.params import Engine

_PAYLOAD, _HANDED_OVER = "payload", "handed over"

_ENDED = Finding(
    code="W-SOLVER-LIMIT",
    severity=Severity.WARNING,
    text="The search heeded no limit and was ended from outside; this is the best plan "
    "that it had handed over, and how far it is from the best possible is not known. "
    "Plan a part of the network, or allow more time.",
)

_INSTEAD = Finding(
    code="W-SOLVER-FALLBACK",
    severity=Severity.WARNING,
    text="The search heeded no limit and was ended from outside before it had handed "
    "over any plan. This is the MRP plan, levelled against capacity. Plan a part of "
    "the network, or allow more time.",
)

_CHOICE = "The search did not end in its time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """
    What is planned in place of a search.

    Parameters
    ----------
    engine
        The engine that was asked for; blank where the search may still be made.
    handed_over
        The best plan of the search as bytes; empty where there is none.
    """

    engine: str = ""
    handed_over: bytes = b""

    def payload(self, payload: bytes) -> bytes:
        """
        Returns what a task works on that plans instead.

        Parameters
        ----------
        payload
            What the task worked on that was ended.
        """
        streams = {_PAYLOAD: payload, _HANDED_OVER: self.handed_over}

        return joined({"engine": self.engine}, streams)

    def data(self, data: PlanningData) -> PlanningData:
        """
        Returns data whose plan tells that it is another one than was asked for.
        """
        if not self.engine:
            return data

        told = _ENDED if self.handed_over else _INSTEAD

        return replace(data, findings=(*data.findings, told))

    def asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """
        Returns what ``plan`` is asked so that nothing is searched.
        """
        if not self.engine:
            return dict(asked)

        if self.handed_over:
            return {**asked, "found": quantities_in(self.handed_over)}

        return {**asked, "engine": Engine.MRP.value, "level": True}

    def told(self, plan: Plan) -> Plan:
        """
        Returns a plan whose record tells which engine was asked for.
        """
        if not self.engine or self.handed_over:
            return plan

        record = replace(plan.run, engine_asked=self.engine, choice=_CHOICE)

        return replace(plan, run=record)


def rescue_in(payload: bytes) -> tuple[Rescue, bytes]:
    """
    Returns what is planned instead, and what the task worked on that was ended.
    """
    head, streams = parted(payload)
    rescue = Rescue(engine=head["engine"], handed_over=streams[_HANDED_OVER])

    return rescue, streams[_PAYLOAD]
