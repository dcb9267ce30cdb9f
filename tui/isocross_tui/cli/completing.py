"""What a shell can complete: shipped accounts and files, venues, crashes, ids and names, each when it is asked for.

The commands do not say it at each option: while a shell completes, the type of a parameter is found by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import click
from click.shell_completion import CompletionItem

from isocross.errors import IsocrossError

SHELLS: Final = ("bash", "zsh", "fish")
_ENDINGS: Final = (".toml", ".csv", ".json", ".jsonl", ".parquet")


def _shipped() -> Iterable[str]:
    from isocross.workspace.load import shipped  # noqa: PLC0415 - each list is loaded when it is asked for

    return shipped()


def _venues() -> Iterable[str]:
    from isocross.rules.catalogue import profile_ids  # noqa: PLC0415

    return profile_ids()


def _windows() -> Iterable[str]:
    from isocross.history.collateral import every_window  # noqa: PLC0415

    return (info.id for info in every_window())


def _lessons() -> Iterable[str]:
    from isocross.lessons.files import load_lessons  # noqa: PLC0415

    return load_lessons().lessons


def _themes() -> Iterable[str]:
    from isocross_tui.user.themes import load_themes, theme_folders  # noqa: PLC0415

    return load_themes(theme_folders()).themes


def _keys() -> Iterable[str]:
    from isocross_tui.keymap import shipped_sets  # noqa: PLC0415

    return shipped_sets()


def _importers() -> Iterable[str]:
    from isocross.exchange import SOURCES  # noqa: PLC0415

    return SOURCES


def _pages() -> Iterable[str]:
    from isocross_tui.cli.docs import page_names  # noqa: PLC0415

    return page_names()


def _commands(context: click.Context) -> Iterable[str]:
    from isocross_tui.cli.help import below  # noqa: PLC0415

    asked = context.find_root()
    for word in context.params.get("command") or ():
        known = below(asked, word)
        if known is None:
            return ()
        asked = known
    return asked.command.list_commands(asked) if isinstance(asked.command, click.Group) else ()


def _held(context: click.Context) -> Any:
    """The positions of the FILE that stands on the line already; none where it cannot be opened."""
    from isocross.workspace.resolve import load  # noqa: PLC0415

    try:
        # where the value of the last option is not there yet, FILE is what is left
        given = context.params.get("file") or next(iter(context.params.get("files") or context.args), "")
        return load(given).positions
    except IsocrossError:
        return ()


Completer = Callable[[click.Context], Iterable[str]]


def _plain(names: Callable[[], Iterable[str]]) -> Completer:
    return lambda _context: names()


def _outputs() -> Iterable[str]:
    from isocross.report.schemas import SHAPES  # noqa: PLC0415

    return SHAPES


WORDS: Final[Mapping[str, Completer]] = {
    "venue": _plain(_venues),
    "window": _plain(_windows),
    "lesson_id": _plain(_lessons),
    "theme": _plain(_themes),
    "keys": _plain(_keys),
    "output_of": _plain(_outputs),
    "source": _plain(_importers),
    "chosen": _plain(_shipped),
    "command": _commands,
    "page_name": _plain(_pages),
    "position": lambda context: (position.id for position in _held(context)),
    "wanted": lambda context: (position.id for position in _held(context)),
    "market": lambda context: dict.fromkeys(position.market for position in _held(context)),
    "x": lambda context: dict.fromkeys(position.market for position in _held(context)),
    "y": lambda context: dict.fromkeys(position.market for position in _held(context)),
}
"""By the name of a parameter: the words that it can be."""
FILES: Final = frozenset({"file", "files", "played", "prices", "output", "svg", "parquet", "rules", "shocks"})
"""Parameters that are files."""
ACCOUNTS: Final = frozenset({"file", "files", "played"})
"""Those of them that can be a shipped account."""
LESSONS: Final = frozenset({"played"})
"""Those that can be a lesson too."""


class _Completed(click.ParamType[str]):
    """A text whose words are known."""

    name = "text"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin like this; of a file, files too."""
        name = param.name or ""
        if name in FILES:
            return file_items(incomplete, shipped_too=name in ACCOUNTS, lessons_too=name in LESSONS)
        return [CompletionItem(word) for word in WORDS[name](ctx) if word.startswith(incomplete)]


def file_items(incomplete: str, *, shipped_too: bool, lessons_too: bool = False) -> list[CompletionItem]:
    """Shipped accounts, lessons and files of this folder; where none begins like this, whatever the shell finds."""
    names = [*(_shipped() if shipped_too else ()), *(_lessons() if lessons_too else ())]
    names += sorted(path.name for path in Path().iterdir() if path.suffix in _ENDINGS)
    found = [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


def with_completions(command: click.Command) -> click.Command:
    """The command, whose parameters know their words."""
    for param in command.params:
        if param.name in WORDS or param.name in FILES:
            param.type = _Completed()
    return command


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print a script with which a shell completes what you type.

    It completes commands, options, accounts, files and venues. Load it at the start of the shell:
    eval "$(isocross completion bash)".
    """
    from click.shell_completion import ShellComplete, get_completion_class  # noqa: PLC0415

    found = get_completion_class(shell)
    if found is not None:
        # not the class's own `source`, which asks this machine for its shell
        group = click.get_current_context().find_root().command
        click.echo(ShellComplete.source(found(group, {}, "isocross", "_ISOCROSS_COMPLETE")))
