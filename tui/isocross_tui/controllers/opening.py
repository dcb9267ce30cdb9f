"""Opening, recovering and quitting: what is on the desk is never let go of unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from isocross.desk.actions.account import EnterAccount
from isocross.desk.state import State
from isocross.format import counted
from isocross.rules.catalogue import DEFAULT_VENUE
from isocross.workspace import Faults, Workspace
from isocross.workspace.code import is_code
from isocross.workspace.load import Source
from isocross.workspace.model import VenueChoice
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.controllers.lessons import Lessons
from isocross_tui.controllers.saving import Saving, nothing_more
from isocross_tui.recorder.found import Found, Opened, difference, offer_words, other_words
from isocross_tui.recorder.line import MomentLine
from isocross_tui.recorder.recorder import Recorder
from isocross_tui.screens.choose import Choice, Choose
from isocross_tui.screens.form import Field, Form
from isocross_tui.screens.tell import Ask, Tell
from isocross_tui.user.answers import NO_CASH, Cash
from isocross_tui.widgets.prose import say

LATER = "later"
"""The answer of ctrl+c to whether to save."""
_GOES = "What was done here goes with the visit. A short code, copied before you quit, keeps this account."


class Opening(Controller):
    """What comes onto the desk, and what goes."""

    def __init__(self, desk: DeskApp, saving: Saving, lessons: Lessons) -> None:
        """Open over what these two have on the desk."""
        super().__init__(desk)
        self._saving = saving
        self._lessons = lessons
        self._unseen: str | None = None
        """A file that was opened and not painted yet: what ends a desk before that is not opened again by itself."""

    @property
    def commands(self) -> Handlers:
        """Coming and going."""
        return {"file.open": self.choose, "account.new": self.enter_account, "quit": self.quit}

    # --- what an earlier desk left ---------------------------------------------------------------

    def begin(self, source: Source) -> None:
        """Take up the workspace that the desk was made with, and what an earlier desk left of it."""
        self._saving.recorder = recorder = self._recorder_of(source)

        def enter(line: MomentLine | None, said: str) -> None:
            self._enter(source, recorder, line, said)

        self._offer(source, recorder, enter, self.desk.exit, "quit, decide later")

    def _recorder_of(self, source: Source) -> Recorder | None:
        if self._saving.recorders is None:
            return None
        return self._saving.recorders.open(Opened(source.key, source.digest, source.workspace))

    def _offer(
        self,
        source: Source,
        recorder: Recorder | None,
        enter: Callable[[MomentLine | None, str], None],
        leave: Callable[[], None],
        later: str = "decide later",
    ) -> None:
        """Enter with the history that there is; changes that nobody saved are asked about first.

        Args:
            source: what is opened.
            recorder: what has its journal.
            enter: goes on, with the line to stand on and a word on it.
            leave: gives up on opening; the journal stays as it is.
            later: what that is called beside its key.
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
                settled = line.settled(moment) or MomentLine(moment, (), (line.present,))
                enter(settled, "Discarded; redo brings it back until something else is done.")
            elif answer == "w":
                page = Tell("What changed", difference(line.present.workspace, source.workspace))
                self.desk.push_screen(page, lambda _: self._offer(source, recorder, enter, leave, later))
            else:
                recorder.release()
                leave()

        question = offer_words(source.workspace.name, found, recorder.clocks.now())
        answers = {"r": "recover", "d": "discard", "w": "show what changed"}
        self.desk.push_screen(Ask("Unsaved changes", question, answers, later), answered)

    def _enter(self, source: Source, recorder: Recorder | None, line: MomentLine | None, said: str = "") -> None:
        """Put a workspace on the desk, where its line has it, and keep it safe from now on."""
        fresh = State.opened(source.workspace, source.path, self.state.theme)
        fresh = replace(fresh, message=self.state.message, warning=self.state.warning)
        state = fresh if line is None else fresh.at(line.present)
        tone = "warn" if recorder is not None and recorder.found.damaged else "good"
        self.desk.store.reset(
            state.saying(said, tone) if said else state, None if line is None else line.history(fresh)
        )
        # the state can be the very same, and only what can be undone be new
        self.desk.paint_soon()
        self.desk.player = None
        on_disk = None if source.path is None else self.desk.gate.watch(source.path, source.digest, source.real)
        self._saving.stand_on(on_disk, recorder)
        if recorder is not None and source.path is not None:
            others = other_words(recorder.others, recorder.clocks.now())
            if others:
                self.desk.say(others, "warn")

    @property
    def awaits_frame(self) -> bool:
        """Whether a file was opened that nobody has seen yet."""
        return self._unseen is not None

    def frame_was_painted(self) -> None:
        """Note as the last file the one that is seen now."""
        path, self._unseen = self._unseen, None
        if path is not None:
            self.desk.gate.remember(path)

    # --- opening -------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask what to open, once unsaved changes are dealt with."""
        self._unless_unsaved("open another workspace", self._ask_open)

    def _ask_open(self) -> None:
        choices = self.desk.gate.offers()
        if self.desk.gate.asks_for_paths:
            choices.append(Choice("", "another file …"))

        def chosen(key: str | None) -> None:
            if key == "":
                path = Field("path", "file", "", "name.toml, or a venue's .json, several with blanks between")
                wallet = Field("wallet", "wallet", "", "all cash, where no answer of the venue says it")
                self.desk.push_screen(Form("Open", [path, wallet], self.desk.gate.judge_source), typed)
            elif key is not None:
                self.open(key)

        def typed(values: dict[str, str] | None) -> None:
            if values is not None:
                self.open(values["path"], Cash.typed(values["wallet"]))

        self.desk.push_screen(Choose("Open", choices), chosen)

    def paste(self, text: str) -> None:
        """Open a workspace's short code that was pasted on the desk, once unsaved changes are dealt with."""
        if is_code(text):
            self._unless_unsaved("open the pasted workspace", lambda: self.open(text))

    def open(self, name: str, cash: Cash = NO_CASH) -> None:
        """Open a file, a shipped workspace, a code or a venue's answers; what is on the desk is let go of.

        Args:
            name: what it is.
            cash: that of an account whose venue's answers do not say it.
        """
        try:
            imported = self.desk.gate.imported(name, cash)
            source = self.desk.gate.open(name) if imported is None else None
        except Faults as faults:
            self.desk.say(str(faults), "bad")
            return
        if source is not None:
            self._open(source, f"{source.workspace.name} is open.")
        elif imported is not None:
            self._open_entered(imported.workspace)
            several = len({note.origin for note in imported.notes}) > 1
            told = tuple(say(note.told(with_origin=several)) for note in imported.notes)
            self.desk.push_screen(Tell("What the import took, guessed and left out", told))

    def enter_account(self) -> None:
        """Enter an account row by row, once unsaved changes are dealt with."""
        self._unless_unsaved("enter another account", self._ask_account)

    def _ask_account(self) -> None:
        from isocross_tui.forms.new_account import WALLET, AccountDraft  # noqa: PLC0415 - only who enters an account waits
        from isocross_tui.screens.sheet import HEAD, Place, Sheet  # noqa: PLC0415 - the same

        now = self.state.workspace.venue.profile
        known = self.desk.gate.venues()
        venue = VenueChoice(now if now in known else DEFAULT_VENUE, (("hedge_mode", False),))
        blank = Workspace("New account", Decimal(1000), (), venue)

        def done(draft: AccountDraft | None) -> None:
            if draft is not None:
                self._open_entered(draft.account.workspace)

        draft = replace(AccountDraft.of(blank, known), step=self.desk.step)
        self.desk.push_screen(Sheet("New account", draft, Place(HEAD, WALLET), "open it on the desk"), done)

    def _open_entered(self, workspace: Workspace) -> None:
        """Put an account on the desk that is in no file: what was entered is a change that is not saved."""
        empty = replace(workspace, positions=(), orders=())
        self._open(Source(empty), "", lambda: self.dispatch(EnterAccount(workspace)))

    def _open(self, source: Source, opened: str, then: Callable[[], None] = nothing_more) -> None:
        """Put a workspace on the desk; changes of it that an earlier desk left are asked about before.

        Args:
            source: what is opened.
            opened: what is said of it.
            then: what follows once it is there.
        """
        before = self._saving.recorder
        again = before is not None and before.opened.key == source.key
        if again:
            # its own lock would look like another desk's
            self._saving.let_go()
        recorder = self._recorder_of(source)

        def enter(line: MomentLine | None, said: str) -> None:
            self._saving.let_go()
            self._enter(source, recorder, line, said or opened)
            self._unseen = source.path
            then()

        def stay() -> None:
            if again and before is not None and self._saving.recorders is not None:
                self._saving.recorder = recorder = self._saving.recorders.open(before.opened, clean=True)
                self._saving.keep()
                recorder.saved(before.opened)

        self._offer(source, recorder, enter, stay)

    # --- quitting ------------------------------------------------------------------------------

    def quit(self) -> None:
        """Quit, once unsaved changes are dealt with."""
        if self.desk.gate.keeps:
            self._unless_unsaved("quit", self._leave, self._leave_for_now)
        else:
            self._end_visit()

    def _end_visit(self) -> None:
        """A lesson is left first; then whoever has changes is told that nothing keeps them."""
        self._lessons.leave()
        if not self.state.unsaved:
            self._leave()
            return

        def answered(answer: str | None) -> None:
            if answer == "q":
                self._leave()

        self.desk.push_screen(Ask("Unsaved changes", _GOES, {"q": "quit"}, "stay"), answered)

    def _leave_for_now(self) -> None:
        """Quit with what is not saved kept, to be offered the next time."""
        if self._saving.recorder is not None:
            self._saving.recorder.release()
        self.desk.exit()

    def _leave(self) -> None:
        self._saving.let_go()
        self.desk.exit()

    def _unless_unsaved(
        self, deed: str, go_on: Callable[[], None], interrupted: Callable[[], None] = nothing_more
    ) -> None:
        """A lesson is left first; then what the workspace has not saved is asked about.

        Args:
            deed: what is about to be done.
            go_on: does it.
            interrupted: what ctrl+c does instead of an answer.
        """
        self._lessons.leave()
        if not self.state.unsaved:
            go_on()
            return

        def answered(answer: str | None) -> None:
            if answer == "n":
                go_on()
            elif answer == LATER:
                interrupted()
            elif answer == "y":
                self._saving.save(go_on)

        question = f"“{self.state.workspace.name}” has changes that are not saved. Save them before you {deed}?"
        answers = {"y": "save first", "n": "go on without saving"}
        self.desk.push_screen(Ask("Unsaved changes", question, answers, interrupted=LATER), answered)


def _lost(found: Found) -> str:
    """A word on what could not be read; there is one only where something was lost."""
    return "The record of an earlier desk could not be read; it is kept aside." if found.damaged else ""
