"""
Routes of edits: a draft on the plan of a run, mass changes, planning anew, promotion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from lotwright.service.api.access import (
    PLACE,
    Reader,
    Runner,
    SettingsOf,
    StoreOf,
    Writer,
    act,
)
from lotwright.service.api.documents import moment
from lotwright.service.api.kept import result_of
from lotwright.service.api.plan_documents import BulkEdit, NewEdits, Replanning
from lotwright.service.api.problems import Refusal, unknown
from lotwright.service.api.promotions import promoted
from lotwright.service.api.revisions import IfMatch, refuse_stale, set_tag, stale
from lotwright.service.api.runs import admit, run_shown
from lotwright.service.settings import Settings
from lotwright.service.store import audit, drafts, runs
from lotwright.service.store.drafts import TokenError
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.asked import stored_run
from lotwright.service.work.errands import run_errand
from lotwright.service.work.replanning import edits_task

router = APIRouter(prefix="/v1/runs/{run_id}", tags=["edits"])

_Edits = Sequence[Mapping[str, Any]]


@router.get("/edits")
def get_edits(
    run_id: str, response: Response, who: Reader, store: StoreOf
) -> dict[str, Any]:
    """
    Returns the draft of a run: its edits, in order.
    """
    result_of(store, who, run_id)

    with store.look(who.tenant_id) as connection:
        found = drafts.find(connection, who.tenant_id, run_id)

    set_tag(response, _revision(found))

    return _shown(run_id, found)


@router.post("/edits", dependencies=[PLACE])
def add_edits(
    run_id: str,
    body: NewEdits,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """
    Adds edits to the draft of a run once it is known that all of them can be made.
    """
    taken = _Draft(store, settings, who, run_id, request)
    before = taken.seen(if_match)
    rows = [*_edits(before), *(edit.row() for edit in body.edits)]
    taken.check(rows)
    taken.put(rows, before, "edit")

    return get_edits(run_id, response, who, store)


@router.delete("/edits")
def drop_edits(
    run_id: str,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """
    Empties the draft of a run.
    """
    taken = _Draft(store, settings, who, run_id, request)
    taken.put([], taken.seen(if_match), "drop edits")

    return get_edits(run_id, response, who, store)


@router.delete("/edits/{number}", dependencies=[PLACE])
def drop_edit(
    run_id: str,
    number: int,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """
    Takes one edit out of the draft of a run, by its place, the first one being 1.
    """
    taken = _Draft(store, settings, who, run_id, request)
    before = taken.seen(if_match)
    rows = _edits(before)

    if not 1 <= number <= len(rows):
        raise unknown()

    rows = [*rows[: number - 1], *rows[number:]]
    taken.check(rows)
    taken.put(rows, before, "drop edit")

    return get_edits(run_id, response, who, store)


@router.post("/edits/bulk", dependencies=[PLACE])
def edit_many(
    run_id: str,
    body: BulkEdit,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Tells how many orders a mass change means, and with the token of that answer adds
    it to the draft.
    """
    taken = _Draft(store, settings, who, run_id, request)
    before = taken.seen("*")
    edit = {"do": body.do, "where": body.filter}
    rows = [*_edits(before), edit]

    if not body.token:
        count = taken.check(rows)[-1]

        with store.of(who.tenant_id) as connection:
            token = drafts.confirm(
                store, connection, who.tenant_id, run_id, edit, count
            )

        return {
            "run": run_id,
            **body.model_dump(include={"do", "filter"}),
            "count": count,
            "token": token,
            "seconds": drafts.CONFIRMED_FOR,
        }

    taken.check(rows)
    count = taken.put(rows, before, f"{body.do} many", edit=edit, token=body.token)

    return {**get_edits(run_id, response, who, store), "count": count}


@router.post("/replan", status_code=202)
def replan_run(
    run_id: str,
    body: Replanning,
    request: Request,
    response: Response,
    who: Runner,
    store: StoreOf,
    settings: SettingsOf,
    if_match: IfMatch = "",
) -> dict[str, Any]:
    """
    Queues a run that keeps what the draft says to the letter, and plans the rest anew
    from the plan that was edited; with ``If-Match`` only the draft of that tag.
    """
    found, _ = result_of(store, who, run_id)
    given = (
        None if body.options is None else body.options.model_dump(exclude_defaults=True)
    )

    with store.of(who.tenant_id) as connection:
        draft = drafts.find(connection, who.tenant_id, run_id)
        rows = _edits(draft)

        if if_match:
            refuse_stale(if_match, _revision(draft))

        order = runs.Order(
            dataset_id=found.dataset_id,
            version_id=found.version_id,
            options=found.options if given is None else given,
            scenario=found.scenario,
            label=body.label or f"{found.label or f'Run {run_id[2:10]}'}, edited",
            actor=who.actor,
            parameters=found.parameters,
            plan_id=found.plan_id,
            scenario_id=found.scenario_id,
            base_run_id=run_id,
            edits=rows,
        )
        made = runs.enqueue(store, connection, who.tenant_id, order)
        admit(connection, who, made, request, store, settings, verb="replan")

    response.headers["Location"] = f"/v1/runs/{made}"

    return {**run_shown(made, who, store), "edits": rows}


@router.post("/promote", status_code=201, dependencies=[PLACE])
def promote_run(
    run_id: str,
    request: Request,
    response: Response,
    who: Writer,
    store: StoreOf,
    settings: SettingsOf,
) -> dict[str, Any]:
    """
    Makes what a run changed about its data, edits included, the new version of its
    data set.
    """
    found, _ = result_of(store, who, run_id)
    done = act(request, who, "promote", run_id)

    return promoted(store, settings, who, found, found.scenario, done, response)


class _Draft:
    """
    The draft of a run that somebody changes.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        who: Principal,
        run_id: str,
        request: Request,
    ) -> None:
        self.store = store
        self.settings = settings
        self.who = who
        self.run_id = run_id
        self.request = request

    def seen(self, if_match: str) -> Row[Any] | None:
        """
        Returns the draft that is to be changed, once it is the one that was seen.
        """
        result_of(self.store, self.who, self.run_id)

        with self.store.look(self.who.tenant_id) as connection:
            found = drafts.find(connection, self.who.tenant_id, self.run_id)

        refuse_stale(if_match, _revision(found))

        return found

    def check(self, rows: _Edits) -> list[int]:
        """
        Returns how many orders each edit means, in a process of its own.

        Raises
        ------
        InputError
            When one cannot be made; lists every problem.
        """
        if len(rows) > drafts.MOST_EDITS:
            text = f"A draft has at most {drafts.MOST_EDITS} edits."
            raise Refusal(422, "too_many_edits", text)

        if not rows:
            return []

        with self.store.look(self.who.tenant_id) as connection:
            stored = stored_run(connection, self.who.tenant_id, self.run_id)

        payload = stored.payload(edits=[dict(row) for row in rows])
        head, _ = run_errand(edits_task, payload, seconds=self.settings.upload_seconds)
        counts: list[int] = head["counts"]

        return counts

    def put(
        self,
        rows: _Edits,
        before: Row[Any] | None,
        verb: str,
        *,
        edit: Mapping[str, Any] | None = None,
        token: str = "",
    ) -> int:
        """
        Keeps edits if nobody has changed the draft meanwhile, and returns how many
        orders the mass change of a token means.
        """
        try:
            return self._put(rows, before, verb, edit, token)
        except IntegrityError:
            # Somebody else has begun the draft at the same moment.
            raise stale(1) from None

    def _put(
        self,
        rows: _Edits,
        before: Row[Any] | None,
        verb: str,
        edit: Mapping[str, Any] | None,
        token: str,
    ) -> int:
        store, tenant_id = self.store, self.who.tenant_id

        with store.of(tenant_id) as connection:
            count = 0 if edit is None else self._redeemed(connection, edit, token)
            latest = drafts.find(connection, tenant_id, self.run_id, locks=True)

            if _revision(latest) != _revision(before):
                raise stale(_revision(latest))

            drafts.put(
                store,
                connection,
                tenant_id,
                self.run_id,
                rows,
                seen=_revision(before),
                actor=self.who.actor,
            )
            done = act(self.request, self.who, verb, self.run_id)
            audit.record(store, connection, tenant_id, done)

        return count

    def _redeemed(
        self, connection: Connection, edit: Mapping[str, Any], token: str
    ) -> int:
        tenant_id = self.who.tenant_id

        try:
            return drafts.redeem(
                self.store, connection, tenant_id, self.run_id, edit, token
            )
        except TokenError:
            text = (
                "This token is not of this change, or it is used or over. Ask again "
                "without a token, and look at the count."
            )
            raise Refusal(409, "token", text) from None


def _revision(found: Row[Any] | None) -> int:
    return 0 if found is None else int(found.revision)


def _edits(found: Row[Any] | None) -> list[dict[str, Any]]:
    return [] if found is None else list(found.edits)


def _shown(run_id: str, found: Row[Any] | None) -> dict[str, Any]:
    return {
        "run": run_id,
        "revision": _revision(found),
        "edits": _edits(found),
        "changed_at": None if found is None else moment(found.changed_at),
        "changed_by": None if found is None else found.changed_by,
    }
