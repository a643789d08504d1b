"""
One service for all tests over HTTP.
"""

from __future__ import annotations

from collections.abc import Generator

import httpx
import pytest

from tests.service.api.server import Service, planned, put_example, running


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Generator[Service]:
    """
    A running service.
    """
    with running(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture(scope="session")
def owner(service: Service) -> Generator[httpx.Client]:
    """
    A client that may do everything.
    """
    with service.client(service.tenant("owner")) as client:
        yield client


@pytest.fixture(scope="session")
def stranger(service: Service) -> Generator[httpx.Client]:
    """
    A client of another tenant that may do everything.
    """
    with service.client(service.tenant("stranger")) as client:
        yield client


@pytest.fixture(scope="session")
def version(owner: httpx.Client) -> tuple[str, str]:
    """
    A data set with the example, and its version.
    """
    return put_example(owner, "example")


@pytest.fixture(scope="session")
def run(owner: httpx.Client, version: tuple[str, str]) -> str:
    """
    A run that has a plan.
    """
    asked = {"dataset": version[0], "options": {"engine": "mrp"}}

    return str(planned(owner, asked)["run"])
