import errno
import os
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.desk.actions.account import DropPosition, Flip, SetLeverage
from isocross.desk.actions.path import SetPath
from isocross.desk.actions.shock import Saved, Select, ShockBy, ShockTo
from isocross.desk.actions.venue import SetVenue
from isocross.desk.state import Moment, State, content, restored
from isocross.desk.store import Change, Store
from isocross.disk.journal import read
from isocross.disk.watch import digest_of
from isocross.workspace import PathKind, Workspace, load_file, shipped
from isocross_tui.recorder import line as recorder_line
from isocross_tui.recorder import recorder as recording
from isocross_tui.recorder.found import Opened
from isocross_tui.recorder.line import MomentLine, known_as, line_records, replay, step_record
from isocross_tui.recorder.recorder import Clocks, Recorders

D = Decimal
GUIDE = load_file(shipped()["guide-cross"])
GUIDE = replace(GUIDE, scenario=replace(GUIDE.scenario, shock=D(0)))


class Ticks:
    """Both clocks, standing still until they are moved."""

    def __init__(self):
        self.now = 1_700_000_000.0
        self.clocks = Clocks(lambda: self.now, lambda: self.now)


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def folder(tmp_path, ticks):
    return Recorders(tmp_path / "journals", ticks.clocks)


def desk_of(workspace=GUIDE):
    return Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)


def opened_of(workspace=GUIDE, key="file:a", digest="1"):
    return Opened(key, digest, workspace)


def said(_why):
    raise AssertionError(_why)


def started(folder, store, tell=said, **which):
    recorder = folder.open(opened_of(**which))
    recorder.start(store, tell)
    return recorder


def found(folder, **which):
    recorder = folder.open(opened_of(**which))
    recorder.release()
    return recorder.found


def journal_of(folder):
    (path,) = folder.folder.glob("*.journal")
    return path


def plain(line):
    """A line as a journal keeps it: without what the files say of cursor and view."""

    def bare(moment):
        return Moment(content(moment.workspace), moment.shock)

    return MomentLine(bare(line.present), tuple(map(bare, line.past)), tuple(map(bare, line.future)))


# ---- the line


@pytest.fixture
def store():
    return desk_of()


def test_a_record_of_a_shock_is_the_shock(store):
    before = store.state.moment
    store.dispatch(ShockTo(D("-0.3")))
    assert step_record(Change.STEP, before, store.state.moment) == {"k": "step", "s": "-0.3"}


def test_a_line_is_told_and_read_back(store):
    for action in (ShockTo(D("-0.3")), Flip(), ShockTo(D("-0.4")), SetVenue("coinex"), DropPosition()):
        store.dispatch(action)
    store.undo()
    store.undo()
    line = MomentLine.of(store)
    told = replay(list(line_records(line, {"t": 5})))
    assert told.line == plain(line)
    assert (told.at, told.complete) == (5.0, True)
    assert (len(line.past), len(line.future)) == (3, 2)


def test_accounts_that_are_alike_are_one_when_they_are_read(store):
    for _ in range(4):
        store.dispatch(Flip())
        store.dispatch(ShockBy(-1))
    line = replay(list(line_records(MomentLine.of(store), {}))).line
    assert len({id(moment.workspace) for moment in (*line.past, line.present)}) == 2


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"k": "nonsense"},
        {"k": "step"},
        {"k": "step", "s": "x"},
        {"k": "step", "s": "NaN"},
        {"k": "step", "s": "4"},
        {"k": "step", "s": 1.5},
        {"k": "step", "s": "0", "w": "wallet = "},
        {"k": "step", "s": "0", "w": 7},
        {"k": "redone"},
        {"k": "undone", "n": 2},
        {"k": "undone", "n": "x"},
        {"k": "begun", "s": "0"},
        {"k": "joined", "s": "0", "t": "soon"},
    ],
)
def test_a_record_that_makes_no_sense_ends_the_line(store, bad):
    store.dispatch(ShockTo(D("-0.3")))
    records = list(line_records(MomentLine.of(store), {}))
    told = replay([*records, bad, {"k": "step", "s": "-0.9"}])
    assert not told.complete
    assert told.line.present.shock in {D("-0.3"), D(0)}
    assert replay([bad, *records]) is None
    assert replay([]) is None


def test_a_journal_of_another_format_is_not_read(store):
    records = list(line_records(MomentLine.of(store), {}))
    assert replay([{**records[0], "v": 2}]) is None


@pytest.mark.slow
def test_the_farthest_steps_are_left_out_of_a_long_line():
    store = desk_of()
    for n in range(1, 200):
        store.dispatch(SetLeverage(D(3 + n % 2)))
    for _ in range(20):
        store.undo()
    line = MomentLine.of(store)
    short = line.within(20_000)
    assert short.present == line.present
    assert 0 < len(short.past) < len(line.past)
    assert short.past == line.past[-len(short.past) :]
    assert short.future == line.future[: len(short.future)]
    size = sum(len(str(record)) for record in line_records(short, {}))
    assert size < 25_000
    assert line.within(10**9) == line


def test_settling_finds_the_file_among_the_steps(store):
    store.dispatch(Flip())
    saved = store.state.document()
    store.dispatch(ShockTo(D("-0.3")))
    store.dispatch(DropPosition())
    line = MomentLine.of(store)
    there = opened_of(saved).moment
    settled = line.settled(there)
    assert settled == MomentLine(there, line.past[:1], (line.past[2], line.present))
    assert line.settled(opened_of(replace(GUIDE, wallet=D(5))).moment) is None


def test_settling_among_shocks_takes_the_one_of_the_file(store):
    for shock in ("-0.1", "-0.2", "-0.3"):
        store.dispatch(ShockTo(D(shock)))
        store.undo()
        store.redo()
    line = MomentLine.of(store)
    assert line.settled(line.past[0]) == MomentLine(line.past[0], (), (*line.past[1:], line.present))
    between = replace(line.present, shock=D("-0.15"))
    assert line.settled(between) == MomentLine(between, line.past, (line.present,))


def test_changes_are_counted_from_what_was_saved(store):
    store.dispatch(ShockTo(D("-0.3")))
    store.dispatch(Flip())
    store.dispatch(ShockTo(D("-0.4")))
    store.dispatch(DropPosition())
    assert MomentLine.of(store).changes(known_as(GUIDE)) == 2
    saved = known_as(store.state.workspace)
    store.undo()
    assert MomentLine.of(store).changes(saved) == 1
    assert MomentLine.of(store).changes("unheard of") == 3


# ---- the recorder


def test_nothing_done_leaves_nothing(folder, store):
    recorder = started(folder, store)
    store.dispatch(Select("eth"))
    recorder.tick()
    recorder.close()
    assert list(folder.folder.iterdir()) == []


def test_every_change_is_in_the_journal_at_once(folder, store, ticks):
    started(folder, store)
    store.dispatch(Flip())
    ticks.now += 3600
    store.dispatch(ShockTo(D("-0.3")))
    told = replay(read(journal_of(folder)).records)
    assert told.line == plain(MomentLine.of(store))
    assert told.at == ticks.now


def test_what_was_not_saved_is_found_after_a_crash(folder, store, ticks):
    recorder = started(folder, store)
    store.dispatch(Flip())
    store.dispatch(ShockTo(D("-0.3")))
    recorder.release()
    later = found(folder)
    assert later.line == plain(MomentLine.of(store))
    assert (later.unsaved, later.changes, later.same_file, later.damaged) == (True, 1, True, False)
    assert later.at == ticks.now
    assert found(folder, digest="2").unsaved
    assert not found(folder, digest="2").same_file
    assert found(folder, key="file:b").line is None


def test_a_moved_cursor_is_history_and_no_question(folder, store):
    recorder = started(folder, store)
    store.dispatch(ShockTo(D("-0.3")))
    recorder.release()
    later = found(folder)
    assert not later.unsaved
    assert later.line == plain(MomentLine.of(store))


def test_the_history_of_a_file_that_changed_is_of_no_use(folder, store):
    recorder = started(folder, store)
    store.dispatch(ShockTo(D("-0.3")))
    recorder.close()
    assert found(folder).line is not None
    other = replace(GUIDE, wallet=D(2000))
    assert found(folder, workspace=other, digest="2").line is None


def test_a_save_counts_from_here_and_keeps_the_history(folder, store):
    recorder = started(folder, store)
    store.dispatch(Flip())
    document = store.state.document()
    recorder.saved(opened_of(document, digest="2"))
    recorder.release()
    later = found(folder, workspace=document, digest="2")
    assert not later.unsaved
    assert len(later.line.past) == 1


def test_a_crash_between_a_save_and_its_note_asks_nothing(folder, store):
    recorder = started(folder, store)
    store.dispatch(Flip())
    document = store.state.document()
    recorder.release()
    later = found(folder, workspace=document, digest="2")
    assert not later.unsaved
    assert len(later.line.past) == 1


def test_a_clean_end_settles_on_the_file_and_what_was_left_can_be_redone(folder, store):
    recorder = started(folder, store)
    store.dispatch(ShockTo(D("-0.3")))
    store.dispatch(Flip())
    recorder.close()
    later = found(folder)
    assert not later.unsaved
    assert later.line.present == plain(MomentLine(opened_of().moment)).present
    assert len(later.line.future) == 2


def test_a_release_without_a_decision_leaves_the_journal(folder, store):
    recorder = started(folder, store)
    store.dispatch(Flip())
    recorder.release()
    before = journal_of(folder).read_bytes()
    for end in ("release", "close"):
        getattr(folder.open(opened_of()), end)()
    assert journal_of(folder).read_bytes() == before


@pytest.mark.slow
def test_the_journal_stays_bounded(folder, monkeypatch):
    monkeypatch.setattr(recording, "LIMIT", 20_000)
    monkeypatch.setattr(recorder_line.MomentLine.within, "__defaults__", (10_000,))
    store = desk_of()
    started(folder, store)
    largest = 0
    for n in range(1, 600):
        store.dispatch(SetLeverage(D(3 + n % 2)) if n % 3 == 0 else ShockBy(-1 if n % 2 else 1))
        largest = max(largest, journal_of(folder).stat().st_size)
    assert 20_000 < largest < 24_000
    assert replay(read(journal_of(folder)).records).line.present == plain(MomentLine.of(store)).present


@pytest.mark.slow
def test_undo_beyond_what_the_journal_reaches_is_no_misreading(folder, monkeypatch):
    monkeypatch.setattr(recording, "LIMIT", 8_000)
    monkeypatch.setattr(recorder_line.MomentLine.within, "__defaults__", (4_000,))
    store = desk_of()
    started(folder, store)
    for n in range(60):
        store.dispatch(SetLeverage(D(3 + n % 2)))
    for step in [store.undo] * 60 + [store.redo] * 60:
        step()
        told = replay(read(journal_of(folder)).records)
        assert told.complete
        assert told.line.present == plain(MomentLine.of(store)).present


def test_a_full_disk_is_said_once_and_the_next_chance_is_taken(folder, store, ticks, monkeypatch):
    told = []
    recorder = started(folder, store, told.append)
    store.dispatch(Flip())
    write = os.write

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    for _ in range(5):
        store.dispatch(ShockBy(-1))
        store.dispatch(DropPosition())
        ticks.now += 3
    assert told == ["Unsaved changes cannot be kept safe from a crash: no space left on device."]
    assert not store.errors
    monkeypatch.setattr(os, "write", write)
    ticks.now += recording.RETRY_S
    recorder.tick()
    assert replay(read(journal_of(folder)).records).line == plain(MomentLine.of(store))
    monkeypatch.setattr(os, "write", full)
    store.dispatch(Flip())
    store.dispatch(ShockBy(-1))
    assert len(told) == 2


def test_a_folder_that_cannot_be_written_is_said_once(tmp_path, store, ticks):
    (tmp_path / "journals").write_text("a file")
    told = []
    recorder = started(Recorders(tmp_path / "journals", ticks.clocks), store, told.append)
    for _ in range(3):
        store.dispatch(ShockBy(-1))
        ticks.now += 10
    recorder.close()
    assert len(told) == 1


def test_a_damaged_journal_is_read_to_the_damage_and_kept_aside(folder, store):
    recorder = started(folder, store)
    for _ in range(4):
        store.dispatch(Flip())
        store.dispatch(ShockBy(-1))
    store.dispatch(DropPosition())
    recorder.release()
    path = journal_of(folder)
    data = bytearray(path.read_bytes())
    lines = bytes(data).split(b"\n")
    data[sum(len(line) + 1 for line in lines[:3]) + 12] ^= 4
    path.write_bytes(data)
    later = found(folder)
    assert later.damaged
    assert len(later.line.past) == 2
    assert path.with_suffix(".damaged").read_bytes() == bytes(data)
    path.write_bytes(b"nonsense\n")
    later = found(folder)
    assert (later.damaged, later.line, later.unsaved) == (True, None, False)


def test_two_desks_on_one_file_have_a_journal_each(folder):
    stores = [desk_of(), desk_of()]
    first = started(folder, stores[0])
    second = started(folder, stores[1])
    assert not first.others
    (other,) = second.others
    assert other.pid == os.getpid()
    stores[0].dispatch(Flip())
    stores[1].dispatch(DropPosition())
    first.release()
    assert second.others == ()
    second.release()

    # both are asked about, one after the other
    third = folder.open(opened_of())
    assert third.found.line == plain(MomentLine.of(stores[0]))
    fourth = folder.open(opened_of())
    assert fourth.found.line == plain(MomentLine.of(stores[1]))
    fourth.release()
    kept = desk_of()
    third.start(kept, said)
    third.close()
    assert found(folder).line == plain(MomentLine.of(stores[1]))
    clean = folder.open(opened_of(), clean=True)
    assert not clean.found.unsaved
    clean.release()


def test_a_file_saved_over_another_takes_no_journal_away(folder, store):
    left = started(folder, store)
    store.dispatch(Flip())
    left.release()
    taken = folder.open(opened_of(), clean=True)
    assert taken.found.line is None
    again = folder.open(opened_of())
    assert again.found.unsaved
    again.release()
    taken.release()


# ---- whatever is done: the journal is the desk

deeds = st.lists(
    st.one_of(
        st.builds(ShockBy, st.integers(-12, 12).filter(bool)),
        st.builds(Select, st.sampled_from(["btc", "eth"])),
        st.builds(SetLeverage, st.integers(1, 9).map(D)),
        st.builds(SetVenue, st.sampled_from(["guide", "coinex"])),
        st.builds(SetPath, st.just(PathKind.GAP), st.just({"ETHUSDT": D("1.5")}), st.just("gap")),
        st.sampled_from([Flip(), DropPosition(), "undo", "redo", "save", "fold"]),
    ),
    max_size=25,
)


@settings(max_examples=settings().max_examples // 2)
@given(deeds)
def test_whatever_is_done_the_journal_says_the_same_as_the_desk(tmp_path_factory, sequence):
    folder = Recorders(tmp_path_factory.mktemp("journals"), Ticks().clocks)
    store = desk_of()
    recorder = started(folder, store)
    for deed in sequence:
        if deed in ("undo", "redo"):
            getattr(store, deed)()
        elif deed == "save":
            document: Workspace = store.state.document()
            store.dispatch(Saved("a", document))
            recorder.saved(opened_of(document, digest=digest_of(str(document).encode())))
        elif deed == "fold":
            recorder.saved(recorder.opened)
        else:
            store.dispatch(deed)
    opened, unsaved = recorder.opened, store.state.unsaved
    line = MomentLine.of(store)
    recorder.release()
    later = found(folder, workspace=opened.workspace, digest=opened.digest)
    assert later.unsaved == unsaved
    if later.line is None:
        assert plain(line) == plain(MomentLine(opened.moment))
    else:
        assert later.line == plain(line)

    again = folder.open(opened)
    fresh = State.opened(opened.workspace)
    other = desk_of()
    other.reset(fresh.at(line.present), line.history(fresh))
    again.start(other, said)
    assert MomentLine.of(other) == line
    again.close()
    settled = found(folder, workspace=opened.workspace, digest=opened.digest)
    assert not settled.unsaved
    assert settled.line is None or settled.line.present == plain(MomentLine(opened.moment)).present
