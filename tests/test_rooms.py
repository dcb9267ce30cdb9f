"""Each room teaches itself to a stranger, and its face is what it says; asking for a name loads its module alone."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = [ROOT / "engine", ROOT / "tui"]
TAUGHT_WORDS = 40
CITED = re.compile(r"[\w./-]*\w\.md\b|§ ?\d[\d.]*")
"""A page of Markdown, or a section of one that has numbers."""


ROOMS = [
    ".".join(path.parent.relative_to(source).parts)
    for source in SOURCES
    for path in sorted(source.rglob("__init__.py"))
]
"""The name of every package, sub-rooms too."""


def lists_of(room):
    """The names that a room's `__init__` imports for others, and its `__all__`; None where it has none."""
    source = next(path for path in (source.joinpath(*room.split(".")) for source in SOURCES) if path.is_dir())
    tree = ast.parse((source / "__init__.py").read_text(encoding="utf-8"))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module.startswith(f"{room}.")
        for alias in node.names
    }
    return imported, getattr(importlib.import_module(room), "__all__", None)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_teaches_itself(room):
    words = importlib.import_module(room).__doc__
    assert words
    first, *more = words.strip().split("\n")
    assert first.endswith((".", ":")), first
    assert more, "a line alone teaches nobody"
    assert len(words.split()) >= TAUGHT_WORDS


@pytest.mark.parametrize("room", [room for room in ROOMS if "." in room])
def test_the_face_of_a_room_is_what_it_says(room):
    imported, face = lists_of(room)
    assert face
    assert len(set(face)) == len(face)
    assert imported <= set(face)
    module = importlib.import_module(room)
    for name in face:
        # also after a module of the room was imported under its own name
        assert getattr(module, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nobody_here'"):
        _ = module.nobody_here


def test_a_name_asked_of_a_lazy_room_loads_only_its_own_module():
    script = (
        "import sys\n"
        "from isocross.studies import EquityCurve\n"
        "import isocross.studies.curves as curves\n"
        "assert EquityCurve is curves.EquityCurve\n"
        "assert 'isocross.studies.twin' not in sys.modules\n"
        "assert 'numpy' not in sys.modules\n"
        "import isocross_tui.widgets, isocross_tui.terminal\n"
        "assert 'textual' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_no_source_names_a_page_that_is_not_in_the_repository():
    pages = {path.name for path in (ROOT / "README.md", *(ROOT / "tui").rglob("*.md"))}
    named = [
        (path.relative_to(ROOT).as_posix(), cited)
        for root in (*SOURCES, ROOT / "tests")
        for kind in ("*.py", "*.toml")
        for path in sorted(root.rglob(kind))
        for cited in CITED.findall(path.read_text(encoding="utf-8"))
    ]
    assert len(named) > 3
    assert [(path, cited) for path, cited in named if Path(cited).name not in pages] == []
