"""A file that somebody else changes while it is open, and two desks on one file."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events

from isocross.workspace import load_file
from isocross_tui.app import Desk
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.user.files import open_source
from tests.journeys.screen import Room, workspace_file

BODY = """# kept by hand
format = 1
name = "Shared"
wallet = 1000

[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.015
entry = 60000
leverage = 3
"""
THEIRS = BODY.replace("wallet = 1000", "wallet = 2000")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(workspace_file(tmp_path, BODY))


@asynccontextmanager
async def desk_on(path: Path | str, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Room]:
    """A desk that keeps what is done on it, and that looks at its file only when it is told to."""
    desk = Desk(open_source(str(path)), colours=True, recorders=Recorders(Path("journals").absolute()))
    async with desk.run_test(size=size, notifications=True) as pilot:
        sitting = Room(desk, pilot)
        await sitting.settle()
        yield sitting
        assert not desk.store.errors
    if desk.saving.recorder is not None:
        desk.saving.recorder.release()


@pytest.fixture(autouse=True)
def only_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("isocross_tui.app.CHECK_S", 3600)


async def look(room: Room) -> None:
    room.desk.look_around()
    await room.pilot.pause()


# ---- with nothing unsaved


async def test_a_file_edited_beside_the_desk_shows_on_it(file: Path):
    async with desk_on(file) as room:
        await room.shock_to(-30)
        file.write_text(THEIRS)
        await look(room)
        assert room.state.workspace.wallet == 2000
        assert "account.toml was changed on disk; the desk shows it as it is now." in room.words
        assert not room.state.unsaved
        assert int(room.state.moment.shock * 100) == -30

        await room.press("u")
        assert room.state.workspace.wallet == 1000
        assert room.state.unsaved


async def test_coming_back_to_the_terminal_is_enough(file: Path):
    async with desk_on(file) as room:
        file.write_text(THEIRS)
        room.desk.post_message(events.AppFocus())
        await room.pilot.pause()
        assert room.state.workspace.wallet == 2000


async def test_a_cursor_changed_in_the_file_moves_the_desks(file: Path):
    async with desk_on(file) as room:
        file.write_text(BODY + '\n[scenario]\nshock = -0.4\n\n[view]\ntheme = "mono"\nstep = 0.05\n')
        await look(room)
        assert int(room.state.moment.shock * 100) == -40
        assert (room.state.theme, str(room.state.step)) == ("mono", "0.05")


BAD_EDITS = (
    (BODY.replace("quantity = 0.015", "quantity = 0.015,"), "account.toml:11:"),
    (BODY.replace("entry = 60000", "entry = -1\nbogus = 2"), "positions[0].entry"),
    ("\0", "account.toml:1:"),
)


async def test_a_bad_edit_is_a_message_and_the_desk_stays_as_it_was(file: Path):
    async with desk_on(file) as room:
        for body, says in BAD_EDITS:
            file.write_text(body)
            await look(room)
            assert "the desk stays as it was" in room.words
            assert says in room.words
            assert room.state.workspace.wallet == 1000
            assert not room.desk.store.can_undo

            said = room.state.message.number
            await look(room)
            assert room.state.message.number == said

        file.write_text(THEIRS)
        await look(room)
        assert room.state.workspace.wallet == 2000


async def test_a_file_that_is_gone_is_said_once_and_written_by_the_next_save(file: Path):
    async with desk_on(file) as room:
        file.unlink()
        await look(room)
        await look(room)
        assert "no longer there" in room.words
        await room.press("f", "s")
        assert load_file(file).positions[0].mode == "isolated"


async def test_what_waits_for_an_answer_waits_until_nothing_stands_over_the_desk(file: Path):
    async with desk_on(file) as room:
        await room.press("question_mark")
        file.write_text(THEIRS)
        await look(room)
        assert room.state.workspace.wallet == 1000
        await room.press("escape")
        await look(room)
        assert room.state.workspace.wallet == 2000


async def test_a_save_is_not_taken_for_somebody_elses(file: Path):
    async with desk_on(file) as room:
        for key in ("f", "s", "l"):
            await room.press(key)
        await room.type("5")
        await room.press("enter", "s")
        said = room.state.message.number
        await look(room)
        assert room.state.message.number == said
        assert file.read_text().startswith("# kept by hand") or load_file(file).wallet == 1000
        assert not room.state.unsaved


# ---- with unsaved changes


async def test_mine_overwrites_the_file(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        file.write_text(THEIRS)
        await look(room)
        assert "Changed on disk" in room.text
        await room.press("m")
        saved = load_file(file)
        assert (saved.wallet, saved.positions[0].mode) == (1000, "isolated")
        assert not room.state.unsaved


async def test_theirs_comes_on_the_desk_and_undo_brings_mine_back(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        file.write_text(THEIRS)
        await look(room)
        await room.press("t")
        assert room.state.workspace.wallet == 2000
        assert not room.state.unsaved
        assert file.read_text() == THEIRS
        await room.press("u")
        assert (room.state.workspace.wallet, room.state.workspace.positions[0].mode) == (1000, "isolated")


async def test_both_leaves_theirs_and_goes_on_with_mine_beside_it(file: Path):
    file.with_name("account.mine.toml").write_text("taken")
    async with desk_on(file) as room:
        await room.press("f")
        file.write_text(THEIRS)
        await look(room)
        assert "account.mine-2.toml" in room.words
        await room.press("b")
        assert file.read_text() == THEIRS
        assert file.with_name("account.mine.toml").read_text() == "taken"
        mine = file.with_name("account.mine-2.toml")
        assert load_file(mine).positions[0].mode == "isolated"
        assert room.state.path == str(mine)
        await room.press("u", "s")
        assert load_file(mine).positions[0].mode == "cross"
        assert file.read_text() == THEIRS


async def test_a_change_nobody_has_looked_at_yet_is_never_overwritten(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        file.write_text(THEIRS)
        await room.press("s")
        assert "Changed on disk" in room.text
        assert file.read_text() == THEIRS
        await room.press("escape")
        assert "changed on disk" in room.lines[0]
        await look(room)
        assert len(room.desk.screen_stack) == 1
        await room.press("s")
        assert "Changed on disk" in room.text

        file.write_text(BODY.replace("1000", "3000"))
        await room.press("m")
        assert "Changed on disk" in room.text
        assert load_file(file).wallet == 3000
        await room.press("m")
        assert load_file(file).wallet == 1000
        assert "changed on disk" not in room.lines[0]


async def test_the_same_size_and_time_do_not_hide_a_change_from_a_save(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        status = file.stat()
        file.write_text(THEIRS)
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        await room.press("s")
        assert "Changed on disk" in room.text
        assert file.read_text() == THEIRS


async def test_theirs_that_cannot_be_read_is_a_message(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        file.write_text("wallet = ")
        await look(room)
        await room.press("t")
        assert "the desk stays as it was" in room.words
        assert room.state.unsaved
        assert file.read_text() == "wallet = "


async def test_quitting_with_two_versions_asks_for_each(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        file.write_text(THEIRS)
        await room.press("q", "y")
        assert "Changed on disk" in room.text
        await room.press("t")
        assert not room.desk.is_running or room.desk.return_code is not None
    assert file.read_text() == THEIRS


# ---- two desks


async def test_the_second_desk_is_told_and_opens_all_the_same(file: Path):
    async with desk_on(file) as first, desk_on(file, (80, 24)) as second:
        assert "Another desk has this file open too (process " in second.words
        assert "open in another desk too" in second.lines[0]
        assert "open in another desk too" not in first.lines[0]

        await second.press("f", "s")
        assert load_file(file).positions[0].mode == "isolated"
        await look(first)
        assert first.state.workspace.positions[0].mode == "isolated"

        await first.press("l")
        await first.type("5")
        await first.press("enter", "s")
        await second.press("f", "s")
        assert "Changed on disk" in second.text
        assert load_file(file).positions[0].leverage == 5
        await second.press("escape")

        first.desk.saving.recorder.release()
        first.desk.saving.recorder = None
        await second.press("s", "m")
        await look(second)
        assert "another desk" not in second.lines[0]


async def test_a_lock_of_a_dead_process_is_no_warning(file: Path):
    async with desk_on(file) as room:
        path = next(Path("journals").glob("*.lock"))
        await room.press("q")
    path.write_text('{"pid": 999999999, "host": "here", "since": 1}')
    async with desk_on(file) as room:
        assert "another desk" not in room.text


async def test_two_desks_on_a_shipped_workspace_are_nothing_to_warn_of():
    async with desk_on("guide-cross"), desk_on("guide-cross") as second:
        assert "another desk" not in second.text.lower()


async def test_opening_the_same_file_again_is_not_another_desk(file: Path):
    async with desk_on(file) as room:
        room.desk.opening.open(str(file))
        await room.pilot.pause()
        assert "another desk" not in room.text.lower()
        assert room.desk.saving.recorder.others == ()


async def test_a_look_that_finds_nothing_draws_nothing(file: Path):
    async with desk_on(file) as room:
        await room.press("f")
        shown = {pane: room.desk.query_one(pane).shown for pane in ("#title", "#pool", "#keys")}
        state = room.state
        for _ in range(20):
            await look(room)
        assert room.state is state
        assert shown == {pane: room.desk.query_one(pane).shown for pane in shown}


# ---- a path that leads elsewhere than it did


@pytest.mark.parametrize("content", [THEIRS, BODY])
async def test_a_link_that_leads_elsewhere_is_written_through_only_after_a_word(file: Path, content: str):
    other, link = file.with_name("other.toml"), file.with_name("link.toml")
    other.write_text(content)
    link.symlink_to(file)
    async with desk_on(link) as room:
        await room.press("f")
        link.unlink()
        link.symlink_to(other)
        await room.press("s")
        assert "Changed on disk" in room.text
        await room.press("escape", "s")
        assert "Changed on disk" in room.text
        await room.press("escape")
        assert (file.read_text(), other.read_text()) == (BODY, content)
        await room.press("s", "m")
        assert load_file(other).positions[0].mode == "isolated"
        assert file.read_text() == BODY
        await room.press("u", "s")
        assert load_file(other).positions[0].mode == "cross"


async def test_a_link_to_nothing_that_nobody_agreed_to_is_asked_about(file: Path):
    link = file.with_name("link.toml")
    link.symlink_to(file)
    async with desk_on(link) as room:
        await room.press("f")
        link.unlink()
        link.symlink_to(file.with_name("nowhere.toml"))
        await room.press("s")
        assert "Changed on disk" in room.text
        await room.press("escape")
    assert not file.with_name("nowhere.toml").exists()


async def test_a_name_that_is_taken_while_it_is_typed_is_not_overwritten(file: Path):
    taken = file.with_name("taken.toml")
    async with desk_on(file) as room:
        await room.press("S")
        await room.press("ctrl+u")
        await room.type(str(taken))
        taken.write_text(THEIRS)
        await room.press("enter")
        assert "it was changed just now" in room.state.message.text
        assert taken.read_text() == THEIRS
        await room.press("S")
        await room.press("ctrl+u")
        await room.type(str(taken))
        await room.press("enter")
        assert load_file(taken).wallet == 1000


async def test_a_second_name_of_the_file_is_told_when_it_is_left_behind(file: Path):
    os.link(file, file.with_name("second.toml"))
    async with desk_on(file) as room:
        await room.press("f", "s")
        assert "its other name keeps the old text" in room.state.message.text
