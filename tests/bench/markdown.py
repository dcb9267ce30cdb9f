"""Results as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One measurement, ready to print."""

    title: str
    how: str
    """What was measured against what, and which of the rounds is shown."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()

    def written(self) -> str:
        """As Markdown."""
        parts = [f"## {self.title}", self.how, table(self.columns, self.rows)]
        return "\n\n".join([*parts, *self.remarks])


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table, its first column left and all others right."""
    rule = ["---"] + ["---:"] * (len(columns) - 1)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (columns, rule, *rows))


def ms(seconds: float) -> str:
    """Milliseconds, three figures of them."""
    value = seconds * 1000
    return f"{value:.0f} ms" if value >= 100 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"


def times(ratio: float) -> str:
    """A ratio."""
    return f"{ratio:.0f} ×" if ratio >= 100 else f"{ratio:.1f} ×" if ratio >= 10 else f"{ratio:.2f} ×"


def kilobytes(count: float) -> str:
    """Bytes, in thousands."""
    return f"{count / 1000:.1f} kB"
