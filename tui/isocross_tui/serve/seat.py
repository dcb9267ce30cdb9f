"""The seat of a visit: what its process is given, as a value and as one line between processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from isocross.records import dataclass
from isocross_tui.serve.limits import Limits


@dataclass(frozen=True)
class Seat:
    """What the process of a visit is given."""

    folder: str
    """Where it stands."""
    home: str
    opens: str | None
    """What it shows first."""
    environment: Mapping[str, str]
    """Of the visitor's terminal, checked."""
    limits: Limits
    follows: str | None = None
    """The path of the line to a presenter."""

    def told(self) -> str:
        """The seat as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def heard(cls, line: str) -> Seat:
        """The seat of a line."""
        told: dict[str, Any] = json.loads(line)
        limits = {**told["limits"], "window": tuple(told["limits"]["window"])}
        return cls(**{**told, "limits": Limits(**limits)})
