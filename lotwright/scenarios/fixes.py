"""
Fixes: what would mend a late or short demand, each checked by planning again.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lotwright.errors import DataError, InputError
from lotwright.model.assemble.network import assemble
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.model.scenario import Scenario
from lotwright.model.why import Why
from lotwright.model.why_words import amount_text, as_plain, days_text
from lotwright.scenarios import fix_changes as changes
from lotwright.scenarios.apply import apply
from lotwright.scenarios.fix_candidates import Candidates
from lotwright.scenarios.fix_changes import Change
from lotwright.solver.params import Engine
from lotwright.solver.solve import plan as make_plan

#: Terms of cost that say what it is worth to serve demand in time.
_OF_SERVICE = ("late", "lost")

#: Differences of quantity that are rounding.
_SLIGHT = 1e-6


class Help(StrEnum):
    """
    What a change does to a demand.
    """

    IN_TIME = "in time"  #: all of it comes in time
    SOONER = "sooner"  #: less of it is late or short, or by fewer days
    NONE = "does not help"  #: nothing of this
    UNCHECKED = "not checked"  #: no time was left
    REFUSED = "cannot be made"  #: the data contradict themselves with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """
    A change that might mend a delay, and what it does.

    Parameters
    ----------
    text
        What to do.
    help
        What it does to the demand.
    late, short, days_late
        How the demand fares with it; None for days where nothing is late and some of it
        never comes.
    promised
        When all of it is there with the change; None where that is never.
    before
        How the demand fares without the change, in words.
    cost
        What it costs in all but lateness and lost demand, in the currency of the data;
        less than 0 where it saves.
    saves
        What less lateness and less lost demand are worth, of all demand.
    scenario
        The change, without a base.
    """

    text: str
    help: Help
    scenario: Scenario
    late: float = 0.0
    short: float = 0.0
    days_late: float | None = None
    promised: dt.date | None = None
    before: str = ""
    cost: float = 0.0
    saves: float = 0.0

    def to_dict(self) -> dict[str, object]:
        """
        Returns it in the types of JSON, without the scenario.
        """
        known = as_plain(self)
        del known["scenario"]

        return {**known, "help": self.help.value}

    def __str__(self) -> str:
        if self.help in (Help.NONE, Help.UNCHECKED, Help.REFUSED):
            return f"{self.text}: {self.help}"

        money = f"costs {amount_text(round(self.cost))}"

        if round(self.cost) < 0:
            money = f"saves {amount_text(-round(self.cost))}"
        elif round(self.cost) == 0:
            money = "costs nothing more"

        return f"{self.text}: {self._state()}, {money}"

    def _state(self) -> str:
        if self.help is Help.IN_TIME:
            return "in time"

        than = f" instead of {self.before}" if self.before else ""

        return f"better, {_fare(self.late, self.short, self.days_late)}{than}"


def _fare(late: float, short: float, days_late: float | None) -> str:
    """
    Returns in words how a demand fares.
    """
    parts = []

    if late > 0 and days_late is not None:
        parts.append(f"{amount_text(late)} late by {days_text(days_late)}")

    if short > 0:
        parts.append(f"{amount_text(short)} never")

    return " and ".join(parts)


def fixes(
    data: PlanningData,
    plan: Plan,
    demand_id: str,
    *,
    engine: Engine | str | None = None,
    most: int = 5,
    time_limit: float = 60.0,
) -> tuple[Fix, ...]:
    """
    Returns what would mend a late or short demand, what helps most first.

    Each change is made to the data, and all that shares material or capacity with the
    demand is planned again, by the same engine with and without it. Where none brings
    all of it in time, the last one is the earliest date to agree on.

    Parameters
    ----------
    data
        The data that were planned.
    plan
        Their plan.
    demand_id
        The demand; nothing is returned where it is in time.
    engine
        What plans again. By default MRP, levelled, where the demand is late or short in
        its plan, too; else the engine of the plan.
    most
        Changes that are checked at most.
    time_limit
        Seconds after which no other check is begun, once the plan without a change is
        made; an optimiser gets its part of them for each plan.

    Raises
    ------
    KeyError
        When the plan has no such demand.
    ValueError
        When ``most`` is less than 1 or there is no time.
    """
    if most < 1 or time_limit <= 0:
        msg = f"Expected at least one check and some time, got {most}, {time_limit}."
        raise ValueError(msg)

    found = plan.why(demand_id)

    if found.is_in_time:
        return ()

    check = _Check(data, plan, found, engine, time_limit / (most + 2))
    began = time.monotonic()
    candidates = Candidates(data, assemble(data), plan, found).all()[:most]
    checked = [
        check.fix(change)
        if time.monotonic() - began < time_limit
        else Fix(text=change.text, help=Help.UNCHECKED, scenario=change.scenario)
        for change in candidates
    ]
    rank = list(Help)
    checked.sort(key=lambda fix: (rank.index(fix.help), _left(fix), fix.cost))

    if all(fix.help not in (Help.IN_TIME, Help.UNCHECKED) for fix in checked):
        checked += check.agreed(checked)

    return tuple(checked)


def _left(fix: Fix) -> tuple[float, float, float]:
    return fix.short, fix.late, fix.days_late or 0.0


class _Check:
    """
    Plans the part of the data that a demand belongs to, with and without a change.
    """

    def __init__(
        self,
        data: PlanningData,
        plan: Plan,
        found: Why,
        engine: Engine | str | None,
        seconds: float,
    ) -> None:
        self.data = data
        self.demand = found.demand_id
        self.only = (
            f"item_id == {found.item_id!r} and location_id == {found.location_id!r}"
        )
        self.seconds = seconds
        used = Engine(plan.run.engine_used)
        self.level = used is not Engine.MRP or _is_levelled(plan)
        self.engine = Engine.MRP if engine is None else Engine(engine)
        self.base = self._plan(data)

        if engine is None and self.base.why(self.demand).is_in_time:
            self.engine = used
            self.base = self._plan(data)

    def fix(self, change: Change) -> Fix:
        """
        Returns what a change does.
        """
        try:
            made = self._plan(apply(change.scenario.on(self.data)))
        except (InputError, DataError):
            return Fix(text=change.text, help=Help.REFUSED, scenario=change.scenario)

        then, now = made.why(self.demand), self.base.why(self.demand)
        service = _difference(self.base, made, of_service=True)

        return Fix(
            text=change.text,
            help=_help(now, then),
            scenario=change.scenario,
            late=then.late,
            short=then.short,
            days_late=then.days_late,
            promised=then.promised,
            before=_fare(now.late, now.short, now.days_late),
            cost=_difference(made, self.base, of_service=False) + change.price,
            saves=service,
        )

    def agreed(self, checked: Sequence[Fix]) -> list[Fix]:
        """
        Returns the demand at the earliest date that is known, if it is in time then.

        It is that of the plan without a change, or else what an agreement on any date
        gives.
        """
        promised = self.base.why(self.demand).promised
        known = [fix.promised for fix in checked if fix.promised is not None]
        day = min(known, default=None) if promised is None else promised

        if day is None:
            return []

        fix = self.fix(changes.agreed(self.demand, day))

        return [fix] if fix.help is Help.IN_TIME else []

    def _plan(self, data: PlanningData) -> Plan:
        return make_plan(
            data,
            engine=self.engine,
            level=self.level if self.engine is Engine.MRP else None,
            only=self.only,
            time_limit=self.seconds,
        )


def _is_levelled(plan: Plan) -> bool:
    """
    Returns whether a plan of MRP keeps within capacity; one that was read from files
    does where nothing is overloaded.
    """
    known = plan.run.parameters.get("level")

    return not (plan.loads["overload"] > 0).any() if known is None else bool(known)


def _difference(one: Plan, other: Plan, *, of_service: bool) -> float:
    """
    Returns what one plan costs more than another, in terms of service or all others.
    """
    names = {*one.run.terms, *other.run.terms}
    chosen = sorted(name for name in names if (name in _OF_SERVICE) == of_service)

    return sum(
        one.run.terms.get(name, 0.0) - other.run.terms.get(name, 0.0) for name in chosen
    )


def _help(now: Why, then: Why) -> Help:
    if then.is_in_time:
        return Help.IN_TIME

    before, after = _harm(now), _harm(then)
    slack = _SLIGHT * max(now.quantity, 1.0)

    for was, comes in zip(before, after, strict=True):
        if comes < was - slack:
            return Help.SOONER

        if comes > was + slack:
            return Help.NONE

    return Help.NONE


def _harm(found: Why) -> tuple[float, float, float]:
    """
    Returns how a demand fares, the worst first: never, days late, late.
    """
    return found.short, found.days_late or 0.0, found.late
