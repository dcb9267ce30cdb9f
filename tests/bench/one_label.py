"""The least a Textual app can be: one label, which says another number on the keys that move the shock."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class OneLabel(App[None]):
    """A label and two keys."""

    BINDINGS = [("right", "count(1)", "up"), ("left", "count(-1)", "down")]  # noqa: RUF012 - the toolkit's own attribute

    def compose(self) -> ComposeResult:
        """The label alone."""
        self.count = 0
        yield Static("label 0")

    def action_count(self, step: int) -> None:
        """Say another number."""
        self.count += step
        self.query_one(Static).update(f"label {self.count}")


if __name__ == "__main__":
    OneLabel().run()
