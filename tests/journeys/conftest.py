"""Every journey starts at home: in an empty folder, with nothing remembered."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def at_home(home: Path, no_terminal: None) -> Path:
    """Stand there; what is on the screen is read, and not written to a terminal."""
    return home
