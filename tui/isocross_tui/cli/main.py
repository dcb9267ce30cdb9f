"""The command line: `isocross` opens the desk, the other commands print and never import Textual.

A command is imported when it is asked for, so that none waits for what the others need.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

import click

from isocross import __version__
from isocross.errors import IsocrossError
from isocross.faces import found
from isocross.folders import config_folder
from isocross.regular import is_absent, is_closed
from isocross_tui.cli.output import screened_output
from isocross_tui.cli.progress import told

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_WHERE: Final = {
    "adl": "isocross_tui.cli.adl:adl",
    "advise": "isocross_tui.cli.advise:advise",
    "autopsy": "isocross_tui.cli.autopsy:autopsy",
    "card": "isocross_tui.cli.card:card",
    "cast": "isocross_tui.cli.casting:cast",
    "check": "isocross_tui.cli.files:check",
    "code": "isocross_tui.cli.files:code",
    "compare": "isocross_tui.cli.report:compare_command",
    "completion": "isocross_tui.cli.completing:completion",
    "demo": "isocross_tui.cli.desk:demo",
    "desk": "isocross_tui.cli.desk:desk",
    "docs": "isocross_tui.cli.docs:docs",
    "explain": "isocross_tui.cli.report:explain_command",
    "export": "isocross_tui.cli.files:export",
    "fidelity": "isocross_tui.cli.fidelity:fidelity",
    "frontier": "isocross_tui.cli.frontier:frontier",
    "help": "isocross_tui.cli.help:help_command",
    "history": "isocross_tui.cli.history:history",
    "import": "isocross_tui.cli.files:import_command",
    "keys": "isocross_tui.cli.lists:keys_command",
    "lessons": "isocross_tui.cli.lessons:lessons",
    "limits": "isocross_tui.cli.limits:limits",
    "live": "isocross_tui.cli.live:live",
    "mcp": "isocross_tui.cli.mcp_command:mcp",
    "new": "isocross_tui.cli.files:new",
    "price": "isocross_tui.cli.price:price_command",
    "replay": "isocross_tui.cli.replay:replay_command",
    "report": "isocross_tui.cli.report:report_command",
    "run": "isocross_tui.cli.report:run_command",
    "schema": "isocross_tui.cli.files:schema",
    "serve": "isocross_tui.serve.command:serve",
    "sweep": "isocross_tui.cli.sweep:sweep",
    "talk": "isocross_tui.cli.talking:talk",
    "themes": "isocross_tui.cli.lists:themes",
    "venue": "isocross_tui.serve.venue_command:venue",
    "venues": "isocross_tui.cli.lists:venues",
    "watch": "isocross_tui.cli.watch:watch",
}
"""Where each command is, by its name."""
_COMMAND: Final = "isocross.command"
"""Under this the first word is kept."""


class Commands(click.Group):
    """The commands by their names; the first word may also be the file to open on the desk."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Begin; what is printed is UTF-8."""
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(encoding="utf-8")
        with screened_output():
            return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; one that is stopped, refused, or would take too much work, ends with a sentence."""
        _tell_closed_folder()
        try:
            with told(ctx, ctx.meta.get(_COMMAND, "")):
                return super().invoke(ctx)
        except (IsocrossError, click.ClickException) as error:
            _end(ctx, error)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the toolkit's own signature
        """All names in order."""
        return list(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now."""
        if cmd_name not in _WHERE:
            return None
        command = cast("click.Command", found(_WHERE[cmd_name]))
        if ctx.resilient_parsing:
            from isocross_tui.cli.completing import with_completions  # noqa: PLC0415 - only a shell asks

            return with_completions(command)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin like this, and the accounts that the desk can open."""
        from isocross_tui.cli.completing import file_items  # noqa: PLC0415 - only a shell asks

        files = [] if incomplete.startswith("-") else file_items(incomplete, shipped_too=True)
        commands = super().shell_complete(ctx, incomplete)
        return [*commands, *(item for item in files if item.type == "plain" or not commands)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden `desk` command before a file name or its flags, and where there is nothing at all."""
        if ctx.resilient_parsing and not args:
            return super().parse_args(ctx, args)
        ctx.meta[_JSON] = not {"--json", "--jsonl"}.isdisjoint(args)
        if not args or args[0] not in {*_WHERE, "-h", "--help", "--version"}:
            if not ctx.resilient_parsing:
                try:
                    _refuse_unknown(args)
                except click.ClickException as error:
                    _end(ctx, error)
            args = ["desk", *args]
        ctx.meta[_COMMAND] = args[0]
        return super().parse_args(ctx, args)


def _tell_closed_folder() -> None:
    """Say that the settings folder is done without, where it may not be looked into."""
    folder = config_folder()
    if is_closed(folder):
        own = "your own venues, tables, lessons, themes, keys and settings are left out"
        click.echo(f"{folder}: this folder may not be looked into: {own}", err=True)


_JSON: Final = "isocross_tui.cli.json"
"""Whether the words ask for JSON."""


def _end(ctx: click.Context, error: Exception) -> NoReturn:
    """End with what is wrong, in a sentence, or as JSON where JSON was asked for."""
    from isocross_tui.cli.common import Refusal  # noqa: PLC0415 - only what goes wrong pays for this import

    said = error if isinstance(error, click.ClickException) else Refusal(error)
    if not ctx.meta[_JSON]:
        raise said
    from isocross_tui.cli.errors import print_error  # noqa: PLC0415 - as above

    print_error(said)
    raise SystemExit(said.exit_code)


def _refuse_unknown(args: list[str]) -> None:
    """Refuse a word that is neither a command nor a file, before the desk looks for a terminal to say so."""
    word = args[0] if args else "-"
    # a short code has a colon, a tilde is read by the desk, and options of the desk may stand before its file
    if word.startswith(("-", "~")) or ":" in word or not is_absent(word):
        return
    from isocross_tui.cli.help import (  # noqa: PLC0415 - only a mistake or a shipped name pays for this import
        refuse_unknown,
    )

    refuse_unknown(word, list(_WHERE))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """A rehearsal room for leveraged futures accounts.

    isocross [FILE] opens the desk on a workspace file, or on a shipped account by its name. Wherever a FILE is named,
    it can be the short code of a workspace. Before the FILE, --keys NAME takes a shipped set of keys, such as vim.
    --ascii draws in ASCII only, and --no-ascii never does.
    """
