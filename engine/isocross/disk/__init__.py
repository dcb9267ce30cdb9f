"""Files that survive: a crash, a full disk, a second program or a torn write never leaves half of anything.

A file is replaced whole or not at all (`atomic`, `replacing`). What is not yet saved stands in a journal, a line
each, every line proven by its checksum (`journal`). A lock says who has a file open and ends with its process however
that ends (`lock`). A watch notices that a file is no longer what was read from it (`watch`). `input` reads what a
user names on a command line, standard input included, and says in one sentence what cannot be read.

In: paths and bytes. Out: bytes, or an error that says what happened to the file. Nothing here knows what they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.disk.atomic import Saved, SaveError, sweep, write_atomically
    from isocross.disk.input import (
        STANDARD_INPUT,
        decoded,
        document_of,
        file_bytes,
        input_bytes,
        many,
        neighbours,
        unreadable,
        whole,
    )
    from isocross.disk.journal import Journal
    from isocross.disk.lock import Holder, Lock
    from isocross.disk.watch import GONE, Seen, Watch, digest_of, look_at
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "GONE",
    "STANDARD_INPUT",
    "Holder",
    "Journal",
    "Lock",
    "SaveError",
    "Saved",
    "Seen",
    "Watch",
    "decoded",
    "digest_of",
    "document_of",
    "file_bytes",
    "input_bytes",
    "look_at",
    "many",
    "neighbours",
    "sweep",
    "unreadable",
    "whole",
    "write_atomically",
]
