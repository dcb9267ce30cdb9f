"""The gate is the only way from the desk to a file: the source of the face is searched for any other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import isocross_tui

FACE = Path(isocross_tui.__file__).parent

COMMAND_LINE = ("isocross_tui.cli.",)
"""Modules, by the beginnings of their names, of the commands that a user types in a shell of their own."""
SERVING = "isocross_tui.serve"
"""The server, which makes the folder of a visit; what a visitor sees of it has its own test."""
DOORS = {
    "isocross_tui.user.gate": "lets through what it should",
    "isocross_tui.user.files": "opens, names and writes for the gate",
    "isocross_tui.user.answers": "opens what a venue gave for the gate",
    "isocross.lessons.files": "reads folders that the gate chooses",
    "isocross_tui.user.themes": "reads folders that the gate chooses",
    "isocross_tui.controllers.looks": "looks at files of themes that the gate gave",
    "isocross_tui.recorder.recorder": "keeps journals in the folder that the gate gave",
    "isocross_tui.recorder.found": "reads journals in the folder that the gate gave, and names a file for it",
    "isocross_tui.user.settings": "reads for the command that opens a user's own desk",
    "isocross_tui.forms.new_account": "reads rules of venues that the gate lists",
    "isocross_tui.forms.pasted": "imports what was pasted, which is no file",
    "isocross_tui.keymap": "reads for the command that opens a user's own desk",
}
"""Modules that touch files, and for whom."""
LEADS_TO_FILES = {
    "load_file", "save_workspace", "save", "look_at", "sweep", "Lock", "Journal", "read_prices", "import_files",
    "write_new", "open_source", "remember", "recent", "resolve", "state_folder", "first_start", "workspace_of",
    "mine_beside", "load_themes", "load_theme", "theme_folders", "load_lessons", "load_lesson", "lesson_folders",
    "is_lesson", "checked", "load_settings", "settings_file", "keymap_file", "face_of_user", "profile_ids", "user_ids",
    "user_folder", "load_profile", "Path", "regular_bytes", "opened_bytes", "open_regular", "real_path", "is_absent",
    "is_folder", "is_regular", "write_atomically",
}  # fmt: skip
"""Names that nobody but a door may import: each reads, writes or finds a file."""
MODULES = {"os", "io", "shutil", "tempfile", "subprocess", "platformdirs", "glob", "fileinput", "tomllib", "tomlkit"}
CALLS = {"open", "Watch", "exec", "eval", "__import__", "import_module"}
METHODS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "unlink", "rename", "iterdir", "glob", "rglob",
    "exists", "is_file", "is_dir", "stat", "symlink_to", "touch", "expanduser", "save_screenshot", "deliver_text",
    "deliver_binary", "deliver_screenshot", "open_url", "suspend",
}  # fmt: skip
ALLOWED = {
    ("isocross_tui.terminal.driver", "os"): "reads what kind of terminal it is, and ends the process",
    ("isocross_tui.terminal.app", "os"): "reads what kind of terminal it is",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The modules of the face without the command line's."""
    for path in sorted(FACE.rglob("*.py")):
        name = ".".join((isocross_tui.__name__, *path.relative_to(FACE).with_suffix("").parts))
        # what a room hands on is judged where it is imported
        if path.name != "__init__.py" and not name.startswith((*COMMAND_LINE, SERVING)) and name not in DOORS:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def ways_to_files(tree: ast.AST) -> Iterator[str]:
    """Whatever in a module reads, writes or finds a file by itself."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if alias.name.partition(".")[0] in MODULES)
            case ast.ImportFrom(module=module, names=names):
                if module is not None and module.partition(".")[0] in MODULES:
                    yield module
                yield from (alias.name for alias in names if alias.name in LEADS_TO_FILES)
            case ast.Call(func=ast.Name(id=called)) if called in CALLS:
                yield called
            case ast.Attribute(attr=attribute) if attribute in METHODS:
                yield attribute


@pytest.mark.slow
def test_no_part_of_the_face_reaches_a_file_but_through_the_gate():
    found = {(name, way) for name, tree in modules() for way in ways_to_files(tree)}
    assert found - ALLOWED.keys() == set()
    assert ALLOWED.keys() <= found


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_one(door):
    """A door that touches no file any more is taken off the list."""
    tree = ast.parse(Path(import_module(door).__file__).read_text(encoding="utf-8"))
    assert list(ways_to_files(tree))
