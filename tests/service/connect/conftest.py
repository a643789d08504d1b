"""
Databases that stand for other systems, in each of the two kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

ERP = Path(__file__).parents[3] / "examples" / "erp"
SYSTEMS = Path(__file__).parent / "systems"


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """
    A database of another system.
    """

    url: str
    engine: Engine

    def run(self, script: str) -> None:
        """
        Runs the statements of a script, each of which ends with its line.
        """
        with self.engine.begin() as connection:
            for statement in script.split(";\n"):
                if statement.strip():
                    connection.exec_driver_sql(statement.replace("%", "%%"))

    def count(self, table: str) -> int:
        """
        Returns how many rows a table has.
        """
        with self.engine.connect() as connection:
            found: int = connection.execute(
                text(f"select count(*) from {table}")
            ).scalar_one()

        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[System]:
    """
    An empty database of another system, in each of the two kinds.
    """
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'erp.db'}"
    else:
        url = request.getfixturevalue("postgres")

    driver = "sqlite" if request.param == "sqlite" else "postgresql+psycopg"
    engine = create_engine(make_url(url).set(drivername=driver), poolclass=NullPool)
    yield System(url=url, engine=engine)

    if request.param == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("drop owned by service cascade"))

    engine.dispose()


@pytest.fixture
def erp(system: System) -> System:
    """
    The sample ERP system.
    """
    for name in ("schema.sql", "data.sql"):
        system.run((ERP / name).read_text("utf-8"))

    return system


@pytest.fixture
def make_system(tmp_path: Path) -> Callable[[str], System]:
    """
    Makes a database of a script.
    """

    def made(script: str) -> System:
        url = f"sqlite:///{tmp_path / 'made.db'}"
        found = System(url=url, engine=create_engine(url, poolclass=NullPool))
        found.run(script)

        return found

    return made
