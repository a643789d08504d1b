"""
The rules of a network for which nobody asked for any.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import (
    Activities,
    Bools,
    DemandLines,
    Inputs,
    Ints,
    OpenSupplies,
    Points,
)
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


def plain_rules(
    *,
    points: Points,
    activities: Activities,
    inputs: Inputs,
    lines: DemandLines,
    supplies: OpenSupplies,
) -> Rules:
    """
    Returns the rules that hold where nobody asks for anything.

    Safety stock is that of the first bucket.
    """
    return Rules(
        points=_plain_points(points),
        safety_steps=SafetySteps(point=_ints(0), day=_ints(0), quantity=np.zeros(0)),
        activities=ActivityRules(
            valid_from=_ints(len(activities)),
            valid_to=_ints(len(activities), FAR),
            lot_from=np.zeros(len(activities)),
            lot_to=np.full(len(activities), np.inf),
            share=np.full(len(activities), np.nan),
            least_value=np.zeros(len(activities)),
        ),
        prices=PriceSteps(
            activity=_ints(0),
            from_quantity=np.zeros(0),
            unit_cost=np.zeros(0),
            incremental=_bools(0),
        ),
        alternates=Alternates(
            flow=_ints(0),
            point=_ints(0),
            other=_ints(0),
            ratio=np.zeros(0),
            rank=_ints(0),
            valid_from=_ints(0),
            valid_to=_ints(0),
            use_up=_bools(0),
        ),
        lines=LineRules(
            required_day=np.maximum(lines.due_day, 0),
            last_day=_ints(len(lines), FAR),
            sellable_days=_ints(len(lines)),
            split_allowed=_bools(len(lines), value=True),
            own_order=_bools(len(lines)),
            min_shipment=np.zeros(len(lines)),
        ),
        supplies=SupplyRules(
            expiry=_ints(len(supplies.day), FAR),
            due_day=supplies.day.copy(),
            can_move=_bools(len(supplies.day), value=True),
            can_cancel=_bools(len(supplies.day), value=True),
            approved=_bools(len(supplies.day)),
            activity=_ints(len(supplies.day), -1),
            start_day=supplies.day.copy(),
            release_day=_ints(len(supplies.day), FAR),
            needs_source=_bools(len(supplies.day)),
        ),
        reserved=Reserved(line=_ints(0), supply=_ints(0), quantity=np.zeros(0)),
        input_from=_ints(len(inputs.activity), -FAR),
        input_to=_ints(len(inputs.activity), FAR),
    )


def _plain_points(points: Points) -> PointRules:
    size = len(points)

    return PointRules(
        calendar=_ints(size),
        receipt_margin=_ints(size),
        issue_margin=_ints(size),
        reorder_margin=_ints(size),
        negative_days=_ints(size),
        positive_days=_ints(size, FAR),
        positive_after_lead_time=_bools(size),
        planning_fence=_ints(size, FAR),
        freeze_fence=_ints(size),
        firm_fence=_ints(size),
        action_fence=_ints(size, FAR),
        advance_margin=_ints(size),
        postpone_margin=_ints(size),
        strict_safety=_bools(size),
        shelf_life=_ints(size, FAR),
        first_expired_first=_bools(size, value=True),
        safety_stock=points.safety_stock[:, 0].copy(),
        safety_days=_ints(size),
        phantom=_bools(size),
    )


def _ints(size: int, value: int = 0) -> Ints:
    return np.full(size, value, dtype=np.int64)


def _bools(size: int, *, value: bool = False) -> Bools:
    return np.full(size, value, dtype=np.bool_)
