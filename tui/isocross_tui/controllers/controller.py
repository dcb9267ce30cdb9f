"""A controller: one part of what the desk does, with the commands that it offers. The desk is made of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.desk.store import Action
from isocross_tui.bridge import DeskApp, Handlers
from isocross_tui.screens.form import Form

A = TypeVar("A", bound=Action[State])


class Controller:
    """A part of the desk's conduct."""

    def __init__(self, desk: DeskApp) -> None:
        """Work for a desk."""
        self.desk = desk

    @property
    def commands(self) -> Handlers:
        """What is called for the commands of this part."""
        return {}

    @property
    def state(self) -> State:
        """What the desk shows now."""
        return self.desk.state

    def dispatch(self, action: Action[State]) -> None:
        """Change the state."""
        self.desk.store.dispatch(action)

    def fill(
        self,
        form: Form,
        action: Callable[[Mapping[str, str]], A],
        do: Callable[[A], None] | None = None,
    ) -> None:
        """Have a form filled in, which tells what it would lead to, and do what it says.

        Args:
            form: what is filled in.
            action: what its fields say is to be done.
            do: does it, or asks first; None: it is done at once.
        """

        def foresee(values: Mapping[str, str]) -> str:
            return selectors.foreseen(self.state, action(values).apply(self.state))

        def done(values: dict[str, str] | None) -> None:
            if values is not None:
                (do or self.dispatch)(action(values))

        form.foresee = foresee
        form.step = self.desk.step
        self.desk.push_screen(form, done)


def handlers_of(controllers: Iterable[Controller]) -> Handlers:
    """Collect what is called for every command; each has one handler.

    Raises ValueError where two controllers offer the same command.
    """
    handlers: dict[str, Callable[[], None]] = {}
    for controller in controllers:
        twice = handlers.keys() & controller.commands.keys()
        if twice:
            raise ValueError(f"two controllers offer {', '.join(sorted(twice))}")
        handlers.update(controller.commands)
    return handlers
