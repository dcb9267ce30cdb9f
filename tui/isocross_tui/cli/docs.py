"""`isocross docs [PAGE]`: the pages that come with isocross, the sources of its data, and a page for man."""

from __future__ import annotations

import shutil
import sys
from io import StringIO
from pathlib import Path

import click

from isocross.toml.faults import shown
from isocross.toml.places import listing, meant

FOLDER = Path(__file__).resolve().parents[1] / "docs"
ORDER = (
    *("desk", "command-line", "risk", "workspace", "orders", "unified", "venues", "prices", "python"),
    *("live", "fidelity", "lessons", "room", "recordings", "talk", "architecture", "contributing", "changelog"),
)
_WIDEST = 100
"""Columns of a line that is still read with ease."""
_MADE = {"sources": "Where each data set is from, and its licence", "man": "A page for man"}
"""Pages that are made when they are asked for."""


def page_names() -> tuple[str, ...]:
    """The names of all pages, in the order of a reader."""
    return (*ORDER, *_MADE)


def page(name: str) -> str:
    """The text of a page that is written."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


@click.command("docs")
@click.argument("page_name", metavar="[PAGE]", required=False)
@click.pass_context
def docs(context: click.Context, page_name: str | None) -> None:
    """List the pages that come with isocross, or print one."""
    if page_name is None:
        titles = {name: page(name).partition("\n")[0].removeprefix("# ") for name in ORDER}
        for name, title in (titles | _MADE).items():
            click.echo(f"{name:<14} {title}")
        return
    if page_name not in page_names():
        raise click.BadParameter(
            f"no page is called {shown(page_name)}{meant(page_name, page_names())}: "
            f"expected one of {listing(page_names(), len(page_names()))}",
            param_hint=["PAGE"],
        )
    click.echo_via_pager(_text(page_name, context).rstrip("\n"))


def _text(name: str, context: click.Context) -> str:
    if name == "sources":
        from isocross.report.sources import sources_text  # noqa: PLC0415 - every table is read for it

        return sources_text()
    if name == "man":
        from isocross_tui.cli.man import man_page  # noqa: PLC0415 - every command is loaded for it

        root = context.find_root()
        return man_page(root.command, root) if isinstance(root.command, click.Group) else ""
    return drawn(page(name)) if sys.stdout.isatty() else page(name)


def drawn(text: str) -> str:
    """A page as a terminal of this width shows it."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.markdown import Markdown  # noqa: PLC0415

    width = min(shutil.get_terminal_size().columns, _WIDEST)
    console = Console(file=StringIO(), force_terminal=True, color_system="standard", width=width)
    with console.capture() as captured:
        console.print(Markdown(text))
    return captured.get()
