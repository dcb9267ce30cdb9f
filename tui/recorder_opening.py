"""Opening, recovering and quitting: what is on the desk is never let go of unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from textual import events

from engine.regular import is_regular
from engine.state import State
from engine.workspace import Faults
from engine.workspace.short_code import is_code
from engine.workspace.templates import templates
from engine.workspace.watch import Watch
from tui import places
from tui.player import Player
from tui.recorder import Recorder
from tui.recorder_found import Found, Opened
from tui.recorder_line import Line
from tui.recorder_saving import Saving
from tui.recorder_words import counted, difference, offer_words, other_words
from tui.screens.choose import Choice, Choose
from tui.screens.form import Field, Form
from tui.screens.tell import Ask, Tell
from tui.sources import Source, open_source, recent, remember


class Opening(Saving):
    """A desk that comes and goes."""

    player: Player | None
    _unseen: str | None = None
    """A file that was opened and not painted yet: what ends a desk before that is not opened again by itself."""

    # --- what an earlier desk left ---------------------------------------------------------------

    def begin(self, source: Source) -> None:
        """Take up the workspace that the desk was made with, and what an earlier desk left of it."""
        self.recorder = recorder = self._recorder_of(source)
        self._offer(source, recorder, lambda line, said: self._enter(source, recorder, line, said), self.exit)

    def _recorder_of(self, source: Source) -> Recorder | None:
        if self.recorders is None:
            return None
        return self.recorders.open(Opened(source.key, source.digest, source.workspace))

    def _offer(
        self,
        source: Source,
        recorder: Recorder | None,
        enter: Callable[[Line | None, str], None],
        leave: Callable[[], None],
    ) -> None:
        """Enter with the history that there is; changes that nobody saved are asked about first.

        Args:
            source: what is opened.
            recorder: what has its journal.
            enter: goes on, with the line to stand on and a word on it.
            leave: gives up on opening; the journal stays as it is.
        """
        found = Found() if recorder is None else recorder.found
        moment = Opened(source.key, source.digest, source.workspace).moment
        if recorder is None or found.line is None or not found.unsaved:
            enter(found.line and found.line.settled(moment), _lost(found))
            return
        line = found.line

        def answered(answer: str | None) -> None:
            if answer == "r":
                enter(line, f"{counted(found.changes, 'change').capitalize()} recovered; not saved yet.")
            elif answer == "d":
                settled = line.settled(moment) or Line(moment, (), (line.present,))
                enter(settled, "Discarded; redo brings it back until something else is done.")
            elif answer == "w":
                page = Tell("What changed", difference(line.present.workspace, source.workspace))
                self.push_screen(page, lambda _: self._offer(source, recorder, enter, leave))
            else:
                recorder.release()
                leave()

        question = offer_words(source.workspace.name, found, recorder.clocks.now())
        answers = {"r": "recover", "d": "discard", "w": "show what changed"}
        self.push_screen(Ask("Unsaved changes", question, answers, "decide later"), answered)

    def _enter(self, source: Source, recorder: Recorder | None, line: Line | None, said: str = "") -> None:
        """Put a workspace on the desk, where its line has it, and keep it safe from now on."""
        fresh = State.opened(source.workspace, source.path, self.state.theme)
        fresh = replace(fresh, message=self.state.message, warning=self.state.warning)
        state = fresh if line is None else fresh.at(line.present)
        tone = "warn" if recorder is not None and recorder.found.damaged else "good"
        self.store.reset(state.saying(said, tone) if said else state, None if line is None else line.history(fresh))
        self.player = None
        self.recorder = recorder
        self.on_disk = None if source.path is None else Watch(source.path, source.digest, real=source.real)
        self._postponed = False
        if recorder is not None:
            recorder.start(self.store, self._cannot_keep)
            others = other_words(recorder.others, recorder.clocks.now())
            if others and self.on_disk is not None:
                self._say(others, "warn")
        self._mind()

    def frame_was_painted(self) -> None:
        """Note as the last file the one that is seen now."""
        path, self._unseen = self._unseen, None
        if path is not None:
            remember(path)

    # --- opening -------------------------------------------------------------------------------

    def do_file_open(self) -> None:
        """Ask what to open, once unsaved changes are dealt with."""
        self._unless_unsaved("open another workspace", self._ask_open)

    def _ask_open(self) -> None:
        choices = [Choice(path, Path(path).name, "recent") for path in recent() if is_regular(path)]
        known = {choice.key for choice in choices}
        own = (places.workspaces_folder(), "in your workspaces folder")
        for folder, where in ((Path.cwd(), "in this folder"), own):
            found = [path for path in places.workspaces_in(folder) if str(path) not in known]
            choices += [Choice(str(path), path.name, where) for path in found]
            known |= {str(path) for path in found}
        choices += [Choice(offer.name, offer.name, offer.title) for offer in templates().values()]
        choices.append(Choice("", "another file …"))

        def chosen(key: str | None) -> None:
            if key == "":
                judge = places.judge_source
                self.push_screen(Form("Open", [Field("path", "file", "", "name.toml")], judge), typed)
            elif key is not None:
                self._open(key)

        def typed(values: dict[str, str] | None) -> None:
            if values is not None:
                self._open(values["path"])

        self.push_screen(Choose("Open", choices), chosen)

    def on_paste(self, event: events.Paste) -> None:
        """A workspace's short code that is pasted on the desk is opened, once unsaved changes are dealt with."""
        code = event.text
        if is_code(code) and len(self.screen_stack) == 1:
            self._unless_unsaved("open the pasted workspace", lambda: self._open(code))

    def _open(self, name: str) -> None:
        try:
            source = open_source(name)
        except Faults as faults:
            self._say(str(faults), "bad")
            return
        before = self.recorder
        again = before is not None and before.opened.key == source.key
        if again:
            # its own lock would look like another desk's
            self._let_go()
        recorder = self._recorder_of(source)

        def enter(line: Line | None, said: str) -> None:
            self._let_go()
            self._enter(source, recorder, line, said or f"{source.workspace.name} is open.")
            self._unseen = source.path

        def stay() -> None:
            if again and before is not None and self.recorders is not None:
                self.recorder = self.recorders.open(before.opened, clean=True)
                self.recorder.start(self.store, self._cannot_keep)
                self.recorder.saved(before.opened)

        self._offer(source, recorder, enter, stay)

    def _let_go(self) -> None:
        """End with the present file; only its undo history stays."""
        if self.recorder is not None:
            self.recorder.close()
            self.recorder = None

    # --- quitting ------------------------------------------------------------------------------

    def do_quit(self) -> None:
        """Quit, once unsaved changes are dealt with."""
        self._unless_unsaved("quit", self._leave)

    def _leave(self) -> None:
        self._let_go()
        self.exit()

    def _unless_unsaved(self, deed: str, go_on: Callable[[], None]) -> None:
        if not self.state.unsaved:
            go_on()
            return

        def answered(answer: str | None) -> None:
            if answer == "n":
                go_on()
            elif answer == "y" and self.state.path is None:
                self.do_file_save_as(go_on)
            elif answer == "y":
                self._save(str(self.state.path), go_on)

        question = f"“{self.state.workspace.name}” has changes that are not saved. Save them before you {deed}?"
        self.push_screen(Ask("Unsaved changes", question, {"y": "save first", "n": "go on without saving"}), answered)


def _lost(found: Found) -> str:
    """A word on what could not be read; there is one only where something was lost."""
    return "What an earlier desk kept of this file could not be read; it is kept aside." if found.damaged else ""
