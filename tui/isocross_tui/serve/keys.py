"""The key that the server is known by, and the keys of those who may come."""

from __future__ import annotations

from pathlib import Path

import asyncssh

from isocross.disk.atomic import write_new
from isocross.regular import reason
from isocross_tui.user.files import state_folder

PRIVATE = 0o600
LARGEST = 1024 * 1024
"""Bytes above which a file is taken for something else."""


class KeysError(Exception):
    """A key that cannot be used, in words."""


def host_key_file() -> Path:
    """Where the server's own key is."""
    return state_folder() / "host_key"


def host_key(path: Path) -> asyncssh.SSHKey:
    """Read the key of the server; one is made if there is none yet, never in the place of another.

    Raises KeysError.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = asyncssh.generate_private_key("ssh-ed25519", comment="isocross")
        write_new(path, made.export_private_key(), PRIVATE)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise KeysError(f"{path}: the key of the server cannot be written: {reason(error)}.") from None
    return made


def _read(path: Path) -> asyncssh.SSHKey:
    try:
        others = path.stat().st_mode & 0o077
        if others:
            raise KeysError(f"{path}: others may read the key of the server; expected mode 0600.")
        return asyncssh.read_private_key(path)
    except OSError as error:
        raise KeysError(f"{path}: the key of the server cannot be read: {reason(error)}.") from None
    except asyncssh.KeyImportError as error:
        raise KeysError(f"{path}: this is not the key of a server: {error}; take it away to have one made.") from None


def authorized_keys(path: Path) -> asyncssh.SSHAuthorizedKeys:
    """Read the keys of those who may come, in the format of OpenSSH; raises KeysError."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1).decode("utf-8")
        if len(text) > LARGEST:
            raise ValueError("it is larger than 1 MiB")
        return asyncssh.import_authorized_keys(text)
    except OSError as error:
        raise KeysError(f"{path}: these keys cannot be read: {reason(error)}.") from None
    except UnicodeDecodeError:
        raise KeysError(f"{path}: these are not authorized keys: expected a text in UTF-8.") from None
    except ValueError as error:
        told = str(error).rstrip(".")
        raise KeysError(f"{path}: these are not authorized keys: {told[:1].lower()}{told[1:]}.") from None
