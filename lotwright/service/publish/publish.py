"""
Publishes: brings one publication to its target, once whatever dies on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from lotwright.errors import InputError
from lotwright.service.fail_points import pass_point
from lotwright.service.publish.content import Content, PlanGoneError, content_of
from lotwright.service.publish.open_target import open_target
from lotwright.service.publish.target import (
    Doubt,
    TargetError,
    TargetSilentError,
    Writ,
)
from lotwright.service.settings import Settings
from lotwright.service.store import publications
from lotwright.service.store.jobs import Job, JobRefusedError, TryAgainError
from lotwright.service.store.store import OUTAGES, Store


def publish(store: Store, settings: Settings, job: Job) -> Mapping[str, Any]:
    """
    Makes one attempt at a publication.

    The target keeps its key in the transaction that brings its rows: an attempt that
    finds the key has nothing more to do, whatever became of the one before.

    Raises
    ------
    JobRefusedError
        When it cannot be published.
    TryAgainError
        When it cannot be now.
    """
    found = publications.begin(store, job)

    if found is None:
        return {"publication": job.body["publication"]}

    def note() -> None:
        try:
            publications.doubt(store, job, content=content.digest)
        except OUTAGES as error:
            # Not of the target, whose own errors are of the same kinds.
            text = "The store did not answer in time."
            raise TryAgainError(code="store", text=text) from error

    doubt = Doubt(is_open=found.in_doubt, note=note)

    try:
        content = _content(store, found)
        target = open_target(store, settings, job.tenant_id, found.target)
        target.write(_writ(found), content, doubt)
    except (TargetError, InputError) as error:
        code = error.code if isinstance(error, TargetError) else "data"
        publications.fail(store, job, code, str(error), in_doubt=doubt.is_open)
        raise JobRefusedError(code=code, text=str(error)) from error
    except TargetSilentError as error:
        if job.attempt >= job.most_attempts:
            words = str(error)
            publications.fail(store, job, "target", words, in_doubt=doubt.is_open)

        raise TryAgainError(code="target", text=str(error)) from error

    pass_point("before_done")
    publications.arrived(store, job, content.counts)

    return {"publication": found.publication_id, "counts": content.counts}


def _content(store: Store, found: Row[Any]) -> Content:
    try:
        content = content_of(store, found.tenant_id, found.run_id, found.condition)
    except PlanGoneError as error:
        raise TargetError(code="no_plan", text=str(error)) from error

    if found.content and found.content != content.digest:
        text = "The plan is not the one that was previewed any more."
        raise TargetError(code="changed", text=text)

    return content


def _writ(found: Row[Any]) -> Writ:
    return Writ(
        publication_id=found.publication_id,
        publisher=found.tenant_id,
        number=found.number,
        run_id=found.run_id,
        condition=found.condition,
        at=found.created_at,
    )
