"""
Lot sizes and rules: the source's own, else those of the policy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.sources import Sources
from lotwright.model.kinds import LotRule
from lotwright.model.network import Floats, Ints

#: The rule behind each name; lots that are to be optimised are lots for lots in MRP.
_RULES = {
    "lot_for_lot": LotRule.LOT_FOR_LOT,
    "optimise": LotRule.LOT_FOR_LOT,
    "fixed": LotRule.FIXED,
    "period": LotRule.PERIOD,
    "min_max": LotRule.MIN_MAX,
    "economic": LotRule.ECONOMIC,
    "eoq": LotRule.ECONOMIC,
    "period_order_quantity": LotRule.PERIOD_ORDER_QUANTITY,
    "least_unit_cost": LotRule.LEAST_UNIT_COST,
    "part_period": LotRule.PART_PERIOD,
    "silver_meal": LotRule.SILVER_MEAL,
    "groff": LotRule.GROFF,
    "wagner_whitin": LotRule.WAGNER_WHITIN,
    "manual": LotRule.MANUAL,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LotSizes:
    """
    Smallest and largest lot and multiple per source, shape ``(A,)`` each.
    """

    min_lot: Floats
    max_lot: Floats
    multiple: Floats


def lot_sizes_of(sources: Sources, policies: pd.DataFrame, product: Ints) -> LotSizes:
    """
    Returns the lot sizes of each source; a fixed lot is both smallest and largest.
    """
    frame = sources.frame
    fixed = numbers(frame, "fixed_lot")
    is_fixed = ~np.isnan(fixed)
    of_policy = policies.iloc[product]
    least = _either(numbers(frame, "min_lot"), numbers(of_policy, "min_lot", 0.0))
    most = _either(numbers(frame, "max_lot"), numbers(of_policy, "max_lot", np.inf))
    multiple = _either(
        numbers(frame, "lot_multiple"), numbers(of_policy, "lot_multiple", 0.0)
    )
    # Where source and policy contradict each other, the source wins.
    clash = least > most
    least = np.where(clash & np.isnan(numbers(frame, "min_lot")), most, least)
    most = np.where(clash & np.isnan(numbers(frame, "max_lot")), least, most)

    return LotSizes(
        min_lot=np.where(is_fixed, fixed, least),
        max_lot=np.where(is_fixed, fixed, most),
        multiple=np.where(is_fixed, 0.0, multiple),
    )


def _either(own: Floats, other: Floats) -> Floats:
    return np.where(np.isnan(own), other, own)


def lot_rules_of(sources: Sources, policies: pd.DataFrame, product: Ints) -> Ints:
    """
    Returns the code of the lot rule of each stock point, shape ``(P,)``.

    That is the rule of its first source by priority and key, else that of the policy,
    else lot for lot.
    """
    ranked = sources.frame[["source_id", "priority", "lot_rule"]].assign(point=product)
    ranked = ranked.sort_values(["priority", "source_id"]).drop_duplicates("point")
    own = ranked.set_index("point")["lot_rule"].reindex(policies.index)
    codes = own.fillna(policies["lot_rule"]).map(_RULES).fillna(LotRule.LOT_FOR_LOT)

    return np.asarray(codes, dtype=np.int64)
