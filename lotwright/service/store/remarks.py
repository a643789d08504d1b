"""
Remarks: what people say about exceptions, and which ones they have acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from lotwright.service.store.schema_people import remark
from lotwright.service.store.store import Store


class RemarkKind(StrEnum):
    """
    What a remark does.
    """

    ACKNOWLEDGE = "acknowledge"  #: somebody has seen it and lets it be
    REOPEN = "reopen"  #: it is to be looked at again
    COMMENT = "comment"  #: words alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """
    An exception as it stood when somebody remarked on it.

    Parameters
    ----------
    exception_id
        What it is about; the same in all runs of a data set.
    days_late, value
        How late, and how much money is at stake.
    """

    exception_id: str
    days_late: float
    value: float


def add(
    store: Store,
    connection: Connection,
    tenant_id: str,
    dataset_id: str,
    run_id: str,
    subjects: Sequence[Subject],
    *,
    actor: str,
    kind: RemarkKind,
    text: str,
) -> None:
    """
    Adds the same remark to some exceptions.

    Parameters
    ----------
    store, connection, tenant_id, dataset_id, run_id
        Where, and the run whose exceptions they were.
    subjects
        The exceptions.
    actor, kind, text
        Who says what.
    """
    names = [subject.exception_id for subject in subjects]
    of_them = _of(tenant_id, dataset_id) & remark.c.exception_id.in_(names)
    last = (
        select(remark.c.exception_id, func.max(remark.c.number))
        .where(of_them)
        .group_by(remark.c.exception_id)
    )
    numbers: Mapping[str, int] = {
        row[0]: int(row[1]) for row in connection.execute(last)
    }
    at = connection.execute(select(store.now())).scalar_one()
    connection.execute(
        insert(remark),
        [
            {
                "tenant_id": tenant_id,
                "dataset_id": dataset_id,
                "exception_id": subject.exception_id,
                "number": numbers.get(subject.exception_id, 0) + 1,
                "at": at,
                "actor": actor,
                "kind": kind.value,
                "text": text,
                "run_id": run_id,
                "days_late": subject.days_late,
                "value": subject.value,
            }
            for subject in subjects
        ],
    )


def of_dataset(
    connection: Connection, tenant_id: str, dataset_id: str
) -> Sequence[Row[Any]]:
    """
    Returns all remarks on exceptions of a data set, the oldest of each one first.
    """
    query = select(remark).where(_of(tenant_id, dataset_id))

    return connection.execute(
        query.order_by(remark.c.exception_id, remark.c.number)
    ).all()


def of_exception(
    connection: Connection, tenant_id: str, dataset_id: str, exception_id: str
) -> Sequence[Row[Any]]:
    """
    Returns the remarks on one exception, the oldest first.
    """
    of_it = _of(tenant_id, dataset_id) & (remark.c.exception_id == exception_id)

    return connection.execute(
        select(remark).where(of_it).order_by(remark.c.number)
    ).all()


def _of(tenant_id: str, dataset_id: str) -> ColumnElement[bool]:
    return (remark.c.tenant_id == tenant_id) & (remark.c.dataset_id == dataset_id)
