"""Exchange: accounts from venues and spreadsheets in, positions, frames and timelines out.

An import has four steps. `payload` makes a tree of the JSON that knows its own paths, and refuses what is not
certain. A *format* (one module a venue, all of them in `registry`) says whether an answer is its own and reads a
position part by part: contract, size, side, details. `account` is what was found: holdings, cash, and a note on
everything that was taken, guessed, left out or compared. `assemble` makes a workspace of it: the venue's rules, the
tiers (`tiers`), what is missing (`figures`), what does not go together (`checking`), and the venue's own figures beside
ours. What a payload lacks a user can say; how, each face says by its `Ways`.

A figure that a venue states beats one that is made here; whatever was guessed is told. A venue whose raw answers are
not read is known by its names (`strangers`) and refused by its name. A new format is its module and a line in
`registry`.

`liquidations` reads a venue's records of who was liquidated, and names what they lack.

`rates` reads a venue's public answers (tiers, weights, steps), and `renewing` makes the user's own dated table of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.exchange.account import Kind, Note
    from isocross.exchange.assemble import Imported
    from isocross.exchange.importing import import_files, is_header, read_bytes
    from isocross.exchange.options import Options
    from isocross.exchange.registry import SOURCES
    from isocross.exchange.renewing import Renewal, renewal
    from isocross.exchange.tiers import Tiers
    from isocross.exchange.ways import Ways
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "SOURCES",
    "Imported",
    "Kind",
    "Note",
    "Options",
    "Renewal",
    "Tiers",
    "Ways",
    "import_files",
    "is_header",
    "read_bytes",
    "renewal",
]
