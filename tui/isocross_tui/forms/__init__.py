"""What the desk asks for in a form: its fields, how the words typed become numbers, and what they would do.

A form is made from the state, so it begins with what is there, and while somebody types it says what the words would
do or why they will not do. Numbers are read as people write them and stay exact. The rules judge the move; a form
only asks and reads.

In: a state, then words. Out: a position, an order, an amount or the betas of a shock. The widget is in
`isocross_tui.screens`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.forms.account import (
        NotReadableError,
        amount_form,
        leverage_form,
        position_form,
        read_number,
        read_position,
        reduce_form,
    )
    from isocross_tui.forms.assets import asset_choices, cash_form, convert_form, mode_choices
    from isocross_tui.forms.orders import order_choices, order_form, read_order
    from isocross_tui.forms.shock import markets_form, path_choices, read_betas, read_marks
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "NotReadableError",
    "amount_form",
    "asset_choices",
    "cash_form",
    "convert_form",
    "leverage_form",
    "markets_form",
    "mode_choices",
    "order_choices",
    "order_form",
    "path_choices",
    "position_form",
    "read_betas",
    "read_marks",
    "read_number",
    "read_order",
    "read_position",
    "reduce_form",
]
