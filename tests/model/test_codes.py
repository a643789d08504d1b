"""
Tests of the catalogue of codes.
"""

from __future__ import annotations

import re
from pathlib import Path

import lotwright
from lotwright.model.codes import CODES, RESERVED
from lotwright.model.findings import Severity

_PACKAGE = Path(lotwright.__file__).parent
_CODE = re.compile(r'"([EWIXAC]-[A-Z]+(?:-[A-Z]+)*)"')


def test_every_code_used_is_in_the_catalogue() -> None:
    """
    Tests that no part of the package makes up a code of its own.
    """
    used = {
        code: path.name
        for path in sorted(_PACKAGE.rglob("*.py"))
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
    }
    unknown = {code: name for code, name in used.items() if code not in CODES}

    assert {} == unknown


def test_codes_say_what_they_mean() -> None:
    """
    Tests that every code has a sentence, and a severity that fits its first letter.
    """
    expected = {"E": {Severity.ERROR}, "I": {Severity.INFO}}

    for code in CODES.values():
        assert code.meaning.endswith(".")
        assert code.severity in expected.get(code.code[0], set(Severity))


def test_codes_that_are_never_given_are_reserved() -> None:
    """
    Tests that the manual promises no finding that no part of the package gives.
    """
    given = {
        code
        for path in sorted(_PACKAGE.rglob("*.py"))
        if path.name != "codes.py"
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
    }

    assert set(CODES) - given == RESERVED
