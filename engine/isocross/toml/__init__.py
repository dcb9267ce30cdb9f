"""TOML as people write it: numbers stay exact, faults name their line, and an edit keeps the comments.

A workspace file is read, corrected and commented by hand, so a document here is more than its values. `read` refuses
what would harm the parser, then gives a plain document in which every number is a Decimal. `places` knows on which
line and column each value stands, so that a problem at a path of the document becomes a `Fault` with its spot
(`faults`). `tables` declares what a table may hold, each key once; `amounts` reads the numbers that money needs:
finite, bounded, exact. `edit` changes one table and leaves every other byte alone; `write` makes text of rows.

In: a text. Out: a document and the places of its values, or `Faults`, all of them at once. Nothing here knows what a
workspace, a profile or a theme is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.toml.amounts import as_number, bounded, cash, exact_number, hours, rate
    from isocross.toml.edit import ListChanges, Sheet, UnmergeableError
    from isocross.toml.faults import BadValue, Fault, Faults, cut, escaped, is_harmless, screened, shown
    from isocross.toml.places import Places, Problem, faults_of, listing, meant
    from isocross.toml.read import SIZE_LIMIT, SMALL, WORKSPACE, Bounds, Unreadable, parse, refuse_hostile
    from isocross.toml.write import inline_text, lines, number, value_text
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "SIZE_LIMIT",
    "SMALL",
    "WORKSPACE",
    "BadValue",
    "Bounds",
    "Fault",
    "Faults",
    "ListChanges",
    "Places",
    "Problem",
    "Sheet",
    "UnmergeableError",
    "Unreadable",
    "as_number",
    "bounded",
    "cash",
    "cut",
    "escaped",
    "exact_number",
    "faults_of",
    "hours",
    "inline_text",
    "is_harmless",
    "lines",
    "listing",
    "meant",
    "number",
    "parse",
    "rate",
    "refuse_hostile",
    "screened",
    "shown",
    "value_text",
]
