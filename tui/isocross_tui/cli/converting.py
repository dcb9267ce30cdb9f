"""An SVG as a PNG, by whatever on this machine can draw one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from isocross.errors import IsocrossError

TIMES: Final = 2
"""Pixels for each unit, so that it is sharp where it is shown large."""
LONGEST_S: Final = 60
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
NO_CONVERTER: Final = (
    "there is nothing here that makes a PNG of an SVG: "
    "expected CairoSVG (pip install 'isocross[picture]'), rsvg-convert or Chromium; an .svg needs none"
)


class ConvertError(IsocrossError):
    """No PNG could be made, in words."""


def png_of(svg: str, size: tuple[int, int]) -> bytes:
    """Draw an SVG of a size; ConvertError where nothing here can, or what can fails."""
    with tempfile.TemporaryDirectory(prefix="isocross-") as folder:
        source, target = Path(folder, "card.svg"), Path(folder, "card.png")
        source.write_text(svg, encoding="utf-8")
        failed = []
        for command in _commands(source, target, size):
            try:
                done = subprocess.run(command, check=False, capture_output=True, timeout=LONGEST_S, cwd=folder)
            except (OSError, subprocess.TimeoutExpired):
                done = None
            if done is not None and done.returncode == 0 and target.is_file():
                return target.read_bytes()
            failed.append(Path(command[0]).name)
    raise ConvertError(f"{' and '.join(failed)} could not draw the picture; an .svg needs none" if failed
                       else NO_CONVERTER)  # fmt: skip


def _commands(source: Path, target: Path, size: tuple[int, int]) -> Iterator[list[str]]:
    """Every command that may do it, the lightest first."""
    width, height = size
    if find_spec("cairosvg") is not None:
        yield [sys.executable, "-m", "cairosvg", str(source), "-o", str(target), "-s", str(TIMES)]
    if rsvg := shutil.which("rsvg-convert"):
        yield [rsvg, "-w", str(width * TIMES), "-h", str(height * TIMES), "-o", str(target), str(source)]
    for browser in filter(None, map(shutil.which, _BROWSERS)):
        # a browser locks root out of its sandbox; the page is our own picture
        free = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        look = [f"--window-size={width},{height}", f"--force-device-scale-factor={TIMES}", "--hide-scrollbars"]
        profile = f"--user-data-dir={source.parent / 'profile'}"
        yield [browser, "--headless", "--disable-gpu", profile, *free, *look, f"--screenshot={target}", source.as_uri()]
