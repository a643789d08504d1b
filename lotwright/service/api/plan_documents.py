"""
Documents of plans, scenarios, sweeps and edits: what comes in as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from lotwright.service.api.documents import Condition, In, Name, Options
from lotwright.service.store.moments import Schedule
from lotwright.service.store.plans import WhenBusy

#: Identifiers of things.
Ident = Annotated[str, Field(min_length=1, max_length=100)]

#: Labels of runs, notes of scenarios.
Label = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Note = Annotated[str, Field(max_length=2000)]

#: Scenarios have so many overrides at most, and sweeps so many runs.
MOST_OVERRIDES = 1_000
MOST_RUNS = 200

_Days = Annotated[float, Field(ge=0, le=36_500)]
#: Kinds of demand that a plan may count.
DemandKind = Literal[
    "order", "forecast", "transfer", "safety", "campaign", "requisition"
]


class Fences(In):
    """
    Days of the fences of all items, in place of what their policies say.
    """

    planning: _Days | None = None
    freeze: _Days | None = None
    firm: _Days | None = None
    action: _Days | None = None
    explosion: _Days | None = None


class Parameters(In):
    """
    How a plan sees its data: how far, within which fences, and which demand counts.
    """

    horizon_days: Annotated[int, Field(ge=1, le=3_660)] | None = None
    fences: Fences = Fences()
    demand_kinds: (
        Annotated[list[DemandKind], Field(min_length=1, max_length=6)] | None
    ) = None
    safety_stock: bool = True

    def kept(self) -> dict[str, Any]:
        """
        Returns what is said, without what is left to the data.
        """
        said: dict[str, Any] = self.model_dump(exclude_defaults=True, exclude_none=True)

        return {name: each for name, each in said.items() if each != {}}


class Timing(In):
    """
    When a plan is due: a cron expression in the tenant's time zone, and windows.
    """

    cron: Annotated[str, Field(max_length=200)]
    windows: Annotated[list[str], Field(default_factory=list, max_length=10)]
    on: bool = True

    @model_validator(mode="after")
    def _understood(self) -> Self:
        schedule = Schedule(cron=self.cron, time_zone="UTC", windows=self.windows)

        if schedule.after(0.0) is None:
            msg = "Expected a time within the windows, got one that never is."
            raise ValueError(msg)

        return self


class Target(In):
    """
    Where the plan of a run goes when it is made, and which of its orders.
    """

    connection: Ident
    filter: Annotated[str, Field(max_length=2000)] = ""


class NewPlan(In):
    """
    A plan: which data, or which scenario, is planned how, and when.
    """

    name: Name
    dataset: Ident | None = None
    version: Ident | None = None
    scenario: Ident | None = None
    options: Options = Options()
    filter: Condition = ""
    parameters: Parameters = Parameters()
    when_busy: WhenBusy = WhenBusy.QUEUE
    schedule: Timing | None = None
    publish: Target | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.dataset is None) == (self.scenario is None):
            msg = "Expected a data set, with or without a version, or a scenario."
            raise ValueError(msg)

        return self


class PlanChanges(In):
    """
    What is changed about a plan; what is left out stays.
    """

    name: Name | None = None
    dataset: Ident | None = None
    version: Ident | None = None
    scenario: Ident | None = None
    options: Options | None = None
    filter: Condition | None = None
    parameters: Parameters | None = None
    when_busy: WhenBusy | None = None
    schedule: Timing | None = None
    publish: Target | None = None


class PlanStart(In):
    """
    A run of a plan: a condition beside that of the plan, and a label.
    """

    filter: Condition = ""
    label: Label = ""


class Signal(In):
    """
    Something has happened that a plan waits for, such as a pull of new data.
    """

    signal: Annotated[str, Field(min_length=1, max_length=200)]
    label: Label = ""


class TenantChanges(In):
    """
    What is changed about a tenant.
    """

    time_zone: Annotated[str, Field(max_length=100)]

    @model_validator(mode="after")
    def _known(self) -> Self:
        Schedule(cron="0 0 * * *", time_zone=self.time_zone)

        return self


Overrides = Annotated[
    list[dict[str, Any]], Field(min_length=1, max_length=MOST_OVERRIDES)
]


class NewScenario(In):
    """
    A scenario: a version or another scenario, and what is changed about it.
    """

    name: Name
    note: Note = ""
    dataset: Ident | None = None
    version: Ident | None = None
    base: Ident | None = None
    override: Overrides

    @model_validator(mode="after")
    def _one_base(self) -> Self:
        if (self.dataset is None) == (self.base is None):
            msg = "Expected a data set, with or without a version, or a base."
            raise ValueError(msg)

        return self


class ScenarioChanges(In):
    """
    What is changed about a scenario; what is left out stays.
    """

    name: Name | None = None
    note: Note | None = None
    version: Ident | None = None
    override: Overrides | None = None


class ScenarioStart(In):
    """
    A run of a scenario.
    """

    options: Options = Options()
    label: Label = ""


class NewSweep(In):
    """
    Scenarios and options, all of which are planned with each other.

    The data themselves, without changes, stand among the scenarios as ``null``.
    """

    dataset: Ident | None = None
    version: Ident | None = None
    scenarios: Annotated[list[Ident | None], Field(min_length=1, max_length=MOST_RUNS)]
    options: Annotated[
        list[Options],
        Field(default_factory=lambda: [Options()], min_length=1, max_length=50),
    ]
    label: Label = ""

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        count = len(self.scenarios) * len(self.options)

        if count > MOST_RUNS:
            msg = f"Expected at most {MOST_RUNS} runs, got {count}."
            raise ValueError(msg)

        if None in self.scenarios and self.dataset is None:
            msg = "Expected a data set to plan without a scenario."
            raise ValueError(msg)

        return self


_Order = Annotated[str, Field(min_length=1, max_length=300)]


class NewEdit(In):
    """
    What is done with one order of a plan.
    """

    do: Literal["lock", "move", "resize", "add", "delete", "approve", "firm"]
    order_id: Annotated[str, Field(max_length=300)] = ""
    item_id: _Order | None = None
    location_id: _Order | None = None
    source_id: _Order | None = None
    quantity: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    due_date: date | None = None
    start_date: date | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.do != "add" and not self.order_id:
            msg = "Expected the order_id of the order."
            raise ValueError(msg)

        return self

    def row(self) -> Mapping[str, Any]:
        """
        Returns it as the draft keeps it.
        """
        said: dict[str, Any] = self.model_dump(mode="json", exclude_none=True)

        return {name: each for name, each in said.items() if each != ""}


class NewEdits(In):
    """
    Edits to add to a draft.
    """

    edits: Annotated[list[NewEdit], Field(min_length=1, max_length=1_000)]


class BulkEdit(In):
    """
    What is done with all orders that meet a condition; a token confirms it.
    """

    do: Literal["lock", "delete", "approve", "firm"]
    filter: Annotated[str, Field(min_length=1, max_length=2000)]
    token: Annotated[str, Field(max_length=200)] = ""


class Replanning(In):
    """
    A run around the edits of a draft; options as those of the run that it edits.
    """

    options: Options | None = None
    label: Label = ""
