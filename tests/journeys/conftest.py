"""Every journey starts at home: in an empty folder, with nothing remembered."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def at_home(request: pytest.FixtureRequest, home: Path, counted_once: None) -> Path:
    """Stand there; where a test is not about the painting, the screen is painted when it is read."""
    if not (request.node.get_closest_marker("painted") or request.config.getoption("--long")):
        request.getfixturevalue("no_terminal")
    return home
