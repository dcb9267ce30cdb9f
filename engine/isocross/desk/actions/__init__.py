"""What can be done on the desk: each action is a small frozen value that turns one state into the next.

`shock` moves the cursor and the eye; `account` makes moves that the venue's rules judge, and edits what was entered;
`assets` does the same to what backs an account, and puts it into another mode; `orders` places and cancels what rests;
`venue` puts the account under other rules; `path` begins a replay or acts on a lived path; `frontier` changes only how
the map is looked at, `listing` how the table is, `twin` with which stop. An action never raises: what is refused leaves
the account as it was and says why.

In: a state. Out: a state. Whether undo takes it back is said by its kind: an `Edit` is, a `Look` is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.desk.actions.account import (
        AddMargin,
        CarryOut,
        DropPosition,
        Flip,
        FlipAll,
        MoveCash,
        Propose,
        PutPosition,
        Reduce,
        SetLeverage,
        SwitchAutoMargin,
    )
    from isocross.desk.actions.assets import Convert, MoveAsset, SelectAsset, SwitchAccount, SwitchCollateral
    from isocross.desk.actions.frontier import LookAt, MovePoint, NextLens, PutPoint, Zoom
    from isocross.desk.actions.listing import Filter, NextOrder, SortBy
    from isocross.desk.actions.orders import CancelOrder, CancelOrders, PlaceOrder, placing
    from isocross.desk.actions.path import SetPath, SetReplay, ToggleLived
    from isocross.desk.actions.shock import (
        Caution,
        Play,
        Reloaded,
        Saved,
        Say,
        Select,
        SelectBy,
        SetTheme,
        ShockBy,
        ShockMarket,
        ShockTo,
        Show,
        ToEvent,
    )
    from isocross.desk.actions.twin import CompareStop
    from isocross.desk.actions.venue import NextVenue, SetVenue
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "AddMargin",
    "CancelOrder",
    "CancelOrders",
    "CarryOut",
    "Caution",
    "CompareStop",
    "Convert",
    "DropPosition",
    "Filter",
    "Flip",
    "FlipAll",
    "LookAt",
    "MoveAsset",
    "MoveCash",
    "MovePoint",
    "NextLens",
    "NextOrder",
    "NextVenue",
    "PlaceOrder",
    "Play",
    "Propose",
    "PutPoint",
    "PutPosition",
    "Reduce",
    "Reloaded",
    "Saved",
    "Say",
    "Select",
    "SelectAsset",
    "SelectBy",
    "SetLeverage",
    "SetPath",
    "SetReplay",
    "SetTheme",
    "SetVenue",
    "ShockBy",
    "ShockMarket",
    "ShockTo",
    "Show",
    "SortBy",
    "SwitchAccount",
    "SwitchAutoMargin",
    "SwitchCollateral",
    "ToEvent",
    "ToggleLived",
    "Zoom",
    "placing",
]
