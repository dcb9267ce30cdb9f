"""The pages to read: every key, and the arithmetic of a position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.why import Reason
from tui.commands import Command
from tui.widgets.prose import Paragraph, Words, say
from tui.widgets.spans import Span

_PANE_KEYS = (("tab", "next pane"), ("esc", "back; puts a preview away"), ("click", "rows, slider, dominoes and keys"))


def help_words(commands: Sequence[Command]) -> Words:
    """Every key with what it does."""
    width = max(len(command.shown_keys) for command in commands) + 3
    rows = [(command.shown_keys, command.help) for command in commands]
    return tuple(Paragraph((Span(f"{key:<{width}}", "accent"), Span(words))) for key, words in [*rows, *_PANE_KEYS])


def why_words(shown: Iterable[Reason]) -> Words:
    """Formula, numbers put in, result and source of each figure."""
    words: list[Paragraph] = []
    for reason in shown:
        words += [say(reason.title, "accent"), say(f"  {reason.formula}", "muted"), say(f"  {reason.substituted}")]
        if reason.source:
            words.append(say(f"  {reason.source}", "muted"))
    return tuple(words)
