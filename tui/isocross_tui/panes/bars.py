"""The first and the last row of the desk: what is open and what to bear in mind, and the keys that work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from textual import events
from textual.geometry import Size
from textual.message import Message

from isocross.desk import selectors
from isocross.desk.in_force import in_force, shock_in_force, venue_words
from isocross.desk.state import DESK, State
from isocross.records import dataclass
from isocross_tui.bridge import Bound, desk_of
from isocross_tui.commands import Command
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.prose import Paragraph, Prose, Words
from isocross_tui.widgets.spans import Line, Span, cells_in, fit, line_of, text_of, width_of

_BETWEEN = " · "
_APART = "   "
"""Between the venue and the path."""
_SHORTEST_NAME = 16
"""Cells of a workspace's name that are always shown."""


class Pressed(Message):
    """Posted when a part of a bar was clicked that stands for a command."""

    def __init__(self, command: str) -> None:
        """Name the command."""
        self.command = command
        super().__init__()


class TitleBar(Prose, Bound[Words]):
    """The name of the workspace, whether it is saved, its venue and its path; a click opens what changes each."""

    def on_click(self, event: events.Click) -> None:
        """Open the venue board, the paths, the markets' parts, or the name, as the click was on each."""
        if self.written is None or not self.lines or event.x < width_of(self.written[0].spans[:1]):
            return
        text = text_of(self.lines[0])
        venue, path = self.written[0].right[0].text.rstrip().split(_APART, 1)
        at = text.rfind(f"{venue}{_APART}")
        ends = (at, at + len(venue), at + len(venue) + len(_APART) + len(path), len(text))
        places = zip(ends, ("account.name", "view.venues", "shock.path", "shock.betas"), strict=True)
        self.post_message(Pressed(next((command for end, command in places if event.x < end), "shock.betas")))

    def slice_of(self, state: State) -> Words:
        """One row."""
        book = selectors.book(state)
        unsaved = " ● unsaved" if state.unsaved else ""
        file = "" if state.path is None else f"  {PurePath(state.path).name}"
        name = Span(f"  {state.workspace.name}")
        left = (Span(" isocross ", "title"), name, Span(file, "muted"), Span(unsaved, "accent"))
        path = selectors.story(state).title(state.moment.cursor)
        chip = _BETWEEN.join((shock_in_force(state), *in_force(state))).lstrip()
        right = (
            Span(f"{venue_words(book.profile)}{_APART}{path} ", "muted"),
            Span(f"{chip} " if chip else "", "accent"),
        )
        return (Paragraph(left, right),)

    def show_slice(self, value: Words) -> None:
        """Draw it."""
        self.show(value)

    def draw(self, value: Words, size: Size, glyphs: Glyphs) -> Sequence[Line]:
        """Return the row; where there is little room the file is left out, then the name is cut."""
        program, name, file, *marks = value[0].spans
        least = width_of((program, *marks)) + min(cells_in(name.text), _SHORTEST_NAME) + 1
        right = _shortened(value[0].right, size.width - least, glyphs.ellipsis)
        if width_of((program, name, file, *marks, *right)) < size.width:
            marks = [file, *marks]
        room = size.width - width_of((program, *marks, *right)) - 1
        room = max(room, _SHORTEST_NAME)
        if cells_in(name.text) > room:
            name = Span(_whole_words(name.text, room, glyphs.ellipsis), name.tone)
        return super().draw((replace(value[0], spans=(program, name, *marks), right=right),), size, glyphs)


def _whole_words(name: str, room: int, ellipsis: str) -> str:
    """The name after its last whole word that has room: half a year in it would be another figure."""
    head = name[: room - cells_in(ellipsis)]
    if not name[len(head)].isspace() and head.strip().rpartition(" ")[0]:
        head = head.rpartition(" ")[0]
    return fit(head.rstrip(" ,") + ellipsis, room, ellipsis)


def _shortened(right: Line, room: int, ellipsis: str) -> Line:
    """What stands at the right edge, with as much of what is in force as there is room for."""
    venue, *chip = right
    if not chip or width_of(right) <= room:
        return right
    words = chip[0].text.strip().split(_BETWEEN)
    while words and width_of((venue, Span(f"{_BETWEEN.join([*words, ellipsis])} "))) > room:
        words.pop()
    return (venue, Span(f"{_BETWEEN.join([*words, ellipsis])} ", chip[0].tone)) if words else (venue,)


@dataclass(frozen=True, slots=True)
class Key:
    """A key in the footer."""

    command: str
    key: str
    label: str


_NEVER_LEFT_OUT = frozenset({"palette", "help", "view.desk", "quit"})
"""Whoever is lost finds these."""


class KeyBar(Drawing[tuple[Key, ...]], Bound[tuple[Key, ...]]):
    """The keys that work now, most wanted first; as many as there is room for. A click presses one."""

    def slice_of(self, state: State) -> tuple[Key, ...]:
        """The keys of the footer that do something in this state."""
        desk = desk_of(self)
        at_home = state.view == DESK
        now = {
            "history.undo": desk.store.can_undo,
            "history.redo": desk.store.can_redo,
            "tour": desk.offers_tour,
            "file.save": state.unsaved,
            "quit": at_home,
            f"view.{state.view}": False,
        }
        commands = desk.keymap.commands
        taken = {key for c in commands if c.view == state.view for key in c.keys}
        footer = (c for c in commands if c.footer and c.keys)
        here = (c for c in footer if c.view == state.view or (not c.view and not taken & {*c.keys}))
        here = (c for c in here if c.keys[0] not in desk.taken_keys and desk.offers(c))
        shown = sorted(here, key=lambda c: (c.id != "tour", not c.view, c.footer))
        return tuple(
            Key(c.id, c.key_in_footer, _label(c, state)) for c in shown if c.works(state) and now.get(c.id, True)
        )

    def show_slice(self, value: tuple[Key, ...]) -> None:
        """Draw them."""
        self.show(value)

    def draw(self, value: tuple[Key, ...], size: Size, glyphs: Glyphs) -> Sequence[Line]:  # noqa: ARG002
        """Return the row of keys; the last ones, the way back, the palette and help, are never left out."""
        spans = [Span(" ")]
        for key in self._fitting(value, size.width):
            spans += [Span(key.key, "accent"), Span(f" {key.label}  ", "muted")]
        return [line_of(*spans)]

    def _fitting(self, keys: tuple[Key, ...], width: int) -> list[Key]:
        kept = [key for key in keys if key.command in _NEVER_LEFT_OUT]
        # the blanks after the last key may be cut off
        room = width + 1 - sum(_width(key) for key in kept)
        first = []
        for key in (key for key in keys if key not in kept):
            room -= _width(key)
            if room < 0:
                break
            first.append(key)
        return first + kept

    def on_click(self, event: events.Click) -> None:
        """Press the key under the pointer."""
        x = 1
        for key in self._fitting(self.written or (), self.size.width):
            if x <= event.x < x + _width(key) - 1:
                self.post_message(Pressed(key.command))
                return
            x += _width(key)


def _label(command: Command, state: State) -> str:
    return "pause" if command.id in {"shock.play", "replay.play"} and state.playing else command.label


def _width(key: Key) -> int:
    return cells_in(key.key) + cells_in(key.label) + 3


class DeskTitle(TitleBar):
    """Says beside the name how old a live account is, and what to bear in mind about the file."""

    def slice_of(self, state: State) -> Words:
        """One row."""
        words = super().slice_of(state)
        if state.live:
            tone = "bad" if "stale" in state.live else "accent"
            words = (replace(words[0], spans=(*words[0].spans, Span(f" ● {state.live}", tone))), *words[1:])
        if not state.caution:
            return words
        return (replace(words[0], spans=(*words[0].spans, Span(f" ▲ {state.caution}", "bad"))), *words[1:])
