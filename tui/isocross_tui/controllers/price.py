"""The price on the desk: playing it, the path it takes, and how far each market goes."""

from __future__ import annotations

from textual.timer import Timer

from isocross.desk.actions.account import SetMarks
from isocross.desk.actions.shock import Play, ShockTo
from isocross.money import ZERO
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.forms.shock import (
    alone_form,
    markets_form,
    path_choices,
    read_alone,
    read_betas,
    read_marks,
    read_shock,
    shock_form,
)
from isocross_tui.player import FRAME_S, Player
from isocross_tui.screens.choose import Choose


class Price(Controller):
    """How the marks move."""

    def __init__(self, desk: DeskApp) -> None:
        """Stand still."""
        super().__init__(desk)
        self._timer: Timer | None = None

    @property
    def commands(self) -> Handlers:
        """Playing, and the ways to move."""
        return {
            "shock.play": self.play,
            "shock.type": self.type_shock,
            "shock.path": self.choose_path,
            "shock.betas": self.edit_markets,
            "shock.market": self.move_alone,
        }

    # --- playing -------------------------------------------------------------------------------

    def play(self) -> None:
        """Play the shock from the opening marks, or pause; playing on after a pause."""
        if self.state.playing:
            self.dispatch(Play(False))
            return
        player, cursor = self.desk.player, self.state.moment.cursor
        if player is None or abs(cursor) >= abs(player.end) or cursor == ZERO:
            self.desk.player = Player.towards(self.state, self.desk.pace)
            self.dispatch(ShockTo(ZERO))
        self.dispatch(Play(True))

    @property
    def runs(self) -> bool:
        """Whether frames are shown one after the other."""
        return self._timer is not None

    def run(self, playing: bool) -> None:
        """Begin to show frames, or end."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if playing:
            self._timer = self.desk.set_interval(FRAME_S, self.next_frame)

    def next_frame(self) -> None:
        """Show the next frame of what plays."""
        player = self.desk.player
        step = None if player is None else player.frame(self.state)
        self.dispatch(Play(False) if step is None else step)

    def type_shock(self) -> None:
        """Ask for a shock, and go there."""
        self.fill(shock_form(self.state), lambda values: ShockTo(read_shock(values, self.state)))

    # --- ways to move --------------------------------------------------------------------------

    def choose_path(self) -> None:
        """Choose how the marks move."""
        known = path_choices(self.state)
        choices = [choice for choice, _ in known]
        acts = {choice.key: act for choice, act in known}

        def done(key: str | None) -> None:
            if key is not None:
                self.dispatch(acts[key])

        self.desk.push_screen(Choose("Path", choices, self.state.workspace.scenario.path.value), done)

    def edit_markets(self) -> None:
        """Edit each market's mark, and how far it goes."""
        form = markets_form(self.state)
        self.fill(form, lambda values: SetMarks(read_marks(values, self.state), read_betas(values, self.state)))

    def move_alone(self) -> None:
        """Ask which market moves alone on the next leg of a walk; elsewhere say how to come to one."""
        if not self.state.moment.kind.grows:
            key = self.desk.keymap.by_id["shock.path"].first_key
            self.desk.say(f"One market alone moves on a walk; {key} chooses it.", "warn")
            return
        self.fill(alone_form(self.state), lambda values: read_alone(values, self.state))
