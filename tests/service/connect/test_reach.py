"""
Tests of which systems may be reached, where hosts are named by a pattern.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.service.connect.reach import ReachError, refuse_beyond
from lotwright.service.connect.source import SourceError
from lotwright.service.settings import Settings

_SETTINGS = Settings(connect_to="*.erp.example")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example%5C.erp.example",
        "evil.example\\\\.erp.example",
        "(description=(address=(host=evil.example)))#.erp.example",
        "evil.example,a.erp.example",
        "evil.example .erp.example",
        "evil.example#.erp.example",
    ],
)
def test_what_drivers_take_apart_is_no_host(host: str) -> None:
    """
    Tests that a pattern does not let through what a driver reads another host out of.
    """
    for driver in ("mssql+pymssql", "oracle+oracledb", "postgresql"):
        with pytest.raises(ReachError, match="does not connect"):
            refuse_beyond(f"{driver}://user:word@{host}/base", _SETTINGS)


def test_folders_of_files_are_reached_by_name(tmp_path: Path) -> None:
    """
    Tests that a folder that is named, and what is in it, may be read, and nothing
    beside it, whichever way leads there.
    """
    named, other = tmp_path / "exports", tmp_path / "exports2"
    (named / "today").mkdir(parents=True)
    other.mkdir()
    (named / "link").symlink_to(other)
    settings = Settings(connect_to=str(named))

    refuse_beyond(f"files://{named}", settings)
    refuse_beyond(f"files://{named}/today", settings)

    for address in (
        f"files://{tmp_path}",
        f"files://{other}",
        f"files://{named}/../exports2",
        f"files://{named}/link",
        f"files://erp.example{named}",
        "files:///etc",
        "files://",
    ):
        with pytest.raises(ReachError, match="reads no files there"):
            refuse_beyond(address, settings)

    with pytest.raises(ReachError, match="option 'x' is not taken"):
        refuse_beyond(f"files://{named}?x=1", settings)


def test_hosts_of_a_pattern_are_reached() -> None:
    """
    Tests that hosts that a pattern means are.
    """
    for host in ("a.erp.example", "A-1.b_2.erp.example", "a.erp.example:1521"):
        refuse_beyond(f"oracle+oracledb://user:word@{host}/base", _SETTINGS)


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////folder/erp%00.db",
        "files:///folder%00",
        "postgresql://erp/name%00",
        "postgresql://user%00:secret@erp/name",
        "postgresql://user:secret%00@erp/name",
        "postgresql:///name?host=/folder%00",
    ],
)
def test_a_nul_is_in_no_address(address: str) -> None:
    """
    Tests that what no driver takes is refused as what it is, before one is asked.
    """
    with pytest.raises(SourceError, match="not that of a database"):
        refuse_beyond(address, Settings(connect_to="erp, /folder"))
