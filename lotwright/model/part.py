"""
Parts of a network: some stock points with all that belongs to them, as a network.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from lotwright.model.carries import Carries
from lotwright.model.end_stock import EndStock
from lotwright.model.families import Families
from lotwright.model.least_use import LeastUse
from lotwright.model.network import (
    Activities,
    Bools,
    DemandClasses,
    DemandLines,
    Inputs,
    Ints,
    Loads,
    Network,
    OpenIssues,
    OpenSupplies,
    Outputs,
    Points,
    Resources,
)
from lotwright.model.reference import Reference
from lotwright.model.rooms import Rooms
from lotwright.model.rules import (
    ActivityRules,
    Alternates,
    LineRules,
    PointRules,
    PriceSteps,
    Reserved,
    SafetySteps,
    SupplyRules,
)

Record = TypeVar("Record")

#: What the rows of each record are.
_AXES: Mapping[type, str] = MappingProxyType(
    {
        Points: "point",
        Activities: "activity",
        Outputs: "output",
        Inputs: "input",
        Loads: "load",
        Resources: "resource",
        DemandClasses: "class",
        DemandLines: "line",
        OpenSupplies: "supply",
        OpenIssues: "issue",
        PointRules: "point",
        ActivityRules: "activity",
        LineRules: "line",
        SupplyRules: "supply",
        SafetySteps: "safety step",
        PriceSteps: "price step",
        Alternates: "alternate",
        Reserved: "reserved",
        Rooms: "room",
        Families: "family",
        Carries: "carried",
        LeastUse: "use",
        EndStock: "end stock",
        Reference: "reference",
    }
)

#: Fields whose rows are others than those of their record.
_OTHER_AXES: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("resource", "pool_row"): "pool",
        ("resource", "pool_member"): "pool",
        ("room", "room"): "stored",
        ("room", "point"): "stored",
        ("room", "space"): "stored",
        ("family", "load"): "worked",
        ("family", "family"): "worked",
        ("reference", "cost"): "point",
    }
)

#: Fields whose values are rows of something.
_POINTERS: Mapping[str, str] = MappingProxyType(
    {
        "point": "point",
        "from_point": "point",
        "other": "point",
        "activity": "activity",
        "resource": "resource",
        "pool_row": "resource",
        "pool_member": "resource",
        "demand_class": "class",
        "line": "line",
        "supply": "supply",
        "flow": "input",
        "load": "load",
        "family": "family",
        "room": "room",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """
    A part of a network as a network of its own.

    Parameters
    ----------
    network
        The part. A resource that others use as well has all its capacity here, too.
    inside
        Which rows of the whole it has, by what they are: ``point``, ``activity``,
        ``input``, ``resource``, ``class``, …; in the same order.
    """

    network: Network
    inside: Mapping[str, Bools]

    def rows(self, axis: str) -> Ints:
        """
        Returns the rows of the whole network that the part has.
        """
        return np.flatnonzero(self.inside[axis])


def part_of(net: Network, points: Bools) -> Part:
    """
    Returns the part of a network that some stock points make up.

    Parameters
    ----------
    net
        The network.
    points
        Which stock points, shape ``(P,)``; no activity may have others besides.
    """
    inside = _inside(net, points)
    code = {
        axis: np.where(here, np.cumsum(here) - 1, -1) for axis, here in inside.items()
    }
    rules = net.rules

    def cut(record: Record) -> Record:
        return _cut(record, inside, code)

    return Part(
        network=replace(
            net,
            points=cut(net.points),
            activities=cut(net.activities),
            outputs=cut(net.outputs),
            inputs=cut(net.inputs),
            loads=cut(net.loads),
            resources=cut(net.resources),
            classes=cut(net.classes),
            lines=cut(net.lines),
            supplies=cut(net.supplies),
            open_issues=cut(net.open_issues),
            rules=replace(
                rules,
                points=cut(rules.points),
                safety_steps=cut(rules.safety_steps),
                activities=cut(rules.activities),
                prices=cut(rules.prices),
                alternates=cut(rules.alternates),
                lines=cut(rules.lines),
                supplies=cut(rules.supplies),
                reserved=cut(rules.reserved),
                rooms=cut(rules.rooms),
                families=cut(rules.families),
                carries=cut(rules.carries),
                least_use=cut(rules.least_use),
                end_stock=cut(rules.end_stock),
                reference=cut(rules.reference)
                if rules.reference.is_given
                else rules.reference,
                input_from=rules.input_from[inside["input"]],
                input_to=rules.input_to[inside["input"]],
            ),
            findings=(),
        ),
        inside=MappingProxyType(inside),
    )


def _inside(net: Network, points: Bools) -> dict[str, Bools]:
    """
    Returns the rows of everything that belong to some points.
    """
    rules = net.rules
    activity = points[net.activities.point]
    load = activity[net.loads.activity]
    line, supply = points[net.lines.point], points[net.supplies.point]
    resources = net.resources
    resource = np.zeros(len(resources), dtype=bool)
    resource[net.loads.resource[load]] = True
    resource[resources.pool_member[resource[resources.pool_row]]] = True
    inputs = activity[net.inputs.activity]
    stored, room = points[rules.rooms.point], np.zeros(len(rules.rooms), dtype=bool)
    room[rules.rooms.room[stored]] = True
    worked = load[rules.families.load]
    family = np.zeros(len(rules.families), dtype=bool)
    family[rules.families.family[worked]] = True
    alternates, reserved = rules.alternates, rules.reserved
    stands_in = points[alternates.other] & (alternates.other >= 0)
    stands_in &= points[alternates.point]

    return {
        "point": points,
        "activity": activity,
        "output": activity[net.outputs.activity],
        "input": inputs,
        "load": load,
        "resource": resource,
        "pool": resource[resources.pool_row] & resource[resources.pool_member],
        "class": points[net.classes.point],
        "line": line,
        "supply": supply,
        "issue": points[net.open_issues.point],
        "safety step": points[rules.safety_steps.point],
        "price step": activity[rules.prices.activity],
        "alternate": stands_in & ((alternates.flow < 0) | _at(inputs, alternates.flow)),
        "reserved": line[reserved.line] & supply[reserved.supply],
        "stored": stored,
        "room": room,
        "worked": worked,
        "carried": load[rules.carries.load],
        "use": resource[rules.least_use.resource],
        "family": family,
        "end stock": points[rules.end_stock.point],
        "reference": points[rules.reference.point],
    }


def _at(inside: Bools, rows: Ints) -> Bools:
    """
    Returns whether rows are inside; -1 is not.
    """
    return np.append(inside, False)[rows]


def _cut(
    record: Record, inside: Mapping[str, Bools], code: Mapping[str, Ints]
) -> Record:
    changes = dict(_fields(record, inside, code))
    cut: Record = replace(record, **changes)  # type: ignore[type-var]  # all are

    return cut


def _fields(
    record: object, inside: Mapping[str, Bools], code: Mapping[str, Ints]
) -> Iterator[tuple[str, object]]:
    own = _AXES[type(record)]

    for field in dataclasses.fields(record):  # type: ignore[arg-type]  # all are
        name, value = field.name, getattr(record, field.name)

        if isinstance(value, int):
            continue

        here = inside[_OTHER_AXES.get((own, name), own)]

        if isinstance(value, tuple):
            yield name, tuple(value[row] for row in np.flatnonzero(here).tolist())
        elif name in _POINTERS:
            # What is outside, and -1, has no row.
            yield name, np.append(code[_POINTERS[name]], -1)[value[here]]
        else:
            yield name, value[here]
