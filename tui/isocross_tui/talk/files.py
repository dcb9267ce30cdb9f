"""What comes onto the desk and goes from it: files, codes, cards, steps back; nothing unsaved is let go of unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePath

from isocross.desk import selectors
from isocross.desk.actions.account import EnterAccount
from isocross.desk.actions.shock import Saved
from isocross.desk.changes import step_words
from isocross.disk.watch import Seen
from isocross.regular import reason
from isocross.report.card import card_of_glide, card_of_path
from isocross.workspace import Faults, SaveError, Workspace
from isocross.workspace.code import code_of
from isocross.workspace.load import Source
from isocross_tui.cast.card import drawn
from isocross_tui.talk.lessons import give_back
from isocross_tui.talk.talk import Lines, Talk, TalkError, spoken
from isocross_tui.user import files
from isocross_tui.user.answers import Cash


def undo(talk: Talk, words: str) -> Lines:  # noqa: ARG001 - every verb takes its words
    """Take back the last step."""
    before = talk.state
    if not talk.store.undo():
        return ["There is nothing to undo."]
    return [spoken(f"Undone: {step_words(talk.state.moment, before.moment)}"), *talk.told(before)]


def redo(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Do again what was taken back."""
    before = talk.state
    if not talk.store.redo():
        return ["There is nothing to redo."]
    return [spoken(f"Done again: {step_words(before.moment, talk.state.moment)}"), *talk.told(before)]


def history(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """List all steps."""
    known = talk.store.history
    moments = [state.moment for state in (*known.past, talk.state, *known.future)]
    now = len(known.past)
    steps = ["as it was opened", *(step_words(*pair) for pair in pairwise(moments))]
    return [
        f"{n}: {told.replace(' → ', ' to ')}{', here' if n == now else ', undone' if n > now else ''}."
        for n, told in enumerate(steps)
    ]


# --- opening and ending --------------------------------------------------------------------------


def open_file(talk: Talk, words: str) -> Lines:
    """Open a file, a shipped account or a code; without words, what there is to open."""
    if not words:
        return [f"{choice.key}: {choice.note}." for choice in talk.gate.offers()]
    return unless_unsaved(talk, f"open {words}", lambda: _open(talk, words))


def _open(talk: Talk, words: str) -> Lines:
    name, _, wallet = words.partition(" wallet ")
    try:
        imported = talk.gate.imported(name, Cash.typed(wallet))
        source = talk.gate.open(name) if imported is None else None
    except (Faults, ValueError) as error:
        raise TalkError(str(error)) from None
    if source is not None:
        asked = talk.stand_on(source)
        if source.path is not None:
            talk.gate.remember(source.path)
        return [f"{source.workspace.name} is open.", *talk.where(), *asked]
    assert imported is not None
    talk.stand_on(Source(replace(imported.workspace, positions=(), orders=())))
    return [*talk.do(EnterAccount(imported.workspace)), *(note.told() for note in imported.notes)]


def leave(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """End the talk."""
    return unless_unsaved(talk, "quit", lambda: end(talk))


def end(talk: Talk) -> Lines:
    """End, whatever is unsaved."""
    talk.over = True
    talk.keeping.close()
    return []


def unless_unsaved(talk: Talk, deed: str, go_on: Callable[[], Lines]) -> Lines:
    """Leave a lesson first; then ask about what is not saved, or tell of it where nobody is there to be asked."""
    give_back(talk)
    if not talk.state.unsaved:
        return go_on()
    name = f"“{talk.state.workspace.name}”"
    if not talk.asks:
        return [f"{name} had changes that were not saved.", *go_on()]

    def answered(words: str) -> Lines:
        if words.lower() in {"y", "yes"}:
            told = list(save(talk, ""))
            return [*told, *(() if talk.state.unsaved else go_on())]
        if words.lower() in {"n", "no"}:
            return go_on()
        return ["Nothing was done."]

    talk.answer = answered
    return [f"{name} has changes that are not saved. Save them before you {deed}? yes, no, or stay."]


# --- saving --------------------------------------------------------------------------------------


def save(talk: Talk, words: str) -> Lines:
    """Save the account, under another name where one is said; `save over NAME` replaces a file that is there."""
    if talk.lesson is not None:
        raise TalkError("A lesson's account is not saved: leave the lesson first, or say code.")
    over, name = (True, words[5:].strip()) if words.startswith("over ") else (False, words)
    path = talk.gate.target(name) if name else talk.state.path or talk.gate.target(
        files.file_name(talk.state.workspace.name))  # fmt: skip
    return _save(talk, path, over=over)


def _save(talk: Talk, path: str, *, over: bool) -> Lines:
    """Save; nothing is overwritten that this desk does not know, unless it is said to be."""
    watch = talk.on_disk
    if watch is not None and watch.is_of(path):
        agreed = watch.look()
        if not over and not watch.may_be_written(agreed):
            raise TalkError(f"{PurePath(path).name} was changed on disk: say save over {path}, or another name.")
    elif over:
        agreed = talk.gate.look_at(path)
    else:
        verdict = talk.gate.judge_target(path)
        if not verdict.good:
            raise TalkError(verdict.text)
        agreed = talk.gate.nothing_at(path)
    return _write(talk, path, agreed)


def _write(talk: Talk, path: str, agreed: Seen) -> Lines:
    document = talk.state.document()
    try:
        saved = talk.gate.save(document, path, agreed)
    except SaveError as error:
        raise TalkError(str(error)) from None
    talk.gate.remember(path)
    seen = talk.gate.look_at(path)
    talk.on_disk = talk.gate.watch(path, seen.digest, seen.real)
    talk.keeping.saved(Source(document, path, real=seen.real), seen.digest)
    lost = ("Its comments and its order could not be kept.",) if saved.rewritten else ()
    return [*talk.do(Saved(path, document)), *lost, *(f"{words}." for words in saved.lost)]


# --- to share ------------------------------------------------------------------------------------


def code(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Tell the short code of the account."""
    return [code_of(talk.state.document())]


def card(talk: Talk, words: str) -> Lines:
    """Write a picture to share, as an SVG; a word chooses the theme."""
    themes = talk.gate.themes().themes
    if words and words not in themes:
        raise TalkError(f"There is not a theme “{words}”: say one of {', '.join(themes)}.")
    workspace: Workspace = talk.state.workspace
    living = selectors.lived(talk.state)
    told = (
        card_of_glide(workspace, selectors.what_if(talk.state), talk.state.moment.shock)
        if living is None
        else card_of_path(workspace, living)
    )
    svg = drawn(told, themes[words or "night"])
    try:
        return [f"{talk.gate.keep_pictures(workspace.name, {'.svg': svg})}."]
    except OSError as error:
        raise TalkError(f"The picture could not be written: {reason(error)}.") from None
