"""The pages to read: every key, and the arithmetic of a position."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from isocross.cascade.events import Event
from isocross.figures.frame import Frame
from isocross.words import why
from isocross_tui.commands import Command
from isocross_tui.widgets.prose import Paragraph, Words, say
from isocross_tui.widgets.spans import Span

if TYPE_CHECKING:
    from isocross.words import Term
    from isocross.words.why import Reason

_PANE_KEYS = (("tab", "next pane"), ("esc", "back; puts a preview away"), ("click", "rows, slider, dominoes and keys"))


def help_words(commands: Sequence[Command], view: str, written: Callable[[str], str]) -> Words:
    """Every key with what it does: first those of the view that is looked at, then those that work anywhere.

    Args:
        commands: with the keys that they have here.
        view: the one that is looked at.
        written: how the terminal writes a key.
    """
    width = max(len(written(command.shown_keys)) for command in commands) + 3
    keys = {command.id: command.first_key for command in commands}
    find = keys["palette"]
    first = f"{find} finds any command by its words. Those with “{find} …” have no key: press {find} and type a word."
    words = [say(f"{first} {keys['quit']} on the desk quits.", "muted")]
    here, anywhere = ([c for c in commands if c.view == place] for place in (view, ""))
    elsewhere = [c for c in commands if c.view not in {"", view}]
    for title, group in ((f"In this view: {view}", here), ("Everywhere", anywhere), ("In other views", elsewhere)):
        rows = [(written(command.shown_keys if command.keys else f"{find} …"), command.help) for command in group]
        if rows:
            words += heading(title)
        words += [_key_row(key, told, width) for key, told in [*rows, *(_PANE_KEYS if group is anywhere else ())]]
    return tuple(words)


def _key_row(key: str, told: str, width: int) -> Paragraph:
    return Paragraph((Span(f"{key:<{width}}", "accent"), Span(told)), hang=width)


def why_words(shown: Iterable[Reason]) -> Words:
    """Formula, numbers put in, result and source of each figure."""
    words: list[Paragraph] = []
    for reason in shown:
        words += [say(reason.title, "accent"), _under(reason.formula, "muted"), _under(reason.substituted)]
        if reason.source:
            words.append(_under(reason.source, "muted"))
    return tuple(words)


def event_words(frame: Frame, events: Iterable[Event]) -> Words:
    """The arithmetic of events of a frame, one after the other."""
    return tuple(words for event in events for words in why_words(why.event_reasons(frame, event)))


def glossary_words(terms: Iterable[Term]) -> Words:
    """Each term with its definition, how it is worked out, and its unit."""
    words: list[Paragraph] = []
    for term in terms:
        unit = f"  in {term.unit}" if term.unit else ""
        words += [Paragraph((Span(term.name, "accent"), Span(unit, "muted"))), _under(term.definition)]
        if term.formula:
            words.append(_under(term.formula, "muted"))
    return tuple(words)


def _under(text: str, tone: str = "") -> Paragraph:
    """A line under what it is about."""
    return say(f"  {text}", tone, hang=2)


def heading(text: str) -> Words:
    """A line between two parts of a page."""
    return (say(""), say(text, "title"), say(""))
