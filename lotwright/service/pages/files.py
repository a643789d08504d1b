"""
Files that pages load: scripts, style and libraries, each by the hash of its content.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request, Response

from lotwright.plot.plotly_bundle import bundle
from lotwright.service.api.problems import unknown

router = APIRouter(prefix="/ui/static", include_in_schema=False)

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

#: A file never changes under its hash.
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """
    A file that pages load.
    """

    content: bytes
    packed: bytes
    digest: str
    kind: str


def address_of(name: str) -> str:
    """
    Returns the address of a file, which is another one once its content changes.

    Raises
    ------
    KeyError
        When there is no such file.
    """
    return f"/ui/static/{_known()[name].digest}/{name}"


@router.get("/{digest}/{name:path}")
def get_file(digest: str, name: str, request: Request) -> Response:
    """
    Returns a file.
    """
    found = _known().get(name)

    if found is None or found.digest != digest:
        raise unknown()

    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}

    if is_packed:
        headers["Content-Encoding"] = "gzip"

    content = found.packed if is_packed else found.content

    return Response(content, media_type=found.kind, headers=headers)


@cache
def _known() -> dict[str, File]:
    static = files("lotwright.service.pages") / "static"
    vendor = static / "vendor"
    places = [(each.name, each) for each in static.iterdir()]
    places += [(f"vendor/{each.name}", each) for each in vendor.iterdir()]
    places.append((f"vendor/{bundle().name}", bundle()))

    return {name: _read(place) for name, place in places if _kind(name)}


def _read(place: Traversable) -> File:
    content = place.read_bytes()

    return File(
        content=content,
        packed=gzip.compress(content, 6, mtime=0),
        digest=hashlib.sha256(content).hexdigest()[:16],
        kind=_kind(place.name),
    )


def _kind(name: str) -> str:
    return _KINDS.get(name[name.rfind(".") :], "")
