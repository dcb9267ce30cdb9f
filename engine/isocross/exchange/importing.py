"""Importing: payloads or a CSV in, a workspace and a report of what was taken, guessed and left out."""

from __future__ import annotations

from collections.abc import Sequence

from isocross.disk.input import file_bytes, input_bytes
from isocross.exchange.account import Account, Kind, Reader
from isocross.exchange.assemble import Imported, Options, assemble
from isocross.exchange.formats import table
from isocross.exchange.payload import SIZE_LIMIT, Node, UnfitError, parse
from isocross.exchange.registry import CSV, reader_of, refusal
from isocross.money import exact
from isocross.toml.faults import Fault, Faults


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
    return assemble(account, options, first, titles[0])


def read_bytes(path: str) -> bytes:
    """The bytes of a payload: of a regular file, or of standard input where it is called `-`; raises Faults."""
    return input_bytes(SIZE_LIMIT) if path == "-" else file_bytes(path, SIZE_LIMIT, "a JSON or CSV file")


def _looks_like_csv(name: str, data: bytes) -> bool:
    """Whether it says so by its name, or by a first line that is a header."""
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    header = start.partition(b"\n")[0].lower()
    return name.lower().endswith(".csv") or (start[:1] not in (b"{", b"[") and b"market" in header)


def _pieces(node: Node, source: str | None, account: Account) -> list[tuple[Reader, Node, str]]:
    """The payloads in a document: itself, or what it holds side by side."""
    whole = reader_of(node, source)
    if whole is not None:
        return [(whole[0], node, whole[1])]
    found = []
    for part in node.items():
        if part.value == []:
            continue  # no payload says less than this
        known = reader_of(part, source)
        if known is not None:
            found.append((known[0], part, known[1]))
        elif isinstance(part.value, dict | list):
            account.note(Kind.LEFT_OUT, part, "this is not the payload of an account")
    if not found:
        raise refusal(node, source)
    return found
