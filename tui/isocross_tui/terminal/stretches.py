"""What changed of a row and nothing beside it: the toolkit writes each row from the left edge of its widget."""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate


class Stretches(ChopsUpdate):
    """An update that writes each stretch that changed from its own first cell."""

    @classmethod
    def of(cls, update: ChopsUpdate) -> Stretches:
        """Write the same update so."""
        return cls(update.chops, update.spans, update.chop_ends)

    def render_segments(self, console: Console) -> str:
        """Render to what is written to the terminal."""
        written: list[str] = []
        for y, start, stop in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                left, right = max(x, start), min(end, stop)
                if strip is not None and left < right:
                    written.append(Control.move_to(left, y).segment.text)
                    written.append(strip.crop(left - x, right - x).render(console))
        return "".join(written)
