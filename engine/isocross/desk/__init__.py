"""The reactive desk without a screen: one state, the actions that change it, and what a screen asks of it.

A `State` is frozen and says all that is shown: the account, the shock, the cursor, the message. An action makes one
state of another; the `Store` applies it, keeps what undo takes back, and tells each subscriber only when its own
slice changed. `selectors` answer what a screen asks (the frame, the story, the twin), each worked out once for a
state. `changes` names what was done, for the history; `document` makes a workspace of an edited book.

In: actions, which keys and forms stand for. Out: states. Nothing here knows of a terminal: a test or a lesson drives
the same desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.desk.changes import step_words
    from isocross.desk.state import DESK, Lens, Message, Moment, State, Window, content, restored
    from isocross.desk.store import Action, Change, History, Store, Subscription, once_per_state
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "DESK",
    "Action",
    "Change",
    "History",
    "Lens",
    "Message",
    "Moment",
    "State",
    "Store",
    "Subscription",
    "Window",
    "content",
    "once_per_state",
    "restored",
    "step_words",
]
