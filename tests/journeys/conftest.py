"""Every journey starts at home: in an empty folder, with nothing remembered."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def at_home(home: Path) -> Path:
    """Stand there."""
    return home
