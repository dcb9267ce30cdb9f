"""Importing: payloads or a CSV in, a workspace and a report of what was taken, guessed and left out."""

from __future__ import annotations

from collections.abc import Sequence

from isocross.disk.input import file_bytes, input_bytes
from isocross.exchange.account import Account, Kind, Reader
from isocross.exchange.assemble import Imported, assemble
from isocross.exchange.formats import table
from isocross.exchange.options import Options
from isocross.exchange.payload import SIZE_LIMIT, Node, UnfitError, parse
from isocross.exchange.registry import CSV, reader_of, refusal, refuse_stranger
from isocross.money import exact
from isocross.toml.faults import Fault, Faults

DEPTH = 5
PARTS_LIMIT = 200
"""So deep, and among so many parts, payloads are looked for in what they are wrapped in."""


@exact
def import_files(
    files: Sequence[tuple[str, bytes]], source: str | None = None, options: Options | None = None
) -> Imported:
    """The workspace that these files describe together.

    Args:
        files: name and bytes of each: payloads of one moment, or one CSV of positions.
        source: one of SOURCES; None: guessed from the shape.
        options: what the user says beside it.

    Raises:
        Faults: whatever is wrong, each with its path in the payload.
    """
    first = files[0][0]
    options = options or Options()
    if source == CSV or (source is None and _looks_like_csv(*files[0])):
        if len(files) > 1:
            raise Faults(files[1][0], [Fault("", "positions in CSV come from one file", "one file")])
        return assemble(table.read_csv(files[0][1], first), options, first, table.TITLE)
    account = Account()
    titles = []
    for origin, data in files:
        for reader, node, title in _pieces(parse(data, origin), source, account):
            titles.append(title)
            try:
                reader(node, account)
            except UnfitError as error:
                account.faults.append(error.fault)
        account.refuse(origin)
    _read_later(account)
    return assemble(account, options, first, titles[0])


def _read_later(account: Account) -> None:
    """Read what depends on the mode of the account, which any of the files may state."""
    for origin, read in account.later:
        try:
            read()
        except UnfitError as error:
            account.faults.append(error.fault)
        account.refuse(origin)


def read_bytes(path: str) -> bytes:
    """The bytes of a payload: of a regular file, or of standard input where it is called `-`; raises Faults."""
    return input_bytes(SIZE_LIMIT) if path == "-" else file_bytes(path, SIZE_LIMIT, "a JSON or CSV file")


def _looks_like_csv(name: str, data: bytes) -> bool:
    """Whether it says so by its name, or by a first line that is a header."""
    return name.lower().endswith(".csv") or is_header(data[:1000].decode("utf-8-sig", "replace"))


def is_header(text: str) -> bool:
    """Tell whether a text begins with the header of a table of positions."""
    first = text.lstrip().partition("\n")[0].lower()
    return first[:1] not in ("{", "[") and any(name in first for name in table.MARKETS)


_Piece = tuple[Reader, Node, str]
"""A payload, who reads it, and whose it is."""


def _pieces(node: Node, source: str | None, account: Account) -> list[_Piece]:
    """The payloads in a document: itself, or what it holds side by side, however it is wrapped."""
    refuse_stranger(node)
    found = _inside(node, source, account, DEPTH)
    if not found:
        raise refusal(node, source)
    return found


def _inside(node: Node, source: str | None, account: Account, depth: int) -> list[_Piece]:
    whole = reader_of(node, source)
    if whole is not None:
        return [(whole[0], node, whole[1])]
    parts = [part for part in node.parts() if part.value]  # no payload says less than an empty one
    if not depth or len(parts) > PARTS_LIMIT:
        return []
    for part in parts:
        refuse_stranger(part, inside=True)
    inside = [(part, _inside(part, source, account, depth - 1)) for part in parts]
    found = [piece for _, pieces in inside for piece in pieces]
    for part, pieces in inside:
        if found and not pieces and _tells(part):
            account.note(Kind.LEFT_OUT, part, "this is not the payload of an account")
    return found


def _tells(part: Node) -> bool:
    """Whether there is more in it than names, such as those of the channel an answer came through."""
    values = part.value if isinstance(part.value, list) else part.value.values()
    return any(not isinstance(value, str) for value in values)
