import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross.disk import atomic
from isocross_tui import cast as casting
from isocross_tui.cli.main import main
from isocross_tui.user.files import keep_pictures


@pytest.fixture(autouse=True)
def _home(home: Path) -> None:
    """Every file goes to a folder of the test."""


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes one byte of a file, and no more."""

    def write(descriptor: int, data: bytes) -> None:
        os.write(descriptor, data[:1])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(atomic, "write_all", write)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), prog_name="isocross")


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_costs_no_picture_that_was_there():
    Path("a.svg").write_text("the old one", encoding="utf-8")
    done = run("card", "guide-cross", "-o", "a.svg", "--force")
    assert (done.exit_code, done.stderr) == (1, "could not write a.svg: no space left on device\n")
    assert Path("a.svg").read_text(encoding="utf-8") == "the old one"
    assert [path.name for path in Path().iterdir()] == ["a.svg"]


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_leaves_no_piece_of_a_new_picture():
    assert run("card", "guide-cross", "-o", "a.svg").exit_code == 1
    with pytest.raises(OSError, match="No space left"):
        keep_pictures("A title", {".svg": "<svg/>"})
    assert list(Path().rglob("*.svg")) == []


def test_a_picture_replaces_no_pipe():
    os.mkfifo("a.svg")
    done = run("card", "guide-cross", "-o", "a.svg", "--force")
    assert (done.exit_code, done.stderr) == (1, "could not write a.svg: it is not a regular file\n")


@pytest.mark.parametrize(
    ("output", "said"),
    [("none/a.cast", "could not write none/a.cast: there is no such folder\n"), ("a.cast", "a.cast is there already")],
)
def test_what_has_no_place_is_not_filmed(output: str, said: str, monkeypatch: pytest.MonkeyPatch):
    def filmed(*given: object) -> None:
        raise AssertionError

    monkeypatch.setattr(casting, "filmed", filmed)
    Path("a.cast").touch()
    done = run("cast", "hedge", "-o", output)
    assert done.exit_code == 1
    assert done.stderr.startswith(said)
