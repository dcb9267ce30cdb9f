"""Random keys, pastes, mouse reports, sequences and sizes: the desk answers after each burst, and keeps its word."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from isocross.desk.state import DESK
from isocross.disk.watch import Seen
from isocross.workspace import Saved, Workspace, save_workspace
from isocross_tui.terminal.keys import KeyReader
from isocross_tui.user.files import open_source
from tests.journeys.monkey import Monkey
from tests.journeys.screen import Room, room

pytestmark = pytest.mark.painted
STEPS = 24
"""Of a burst."""
BURSTS = 4
LONGER = 63
"""Times as many monkeys with `--long`, and each of its bursts so many times as long: 100,800 steps of each kind."""
LONGER_BURST = 400
ACCOUNTS = ("guide-cross", "crash-2025-10-10", "basket", "guide-mixed")


class Keyboard:
    """Hands over what a monkey sends, as the terminal's driver does."""

    def __init__(self, sitting: Room) -> None:
        self._room = sitting
        self._reader = KeyReader()

    async def send(self, burst) -> None:
        desk = self._room.desk
        for sent in burst:
            if isinstance(sent, tuple):
                await self._room.resize(*sent)
                continue
            for message in (*self._reader.read(sent), *self._reader.wait_no_longer()):
                message.set_sender(desk)
                desk.post_message(message)


def files_of(folder: Path) -> dict[Path, bytes]:
    """What is in a folder, without what the desk itself remembers."""
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(folder / "state")
    }


async def answers(sitting: Room) -> None:
    """Whatever stands over it is left with ctrl+c, a lesson or a field with escape, and then it tells of its keys.

    Where what stands over it is the question whether to leave, ctrl+c leaves.
    """
    await sitting.resize(120, 36)
    await sitting.settle()
    for _ in range(8):
        typing = isinstance(sitting.desk.focused, Input)
        if not sitting.desk.has_dialog and sitting.desk.lesson is None and not typing:
            break
        await sitting.press("ctrl+c" if sitting.desk.has_dialog else "escape")
    if sitting.desk.return_code == 0:
        return
    await sitting.press("1", "question_mark")
    assert sitting.state.view == DESK
    assert "finds any command by its words" in sitting.words, sitting.text
    await sitting.press("escape")
    for error in sitting.desk.store.errors:
        raise error


def undone(sitting: Room) -> Workspace:
    """What undo leads back to; redo leads to where it was."""
    store = sitting.desk.store
    now, steps = store.state.moment, 0
    while store.undo():
        steps += 1
    back = store.state.workspace
    for _ in range(steps):
        store.redo()
    assert store.state.moment == now
    return back


async def sit(account: str, monkey: Monkey, bursts: int, steps: int) -> int:
    """Let a monkey at a desk; how many bursts it took until it left."""
    async with room(open_source(account)) as sitting:
        opening = sitting.state.workspace
        keyboard = Keyboard(sitting)
        for burst in range(bursts):
            await sitting.run(*monkey.way_in())
            await keyboard.send(monkey.burst(steps))
            await sitting.settle()
            if sitting.desk.is_running and sitting.desk.return_code is None:
                await answers(sitting)
            if sitting.desk.return_code is not None:
                assert sitting.desk.return_code == 0
                return burst + 1
            assert undone(sitting) == opening or not monkey.harmless
    return bursts


@pytest.fixture
def trials(request: pytest.FixtureRequest) -> int:
    return LONGER if request.config.getoption("--long") else 1


@pytest.fixture
def steps(request: pytest.FixtureRequest) -> int:
    return LONGER_BURST if request.config.getoption("--long") else STEPS


@pytest.mark.parametrize("seed", range(1))
async def test_a_harmless_monkey_writes_nothing_and_undo_brings_the_opening_back(home, trials, steps, seed):
    for trial in range(trials):
        account = str(home / "account.toml")
        save_workspace(open_source(ACCOUNTS[(seed + trial) % len(ACCOUNTS)]).workspace, account)
        before = files_of(home)
        monkey, bursts = Monkey(1000 * seed + trial, harmless=True), BURSTS
        while bursts > 0:
            bursts -= await sit(account, monkey, bursts, steps)
        assert files_of(home) == before


@pytest.mark.parametrize("seed", range(1))
async def test_a_monkey_with_all_keys_writes_what_it_asks_to_save_and_pictures(home, trials, steps, seed, monkeypatch):
    asked: set[Path] = set()

    def save(workspace: Workspace, path: str, agreed: Seen) -> Saved:
        asked.add(Path(path).absolute())
        return save_workspace(workspace, path, agreed)

    monkeypatch.setattr("isocross.workspace.saving.save_workspace", save)
    for trial in range(trials):
        account = str(home / "account.toml")
        save_workspace(open_source(ACCOUNTS[(seed + trial) % len(ACCOUNTS)]).workspace, account)
        before = files_of(home)
        monkey, bursts = Monkey(500_000 + 1000 * seed + trial), BURSTS
        while bursts > 0:
            bursts -= await sit(account, monkey, bursts, steps)
        after = files_of(home)
        changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        assert {path for path in changed - asked if not path.name.startswith("isocross-")} == set()
