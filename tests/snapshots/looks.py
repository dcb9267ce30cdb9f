"""What has to hold of every picture, whatever is on it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grid import Ink, Shot
from rich.cells import cell_len
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, Label

from isocross_tui.app import Desk
from isocross_tui.panes.bars import TitleBar
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.prose import Prose, say, sentences_in, wrapped
from isocross_tui.widgets.spans import text_of
from tests.eyes import contrast, over
from tests.journeys.screen import Size, flowing

READABLE, QUIET = 4.5, 3.0
"""Contrast of text, and of text that is quiet on purpose."""
DIM = 0.66
"""How much of its colour dim text keeps, as the toolkit has it."""
HUES = {"night", "day", "colour-blind", "contrast"}
CUT_SENTENCE = re.compile(r"(?:…|~)(?: \w)?\s*$")
MORE = re.compile(r"(?:^|\s)(?:(\d+) more(?:: \w+)?|\+(\d+))$")
"""How a text says what it has no room for."""
ROOMY = 80
"""Columns from which on each hint of a form has room."""
FRAME = 4
"""Cells of a frame that its title leaves free."""
CUT_FIGURE = re.compile(r"\d[.,]?(?:…|~)")


def faults(desk: Desk, shot: Shot, size: Size, look: str) -> Iterator[str]:
    """What is wrong with a picture; `look` is a theme, or ascii."""
    yield from _size(shot, size)
    for line in shot.lines:
        if CUT_FIGURE.search(line):
            yield f"a figure is cut: {line.strip()}"
        if look == "ascii" and not line.isascii():
            yield f"not ASCII: {line.strip()}"
    yield from _clipped(desk)
    yield from _cut_sentences(desk)
    yield from _cut_labels(desk)
    if look == "mono":
        yield from (f"a hue: {ink}" for ink in _inks(shot) if not (_grey(ink.colour) and _grey(ink.ground)))
    if look in HUES:
        yield from _faint(desk, shot)


def _size(shot: Shot, size: Size) -> Iterator[str]:
    widths = {cell_len(line) for line in shot.lines}
    if (widths, len(shot.lines)) != ({size[0]}, size[1]):
        yield f"{widths} by {len(shot.lines)} cells, and not {size}"


def _clipped(desk: Desk) -> Iterator[str]:
    """Lines that are longer than their widget, and widgets that stand out of what they are in."""
    for drawing in desk.screen.query(Drawing):
        if not (drawing.is_on_screen and drawing.region.area):
            continue
        room = drawing.drawing_size.width
        texts = (text_of(line).rstrip() for line in drawing.lines)
        yield from (f"#{drawing.id} is cut: {text!r}" for text in texts if cell_len(text) > room)
        inside = _inside(drawing)
        if not (inside.x <= drawing.region.x and drawing.region.right <= inside.right):
            yield f"#{drawing.id} stands out of its pane: {drawing.region} in {inside}"
        scrolls = any(widget.styles.overflow_y in {"auto", "scroll"} for widget in _around(drawing))
        if drawing.region.bottom > inside.bottom and not scrolls:
            yield f"#{drawing.id} goes on below its pane: {drawing.region} in {inside}"


def _cut_sentences(desk: Desk) -> Iterator[str]:
    """Sentences that end before their end, or are left out without a word; of the title bar's name a part may be."""
    for prose in desk.screen.query(Prose):
        if isinstance(prose, TitleBar) or not (prose.is_on_screen and prose.region.area):
            continue
        written = " ".join(text_of(paragraph.spans) for paragraph in prose.written or ())
        drawn = [text_of(line) for line in prose.lines]
        for line in drawn:
            if CUT_SENTENCE.search(line) and not CUT_SENTENCE.search(written):
                yield f"#{prose.id} cuts a sentence: {line.strip()!r}"
        if sum(len(wrapped(paragraph, prose.size.width)) for paragraph in prose.written or ()) > prose.size.height:
            yield from _not_counted(prose, drawn, has_key=desk.screen is desk.ground)


def _not_counted(prose: Prose, drawn: list[str], *, has_key: bool) -> Iterator[str]:
    """Words that are not all there, and do not say how many more there are, or offer a key that does nothing."""
    whole = prose.written or ()
    told = MORE.search(drawn[-1] if drawn else "")
    shown = flowing([*drawn[:-1], drawn[-1][: told.start()]]) if told else ""
    ends = [flowing([text_of(paragraph.spans) for paragraph in whole[:n]]) for n in range(len(whole) + 1)]
    parts = [paragraph for paragraph, end in zip(whole, ends[1:], strict=True) if shown.startswith(end)]
    rest = shown.removeprefix(ends[len(parts)]).strip()
    count = sentences_in(tuple(parts)) + sentences_in((say(rest),))
    if told is None or count + int(told[1] or told[2]) != sentences_in(whole):
        yield f"#{prose.id} leaves out a sentence: {drawn}"
    elif not has_key:
        yield f"#{prose.id} has no room in a dialog: {drawn}"


def _cut_labels(desk: Desk) -> Iterator[str]:
    """Labels, hints of empty fields and titles of frames that are longer than their room."""
    seen = [widget for widget in desk.screen.query(Widget) if widget.is_on_screen and widget.region.area]
    rooms = [(str(label.content), label.size.width) for label in seen if isinstance(label, Label)]
    told = flowing(text_of(line) for prose in desk.screen.query(Prose) for line in prose.lines)
    fields = [field for field in seen if isinstance(field, Input)]
    # in little room a form tells the hint of the field that is filled in below
    rooms += [
        (field.placeholder, field.content_size.width)
        for field in fields
        if field.placeholder not in told and (field.has_focus or desk.size.width >= ROOMY)
    ]
    for widget in seen:
        titles = (str(words or "") for words in (widget.border_title, widget.border_subtitle))
        rooms += [(title, widget.region.width - FRAME) for title in titles]
    yield from (f"{words!r} is cut to {room} cells" for words, room in rooms if cell_len(words) > room)


def _around(widget: Widget) -> Iterator[Widget]:
    """The widget, and what it is in."""
    return (node for node in widget.ancestors_with_self if isinstance(node, Widget))


def _inside(widget: Widget) -> Region:
    parent = widget.parent
    return parent.content_region if isinstance(parent, Widget) else widget.region


def _faint(desk: Desk, shot: Shot) -> Iterator[str]:
    """Words and figures that are hard to read; what lies behind a dialog is meant to be."""
    for ink, text in _lettered(desk, shot).items():
        quiet = "dim" in ink.marks or "strike" in ink.marks
        ratio, least = _contrast(ink), QUIET if quiet else READABLE
        if ratio < least:
            yield f"{text!r} in {ink} has a contrast of {ratio:.2f}, and not {least}"


def _contrast(ink: Ink) -> float:
    return contrast(over(ink.ground, ink.colour, DIM if "dim" in ink.marks else 1), ink.ground)


def _lettered(desk: Desk, shot: Shot) -> dict[Ink, str]:
    """The styles that letters and digits have in what lies on top, the desk or a dialog, and one of them."""
    tops = [child.region for child in desk.screen.children if child.display]
    found: dict[Ink, str] = {}
    for region in tops:
        for line, inks in zip(shot.lines[region.y : region.bottom], shot.inks[region.y : region.bottom], strict=True):
            across = slice(region.x, region.right)
            found |= {ink: letter for letter, ink in zip(line[across], inks[across], strict=True) if letter.isalnum()}
    return found


def _inks(shot: Shot) -> set[Ink]:
    cells = (pair for line, row in zip(shot.lines, shot.inks, strict=True) for pair in zip(line, row, strict=True))
    return {ink for letter, ink in cells if letter != " "}


def _grey(colour: str) -> bool:
    return colour == "default" or len({colour[1:3], colour[3:5], colour[5:7]}) == 1
