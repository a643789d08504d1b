"""
Routes of reasons: pegging both ways, and what would mend a late demand.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from lotwright.service.api.access import Reader, StoreOf
from lotwright.service.api.kept import plan_of
from lotwright.service.api.pegging_tree import MOST, tree_above, tree_below
from lotwright.service.api.problems import unknown

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["reasons"])


@router.get("/pegging-tree")
def get_pegging_tree(
    run_id: str,
    of: Annotated[str, Query(max_length=4000)],
    who: Reader,
    store: StoreOf,
    direction: Literal["down", "up"] = "down",
    most: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> dict[str, Any]:
    """
    Returns what a demand or order depends on, or what an order is for, as a tree; on
    every level quantities add up.
    """
    plan = plan_of(store, who, run_id)
    walk = tree_below if direction == "down" else tree_above

    try:
        found = walk(plan, of, most=most)
    except KeyError:
        raise unknown() from None

    return {"of": of, "direction": direction, **found}
