"""How hard the random tests try: the same short run every time, or `--long`: random, and twenty times it."""

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = 40
LONGER = 50

settings.register_profile(
    "default",
    derandomize=True,
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    derandomize=False,
    deadline=None,
    max_examples=EXAMPLES * LONGER,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register `--long` and `--update-snapshots`."""
    parser.addoption("--long", action="store_true", help="random tests: random examples, and 20 times as many")
    parser.addoption("--update-snapshots", action="store_true", help="pictures of the desk: store what there is now")


def pytest_configure(config: pytest.Config) -> None:
    """Load the hypothesis profile before any test module is read."""
    settings.load_profile("long" if config.getoption("--long") else "default")
