"""The account on the desk: positions, margin, cash, resting orders and the venue."""

from __future__ import annotations

from isocross.desk import selectors
from isocross.desk.actions.account import (
    AddMargin,
    MergePosition,
    PutPosition,
    Reduce,
    Rename,
    SetLeverage,
    why_absent,
)
from isocross.desk.actions.assets import SelectAsset, SwitchAccount, SwitchCollateral
from isocross.desk.actions.orders import CancelOrder, CancelOrders, PlaceOrder
from isocross.desk.actions.shock import SelectBy, ToEvent
from isocross.desk.actions.venue import NextVenue
from isocross.desk.state import State
from isocross.desk.store import Action
from isocross.moves import no_bucket_by_hand
from isocross.rules.switches import AccountMode
from isocross.workspace.code import code_of
from isocross_tui.bridge import Handlers
from isocross_tui.controllers.controller import Controller
from isocross_tui.forms import account as forms
from isocross_tui.forms.assets import (
    ALONE,
    CONVERT,
    DEPOSIT,
    WITHDRAW,
    asset_choices,
    cash_form,
    convert_form,
    mode_choices,
    read_cash,
    read_conversion,
)
from isocross_tui.forms.orders import CANCEL_ALL, PLACE, order_choices, order_form, read_order
from isocross_tui.screens.choose import Choose
from isocross_tui.screens.tell import Ask


class Account(Controller):
    """What is done to the account."""

    @property
    def commands(self) -> Handlers:
        """What asks for more than a key."""
        return {
            "position.up": lambda: self.select_row(-1),
            "position.down": lambda: self.select_row(1),
            "position.add": self.add_position,
            "position.edit": self.edit_position,
            "position.leverage": self.set_leverage,
            "position.reduce": self.reduce_position,
            "margin.add": lambda: self.ask_margin("Add margin", 1),
            "margin.remove": lambda: self.ask_margin("Remove margin", -1),
            "cash.deposit": lambda: self.ask_cash("Deposit", 1),
            "cash.withdraw": lambda: self.ask_cash("Withdraw", -1),
            "asset.list": self.list_assets,
            "asset.convert": self.convert,
            "account.mode": self.choose_mode,
            "orders.list": self.list_orders,
            "orders.place": self.place_order,
            "venue.next": lambda: self.next_venue(1),
            "venue.previous": lambda: self.next_venue(-1),
            "account.name": self.name_account,
            "file.copy-code": self.copy_code,
        }

    # --- positions -----------------------------------------------------------------------------

    def select_row(self, step: int) -> None:
        """Select the row below (1) or above (−1): the view's own, an event of the cascade, or a position."""
        rows: dict[str, Action[State]] = {"cascade": ToEvent(step)}
        if selectors.asset_now(self.state) is not None:
            rows["pool"] = SelectAsset(step)
        if not self.desk.view_now.select_row(step):
            self.dispatch(rows.get(self.desk.pane_now, SelectBy(step)))

    def add_position(self) -> None:
        """Ask for a new position; one that the venue would merge is merged, or stands beside the other."""

        def put(merge: MergePosition) -> None:
            question = forms.merge_words(self.state, merge.position)
            if question:
                answers = {"m": "merge", "b": "beside it, rehearsed anyway"}
                self.desk.push_screen(Ask("One position there", question, answers), lambda key: answered(key, merge))
            else:
                self.dispatch(merge)

        def answered(key: str | None, merge: MergePosition) -> None:
            if key:
                self.dispatch(merge if key == "m" else PutPosition(merge.position))

        form = forms.position_form("Add a position", self.state, None)
        self.fill(form, lambda values: MergePosition(forms.read_position(values, self.state, None)), put)

    def edit_position(self) -> None:
        """Ask for changes of the selected position."""
        position = self.state.position()
        if position is None:
            self.desk.say(why_absent(self.state, self.state.selected, "edit"), "warn")
            return
        form = forms.position_form("Edit the position", self.state, position)
        self.fill(form, lambda values: PutPosition(forms.read_position(values, self.state, position), position.id))

    def set_leverage(self) -> None:
        """Ask for the leverage."""
        if self._gone():
            return
        form = forms.leverage_form(self.state)
        self.fill(form, lambda values: SetLeverage(forms.read_number(values["leverage"])))

    def reduce_position(self) -> None:
        """Ask how much of the selected position to close."""
        if self._gone():
            return
        form = forms.reduce_form(self.state)
        self.fill(form, lambda values: Reduce(forms.read_number(values["quantity"])))

    def _gone(self) -> bool:
        """Whether the selected position cannot be acted on any more, which is said then."""
        if selectors.position_now(self.state) is not None:
            return False
        self.desk.say(why_absent(self.state, self.state.selected, "change"), "warn")
        return True

    # --- margin and cash -----------------------------------------------------------------------

    def ask_margin(self, title: str, sign: int) -> None:
        """Ask how much margin to add (1) or to remove (−1)."""
        position = selectors.position_now(self.state)
        refusal = position and no_bucket_by_hand(selectors.book_now(self.state), position)
        if refusal:
            flip = self.desk.keymap.by_id["position.flip"].first_key
            way_out = f"{flip} makes it isolated; a deposit strengthens the whole pool."
            self.desk.say(f"Refused: {refusal}. {way_out}", "bad")
            return
        if self._gone():
            return
        form = forms.amount_form(title, self.state, sign)
        self.fill(form, lambda values: AddMargin(sign * forms.read_number(values["amount"])))

    def ask_cash(self, title: str, sign: int) -> None:
        """Ask how much to deposit (1) or to withdraw (−1), and of an account of several assets of which."""
        form = cash_form(title, self.state, sign)
        self.fill(form, lambda values: read_cash(values, self.state, sign))

    # --- assets --------------------------------------------------------------------------------

    def list_assets(self) -> None:
        """List the assets with what each move of them leads to, and make the one that is chosen."""

        def done(key: str | None) -> None:
            if key is not None:
                self._asset_chosen(key)

        now = selectors.asset_now(self.state)
        current = None if now is None else f":{now.name}"
        self.desk.push_screen(Choose("Assets", asset_choices(self.state), current), done)

    def _asset_chosen(self, key: str) -> None:
        if key.startswith(":"):
            self.dispatch(SwitchCollateral(key.removeprefix(":")))
        elif key == DEPOSIT:
            self.ask_cash("Deposit", 1)
        elif key == WITHDRAW:
            self.ask_cash("Withdraw", -1)
        elif key == CONVERT:
            self.convert()
        elif key == ALONE:
            self.desk.action_command("shock.market")
        else:
            self.dispatch(SwitchAccount(AccountMode(key)))

    def convert(self) -> None:
        """Ask how much of which asset to sell for which."""
        self.fill(convert_form(self.state), read_conversion)

    def choose_mode(self) -> None:
        """Choose the account's mode, each with what the switch leads to."""

        def done(key: str | None) -> None:
            if key is not None:
                self.dispatch(SwitchAccount(AccountMode(key)))

        choices = mode_choices(self.state)
        if not choices:
            venue = selectors.book(self.state).profile.title
            self.desk.say(f"{venue} has no other mode of an account that is rehearsed.", "warn")
            return
        self.desk.push_screen(Choose("The account's mode", choices), done)

    # --- orders --------------------------------------------------------------------------------

    def list_orders(self) -> None:
        """List what rests with what it holds; place one more, or cancel one or all."""

        def done(key: str | None) -> None:
            if key == PLACE:
                self.place_order()
            elif key == CANCEL_ALL:
                self.dispatch(CancelOrders())
            elif key is not None:
                self.dispatch(CancelOrder(key.removeprefix(":")))

        self.desk.push_screen(Choose("Resting orders", order_choices(self.state)), done)

    def place_order(self) -> None:
        """Ask for an order."""
        self.fill(order_form(self.state), lambda values: PlaceOrder(read_order(values, self.state)))

    # --- the whole -----------------------------------------------------------------------------

    def next_venue(self, steps: int) -> None:
        """Put the same account under the next venue that can hold it (1), or the one before (−1)."""
        self.dispatch(NextVenue(self.desk.gate.venues(), steps))

    def name_account(self) -> None:
        """Ask what the account is called."""
        self.fill(forms.name_form(self.state), lambda values: Rename(values["name"]))

    def copy_code(self) -> None:
        """Put the workspace's short code on the clipboard, and say it."""
        code = code_of(self.state.document())
        self.desk.copy_to_clipboard(code)
        self.desk.say(f"Copied: {code}", "good")
