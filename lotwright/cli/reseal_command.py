"""
The command that seals all secrets by the newest key.
"""

from __future__ import annotations

import typer
from rich.console import Console

from lotwright.cli.exit_code import ExitCode
from lotwright.cli.failures import failures
from lotwright.cli.options import Debug
from lotwright.cli.service_commands import service_settings


def reseal(debug: Debug = False) -> None:
    """
    Seal all secrets of a service by the newest key, so that older ones can go.

    LOTWRIGHT_SECRET_KEY names the keys, the new one first, then a comma and the old
    one; or the key file beside a store that is a file does, one a line. All processes
    of the service must know both before; they may work meanwhile.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.reseal import reseal as sealed_anew
        from lotwright.service.secrets import box_of
        from lotwright.service.store.migrate import migrate
        from lotwright.service.up import open_at

        box = box_of(settings)
        store = open_at(settings)
        migrate(store)
        found = sealed_anew(store, box)
        store.close()
        console = Console(stderr=True)
        console.print(
            f"Secrets sealed by the newest key: {found.num_resealed} anew, "
            f"{found.num_kept} already."
        )

        if found.lost:
            console.print(
                f"No key opens those of {', '.join(found.lost)}: add the key that "
                "sealed them, or enter them anew."
            )
            raise typer.Exit(ExitCode.FAILED)

        console.print("Nothing needs an older key any more.")
