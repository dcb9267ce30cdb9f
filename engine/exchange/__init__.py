"""Exchange: accounts from venues and spreadsheets in, positions, frames and timelines out."""

from __future__ import annotations

from engine.exchange.account import Kind, Note
from engine.exchange.assemble import Imported, Options
from engine.exchange.importing import SOURCES, import_files, read_bytes

__all__ = ["SOURCES", "Imported", "Kind", "Note", "Options", "import_files", "read_bytes"]
