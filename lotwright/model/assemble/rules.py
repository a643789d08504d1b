"""
Rules of the network: margins, fences, validity, and what is held for whom.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.assemble.keys import PointKeys, look_up
from lotwright.model.assemble.policies import allowed, numbers
from lotwright.model.assemble.reading import Reading
from lotwright.model.assemble.sources import whole_days
from lotwright.model.network import DemandLines, OpenSupplies
from lotwright.model.rules import (
    FAR,
    ActivityRules,
    Alternates,
    LineRules,
    PointRules,
    PriceSteps,
    Reserved,
    Rules,
    SafetySteps,
    SupplyRules,
)


def rules_of(
    read: Reading,
    points: PointKeys,
    policies: pd.DataFrame,
    lines: DemandLines,
    supplies: OpenSupplies,
) -> Rules:
    """
    Returns the rules of a network.

    Parameters
    ----------
    read, points
        What the tables say, numbered.
    policies
        What holds for each stock point.
    lines, supplies
        Demand and supply of the network.
    """
    return Rules(
        points=_points(read, points, policies),
        safety_steps=_safety_steps(),
        activities=_activities(read),
        prices=_prices(),
        alternates=_alternates(),
        lines=_lines(read, lines),
        supplies=_supplies(supplies),
        reserved=Reserved(line=_ints(0), supply=_ints(0), quantity=np.zeros(0)),
        input_from=read.flows.valid_from,
        input_to=read.flows.valid_to,
    )


def _points(read: Reading, points: PointKeys, policies: pd.DataFrame) -> PointRules:
    data, size = read.data, len(points)
    calendar = data.table("locations").set_index("location_id")["calendar_id"]
    place = pd.Series(points.location_id, dtype="str")

    def days(column: str, default: float = 0.0) -> Ints:
        return whole_days(numbers(policies, column, default))

    return PointRules(
        calendar=read.calendars.codes(look_up(place, calendar)),
        receipt_margin=days("receipt_margin_days"),
        issue_margin=days("issue_margin_days"),
        reorder_margin=days("reorder_margin_days"),
        negative_days=days("negative_days"),
        positive_days=days("positive_days", FAR),
        positive_after_lead_time=_bools(size),
        planning_fence=days("planning_fence_days", FAR),
        freeze_fence=days("freeze_fence_days"),
        firm_fence=days("firm_fence_days"),
        action_fence=_ints(size, FAR),
        advance_margin=days("advance_margin_days"),
        postpone_margin=days("postpone_margin_days"),
        strict_safety=_bools(size),
        shelf_life=_ints(size, FAR),
        first_expired_first=allowed(policies, "fefo"),
        safety_stock=numbers(policies, "safety_stock", 0.0),
        safety_days=days("safety_days"),
        phantom=_bools(size),
    )


def _safety_steps() -> SafetySteps:
    return SafetySteps(point=_ints(0), day=_ints(0), quantity=np.zeros(0))


def _activities(read: Reading) -> ActivityRules:
    sources, size = read.sources, len(read.sources)

    return ActivityRules(
        valid_from=np.maximum(sources.valid_from, 0),
        valid_to=sources.valid_to,
        lot_from=np.zeros(size),
        lot_to=np.full(size, np.inf),
        share=numbers(sources.frame, "share"),
        least_value=np.zeros(size),
    )


def _prices() -> PriceSteps:
    return PriceSteps(
        activity=_ints(0),
        from_quantity=_floats(0),
        unit_cost=_floats(0),
        incremental=_bools(0),
    )


def _alternates() -> Alternates:
    return Alternates(
        flow=_ints(0),
        point=_ints(0),
        other=_ints(0),
        ratio=_floats(0),
        rank=_ints(0),
        valid_from=_ints(0),
        valid_to=_ints(0),
        use_up=_bools(0),
    )


def _lines(read: Reading, lines: DemandLines) -> LineRules:
    size = len(lines)

    return LineRules(
        required_day=np.maximum(lines.due_day, 0),
        last_day=_ints(size, FAR),
        sellable_days=_ints(size),
        split_allowed=_bools(size, value=True),
        own_order=_bools(size),
        min_shipment=_floats(size),
    )


def _supplies(supplies: OpenSupplies) -> SupplyRules:
    size = len(supplies.day)

    return SupplyRules(
        expiry=_ints(size, FAR),
        due_day=supplies.day.copy(),
        can_move=_bools(size, value=True),
        can_cancel=_bools(size, value=True),
        approved=_bools(size),
        activity=_ints(size, -1),
    )


def _ints(size: int, value: int = 0) -> Ints:
    return np.full(size, value, dtype=np.int64)


def _floats(size: int) -> Floats:
    return np.zeros(size)


def _bools(size: int, *, value: bool = False) -> Bools:
    return np.full(size, value, dtype=np.bool_)
