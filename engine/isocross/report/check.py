"""What is wrong with files, as a JSON object for editors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from isocross.report.json import FORMAT
from isocross.toml.faults import Faults

_KEYS = ("key", "message", "expected", "line", "column")


def checks_json(files: list[dict[str, Any]]) -> dict[str, Any]:
    """Every file that was checked."""
    return {"format": FORMAT, "files": files}


def checked_json(source: str, faults: Faults | None = None, warnings: Sequence[str] = ()) -> dict[str, Any]:
    """One file: good, or its faults, each with a key, words, and where to put the mark; and warnings."""
    told = {"file": source, "ok": faults is None, "faults": [] if faults is None else faults_json(faults)}
    return told | ({"warnings": list(warnings)} if warnings else {})


def faults_json(faults: Faults) -> list[dict[str, Any]]:
    """Every fault with its key, its words and its place."""
    return [{key: getattr(fault, key) for key in _KEYS} for fault in faults.faults]
