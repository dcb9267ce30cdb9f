"""Workspace files: reading, checking, writing and saving them."""

from __future__ import annotations

from isocross.disk.atomic import Saved, SaveError
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.toml.faults import Fault, Faults
from isocross.workspace.build import book_of
from isocross.workspace.load import load_bytes, load_file, load_text, shipped
from isocross.workspace.model import FORMAT, MarketEntry, TierEntry, VenueChoice, View, Workspace
from isocross.workspace.saving import save, save_workspace
from isocross.workspace.writing import dump

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
