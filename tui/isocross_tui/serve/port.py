"""Why a port cannot be listened to."""

from __future__ import annotations

import os


def unheard(port: int, error: OSError) -> str:
    """Say why nobody can come in by a port, in the words of the system alone.

    What a socket says beside them is an address as Python writes it.
    """
    why = os.strerror(error.errno) if error.errno else str(error)
    return f"port {port} cannot be listened to: {why[:1].lower()}{why[1:]}."
