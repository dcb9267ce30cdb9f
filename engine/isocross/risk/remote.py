"""Files that are somewhere else, by the address that fsspec knows them by: `s3://bucket/books`, `https://…`."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from isocross.disk.input import decoded, whole
from isocross.regular import size_words
from isocross.risk.lines import readers_of_lines
from isocross.risk.named import Reader, read_as, unread
from isocross.risk.tables import readers_of_csv, readers_of_parquet
from isocross.toml.faults import cut
from isocross.toml.read import SIZE_LIMIT
from isocross.workspace.load import load_text
from isocross.workspace.model import Workspace

NO_FSSPEC = "Files that are not on this machine need fsspec: pip install 'isocross[remote]'"


class RemoteError(OSError):
    """Say why a file somewhere else cannot be read or written."""


def _system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it; raises RemoteError."""
    try:
        fsspec = importlib.import_module("fsspec")
    except ModuleNotFoundError:
        raise RemoteError(NO_FSSPEC) from None
    try:
        system, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError, OSError) as error:
        raise RemoteError(_said(error)) from None
    return system, path


def _said(error: Exception) -> str:
    return cut(str(error).splitlines()[0] if str(error) else type(error).__name__, 160)


def remote_readers(address: str) -> Iterator[Reader]:
    """Yield what reads each account at an address: a file, a folder, a pattern."""
    try:
        system, path = _system(address)
        names = sorted(_inside(system, path))
        if not names:
            raise RemoteError("there is no such file, and no folder with workspace files")
    except Exception as error:
        yield partial(unread, address, whole(address, f"this cannot be read: {_said(error)}", "a file of accounts"))
        return
    for name in names:
        yield from _of_file(system, name)


def _inside(system: Any, path: str) -> list[str]:
    if "*" in path:
        return [str(name) for name in system.glob(path)]
    if system.isdir(path):
        return [str(name) for name in system.find(path) if str(name).endswith(".toml")]
    return [path] if system.exists(path) else []


def _of_file(system: Any, path: str) -> Iterator[Reader]:
    address = system.unstrip_protocol(path)
    ending = "." + path.rpartition(".")[2].lower()
    if ending not in (".csv", ".parquet", ".jsonl", ".ndjson"):
        # what it is known by changes with its contents, so that kept parts of other contents are not taken for it
        yield partial(read_as, address, partial(_workspace, address, str(system.ukey(path))))
        return
    try:
        data = system.cat_file(path)
    except Exception as error:
        yield partial(unread, address, whole(address, f"this cannot be read: {_said(error)}", "a file of accounts"))
        return
    if ending == ".csv":
        yield from readers_of_csv(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""), address)
    elif ending == ".parquet":
        yield from readers_of_parquet(io.BytesIO(data), address)
    else:
        yield from readers_of_lines(io.BytesIO(data), address, SIZE_LIMIT)


def _workspace(address: str, _known_by: str) -> Workspace:
    """Read one workspace; raises Faults."""
    try:
        system, path = _system(address)
        data = system.cat_file(path, 0, SIZE_LIMIT + 1)
    except Exception as error:
        raise whole(address, f"this cannot be read: {_said(error)}", "a workspace file") from None
    if len(data) > SIZE_LIMIT:
        raise whole(address, "this file is too large", size_words(SIZE_LIMIT))
    return load_text(decoded(data, address), address)


def name_at(address: str) -> str:
    """The last part of an address, which a file on this machine can have as its name."""
    return urlsplit(address).path.rstrip("/").rpartition("/")[2]


def is_there(address: str) -> bool:
    """Whether there is a file at an address; raises RemoteError."""
    system, path = _system(address)
    try:
        return bool(system.exists(path))
    except Exception as error:
        raise RemoteError(_said(error)) from None


def put(local: str, address: str) -> None:
    """Put a file of this machine to an address, where it is whole or not at all; raises RemoteError."""
    system, path = _system(address)
    begun = f"{path}.begun"
    try:
        system.makedirs(path.rpartition("/")[0], exist_ok=True)
        system.put_file(local, begun)
        system.mv(begun, path)
    except Exception as error:
        raise RemoteError(_said(error)) from None
