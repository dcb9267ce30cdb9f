"""Gives a part of the screen the keys of a keymap. The toolkit's own way can neither swap keys nor take one away."""

from __future__ import annotations

from typing import Any, cast

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from tui.keymap import Keymap


def keymap_of(app: App[Any]) -> Keymap:
    """The keymap of the desk."""
    return cast("Keymap", cast("Any", app).keymap)


def rebind(node: DOMNode, keymap: Keymap, view: str = "") -> None:
    """Replace a node's keys for the commands of a view by those of a keymap; other keys stay."""
    mine = {command.id for command in keymap.commands}
    bindings = node._bindings.key_to_bindings
    for key, bound in list(bindings.items()):
        bindings[key] = [binding for binding in bound if binding.id not in mine]
        if not bindings[key]:
            del bindings[key]
    for command in keymap.commands:
        for key in command.keys if command.view == view else ():
            action = f"app.command('{command.id}')"
            binding = Binding(key, action, command.label, show=False, id=command.id)
            bindings[key] = [binding, *bindings.get(key, [])]
