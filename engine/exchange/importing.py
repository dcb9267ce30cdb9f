"""Importing: payloads or a CSV in, a workspace and a report of what was taken, guessed and left out."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from engine.exchange import binance, bybit, ccxt, coinex, hyperliquid, table
from engine.exchange.account import Account, Kind, Reader
from engine.exchange.assemble import Imported, Options, assemble
from engine.exchange.payload import SIZE_LIMIT, Node, UnfitError, parse
from engine.money import exact
from engine.workspace.faults import Fault, Faults
from engine.workspace.input import file_bytes, input_bytes

VENUES: dict[str, ModuleType] = {
    "hyperliquid": hyperliquid,
    "bybit": bybit,
    "coinex": coinex,
    "binance": binance,
}
"""Modules that know a venue's own payloads; asked in this order."""
SOURCES = ("ccxt", "binance", "bybit", "coinex", "hyperliquid", "csv")
"""What an import may be from."""
CSV = "csv"


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
    whole = _reader(node, source)
    if whole is not None:
        return [(whole[0], node, whole[1])]
    found = []
    for part in node.items():
        if part.value == []:
            continue  # no payload says less than this
        reader = _reader(part, source)
        if reader is not None:
            found.append((reader[0], part, reader[1]))
        elif isinstance(part.value, dict | list):
            account.note(Kind.LEFT_OUT, part, "this is no payload of an account")
    if not found:
        raise Faults(node.origin, [Fault("", "this is not the payload of an account", _expected(source))])
    return found


def _reader(node: Node, source: str | None) -> tuple[Reader, str] | None:
    """Who can read this, and the name of whose it is."""
    for name, module in VENUES.items():
        reader = module.reader_of(node) if source in (None, name) else None
        if reader is not None:
            return reader, module.TITLE
    unified = ccxt.reader_of(node, _venues_own) if source in (None, "ccxt") else None
    return None if unified is None else (unified, ccxt.TITLE)


def _venues_own(info: Node) -> Reader | None:
    """The reader of a venue's own answer inside a unified one."""
    return next((reader for module in VENUES.values() if (reader := module.reader_of(info)) is not None), None)


def _expected(source: str | None) -> str:
    if source is None:
        return "positions or balances of ccxt, Binance, Bybit, CoinEx or Hyperliquid"
    module = ccxt if source == "ccxt" else VENUES[source]
    return str(module.EXPECTED)
