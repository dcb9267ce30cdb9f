"""Which to close first: triage, solve and advise, beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.timer import Timer

from isocross.desk import selectors
from isocross.desk.actions.account import CarryOut
from isocross.desk.actions.orders import PlaceOrder
from isocross.desk.actions.shock import Say, Select
from isocross.desk.state import State
from isocross.moves.move import Move
from isocross.studies.stops import stop_of
from isocross.words.why.advice import advice_reasons, survival_reasons, triage_reasons
from isocross.words.why.reason import Reason
from isocross.work import TooMuchWork
from isocross_tui.bridge import Handlers, Pane, View, desk_of, fault_words, store_of
from isocross_tui.pages import why_words
from isocross_tui.panes.shock import ShockPane
from isocross_tui.views.close_first.advise import AdvisePane
from isocross_tui.views.close_first.answers import Counsel, Question
from isocross_tui.views.close_first.solve import SolvePane
from isocross_tui.views.close_first.triage import TriagePane
from isocross_tui.widgets.prose import Words

PATIENCE_S = 0.5
"""Whatever takes longer says how far it is, and so often."""


class CloseFirstView(View):
    """Draws at once what is known, and has the rest worked out beside the keys."""

    name_of_view = "close-first"
    focus_first = "#triage"

    def __init__(self) -> None:
        """Know nothing yet."""
        super().__init__()
        self._counsel = Counsel()
        self._whole_account = False
        self._wanted: Question | None = None
        self.is_working = False
        """Whether something is worked out beside the keys."""
        self._ticks: Timer | None = None

    def compose(self) -> ComposeResult:
        """Triage, solve and advise, and where there is room the slider of the shock."""
        yield TriagePane(self._counsel, id="triage")
        yield SolvePane(self._counsel, id="solve")
        yield AdvisePane(self._counsel, id="advise")
        yield ShockPane(id="target")

    def on_mount(self) -> None:
        """Ask anew whenever the account, the shock or the selection is another."""
        store = store_of(self)
        self._release = store.subscribe(lambda state: (state.view, state.moment, state.selected), lambda _: self._ask())
        self._ask()

    def on_unmount(self) -> None:
        """Hear of nothing any more, and want nothing."""
        self._counsel.wanted = None
        self._release()

    # --- working it out ----------------------------------------------------------------------

    @property
    def question(self) -> Question:
        """What the desk asks now."""
        state = self._state
        position = None if self._whole_account else selectors.position_now(state)
        subject = None if position is None else position.id
        return Question.about(selectors.what_if_now(state), state.moment.ahead, subject, selectors.standpoint(state))

    @property
    def _state(self) -> State:
        return store_of(self).state

    def _ask(self) -> None:
        """Have the newest question answered; one is worked on at a time, and what came between is left out."""
        if self._state.view != self.name_of_view:
            # what is being worked out is given up: nobody looks
            self._counsel.wanted = None
            return
        self._wanted = self._counsel.wanted = self.question
        if not self.is_working:
            self.is_working = True
            self._ticks = self.set_interval(PATIENCE_S, self._tell)
            self.run_worker(self._work(), group="counsel")

    async def _work(self) -> None:
        try:
            while (question := self._wanted) is not None:
                self._wanted = None
                for part in self._counsel.missing(question):
                    await desk_of(self).beside(part)
                    self._show()
                    if self._wanted is not None:
                        break
        except TooMuchWork as error:
            self.app.notify(str(error), severity="warning", markup=False)
        except Exception as error:
            # kept where every other error of the desk is kept, and said; the desk goes on without this part
            store_of(self).errors.append(error)
            self.app.notify(fault_words("This could not be worked out", error), severity="error", markup=False)
        finally:
            self.is_working = False
            if self._ticks is not None:
                self._ticks.stop()

    def _tell(self) -> None:
        self._counsel.look_how_far()
        self._show()

    def _show(self) -> None:
        for pane in self.query(Pane):
            pane.look_again()

    # --- keys --------------------------------------------------------------------------------

    @property
    def looks(self) -> dict[str, Any]:
        """Who is asked about, and which answer is marked."""
        return {"account": self._whole_account, "answer": self.query_one(SolvePane).at}

    def look_as(self, looks: Mapping[str, Any]) -> None:
        """Ask and mark as another does."""
        solve = self.query_one(SolvePane)
        if solve.at != looks["answer"]:
            solve.mark(looks["answer"] - solve.at)
        if self._whole_account is not looks["account"]:
            self.change_subject()

    @property
    def commands(self) -> Handlers:
        """Doing what is marked, and asking otherwise."""
        return {
            "close-first.apply": self.apply,
            "close-first.advice": self.take_advice,
            "close-first.stop": self.place_stop,
            "close-first.subject": self.change_subject,
        }

    def select_row(self, step: int) -> bool:
        """The rows of the pane that is looked at: positions in the order of the triage, answers, or shocks."""
        if self._looks_at(SolvePane):
            self.query_one(SolvePane).mark(step)
            return True
        if self._looks_at(AdvisePane):
            self.query_one(AdvisePane).scroll_shocks(step)
            return True
        told = self._counsel.triage
        ids = [row.position.id for row in told.value.rows] if told else []
        if self._state.selected not in ids:
            return False
        at = ids.index(str(self._state.selected)) + step
        store_of(self).dispatch(Select(ids[max(0, min(len(ids) - 1, at))]))
        return True

    def _looks_at(self, pane: type[Pane[Any]]) -> bool:
        """Whether a pane has the focus; none has before the view is composed."""
        return any(found.has_focus for found in self.query(pane))

    def apply(self) -> None:
        """Do what the pane that is looked at has marked."""
        if self._looks_at(AdvisePane):
            self.take_advice()
        elif self._looks_at(SolvePane):
            self._solve()
        else:
            self._close()

    def take_advice(self) -> None:
        """Flip every position as advised."""
        told = self._counsel.advice
        if told is None or not self._counsel.has_advice(self.question):
            self._say("The advice is still being worked out.")
        elif not told.value.advice.flips:
            self._say("Every mode is as advised already.")
        else:
            self._carry_out(told.value.advice.steps)

    def place_stop(self) -> None:
        """Place the stop that leaves the most."""
        told = self._counsel.stop
        if told is None or not self._counsel.has_stop(self.question):
            self._say("The stop is still being worked out.")
        elif told.value.position is None or told.value.level is None:
            self._say("No stop leaves more than none.")
        elif told.question.standpoint:
            key = desk_of(self).keymap.by_id["path.lived"].first_key
            self._say(f"An order rests from the opening on: {key} goes to the what-if, where it can be placed.")
        else:
            store_of(self).dispatch(PlaceOrder(stop_of(told.book, told.value.position, told.value.level)))

    def change_subject(self) -> None:
        """Ask for the whole account, or for the selected position again."""
        self._whole_account = not self._whole_account
        self._ask()

    def _close(self) -> None:
        told = self._counsel.triage
        row = next((r for r in told.value.rows if r.position.id == self._state.selected), None) if told else None
        if row is None or not self._counsel.has_triage(self.question):
            self._say("The triage is still being worked out.")
        else:
            self._carry_out(row.close.steps)

    def _solve(self) -> None:
        answer = self.query_one(SolvePane).marked
        if not self._counsel.has_survival(self.question):
            self._say("The answer is still being worked out.")
        elif answer is None:
            self._say("There is nothing to do: it survives this shock.")
        elif not answer.steps:
            self._say(f"There is no such answer: {answer.why}.")
        else:
            self._carry_out(answer.steps)

    def _carry_out(self, steps: tuple[Move, ...]) -> None:
        store_of(self).dispatch(CarryOut(steps))

    def _say(self, words: str) -> None:
        store_of(self).dispatch(Say(words))

    def why(self, state: State) -> tuple[str, Words] | None:  # noqa: ARG002
        """How the figures of the pane that is looked at were found, with the numbers put in."""
        title, reasons = self._reasons()
        return (f"Why: {title}", why_words(reasons)) if reasons else None

    def _reasons(self) -> tuple[str, tuple[Reason, ...]]:
        counsel = self._counsel
        if self._looks_at(AdvisePane):
            found = counsel.advice
            return "advise", advice_reasons(found.value.advice, found.book) if found else ()
        if self._looks_at(SolvePane):
            told = counsel.survival
            return "solve", survival_reasons(told.question.rehearsal(), told.value) if told else ()
        shown = counsel.triage
        return "which to close first", triage_reasons(shown.value, shown.book, self._state.selected) if shown else ()
