"""Resting orders on the desk: listed, placed and cancelled."""

from __future__ import annotations

from engine.resting import CancelOrder, CancelOrders, PlaceOrder
from tui.deeds import Deeds
from tui.order_forms import CANCEL_ALL, PLACE, order_choices, order_form, read_order
from tui.screens.choose import Choose


class Ordering(Deeds):
    """A desk with resting orders."""

    def do_orders_list(self) -> None:
        """List what rests with what it holds; place one more, or cancel one or all."""

        def done(key: str | None) -> None:
            if key == PLACE:
                self.do_orders_place()
            elif key == CANCEL_ALL:
                self.store.dispatch(CancelOrders())
            elif key is not None:
                self.store.dispatch(CancelOrder(key.removeprefix(":")))

        self.push_screen(Choose("Resting orders", order_choices(self.state)), done)

    def do_orders_place(self) -> None:
        """Ask for an order."""
        self._fill(order_form(self.state), lambda values: PlaceOrder(read_order(values, self.state)))
