"""What the desk does for the commands that need more than the store: dialogs and pages to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from engine import profiles, selectors
from engine.actions import Play, Say, SelectBy, SetTheme, ShockTo, ToEvent
from engine.diary import step_words
from engine.edits import AddMargin, MoveCash, NextVenue, PutPosition, Reduce, SetLeverage, SetPath
from engine.money import ZERO
from engine.moves import no_bucket_by_hand
from engine.state import State
from engine.store import Action
from engine.workspace.short_code import code_of
from tui import forms
from tui.commands import PLAYS_ON, Command
from tui.parts import betas_form, read_betas
from tui.paths import path_choices
from tui.player import Player
from tui.reading import help_words
from tui.screens.choose import Choice, Choose
from tui.screens.form import Form
from tui.screens.hints import worded
from tui.screens.tell import Tell
from tui.touring import Touring
from tui.widgets.prose import say


class Deeds(Touring):
    """The commands of the desk that are more than one action."""

    def do(self, command: Command) -> None:
        """Dispatch a command's action, or call the desk's own method for it."""
        # what was said of the step before would stand over what this one shows
        if self._notifications:
            self.clear_notifications()
        if self.store.state.playing and command.id not in PLAYS_ON:
            self.store.dispatch(Play(False))
        if command.action is not None:
            self.store.dispatch(command.action)
        else:
            method: Callable[[], None] = getattr(self.view_now if command.view else self, command.method)
            method()
        self.tour_heard(command.id)

    # --- playing and history -----------------------------------------------------------------

    def do_shock_play(self) -> None:
        """Play the shock from the opening marks, or pause; playing on after a pause."""
        if self.state.playing:
            self.store.dispatch(Play(False))
            return
        over = self.player is None or abs(self.state.moment.cursor) >= abs(self.player.end)
        if over or self.state.moment.cursor == ZERO:
            self.player = Player.towards(self.state, self.pace)
            self.store.dispatch(ShockTo(ZERO))
        self.store.dispatch(Play(True))

    def do_history_undo(self) -> None:
        """Take back the last step."""
        now = self.state.moment
        undone = self.store.undo()
        self.store.dispatch(Say(f"Undone: {step_words(self.state.moment, now)}." if undone else _NO_UNDO))

    def do_history_redo(self) -> None:
        """Do again what was taken back."""
        before = self.state.moment
        redone = self.store.redo()
        self.store.dispatch(Say(f"Done again: {step_words(before, self.state.moment)}." if redone else _NO_REDO))

    # --- the account ---------------------------------------------------------------------------

    def do_venue_next(self) -> None:
        """The same account under the next venue that can hold it."""
        self.store.dispatch(NextVenue(profiles.profile_ids()))

    def do_margin_add(self) -> None:
        """Ask how much margin to add."""
        self._ask_amount("Add margin", 1)

    def do_margin_remove(self) -> None:
        """Ask how much margin to remove."""
        self._ask_amount("Remove margin", -1)

    def _ask_amount(self, title: str, sign: int) -> None:
        position = selectors.position_now(self.state)
        refusal = position and no_bucket_by_hand(selectors.book_now(self.state), position)
        if refusal:
            flip = self.keymap.by_id["position.flip"].first_key
            way_out = f"{flip} makes it isolated; a deposit strengthens the whole pool."
            self.store.dispatch(Say(f"Refused: {refusal}. {way_out}", "bad"))
            return
        if self._gone():
            return
        form = forms.amount_form(title, self.state, sign)
        self._fill(form, lambda values: AddMargin(sign * forms.read_number(values["amount"])))

    def _gone(self) -> bool:
        """Whether the selected position cannot be acted on any more, which is said then."""
        if selectors.position_now(self.state) is not None:
            return False
        self.store.dispatch(Say("The position is not open any more here; go back in time to act on it.", "warn"))
        return True

    def do_position_reduce(self) -> None:
        """Ask how much of the selected position to close."""
        if self._gone():
            return
        form = forms.reduce_form(self.state)
        self._fill(form, lambda values: Reduce(forms.read_number(values["quantity"])))

    def do_cash_deposit(self) -> None:
        """Ask how much to deposit."""
        self._fill(forms.cash_form("Deposit", self.state, 1), lambda values: MoveCash(_amount(values)))

    def do_cash_withdraw(self) -> None:
        """Ask how much to withdraw."""
        self._fill(forms.cash_form("Withdraw", self.state, -1), lambda values: MoveCash(-_amount(values)))

    def do_file_copy_code(self) -> None:
        """Put the workspace's short code on the clipboard, and say it."""
        code = code_of(self.state.document())
        self.copy_to_clipboard(code)
        self.store.dispatch(Say(f"Copied: {code}", "good"))

    def do_position_leverage(self) -> None:
        """Ask for the leverage."""
        if self._gone():
            return
        form = forms.leverage_form(self.state)
        self._fill(form, lambda values: SetLeverage(forms.read_number(values["leverage"])))

    def do_position_add(self) -> None:
        """Ask for a new position."""
        form = forms.position_form("Add a position", self.state, None)
        self._fill(form, lambda values: PutPosition(forms.read_position(values, self.state, None)))

    def do_position_edit(self) -> None:
        """Ask for changes of the selected position."""
        position = self.state.position()
        if position is None:
            return
        form = forms.position_form("Edit the position", self.state, position)
        self._fill(form, lambda values: PutPosition(forms.read_position(values, self.state, position), position.id))

    def _fill(self, form: Form, action: Callable[[Mapping[str, str]], Action[State]]) -> None:
        def done(values: dict[str, str] | None) -> None:
            if values is not None:
                self.store.dispatch(action(values))

        self.push_screen(form, done)

    # --- choices -------------------------------------------------------------------------------

    def do_shock_path(self) -> None:
        """Choose how the marks move."""
        known = path_choices(self.state)
        choices = [choice for choice, _ in known]
        acts = {choice.key: act for choice, act in known}

        def done(key: str | None) -> None:
            if key is not None:
                self.store.dispatch(acts[key])

        self.push_screen(Choose("Path", choices, self.state.workspace.scenario.path.value), done)

    def do_shock_betas(self) -> None:
        """Edit how far each market goes."""
        path = self.state.workspace.scenario.path
        form = betas_form(self.state)
        self._fill(
            form, lambda values: SetPath(path, read_betas(values, self.state), "The markets' parts were changed")
        )

    def do_view_theme(self) -> None:
        """Choose the colours; each is shown while it is highlighted."""
        before = self.theme
        choices = [Choice(name, theme.title, theme.description) for name, theme in self.themes.themes.items()]

        def done(key: str | None) -> None:
            self.store.dispatch(SetTheme(key or before))

        if not choices:
            self.store.dispatch(Say("No theme could be read.", "warn"))
            return
        self.push_screen(Choose("Theme", choices, before, lambda key: self.store.dispatch(SetTheme(key))), done)

    def do_palette(self) -> None:
        """Find any command by its words."""
        self.action_command_palette()

    # --- pages ---------------------------------------------------------------------------------

    def do_position_up(self) -> None:
        """Select the row above: a position, or the event before."""
        if not self.view_now.select_row(-1):
            self.store.dispatch(ToEvent(-1) if self.looks_at_events else SelectBy(-1))

    def do_position_down(self) -> None:
        """Select the row below: a position, or the next event."""
        if not self.view_now.select_row(1):
            self.store.dispatch(ToEvent(1) if self.looks_at_events else SelectBy(1))

    def do_history_odds(self) -> None:
        """Count how often past crashes reached each position's trigger, from the marks as they stand."""
        from engine.history.account_odds import account_odds  # noqa: PLC0415 - only this page needs the prices

        told = account_odds(selectors.frame(self.state))
        words = tuple(say(line, tone) for name, text in told for line, tone in ((name, "accent"), (text, "")))
        self.push_screen(Tell("Past crashes", words))

    def do_help(self) -> None:
        """Show every key."""
        self.push_screen(Tell("Keys", help_words(self.keymap.commands, self.state.view, partial(worded, self))))


_NO_UNDO, _NO_REDO = "There is nothing to undo.", "There is nothing to redo."


def _amount(values: Mapping[str, str]) -> Decimal:
    return forms.read_number(values["amount"])
