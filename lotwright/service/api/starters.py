"""
Routes of what to begin with: the bundled examples, and empty tables to fill in.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from lotwright.io.examples import example_folder
from lotwright.io.template import template
from lotwright.service.api.accepted import format_of
from lotwright.service.api.access import Reader
from lotwright.service.api.formats import XLSX, ZIP
from lotwright.service.api.looks import LOOK
from lotwright.service.api.problems import unknown

router = APIRouter(prefix="/v1", tags=["data"])

_NAME = re.compile(r"[a-z_]{1,40}")


@router.get("/demo/{name}")
def get_demo(name: str, who: Reader) -> Response:
    """
    Returns a bundled example, which is complete and valid, as a package.
    """
    if not _NAME.fullmatch(name):
        raise unknown()

    try:
        folder = example_folder(name)
    except FileNotFoundError:
        raise unknown() from None

    return _file(_zipped(folder), ZIP, f"{name}.zip")


@router.get("/template", dependencies=[LOOK])
def get_template(
    who: Reader,
    beginner: bool = False,
    accept: Annotated[str, Header()] = XLSX,
) -> Response:
    """
    Returns empty tables to fill in, as a workbook with comments and drop-down lists, or
    as a package of CSV files.
    """
    with tempfile.TemporaryDirectory() as folder:
        if format_of(accept, (ZIP,), XLSX) == ZIP:
            template(Path(folder) / "tables", beginner=beginner)

            return _file(_zipped(Path(folder) / "tables"), ZIP, "template.zip")

        file = Path(folder) / "template.xlsx"
        template(file, beginner=beginner)

        return _file(file.read_bytes(), XLSX, file.name)


def _file(content: bytes, kind: str, name: str) -> Response:
    place = f'attachment; filename="{name}"'

    return Response(content, media_type=kind, headers={"Content-Disposition": place})


def _zipped(folder: Path) -> bytes:
    """
    Returns the files of a folder as a zip, the same bytes for the same files.
    """
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            info = zipfile.ZipInfo(file.name)
            archive.writestr(info, file.read_bytes(), zipfile.ZIP_DEFLATED)

    return content.getvalue()
