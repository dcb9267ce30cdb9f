"""One line of what is crossed, beginning with a word for monitors, and an exit code for cron."""

import pytest
from click.testing import CliRunner

from isocross.workspace.load import FOLDER
from isocross_tui.cli import watch as command
from isocross_tui.cli.main import main
from isocross_tui.cli.watch import State
from tests.isocross.cascade.test_too_much_work import endless

pytestmark = pytest.mark.usefixtures("home")
TEMPLATE = FOLDER / "guide-cross.toml"
ADDRESS = "hyperliquid:0x" + "a" * 40


def watched(*words):
    return CliRunner().invoke(main, ["watch", *words])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["guide-cross", "--at", "BTC<60000.01"], 1, "ALERT BTC is at 60,000.00, below 60,000.01\n"),
        (["guide-cross", "--at", "BTC<60000"], 0, "OK The guide"),
        (["guide-cross", "--at", "BTC>59999"], 1, "ALERT BTC is at 60,000.00, above 59,999.00\n"),
        (["guide-isolated", "--distance", "99%"], 1, "from its liquidation"),
        (["guide-isolated", "--distance", "0.1%"], 0,
         "OK The guide's isolated short · BTC is 32.7 % from its liquidation at 79,601.99\n"),
        (["guide-cross", "--ratio", "0.0001"], 1, "ALERT the margin ratio of the account is"),
        ([ADDRESS, "--ratio", "0.5", "--url", "http://127.0.0.1:9"], 1,
         "STALE not read yet: Hyperliquid cannot be reached: connection refused.\n"),
    ],
)  # fmt: skip
def test_one_look_is_a_line_and_an_exit_code(words, code, told):
    done = watched(*words, "--once")
    assert (done.exit_code, told in done.stdout) == (code, True), done.output


def test_what_changes_is_told_once_and_that_it_is_back(monkeypatch):
    x, moved, y = State("ALERT", "x 1", ("x",)), State("ALERT", "x 2", ("x",)), State("ALERT", "x 3; y", ("x", "y"))
    states = iter([State("OK", "a"), State("OK", "a"), x, moved, y, State("OK", "a")])

    def look():
        try:
            return next(states)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(command, "_look", lambda *_: look)
    monkeypatch.setattr(command.time, "sleep", lambda _: None)
    assert watched("guide-cross", "--ratio", "0.5").stdout == "OK a\nALERT x 1\nALERT x 3; y\nOK a\n"


def test_several_accounts_are_watched_side_by_side_and_each_line_names_its_own():
    done = watched(
        "guide-cross", ADDRESS, "guide-isolated", "--distance", "40%", "--url", "http://127.0.0.1:9", "--once"
    )
    well, stale, near = done.stdout.splitlines()
    assert well.startswith("OK guide-cross: The guide's cross account · ")
    assert stale.startswith(f"STALE {ADDRESS}: not read yet")
    assert near.startswith("ALERT guide-isolated: BTC is 32.7 % from its liquidation")
    assert done.exit_code == 1


def test_of_several_accounts_only_the_one_that_changed_is_told_again(monkeypatch):
    states = {"guide-cross": iter(["a", "a"]), "basket": iter(["b", "c"])}

    def look(source):
        try:
            told = next(states[source])
        except StopIteration:
            raise KeyboardInterrupt from None
        return State("ALERT", told, (told,))

    monkeypatch.setattr(command, "_look", lambda source, *_: lambda: look(source))
    monkeypatch.setattr(command.time, "sleep", lambda _: None)
    told = watched("guide-cross", "basket", "--ratio", "0.5").stdout
    assert told == "ALERT guide-cross: a\nALERT basket: b\nALERT basket: c\n"


@pytest.mark.slow
def test_a_file_that_cannot_be_read_for_a_while_is_stale_and_watched_on(monkeypatch, home):
    file, good = home / "a.toml", TEMPLATE.read_bytes()
    file.write_bytes(good)

    def written(data: bytes | None) -> None:
        if data is None:
            file.unlink()
        else:
            file.write_bytes(data)

    # half a save, a strange byte, no file, more work than may be, and whole again
    becomes = iter([good[:60], b"\xff", None, endless().encode(), good])

    def sleep(_):
        try:
            written(next(becomes))
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(command.time, "sleep", sleep)
    done = watched("a.toml", "--ratio", "0.5")
    words = [line.partition(" ")[0] for line in done.stdout.splitlines()]
    assert words == ["OK", "STALE", "STALE", "STALE", "STALE", "OK"], done.output
    assert "there is no such file" in done.stdout
    assert done.exit_code == 0
    file.unlink()
    assert watched("a.toml", "--ratio", "0.5").exit_code == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["guide-cross"], 2, "nothing to watch"),
        (["guide-cross", "--at", "BTC"], 2, "is not a price to watch"),
        (["guide-cross", "--at", "XYZ<1"], 1, "XYZ"),
        (["guide-cross", "--ratio", "high"], 2, "is not a share"),
        (["nobody.toml", "--ratio", "0.5"], 1, "nobody.toml"),
        (["dydx:me", "--ratio", "0.5"], 2, "is not a live account"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence(words, code, told):
    done = watched(*words, "--once")
    assert done.exit_code == code
    assert told in done.stderr
