"""What is pasted into an account that is entered: a code, a venue's answer, a table with a header, or bare rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Mode, Side
from isocross.exchange import Ways, is_header
from isocross.toml.faults import Faults
from isocross.workspace.code import is_code, open_code
from isocross.workspace.model import Workspace

_SIDES = {"long": Side.LONG, "buy": Side.LONG, "short": Side.SHORT, "sell": Side.SHORT}
_MODES = {"isolated": Mode.ISOLATED, "cross": Mode.CROSS, "crossed": Mode.CROSS}
_FIGURE = re.compile(r"[−-]?[\d,]*\.?\d+")
_TIMES = re.compile(r"(\d+(?:\.\d+)?)[xX×]")
_FEWEST, _MOST = 2, 4
"""Figures of a row: size and entry, and beside them mark and leverage."""
ON_THE_DESK = Ways(
    wallet="a wallet typed beside it",
    another_wallet="; a wallet typed beside it is taken instead",
    leverage="; e edits it",
    currency="; a wallet such as “1 {currency}” imports them",
    venue="; v puts it under others",
    rehearsed="v puts the account under another venue's",
    tiers="",
)
"""How a desk takes what a payload does not say."""
ON_THE_SHEET = replace(
    ON_THE_DESK, wallet="a wallet in its cell", another_wallet="; the cell wallet takes another", currency=""
)
"""How the sheet does, whose wallet is a cell."""
_TOLD = 20
"""So many notes of an import are told here."""


def workspace_of(text: str, venue: str, wallet: Decimal | None) -> tuple[Workspace, Sequence[str]] | str | None:
    """The account in a text and what was made of it; a sentence where it is a faulty one, None where it is none.

    Args:
        text: what was pasted.
        venue: whose rules apply to a table that names none.
        wallet: the cash of an account that says nothing of it.
    """
    start = text.lstrip()[:1]
    try:
        if is_code(text):
            workspace = open_code(text)
            return workspace, (f"“{workspace.name}”, from a short code.",)
        table = is_header(text) and "\n" in text.strip()
        if start not in ("{", "[") and not table:
            return None
        return _imported(text, venue if table else None, wallet)
    except Faults as faults:
        return f"Nothing was taken: {faults.faults[0].told_alone()}"


def _imported(text: str, venue: str | None, wallet: Decimal | None) -> tuple[Workspace, Sequence[str]]:
    from isocross.exchange import Options, import_files  # noqa: PLC0415 - only an account of a venue pays for it

    files, options = [("pasted", text.encode())], Options(venue=venue, ways=ON_THE_SHEET)
    try:
        imported = import_files(files, options=options)
    except Faults:
        # what the payload does not say of the cash, the sheet does
        imported = import_files(files, options=replace(options, wallet=wallet))
    told = [note.told() for note in imported.notes]
    more = [f"and {len(told) - _TOLD} more notes"] if len(told) > _TOLD else []
    return imported.workspace, (*told[:_TOLD], *more)


def lines_of(text: str) -> list[tuple[str, ...]]:
    """The rows of a text without a header, each as the cells of a row; none where it is not such a text.

    Words are known by what they say; figures are size, entry and, where there are so many, mark and leverage.
    """
    rows = [line for line in text.splitlines() if line.strip()]
    read = [_cells(line) for line in rows]
    found = [cells for cells in read if cells is not None]
    return found if len(found) == len(rows) else []


def _cells(line: str) -> tuple[str, ...] | None:
    parts = [part for part in re.split(r"[\t;|]|\s+|,(?=\s)", line.strip()) if part]
    side, mode, market, leverage, figures = "", "", "", "", list[str]()
    for part in parts:
        word = part.lower()
        times = _TIMES.fullmatch(part)
        if word in _SIDES:
            side = _SIDES[word].value
        elif word in _MODES:
            mode = _MODES[word].value
        elif times:
            leverage = times[1]
        elif _FIGURE.fullmatch(part):
            figures.append(part)
        elif not market:
            market = part.upper()
        else:
            return None
    if not market or not _FEWEST <= len(figures) <= _MOST:
        return None
    if not leverage and len(figures) > _FEWEST:
        leverage = figures.pop()
    size, entry, mark = (*figures, "", "")[:3]
    if size[0] in "−-":
        side, size = side or Side.SHORT.value, size[1:]
    return market, side, mode, size, entry, mark, leverage
