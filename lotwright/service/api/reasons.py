"""
Routes of reasons: pegging both ways, and what would mend a late demand.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from lotwright.service.api.access import Reader, Runner, StoreOf, act
from lotwright.service.api.jobs import refuse_too_many_jobs
from lotwright.service.api.kept import plan_of, result_of
from lotwright.service.api.looks import LOOK
from lotwright.service.api.pegging_tree import MOST, tree_above, tree_below
from lotwright.service.api.problems import unknown
from lotwright.service.store import audit, jobs
from lotwright.service.store.connections import refuse_off
from lotwright.service.work import fixing

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["reasons"])


@router.get("/pegging-tree", dependencies=[LOOK])
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


@router.post("/demands/{demand_id:path}/fixes", status_code=202, dependencies=[LOOK])
def find_fixes(
    run_id: str,
    demand_id: str,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
) -> dict[str, Any]:
    """
    Queues a job that finds what would mend a late or short demand: each change is
    planned to see what it does and costs.
    """
    found, _ = result_of(store, who, run_id)
    plan = plan_of(store, who, run_id)

    if not (plan.fulfilment["demand_id"] == demand_id).any():
        raise unknown()

    with store.of(who.tenant_id) as connection:
        refuse_off(connection, who.tenant_id, found.dataset_id)
        refuse_too_many_jobs(connection, who)
        body = {"run": run_id, "demand": demand_id}
        job_id = jobs.enqueue(store, connection, who.tenant_id, fixing.KIND, body)
        done = act(request, who, "fixes", f"{run_id}/demands/{demand_id}")
        audit.record(store, connection, who.tenant_id, done)

    response.headers["Location"] = f"/v1/jobs/{job_id}"

    return {"job": job_id}
