"""How hard the random tests try: the same short run every time, or `--long`: random, and fifty times it.

And what spares all tests work: compiled modules are kept, and what outlives a test is not searched for garbage.
"""

import gc
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from rich.console import RenderableType
from textual._compositor import Compositor
from textual._styles_cache import StylesCache

from isocross.account.book import Book
from isocross.desk import crash_board
from isocross.rules import own_tables
from isocross.studies.odds import Reached
from isocross.studies.walked_odds import hours_hit

# the tests start a hundred interpreters, and each would compile all it imports again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# the settings and tables of whoever runs the tests change none of them
os.environ["XDG_CONFIG_HOME"] = str(Path(tempfile.gettempdir()) / f"nobodys-settings-{os.getpid()}")

EXAMPLES = 40
FEW = 4
"""Examples of a property where only quick tests run; a few tests take a quarter of them."""
LONGER = 50

settings.register_profile(
    "default",
    derandomize=True,
    deadline=None,
    max_examples=EXAMPLES,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("quick", settings.get_profile("default"), max_examples=FEW)
settings.register_profile(
    "long",
    derandomize=False,
    deadline=None,
    max_examples=EXAMPLES * LONGER,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty home folder, which is also where the test stands: nothing remembered, nothing that changes colours."""
    monkeypatch.setattr(own_tables._Known, "own", True)
    own_tables.forget()
    for name, folder in (("HOME", "."), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    own_tables.forget()


@pytest.fixture
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at the terminal: a screen is painted when a test reads it, and not for each frame in between."""
    render = Compositor.render_update

    def update(self: Compositor, full: bool = False, **how: Any) -> RenderableType | None:
        return render(self, full, **how) if full else None

    monkeypatch.setattr(Compositor, "render_update", update)


_counted: dict[tuple[object, ...], list[tuple[Book, Reached]]] = {}


def _hours_hit(book: Book, window: str, stand_in: Mapping[str, str]) -> Reached:
    known = _counted.setdefault((window, *sorted(stand_in.items())), [])
    found = next((reached for other, reached in known if other == book), None)
    if found is None:
        found = hours_hit(book, window, stand_in)
        known.append((book, found))
    return found


@pytest.fixture
def counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the hours of a crash once for each account: nearly all the work of a crash board, and each desk has one."""
    monkeypatch.setattr(crash_board, "hours_hit", _hours_hit)


_HERE = Path(__file__).parent
_SLOW = {"bench", "fuzz", "journeys", "pty", "snapshots"}
"""Rooms whose tests nearly all take their time."""
_begun: set[str] = set()
"""The tests that this process has begun."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember what was begun here, and not in another process."""
    _begun.add(item.nodeid)


@pytest.fixture
def counted_here(request: pytest.FixtureRequest) -> None:
    """Skip a test of what those before it in its file counted, unless all of them ran in this process."""
    items = request.session.items
    before = [item for item in items[: items.index(request.node)] if item.path == request.path]
    if not before or not all(item.nodeid in _begun for item in before):
        pytest.skip("what is to be counted did not all run here")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register `--long` and `--update-snapshots`."""
    said = "every combination, each frame painted; random tests: random examples, and fifty times as many"
    parser.addoption("--long", action="store_true", help=said)
    parser.addoption("--update-snapshots", action="store_true", help="pictures of the desk: store what there is now")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Run what is quick in this one process, unless told otherwise: each further one would read all tests again."""
    if _only_quick(config) and not any(word.startswith(("-n", "--num")) for word in config.invocation_params.args):
        config.option.numprocesses = 0


def pytest_configure(config: pytest.Config) -> None:
    """Load the hypothesis profile before any test module is read."""
    how_hard = "long" if config.getoption("--long") else "quick" if _only_quick(config) else "default"
    settings.load_profile(how_hard)
    if not config.getoption("--long"):
        _draw_the_same_everywhere()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what others stand for, mark what is quick, and begin with what takes longest."""
    if not config.getoption("--long"):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    for item in items:
        if _is_quick(item):
            item.add_marker(pytest.mark.quick)
    items.sort(key=lambda item: item.get_closest_marker("longest") is None)


def _only_quick(config: pytest.Config) -> bool:
    return config.getoption("markexpr") == "quick"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read nothing of the rooms that have nothing quick, where only that is asked for."""
    return True if _only_quick(config) and collection_path.parent == _HERE and collection_path.name in _SLOW else None


def _is_quick(item: pytest.Item) -> bool:
    """Whether a test takes no time to speak of; with few examples most properties do not."""
    return not (
        item.get_closest_marker("slow")
        or item.get_closest_marker("longest")
        or "counted_here" in getattr(item, "fixturenames", ())
        or _SLOW & set(item.path.relative_to(_HERE).parts)
    )


def pytest_collection_finish() -> None:
    """Set aside what stays until the end: modules and tests, which every search for garbage would walk through."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_runtest_teardown() -> None:
    """Let go of the painted lines of apps that ended; the toolkit remembers the last thousand widgets in there."""
    StylesCache.get_inner_outer.cache_clear()


def _draw_the_same_everywhere() -> None:
    """Keep the numbers that stand in whatever modules a process has loaded out of the random examples.

    With them, a test has other examples beside other tests than alone, and each process parses every module.
    """
    providers._get_local_constants = lambda: providers._local_constants
