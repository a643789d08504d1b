"""
From planning data to the network: the table of contents of this folder.
"""

from __future__ import annotations

from lotwright.model.assemble.demand import demand_of
from lotwright.model.assemble.fences import within_fences
from lotwright.model.assemble.line_rules import TOLD
from lotwright.model.assemble.making import making_of
from lotwright.model.assemble.point_rules import (
    phantom_points,
    point_rules_of,
    without_phantoms,
)
from lotwright.model.assemble.policies import allowed, resolve
from lotwright.model.assemble.reading import read_tables
from lotwright.model.assemble.reference import with_reference
from lotwright.model.assemble.reservations import reserved_of
from lotwright.model.assemble.rules import rules_of
from lotwright.model.assemble.safety_steps import safety_steps_of
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.stock_points import stock_points_of
from lotwright.model.assemble.stock_targets import stock_targets
from lotwright.model.assemble.structure import structure_of
from lotwright.model.assemble.supply import supply_of
from lotwright.model.assemble.time import first_text
from lotwright.model.assemble.worth import own_costs, worth_of
from lotwright.model.data import PlanningData
from lotwright.model.network import Network


def assemble(data: PlanningData, sources: Sources | None = None) -> Network:
    """
    Returns the network of the planning data; its sources may have been read before.

    Raises
    ------
    DataError
        When buckets or calendars cannot be made, items are made of themselves, or a
        unit has no conversion.
    """
    read = read_tables(data, sources)
    points = read.points()
    structure = structure_of(points, read.sources, read.flows)
    policies = without_phantoms(
        resolve(data, "policies", points), phantom_points(read.sources, points)
    )
    costs = own_costs(data, read.sources, read.steps)
    worth = worth_of(data, points, structure, read.flows, costs, policies)
    making = making_of(read, points, structure, policies, costs)
    may_be_late = allowed(policies, "allow_backorder")
    demand, beyond = within_fences(read.demand, points, policies)
    classes, lines, turn = demand_of(demand, points, worth, may_be_late, read.buckets)
    of_points = point_rules_of(read, points, policies)
    supply = supply_of(read, points, of_points)
    told = demand[TOLD].iloc[turn]
    held = reserved_of(data, told, lines, supply)
    steps = safety_steps_of(data, points, policies, read.buckets)
    targets = stock_targets(
        read, points, policies, steps, structure, making, classes, supply.issues
    )

    network = Network(
        name=first_text(data, "name"),
        as_of=read.buckets.as_of,
        currency=first_text(data, "currency"),
        buckets=read.buckets,
        calendars=read.calendars,
        points=stock_points_of(
            points, read.sources, structure, policies, worth, supply, targets, making
        ),
        activities=making.activities,
        outputs=making.outputs,
        inputs=making.inputs,
        loads=making.loads,
        resources=making.resources,
        classes=classes,
        lines=lines,
        supplies=supply.supplies,
        open_issues=supply.issues,
        rules=rules_of(
            read,
            points,
            of_points,
            policies,
            steps,
            making,
            told,
            lines,
            supply,
            held.reserved,
            worth,
        ),
        findings=(*read.findings, *worth.findings, *held.findings, *beyond),
    )

    return with_reference(data, network)
