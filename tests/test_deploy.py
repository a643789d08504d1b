"""
Tests of the examples for those who run the service, and of the page for them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from lotwright.service.api.metrics import Counts
from lotwright.service.settings import FILE, PREFIX, SECRETS, Settings
from lotwright.service.store.quotas import NAMES

_ROOT = Path(__file__).parents[1]
_DEPLOY = _ROOT / "deploy"
_PAGE = _ROOT / "docs" / "operations.md"

if not _DEPLOY.is_dir():
    pytest.skip("an installation has no such files", allow_module_level=True)


def _known() -> set[str]:
    plain = {PREFIX + field.name.upper() for field in fields(Settings)}

    return plain | {PREFIX + name.upper() + FILE for name in SECRETS}


def test_all_settings_quotas_and_figures_are_on_the_page() -> None:
    """
    Tests that the page for operators misses nothing that they may set or see.
    """
    page = _PAGE.read_text()
    settings = {PREFIX + field.name.upper() for field in fields(Settings)}
    process = {family.name for family in Counts().registry.collect()}

    assert settings <= set(re.findall(r"LOTWRIGHT_[A-Z_]+[A-Z]", page))
    assert set(NAMES) <= set(re.findall(r"`(\w+)`", page))
    assert process <= {
        name.removesuffix("_total") for name in re.findall(r"`(lotwright_\w+)`", page)
    }


@pytest.mark.parametrize(
    "file", ["Containerfile", "deploy/compose.yaml", "deploy/systemd/lotwright.env"]
)
def test_examples_set_what_exists(file: str) -> None:
    """
    Tests that no example names a setting that there is not.
    """
    text = (_ROOT / file).read_text()
    named = set(re.findall(r"^\s*(?:ENV )?(LOTWRIGHT_[A-Z_]+)[=:]", text, re.MULTILINE))

    assert named
    assert named <= _known()


def test_the_image_is_careful() -> None:
    """
    Tests that the image runs as a user of its own and says whether it is well.
    """
    last = (_ROOT / "Containerfile").read_text().split("\nFROM ")[-1]

    assert "\nUSER lotwright\n" in last
    assert "\nHEALTHCHECK " in last
    assert last.index("apt-get") < last.index("\nUSER ")


def test_the_compose_file_fits_together() -> None:
    """
    Tests that what its services refer to is there, and that only the proxy can be
    reached from outside.
    """
    found = yaml.safe_load((_DEPLOY / "compose.yaml").read_text())
    services = found["services"]

    for service in services.values():
        assert set(service.get("secrets", ())) <= set(found["secrets"])
        assert set(service["networks"]) <= set(found["networks"])
        assert set(service.get("depends_on", ())) <= set(services)

    assert ["proxy"] == [name for name, each in services.items() if "ports" in each]
    assert 2 == services["worker"]["deploy"]["replicas"]
    assert (_DEPLOY / "postgres" / "role.sh").stat().st_mode & 0o111


def test_systemd_understands_its_units(tmp_path: Path) -> None:
    """
    Tests the units by systemd's own check, where there is one.
    """
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")

    for unit in (_DEPLOY / "systemd").glob("*.service"):
        text = unit.read_text().replace("/opt/lotwright/bin/lotwright", "/bin/true")
        (tmp_path / unit.name.replace("@", "@1")).write_text(text)

    units = [str(file) for file in sorted(tmp_path.iterdir())]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )

    named = [line for line in done.stderr.splitlines() if "lotwright" in line]
    assert (0, []) == (done.returncode, named)
