"""The document: an account, how its marks move and how it is looked at, as one TOML file that people write by hand.

A `Workspace` is what a file says, not yet what a venue makes of it: `book_of` gives the `Book`, with the venue's rules
and each market's ladder. Reading checks everything and tells all faults at once, each with its line, what stands there
and what was expected (`load`, `reading`, `schema`). Writing keeps every digit and leaves defaults out (`dump`); saving
changes only what is another than before, so comments stay (`save`). `code` is a whole workspace as one word to paste
into a chat, `json_schema` lets an editor complete and check, `templates` are what a new file begins with.

In: a file, a text or a code. Out: a `Workspace`, or `Faults`; and back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.disk.atomic import Saved, SaveError
    from isocross.rehearsal.scenario import PathKind, Scenario
    from isocross.toml.faults import Fault, Faults
    from isocross.workspace.build import book_of
    from isocross.workspace.load import load_bytes, load_file, load_text, shipped
    from isocross.workspace.model import FORMAT, MarketEntry, TierEntry, VenueChoice, View, Workspace
    from isocross.workspace.saving import save, save_workspace
    from isocross.workspace.writing import dump
else:
    __getattr__ = handed_on(__name__)

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
