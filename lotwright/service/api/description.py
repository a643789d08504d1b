"""
The description of all routes as OpenAPI: keys, problem documents and formats in one
place.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from lotwright.service.api.formats import ARROW, CSV, JSON, PARQUET, XLSX, ZIP
from lotwright.service.api.problems import MEDIA_TYPE

#: Why a request may be refused, whatever it asks for.
_REFUSALS = {
    400: "It cannot be understood.",
    401: "No good key comes with it.",
    403: "The key is not good for that, or the change does not come from our pages.",
    404: "There is nothing of that name, or it belongs to somebody else.",
    405: "There is no such method here.",
    408: "It comes too slowly.",
    409: "What is there does not allow it.",
    412: "What is there has changed meanwhile.",
    413: "It is too large.",
    415: "It is in a format that is not taken here.",
    416: "There is no such part.",
    422: "Something in it is wrong; the findings say what.",
    428: "It has to say what it changes, by If-Match.",
    429: "That is too much at a time; Retry-After says when to come again.",
    501: "This service cannot do that.",
    502: "Somebody else's answer is missing.",
    503: "It cannot be served now; Retry-After says when to come again.",
    507: "There is no room left.",
}

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "status", "code", "title"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "title": {"type": "string"},
        "findings": {"type": "array", "items": {"type": "object"}},
    },
}

#: Header by which an answer is known again.
_TAG = {"ETag": {"schema": {"type": "string"}, "description": "For If-None-Match."}}

_FILE = {"schema": {"type": "string", "format": "binary"}}
_DOCUMENT: dict[str, Any] = {"schema": {"type": "object"}}

#: Formats of a table.
_TABLE = {JSON: _DOCUMENT} | dict.fromkeys((CSV, XLSX, PARQUET, ARROW), _FILE)

#: What routes answer that is no document, by the end of their path.
_FORMATS: dict[str, dict[str, Any]] = {
    "/events": {"text/event-stream": {}},
    "/log": {"text/plain": {"schema": {"type": "string"}}},
    "/metrics": {"text/plain": {"schema": {"type": "string"}}},
    "/demo/{name}": {ZIP: _FILE},
    "/template": {XLSX: _FILE, ZIP: _FILE},
}

#: Headers that are no parameters: how one is known, and what pages of ours send.
_NO_PARAMETERS = ("authorization", "x-csrf-token", "accept", "content-type")


def describe(app: FastAPI) -> None:
    """
    Makes an application describe what all of its routes have in common.
    """

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, routes=app.routes
            )
            _complete(document)
            app.openapi_schema = document

        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as the framework says


def _complete(document: dict[str, Any]) -> None:
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM

    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)

    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}

    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete_operation(path, operation)


def _complete_operation(path: str, operation: dict[str, Any]) -> None:
    given = operation.get("parameters", [])
    names = {parameter["name"].lower() for parameter in given}
    operation["parameters"] = [
        each
        for each in given
        if each["in"] != "header" or each["name"].lower() not in _NO_PARAMETERS
    ]

    if "authorization" in names:
        operation["security"] = [{"key": []}]

    responses = operation["responses"]
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}

    for ending, content in _FORMATS.items():
        if path.endswith(ending):
            responses["200"]["content"] = content

    if "accept" in names and "cursor" in names:
        responses["200"]["content"] = _TABLE

    responses.pop("422", None)
    responses |= {
        str(status): {"description": text, "content": {MEDIA_TYPE: problem}}
        for status, text in _REFUSALS.items()
    }

    if "if-none-match" in names:
        responses["200"]["headers"] = _TAG
        responses["304"] = {
            "description": "It is as it was when it had this tag.",
            "headers": _TAG,
        }

    if path.endswith("/log"):
        responses["206"] = {
            "description": "A part of it.",
            "content": _FORMATS["/log"],
        }

    if path.endswith("/health/ready"):
        responses["503"] = {
            "description": "Runs would not be planned.",
            "content": {JSON: _DOCUMENT, MEDIA_TYPE: problem},
        }
    elif "content-type" in names:
        responses["422"]["content"] |= {XLSX: _FILE}
