"""
Pages of data: data sets, uploads, and what the fit analysis found in a version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from lotwright.model.codes import CODES, RESERVED
from lotwright.model.tables import INPUT_TABLES
from lotwright.service.api.access import SettingsOf, StoreOf
from lotwright.service.api.problems import unknown
from lotwright.service.connect import shipped
from lotwright.service.pages.frame import page
from lotwright.service.pages.visits import Visitor
from lotwright.service.store import dataset_lists, datasets
from lotwright.service.store.lists import Part

router = APIRouter(prefix="/ui", include_in_schema=False)

#: Severities in the order in which they matter.
SEVERITIES = ("error", "degraded", "ignored", "warning", "info")

#: Data sets of one page of the list.
_PAGE = 50

#: Rows that stand for all that a finding is about.
_EXAMPLES = 3


@dataclass(slots=True, kw_only=True)
class Kind:
    """
    Findings of one code about one table.
    """

    code: str
    severity: str
    table: str
    count: int = 0
    examples: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def meaning(self) -> str:
        """
        What the code says.
        """
        known = CODES.get(self.code)

        return known.meaning if known else ""


@router.get("/datasets")
def show_list(
    request: Request,
    who: Visitor,
    store: StoreOf,
    after: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """
    Shows data sets, by name.
    """
    with store.look(who.tenant_id) as connection:
        part = Part(after=after, most=_PAGE)
        rows = datasets.every(connection, who.tenant_id, part)
        names = [row.dataset_id for row in rows]
        states = dataset_lists.states_of(connection, who.tenant_id, names)
        newest = dataset_lists.newest_of(connection, who.tenant_id, names)

    return page(
        request,
        who,
        "datasets.html",
        rows=[
            (row, states.get(row.dataset_id, {}), newest.get(row.dataset_id))
            for row in rows
        ],
        more=rows.cursor,
        is_first=not after,
    )


@router.get("/datasets/{dataset_id}")
def show_dataset(
    request: Request,
    dataset_id: str,
    who: Visitor,
    store: StoreOf,
    settings: SettingsOf,
) -> Response:
    """
    Shows a data set: its tables, uploads and versions.
    """
    with store.look(who.tenant_id) as connection:
        found = datasets.find(connection, who.tenant_id, dataset_id)

        if found is None:
            raise unknown()

        states = datasets.tables(connection, who.tenant_id, dataset_id)
        versions = datasets.versions(connection, who.tenant_id, dataset_id)

    return page(
        request,
        who,
        "dataset.html",
        dataset=found,
        tables=_told(states),
        versions=[(row, _counts(row.findings)) for row in versions],
        most_mb=settings.most_upload_mb,
        table_names=list(INPUT_TABLES),
        mappings=shipped.names(),
        is_frozen=bool(states)
        and datasets.version_id_of(states) in {row.version_id for row in versions},
    )


@router.get("/datasets/{dataset_id}/versions/{version_id}")
def show_version(
    request: Request, dataset_id: str, version_id: str, who: Visitor, store: StoreOf
) -> Response:
    """
    Shows a version: what the fit analysis found, and its tables.
    """
    with store.look(who.tenant_id) as connection:
        owner = datasets.find(connection, who.tenant_id, dataset_id)
        found = datasets.find_version(connection, who.tenant_id, dataset_id, version_id)

        if owner is None or found is None:
            raise unknown()

        states = datasets.version_tables(
            connection, who.tenant_id, dataset_id, version_id
        )

    return page(
        request,
        who,
        "version.html",
        dataset=owner,
        version=found,
        tables=_told(states),
        counts=_counts(found.findings),
        kinds=kinds_of(found.findings),
    )


@router.get("/help/findings")
def show_codes(request: Request, who: Visitor) -> Response:
    """
    Shows what the codes of findings mean.
    """
    codes = [code for name, code in CODES.items() if name not in RESERVED]

    return page(request, who, "codes.html", codes=codes)


def kinds_of(findings: Iterable[Mapping[str, Any]]) -> list[Kind]:
    """
    Returns findings by code and table, the worst first.
    """
    kinds: dict[tuple[str, str, str], Kind] = {}

    for each in findings:
        severity, code, table = each["severity"], each["code"], each["table"]
        kind = kinds.setdefault(
            (severity, code, table), Kind(code=code, severity=severity, table=table)
        )
        kind.count += each["count"]

        if len(kind.examples) < _EXAMPLES:
            kind.examples.append(each)

    return sorted(kinds.values(), key=lambda kind: _rank(kind.severity))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _counts(findings: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    counts = dict.fromkeys(SEVERITIES, 0)

    for each in findings:
        counts[each["severity"]] = counts.get(each["severity"], 0) + each["count"]

    return {name: count for name, count in counts.items() if count}


def _told(states: Mapping[str, datasets.TableState]) -> list[tuple[str, int]]:
    """
    Returns tables with their rows, in the order of the manual.
    """
    return [(name, states[name].num_rows) for name in INPUT_TABLES if name in states]
