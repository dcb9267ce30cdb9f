"""Workspace files: reading, checking, writing and saving them."""

from __future__ import annotations

from engine.workspace.build import book_of
from engine.workspace.faults import Fault, Faults
from engine.workspace.files import Saved, SaveError, save, save_workspace
from engine.workspace.model import (
    FORMAT,
    MarketEntry,
    PathKind,
    Scenario,
    TierEntry,
    VenueChoice,
    View,
    Workspace,
)
from engine.workspace.read import load_bytes, load_file, load_text
from engine.workspace.shipped import shipped
from engine.workspace.write import dump

__all__ = [
    "FORMAT",
    "Fault",
    "Faults",
    "MarketEntry",
    "PathKind",
    "SaveError",
    "Saved",
    "Scenario",
    "TierEntry",
    "VenueChoice",
    "View",
    "Workspace",
    "book_of",
    "dump",
    "load_bytes",
    "load_file",
    "load_text",
    "save",
    "save_workspace",
    "shipped",
]
