"""After the fact on the desk: a venue's record, or the lived path of the account, looked into beside the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from isocross import history
from isocross.account.book import Mode
from isocross.desk import selectors
from isocross.errors import IsocrossError
from isocross.workspace import Workspace
from isocross_tui.bridge import Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.forms.account import NotReadableError, positive
from isocross_tui.screens.form import Field, Form, Verdict
from isocross_tui.screens.tell import Tell
from isocross_tui.widgets.prose import say

if TYPE_CHECKING:
    from isocross.exchange.before import Unrecorded

NO_PATH = "Nothing was lived through: m begins a lived path, 4 replays a past crash, and M reads a venue's record, too."
NO_RECORD = "Nothing was lived through: m begins a lived path, and 4 replays a past crash."
BY_TIME = "by its time"
"""The crash that a record was in."""
WORKING = "The account is walked through it, as it was and otherwise."


class Autopsies(Controller):
    """Tells who was liquidated, when, in which order, who paid, and what would have held."""

    @property
    def commands(self) -> Handlers:
        """Looking into it."""
        return {"autopsy": self.ask}

    def ask(self) -> None:
        """Ask whose liquidation: that of a record, or that of the lived path; a visitor has the path alone."""
        if not self.desk.gate.asks_for_paths:
            self._of_own_path({})
            return
        crashes = (BY_TIME, *history.window_ids())
        fields = [
            Field("record", "record", "", "a venue's fills, .json or .csv; empty: the lived path"),
            Field("crash", "crash", BY_TIME, options=crashes),
            Field("before", "account was", "", "this one; or wallet, mode and leverage: 1000 isolated 20"),
            Field("stops", "stops", "", "halfway to each liquidation; or BTC=105000 ETH=3800"),
        ]
        self.desk.push_screen(Form("Autopsy", fields, self._judge), self._go_on)

    def _judge(self, values: Mapping[str, str]) -> Verdict:
        """Say whether there is something to look into."""
        try:
            _stops(values["stops"])
            if not values["record"]:
                lived = selectors.lived(self.state) is not None
                return Verdict("Looks into the path that the account is on." if lived else NO_RECORD, lived)
            _own(values["before"])
            record = self.desk.gate.record(values["record"])
        except (NotReadableError, IsocrossError) as error:
            return Verdict(f"{str(error).removesuffix('.')}.", False)
        closed = len(record.fills)
        return Verdict(f"Looks into {closed} fill{'s' if closed > 1 else ''} of {record.title}.", True)

    def _go_on(self, values: dict[str, str] | None) -> None:
        if values is None:
            return
        if values["record"]:
            self._work(partial(self._of_record, values, self.state.workspace))
        else:
            self._of_own_path(_stops(values["stops"]))

    def _of_own_path(self, stops: Mapping[str, Decimal]) -> None:
        from isocross.report.autopsy import walk_lines  # noqa: PLC0415 - the importers are slow to load
        from isocross.studies.autopsy import of_own_path  # noqa: PLC0415 - as above

        if selectors.lived(self.state) is None:
            self.desk.say(NO_PATH if self.desk.gate.asks_for_paths else NO_RECORD, "warn")
            return
        workspace = self.state.workspace
        self._work(lambda: walk_lines(workspace.name, of_own_path(workspace, stops)))

    def _of_record(self, values: Mapping[str, str], workspace: Workspace) -> list[str]:
        from isocross.exchange.before import rebuilt  # noqa: PLC0415 - the importers are slow to load
        from isocross.report.autopsy import record_lines, walk_lines  # noqa: PLC0415 - as above
        from isocross.studies.autopsy import candles_of, walked  # noqa: PLC0415 - as above

        record, own = self.desk.gate.record(values["record"]), _own(values["before"])
        candles = candles_of(record, None if values["crash"] == BY_TIME else values["crash"])
        account = workspace if own is None else rebuilt(record, own, values["record"])
        found = walked(account, record, *candles, _stops(values["stops"]))
        return [*record_lines(record), "", *walk_lines(workspace.name if own is None else "rebuilt", found)]

    def _work(self, work: Callable[[], list[str]]) -> None:
        self.desk.say(WORKING)
        self.desk.run_worker(self._told(work), group="autopsy", exclusive=True, exit_on_error=False)

    async def _told(self, work: Callable[[], list[str]]) -> None:
        """Work it out beside the keys, and show it."""
        try:
            lines = await self.desk.beside(work)
        except (IsocrossError, ValueError) as error:
            self.desk.say(str(error), "bad")
            return
        self.desk.push_screen(Tell("Autopsy", tuple(say(line, hang=len(line) - len(line.lstrip())) for line in lines)))


def _stops(text: str) -> dict[str, Decimal]:
    """Read levels of stops by position; raises NotReadableError."""
    found = {}
    for word in text.split():
        name, sign, level = word.partition("=")
        if not sign or not name:
            raise NotReadableError(f"“{word}” is not a stop: one is written BTC=105000")
        found[name] = positive(level, "stop")
    return found


def _own(text: str) -> Unrecorded | None:
    """Read what a record does not hold; None where nothing is typed. Raises NotReadableError."""
    from isocross.exchange.before import Unrecorded  # noqa: PLC0415 - the importers are slow to load

    words = text.split()
    if not words:
        return None
    if len(words) != 3 or words[1] not in list(Mode):
        raise NotReadableError("the account before is a wallet, a mode and a leverage, such as 1000 isolated 20")
    return Unrecorded(positive(words[0], "wallet"), Mode(words[1]), positive(words[2].rstrip("x"), "leverage"))
