"""Every command of the desk: its keys, words and deed. Keys, footer, palette and help are made of this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from isocross.desk import selectors
from isocross.desk.actions import account, assets, frontier, listing, orders, path, shock
from isocross.desk.state import DESK, State
from isocross.desk.store import Action
from isocross.money import ZERO
from isocross.records import dataclass
from isocross_tui.keys import read_key


def always(_state: State) -> bool:
    """A command that works at any time."""
    return True


def has_position(state: State) -> bool:
    """A command that needs a selected position, be it one that an order opens on the way."""
    return state.position() is not None or selectors.selected_frame(state) is not None


def has_positions(state: State) -> bool:
    """A command that needs any position."""
    return bool(state.workspace.positions)


def has_orders(state: State) -> bool:
    """A command that needs a resting order."""
    return bool(state.workspace.orders)


def has_assets(state: State) -> bool:
    """A command that needs an asset beside the wallet."""
    return selectors.asset_now(state) is not None


def is_replay(state: State) -> bool:
    """A command that needs a history that is replayed."""
    return state.moment.kind.has_bars


def is_no_replay(state: State) -> bool:
    """A command that needs positions, and no history that is replayed."""
    return has_positions(state) and selectors.replayed(state) is None


def can_be_left(state: State) -> bool:
    """A command that needs a replay which the file does not have itself."""
    now, kept = state.workspace.scenario, None if state.saved is None else state.saved.scenario
    return is_replay(state) and (kept is None or (kept.path, kept.window) != (now.path, now.window))


def has_open(state: State) -> bool:
    """A command that needs any position that is open where the cursor stands."""
    return bool(selectors.book_now(state).positions)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the desk can do."""

    id: str
    keys: tuple[str, ...]
    """As the toolkit names them, the first is the one shown; none: only in the palette."""
    label: str
    """For the footer."""
    help: str
    """For help and palette: what it does, as a sentence without its end."""
    action: Action[State] | None = None
    """What is dispatched; None: a controller, or the command's view, has a handler of this id."""
    works: Callable[[State], bool] = always
    footer: int = 0
    """Place in the footer, the first is 1; 0 is not shown there."""
    footer_key: str = ""
    """How the footer writes the key where it stands for two commands; empty: the first key."""
    view: str = ""
    """The one view in which it works; empty: in all of them."""
    footer_pair: str = ""
    """Id of the command whose key the footer shows beside this one's; the keymap makes `footer_key` of it."""

    @property
    def shown_keys(self) -> str:
        """All keys as people read them."""
        return " ".join(read_key(key) for key in self.keys) or "palette"

    @property
    def first_key(self) -> str:
        """The key to tell a user of."""
        return read_key(self.keys[0]) if self.keys else "palette"

    @property
    def key_in_footer(self) -> str:
        """The key as the footer writes it; empty: it has none."""
        return self.footer_key or (read_key(self.keys[0]) if self.keys else "")


_FRONTIER: Final = tuple(replace(command, works=has_open) for command in (
    Command("frontier.left", ("left",), "markets", "frontier: move the columns' market down by one step",
            frontier.MovePoint(x=-1), footer=1, footer_pair="frontier.right", view="frontier"),
    Command("frontier.right", ("right",), "columns up", "frontier: move the columns' market up by one step",
            frontier.MovePoint(x=1), view="frontier"),
    Command("frontier.up", ("up",), "rows up", "frontier: move the rows' market up by one step",
            frontier.MovePoint(y=1), view="frontier"),
    Command("frontier.down", ("down",), "rows down", "frontier: move the rows' market down by one step",
            frontier.MovePoint(y=-1), view="frontier"),
    Command("frontier.far-left", ("less_than_sign",), "ten down",
            "frontier: move the columns' market down by ten steps", frontier.MovePoint(x=-10), view="frontier"),
    Command("frontier.far-right", ("greater_than_sign",), "ten up",
            "frontier: move the columns' market up by ten steps", frontier.MovePoint(x=10), view="frontier"),
    Command("frontier.far-up", ("pageup",), "ten up", "frontier: move the rows' market up by ten steps",
            frontier.MovePoint(y=10), view="frontier"),
    Command("frontier.far-down", ("pagedown",), "ten down", "frontier: move the rows' market down by ten steps",
            frontier.MovePoint(y=-10), view="frontier"),
    Command("frontier.lens", ("n",), "lens", "frontier: colour by who is left, equity left, or who is liquidated first",
            frontier.NextLens(), footer=2, view="frontier"),
    Command("frontier.nearer", ("z",), "zoom", "frontier: zoom in on the point",
            frontier.Zoom(1), footer=3, footer_pair="frontier.farther", view="frontier"),
    Command("frontier.farther", ("Z",), "farther", "frontier: zoom out",
            frontier.Zoom(-1), view="frontier"),
    Command("frontier.markets", ("b",), "which two", "frontier: choose the two markets", footer=4, view="frontier"),
    Command("frontier.desk", ("g",), "to desk", "frontier: put the point where the desk's shock is, and keep it there",
            frontier.PutPoint(None), footer=5, view="frontier"),
    Command("frontier.opening", ("0",), "opening", "frontier: put the point at the opening marks",
            frontier.PutPoint((ZERO, ZERO)), view="frontier"),
))  # fmt: skip
"""What works on the frontier only."""

COMMANDS: Final = (
    Command("position.flip", ("f",), "flip", "flip the selected position between cross and isolated",
            account.Flip(), has_position, 1),
    Command("position.preview", ("p",), "preview", "preview that flip without doing it",
            account.Propose(), has_position, 7),
    Command("position.flip-all", ("F",), "flip all", "flip every position, all or none",
            account.FlipAll(), has_positions),
    Command("shock.down", ("left",), "price", "move the price down by one step",
            shock.ShockBy(-1), footer=2, footer_pair="shock.up"),
    Command("shock.up", ("right",), "price up", "move the price up by one step", shock.ShockBy(1)),
    Command("shock.far-down", ("less_than_sign",), "ten down", "move the price down by ten steps",
            shock.ShockBy(-10)),
    Command("shock.far-up", ("greater_than_sign",), "ten up", "move the price up by ten steps",
            shock.ShockBy(10)),
    Command("shock.next-event", ("full_stop", "right_square_bracket"), "next event",
            "go to the next event, a liquidation or a refill, away from the opening marks",
            shock.ToEvent(1), has_positions),
    Command("shock.previous-event", ("comma", "left_square_bracket"), "event",
            "go back to the previous event", shock.ToEvent(-1), has_positions, 3,
            footer_pair="shock.next-event"),
    Command("shock.zero", ("0",), "opening", "go back to the opening marks", shock.OPENING),
    Command("shock.type", ("percent_sign",), "type a shock",
            "type a shock to go to, such as -25; on a lived path a place or a time"),
    Command("shock.play", ("space",), "play", "play the shock from the opening marks, or pause", footer=8),
    Command("shock.step", ("x",), "step", "take the next size of step", shock.NextStep(), footer=14),
    Command("shock.path", ("X",), "path", "choose a path: a glide or a gap, and which markets move"),
    Command("shock.betas", ("b",), "markets", "edit each market's mark, and how far it goes for one step of the shock",
            works=has_positions),
    Command("shock.market", (), "one market", "on a walk, move one market alone, such as in a depeg"),
    Command("history.odds", (), "past crashes", "count how often past crashes reached each liquidation price",
            works=has_positions),
    Command("autopsy", ("M",), "autopsy", "look into a liquidation: that of the lived path, or of a venue's record",
            works=has_positions),
    Command("path.lived", ("m",), "lived", "switch between what-if and a lived path, where time only goes forward",
            path.ToggleLived()),
    Command("position.up", ("up",), "up", "select the position above; in the cascade, the previous event"),
    Command("position.down", ("down",), "down", "select the position below; in the cascade, the next event"),
    Command("rows.order", ("r",), "order", "list positions nearest first, by loss, size or market, or as entered",
            listing.NextOrder(), has_positions, view=DESK),
    Command("rows.filter", ("slash",), "filter", "list only positions with some words in name, market, side or mode",
            works=has_positions, view=DESK),
    Command("margin.add", ("plus",), "margin", "add margin to the selected position", works=has_position,
            footer=12, footer_pair="margin.remove"),
    Command("margin.remove", ("minus",), "less margin", "remove margin from the selected position",
            works=has_position),
    Command("margin.auto", (), "auto margin", "let the selected isolated position draw margin by itself, or stop it",
            account.SwitchAutoMargin(), has_position),
    Command("position.leverage", ("l",), "leverage", "set the selected position's leverage", works=has_position,
            footer=13),
    Command("position.add", ("a",), "add", "add a position", footer=15),
    Command("position.edit", ("e",), "edit", "edit the selected position", works=has_position, footer=16),
    Command("position.drop", ("d",), "drop", "drop the selected position from the account",
            account.DropPosition(), has_position),
    Command("position.close", (), "close", "close the selected position at its opening mark",
            account.Reduce(), has_position),
    Command("position.reduce", (), "reduce", "close a part of the selected position at its opening mark",
            works=has_position),
    Command("cash.deposit", (), "deposit", "deposit cash into the wallet, or an asset"),
    Command("cash.withdraw", (), "withdraw", "withdraw cash, or an asset, that backs no position"),
    Command("asset.switch", ("k",), "collateral", "let the selected asset count as collateral, or no more",
            assets.SwitchCollateral(), has_assets, 5),
    Command("asset.list", ("B",), "assets", "list the assets and what each move of them leads to: collateral on or "
            "off, deposit, withdraw, convert, a depeg on a walk, the account's mode"),
    Command("asset.convert", (), "convert", "sell some of an asset for another at the opening prices"),
    Command("account.mode", (), "account mode", "switch the account's mode: standard, unified, multi-assets"),
    Command("orders.list", ("O",), "orders", "list the resting orders and what they hold; place one, cancel one or all",
            footer=16),
    Command("orders.place", (), "place order", "place a resting order, which holds cash until it is cancelled"),
    Command("orders.cancel-all", (), "cancel orders", "cancel all resting orders, which frees what they hold",
            orders.CancelOrders(), has_orders),
    Command("file.copy-code", (), "copy code", "copy the workspace as a short code to paste"),
    Command("venue.next", ("v",), "venue", "put the same account under the next venue's rules", footer=9),
    Command("venue.previous", ("ctrl+v",), "venue before", "put the same account under the previous venue's rules"),
    Command("view.venues", ("V",), "venues", "look at the venue board: the same account under every venue's rules",
            shock.Show("venues"), has_positions),
    Command("venues.take", ("enter",), "take it", "put the account under the marked venue's rules",
            works=has_positions, footer=1, view="venues"),
    Command("why", ("w", "enter"), "why", "show the arithmetic of the pane you are in: position, account, slider or "
            "last event", footer=4),
    Command("words", ("W",), "words", "read all that is told here, also the sentences there is no room for"),
    Command("glossary", ("g",), "terms", "read what every term means, its formula and its unit"),
    Command("history.undo", ("u",), "undo", "undo: take back the last step", footer=5),
    Command("history.redo", ("U",), "redo", "redo: do again what was taken back"),
    Command("history.list", ("H",), "history", "list all steps, and go back or forward to any of them"),
    Command("account.new", ("n",), "new", "enter a new account: wallet, venue and positions, row by row", footer=16),
    Command("account.name", ("N",), "name", "give this account another name"),
    Command("file.save", ("s",), "save", "save the workspace", footer=6),
    Command("file.save-as", ("S",), "save as", "save the workspace under another name"),
    Command("file.open", ("o",), "open", "open a workspace: another file, or a shipped one", footer=17),
    Command("live.back", ("L",), "live", "go back from a what-if to the live account as it is now"),
    Command("view.theme", ("t",), "theme", "choose the colours"),
    Command("view.capture", ("y",), "picture", "write a picture of the screen, as SVG and as text"),
    Command("view.present", ("P",), "present", "present to a room: large figures, a slower play; and back"),
    Command("tour", ("T",), "tour", "take the tour: eight keys in two minutes", footer=1),
    Command("view.desk", ("1",), "desk", "look at the desk", shock.Show(DESK), footer=18),
    Command("view.twin", ("2",), "twin", "look at the twin: compare the same account in other modes, side by side",
            shock.Show("twin"), has_open, footer=10),
    Command("twin.stop", ("i",), "with a stop", "twin: compare the account with a stop of the selected position, or "
            "take that column away", works=has_open, footer=1, view="twin"),
    Command("view.frontier", ("3",), "frontier", "look at the frontier: two markets' moves as a map",
            shock.Show("frontier"), has_open),
    Command("view.close-first", ("c",), "close first", "look at which position to close first, what saves the account, "
            "and which modes to choose", shock.Show("close-first"), has_open, footer=11),
    Command("close-first.apply", ("enter",), "do it", "close the marked position, do the marked answer, or flip as "
            "advised", works=has_positions, footer=1, view="close-first"),
    Command("close-first.subject", ("b",), "who survives", "ask what it takes for the whole account to survive, or for "
            "the selected position", works=has_positions, footer=2, view="close-first"),
    Command("close-first.advice", ("A",), "take advice", "flip every position as advised", works=has_positions,
            footer=3, view="close-first"),
    Command("close-first.stop", ("i",), "place the stop", "place the stop that leaves the most over the set of shocks",
            works=has_positions, footer=4, view="close-first"),
    Command("view.replay", ("4",), "replay", "look at the replay: a past crash bar by bar, in both modes at once",
            shock.Show("replay"), has_positions),
    Command("replay.take", ("enter",), "replay it", "replay the marked crash", works=is_no_replay, footer=1,
            view="replay"),
    Command("replay.leave", ("escape",), "leave", "leave the replay: all marks glide from the opening again",
            path.LeaveReplay(), can_be_left, footer=2, view="replay"),
    Command("replay.play", ("space",), "play", "replay: play on from here, or pause", works=is_replay, footer=1,
            view="replay"),
    Command("replay.next", ("full_stop", "right_square_bracket"), "next event",
            "replay: go to the next event in any of the modes", shock.ToHappening(1), is_replay,
            view="replay"),
    Command("replay.previous", ("comma", "left_square_bracket"), "event",
            "replay: go back to the previous event in any of the modes", shock.ToHappening(-1),
            is_replay, 3, view="replay", footer_pair="replay.next"),
    Command("replay.faster", ("r",), "faster", "replay: play faster", works=is_replay, footer=2,
            view="replay", footer_pair="replay.slower"),
    Command("replay.slower", ("R",), "slower", "replay: play slower", works=is_replay, view="replay"),
    Command("replay.jump", ("j",), "go to a time", "replay: go to a time", works=is_replay, footer=4, view="replay"),
    Command("replay.chart", ("n",), "markets", "replay: draw one market's price, or how far every market moved",
            works=is_replay, footer=5, view="replay"),
    Command("replay.zoom", ("z",), "zoom", "replay: draw the hours around the cursor, or the whole crash again",
            works=is_replay, footer=5, view="replay"),
    Command("replay.window", ("C",), "crash", "replay: choose a past crash to replay", works=has_positions, footer=6,
            view="replay"),
    Command("view.lessons", ("5",), "lessons", "choose a lesson: a question, your guess, and the answer of the engine"),
    *_FRONTIER,
    Command("palette", ("colon", "ctrl+p"), "all", "find any command by its words", footer=19),
    Command("help", ("question_mark",), "help", "show every key", footer=20),
    Command("quit", ("q", "ctrl+c"), "quit", "quit the desk", footer=21),
)  # fmt: skip
"""In the order of the help page."""

PLAYS_ON: Final = frozenset(
    ("shock.play", "replay.play", "replay.faster", "replay.slower", "replay.chart", "replay.zoom")
)
"""Commands that do not stop what plays, or stop it themselves."""
WHY_NOT: Final[dict[Callable[[State], bool], str]] = {
    is_replay: "No replay is under way; enter begins the marked one.",
    is_no_replay: "A replay is under way; C chooses another crash.",
    can_be_left: "This file is a replay; m goes to what-if.",
    has_orders: "There is no resting order.",
    has_assets: "The account has only its wallet; B deposits an asset or switches the account's mode.",
}
"""What is said of a command that does not work now; elsewhere it is a position that is missing."""

AT_A_QUESTION: Final = frozenset((
    "position.up", "position.down", "view.desk", "view.lessons", "view.theme", "view.capture", "view.present",
    "glossary", "palette", "help", "quit",
))  # fmt: skip
"""Commands that neither change nor tell what a lesson asks."""

BY_ID: Final = {command.id: command for command in COMMANDS}
