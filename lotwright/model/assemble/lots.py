"""
Lot sizes of sources: the source's own, else those of the policy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.sources import Sources
from lotwright.model.network import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lots:
    """
    Smallest and largest lot and multiple per source, shape ``(A,)`` each.
    """

    min_lot: Floats
    max_lot: Floats
    multiple: Floats


def lots_of(sources: Sources, policies: pd.DataFrame, product: Ints) -> Lots:
    """
    Returns the lot sizes of each source; a fixed lot is both smallest and largest.
    """
    fixed = numbers(sources.frame, "fixed_lot")
    of_policy = policies.iloc[product]

    def given(column: str, default: float) -> Floats:
        own = numbers(sources.frame, column)
        policy = numbers(of_policy, column, default)

        return np.where(np.isnan(own), policy, own)

    is_fixed = ~np.isnan(fixed)

    return Lots(
        min_lot=np.where(is_fixed, fixed, given("min_lot", 0.0)),
        max_lot=np.where(is_fixed, fixed, given("max_lot", np.inf)),
        multiple=np.where(is_fixed, 0.0, given("lot_multiple", 0.0)),
    )
