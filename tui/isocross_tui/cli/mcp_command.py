"""`isocross mcp`: the door for machines, over standard input and output."""

from __future__ import annotations

from pathlib import Path

import click

from isocross_tui.cli.common import refuse

NO_MCP = "The door for machines needs the mcp package: pip install 'isocross[mcp]'"


@click.command()
@click.option("--folder", default=".", help="The folder whose accounts can be opened. Default: this one.")
def mcp(folder: str) -> None:
    """Answer questions of a machine by the Model Context Protocol.

    It speaks over standard input and output until its input ends and all is
    answered. Every tool reads and none writes. Accounts are
    shipped ones, codes, texts of a workspace, and files below the FOLDER.
    """
    if not Path(folder).is_dir():
        raise click.BadParameter(f"{folder!r} is not a folder", param_hint=["--folder"])
    try:
        import anyio  # noqa: PLC0415 - comes with the extra

        from isocross_tui.cli.mcp_server import server  # noqa: PLC0415 - an extra, and slow to import
        from isocross_tui.cli.mcp_wire import serve  # noqa: PLC0415 - the same
    except ModuleNotFoundError:
        refuse(ValueError(NO_MCP))
    anyio.run(serve, server(Path(folder)))
