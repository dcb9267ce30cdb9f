"""What is drawn and when: nothing without a reason, nothing while idle, and in every terminal something readable."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal
from inspect import isawaitable

import pytest
from textual import events
from textual._compositor import Compositor
from textual.message_pump import MessagePump
from textual.renderables.background_screen import BackgroundScreen

from isocross.desk import selectors
from isocross.desk.actions.shock import Say, SetTheme
from isocross.format import percent
from isocross.words.outlook import pool_words
from isocross.workspace import shipped
from isocross_tui.bridge import Bound
from isocross_tui.recorder.recorder import Recorders
from isocross_tui.terminal.line import TerminalLine
from isocross_tui.user.themes import load_themes, theme_folders
from isocross_tui.widgets.drawing import Drawing
from isocross_tui.widgets.spans import text_of
from tests.journeys.screen import Room, flowing, room, strips, workspace_file

PANES = ("pool", "positions", "shock", "cascade")
SIZES = ((80, 24), (120, 36), (200, 60))


pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("home")]


def drawings(desk: Room) -> dict[str, Drawing]:
    return {str(w.id): w for w in desk.desk.screen_stack[0].walk_children() if isinstance(w, Drawing)}


def shown(desk: Room) -> Counter[str]:
    return Counter({str(w.id): w.shown for w in desk.desk.screen_stack[0].walk_children() if isinstance(w, Bound)})


def paints(desk: Room) -> Counter[str]:
    return Counter({id: drawing.paints for id, drawing in drawings(desk).items()})


async def grown(desk: Room, *keys: str) -> tuple[set[str], set[str]]:
    """Which panes were shown again and which drawings painted when keys were pressed."""
    before = shown(desk), paints(desk)
    await desk.press(*keys)
    return set(shown(desk) - before[0]), set(paints(desk) - before[1])


# --- only what changed ---------------------------------------------------------------------------


async def test_a_selection_draws_the_pool_and_the_table_and_leaves_shock_and_cascade_alone():
    async with room("guide-cross") as desk:
        panes, painted = await grown(desk, "down")
        assert panes == {"pool", "positions"}
        assert {"positions-table", "positions-sentence"} <= painted
        assert not {name for name in painted if name.startswith(("shock", "cascade", "title", "keys"))}
        assert "pool-gauge" not in painted


async def test_a_message_draws_nothing_of_the_desk():
    async with room("guide-cross") as desk:
        before = shown(desk), paints(desk)
        desk.desk.store.dispatch(Say("Something was said."))
        await desk.settle()
        assert "Something was said." in desk.words
        assert (shown(desk), paints(desk)) == before


async def test_the_size_of_a_step_draws_the_shock_alone():
    async with room("guide-cross") as desk:
        assert await grown(desk, "x") == ({"shock"}, {"shock-words"})


async def test_a_step_of_the_shock_draws_each_pane_and_the_title_once():
    async with room("guide-cross") as desk:
        await desk.press("left")
        before = shown(desk), paints(desk)
        await desk.press("left")
        # the title has the shock in force
        assert shown(desk) - before[0] == Counter(dict.fromkeys(("title", *PANES), 1))
        assert set((paints(desk) - before[1]).values()) == {1}
        assert not {"keys", "cascade-words", "positions-sentence"} & set(paints(desk) - before[1])


async def test_a_key_that_changes_nothing_draws_nothing():
    async with room("guide-cross") as desk:
        await desk.press("0", "up")
        assert await grown(desk, "0") == (set(), set())
        assert await grown(desk, "up") == (set(), set())


async def test_a_preview_draws_its_sentence_alone():
    async with room("guide-cross") as desk:
        assert await grown(desk, "p") == ({"positions"}, {"positions-sentence"})


class Weather(Bound[str]):
    """Shows what depends on the state and on more."""

    outside = "sun"

    def slice_of(self, state):
        return f"{self.outside}: {state.theme}"

    def show_slice(self, value):
        self.told = value


async def test_what_was_looked_at_again_is_what_later_changes_are_told_against():
    async with room("guide-cross") as desk:
        weather = Weather()
        desk.desk.store.dispatch(SetTheme("night"))
        await desk.desk.screen.mount(weather)
        first = weather.told
        weather.outside = "rain"
        weather.look_again()
        weather.outside = "sun"
        desk.desk.store.dispatch(SetTheme("day"))
        desk.desk.store.dispatch(SetTheme("night"))
        await desk.settle()
        assert weather.told == first


async def test_a_theme_is_no_news_for_the_panes():
    async with room("guide-cross") as desk:
        before = shown(desk)
        await desk.press("t", "home", "enter")
        assert shown(desk) == before


async def test_a_dialog_that_is_opened_and_left_draws_no_pane():
    async with room("guide-cross") as desk:
        for key in ("question_mark", "w", "X", "a", "o", "colon"):
            assert await grown(desk, key, "escape") == (set(), set()), key


# --- keys that come faster than frames ----------------------------------------------------------


async def test_keys_without_a_pause_between_them_are_painted_on_the_way_and_all_are_shown_at_the_end(monkeypatch):
    async with room("basket") as desk:
        app, frames, pressed, made = desk.desk, [], [], []
        render, act, make = Compositor.render_update, app.action_command, app.make_frame

        def rendering(self, *arguments, **options):
            frames.append(len(pressed))
            return render(self, *arguments, **options)

        def pressing(command):
            act(command)
            pressed.append(command)
            # as many as before are waiting, until frames were painted meanwhile or it is clear that none are
            if len(frames) < 3 and len(pressed) < 2_000:
                app.post_message(events.Key("right" if len(pressed) % 200 < 100 else "left", None))

        monkeypatch.setattr(Compositor, "render_update", rendering)
        monkeypatch.setattr(app, "action_command", pressing)
        monkeypatch.setattr(app, "make_frame", lambda: made.append(len(pressed)) or make())
        before = shown(desk)["pool"]
        for _ in range(100):
            app.post_message(events.Key("right", None))
        while len(pressed) < 100 or app.message_queue_size:
            await asyncio.sleep(0)
        assert len(frames) >= 3
        # and what came between two frames was worked out once
        assert shown(desk)["pool"] - before <= len(made) < len(pressed)
        await desk.settle()
        assert f"shock {percent(desk.state.moment.shock, plus='+')}" in desk.said("#shock-words")


async def test_while_the_line_is_busy_nothing_is_worked_out_and_then_all_of_it_at_once(monkeypatch):
    async with room("guide-cross") as desk:
        await desk.press("left")
        busy, before = [True], shown(desk)["pool"]
        monkeypatch.setattr(TerminalLine, "busy", property(lambda _: busy[0]))
        await desk.pilot.press("left", "left", "left")
        assert shown(desk)["pool"] == before
        busy.insert(0, False)
        while desk.desk.frame_is_due:
            await asyncio.sleep(0)
        assert shown(desk)["pool"] == before + 1
        await desk.settle()
        assert "shock −34.0 %" in desk.said("#shock-words")


async def test_below_a_dialog_the_desk_is_tinted_once_and_not_at_each_key(monkeypatch):
    tinted, tint = [], BackgroundScreen.process_segments

    def tinting(segments, colour):
        tinted.append(colour)
        return tint(segments, colour)

    monkeypatch.setattr(BackgroundScreen, "process_segments", staticmethod(tinting))
    async with room("guide-cross") as desk:
        await desk.press("a")
        assert tinted
        tinted.clear()
        await desk.type("12345")
        assert not tinted


# --- nothing while idle --------------------------------------------------------------------------


class Looks:
    """What asks to be called again and again, and what was called since: its period in seconds and its name."""

    def __init__(self):
        self.asked, self.made = [], []

    def of(self, period, callback):
        async def look():
            self.made.append((period, callback.__name__))
            done = callback()
            if isawaitable(done):
                await done

        self.asked.append(look)
        return look


@pytest.fixture
def looks(monkeypatch):
    """All periodic looks of desks that begin in this test."""
    looks, begin = Looks(), MessagePump.set_interval

    def beginning(self, interval, callback, **options):
        return begin(self, interval, looks.of(interval, callback), **options)

    monkeypatch.setattr(MessagePump, "set_interval", beginning)
    return looks


async def test_an_idle_desk_paints_nothing_and_looks_around_at_most_once_a_second(monkeypatch, looks):
    async with room("guide-cross") as desk:
        await desk.press("left")
        desk.desk.clear_notifications()
        await desk.settle()
        before, rendered = paints(desk), []
        render = Compositor.render_update

        def rendering(self, *arguments, **options):
            rendered.append(arguments)
            return render(self, *arguments, **options)

        monkeypatch.setattr(Compositor, "render_update", rendering)
        looks.made.clear()
        await asyncio.sleep(1)
        assert not rendered
        assert paints(desk) == before
        often = [name for period, name in looks.made if period < 1]
        # the toolkit's own look whether a screen is to be painted
        assert set(often) <= {"_on_timer_update"}


async def test_whatever_the_clock_does_an_idle_desk_on_a_file_paints_nothing(home, monkeypatch, looks):
    path = workspace_file(home, shipped()["guide-cross"].read_text(encoding="utf-8"))
    async with room(path, recorders=Recorders(home / "journals")) as desk:
        await desk.press("left", "f", "right", "down")
        await desk.hush()
        rendered = []
        render = Compositor.render_update
        monkeypatch.setattr(Compositor, "render_update", lambda *a, **o: rendered.append(a) or render(*a, **o))
        assert len(looks.asked) >= 3
        for look in looks.asked * 3:
            await look()
            await desk.settle()
        assert not rendered


async def test_a_play_has_one_timer_and_leaves_none():
    async with room("guide-cross") as desk:
        assert not desk.desk.price.runs
        await desk.press("space")
        assert desk.desk.price.runs
        await desk.press("space")
        assert not desk.desk.price.runs
        at = desk.state.moment.shock
        await desk.pilot.pause(0.2)
        assert desk.state.moment.shock == at


# --- colours -------------------------------------------------------------------------------------


def rgb_segments(desk: Room) -> list[str]:
    colours = (
        (segment.text, colour)
        for strip in strips(desk.desk)
        for segment in strip
        if segment.style
        for colour in (segment.style.color, segment.style.bgcolor)
    )
    return [text for text, colour in colours if colour is not None and colour.triplet is not None]


@pytest.mark.parametrize("colours", [None, False])
async def test_without_colours_no_rgb_reaches_the_terminal_and_everything_can_still_be_told_apart(colours, monkeypatch):
    if colours is None:
        monkeypatch.setenv("NO_COLOR", "1")
    async with room("guide-cross", (120, 36), colours=colours) as desk:
        assert desk.desk.plain
        await desk.press("f")
        await desk.shock_to(-40)
        assert not rgb_segments(desk)
        btc, eth = desk.row("BTC"), desk.row("ETH")
        assert [desk.cells(name)["L/S"] for name in ("BTC", "ETH")] == ["L", "S"]
        assert [desk.cells(name)["X/I"] for name in ("BTC", "ETH")] == ["I", "X"]
        assert btc[1] == "✕"
        assert eth[1] == " "
        assert "ended" in btc
        for key in ("t", "a", "question_mark", "w"):
            await desk.press(key)
            assert not rgb_segments(desk), key
            await desk.press("escape")


async def test_with_colours_there_is_rgb():
    async with room("guide-cross", (120, 36)) as desk:
        assert rgb_segments(desk)


@pytest.mark.parametrize("theme", sorted(load_themes(theme_folders()).themes))
async def test_every_theme_a_workspace_was_saved_with_is_there_from_the_start(theme, home):
    content = shipped()["guide-cross"].read_text(encoding="utf-8").replace("[view]", f'[view]\ntheme = "{theme}"')
    async with room(workspace_file(home, content)) as desk:
        assert desk.desk.theme == theme
        assert_everything_is_seen(desk)
        await desk.press("left", "f")
        assert not desk.desk.store.errors


async def test_a_broken_theme_of_the_user_is_a_message_and_the_desk_starts(home):
    folder = home / "config" / "isocross" / "themes"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_text("name = 'broken'\ncolours = 3\n", encoding="utf-8")
    (folder / "worse.toml").write_bytes(b"\xff\xfe")
    async with room("guide-cross", (120, 36)) as desk:
        assert "A theme was left out" in desk.text
        assert "broken.toml" in desk.words
        assert "worse.toml" in desk.words
        assert desk.desk.theme == "night"
        await desk.press("left")
        assert desk.state.moment.shock == Decimal("-0.31")


# --- sizes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(59, 20), (60, 15), (40, 4)])
async def test_a_terminal_that_is_too_small_has_the_account_in_a_line_and_growing_brings_the_desk_back(size):
    async with room("guide-mixed", size) as desk:
        await desk.press("0")
        assert "ETH is 32.7 % from its liquidation at 3,980.10" in desk.words
        assert "60×16 shows the desk; q quits." in desk.words
        assert "Pool" not in desk.text
        await desk.pilot.resize_terminal(80, 24)
        await desk.settle()
        assert_everything_is_seen(desk)
        assert "from its liquidation at" not in desk.words
        await desk.press("greater_than_sign", "full_stop")
        await desk.pilot.resize_terminal(*size)
        await desk.settle()
        assert "ETH was liquidated" in desk.words
        await desk.press("2")
        assert f"This view needs 80×24; this terminal is {size[0]}×{size[1]}." in desk.words
        assert "shows the desk" not in desk.words


@pytest.mark.parametrize("size", [(60, 16), (79, 24), (200, 23)])
async def test_in_little_room_one_pane_has_it_all_the_nearest_first(size):
    async with room("guide-mixed", size) as desk:
        await desk.press("0")
        rows = [line[3:].split()[0] for line in desk.pane("#compact-table")[1:3]]
        assert rows == ["ETH", "BTC"]
        assert "equity 1,000.00 of 1,000.00" in desk.words
        assert "Next: BTC is liquidated at −88.8 %." in desk.words
        await desk.press("greater_than_sign", "full_stop")
        assert "Next: BTC" not in desk.words
        assert "ETH was liquidated" in desk.words
        died = next(line for line in desk.pane("#compact-table") if "ETH" in line)
        assert ("+32.7 %" in died, "liquidated" in died) == (True, True)
        await desk.press("2")
        assert f"This view needs 80×24; this terminal is {size[0]}×{size[1]}." in desk.words
        assert ("? help" in desk.lines[-1], "2 twin" in desk.lines[-1]) == (True, False)
        await desk.press("escape")
        assert desk.pane("#compact-table")
        await desk.resize(120, 36)
        await desk.settle()
        assert_everything_is_seen(desk)


async def test_a_small_terminal_can_still_be_quit():
    async with room("guide-cross", (50, 14)) as desk:
        await desk.press("q")
        assert desk.desk.return_code is not None


@pytest.mark.parametrize("source", ["guide-cross", "guide-isolated", "guide-mixed"])
async def test_at_every_size_all_panes_rows_and_payers_are_seen_at_every_shock(source):
    async with room(source, SIZES[0]) as desk:
        for size in SIZES:
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            for keys in ("0", "less_than_sign", "F", "less_than_sign", "F", "greater_than_sign"):
                await desk.press(keys)
                assert_everything_is_seen(desk)


async def test_a_desk_that_was_resized_looks_like_one_that_started_so():
    async with room("guide-mixed", (200, 60)) as desk:
        for size in (*SIZES, *reversed(SIZES)):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
        resized = desk.lines
    async with room("guide-mixed", SIZES[0]) as fresh:
        assert resized == fresh.lines


@pytest.mark.parametrize("size", SIZES)
async def test_every_sentence_is_read_to_its_end(size):
    async with room("guide-cross", size) as desk:
        for keys in (("f",), ("0",), ("less_than_sign",) * 4, ("p",), ("down",)):
            await desk.press(*keys)
            for id, drawing in drawings(desk).items():
                if drawing.region.height and id in {"positions-sentence", "cascade-words", "pool-sentence"}:
                    assert_inside_its_pane(drawing)
                    told = flowing(text_of(line) for line in drawing.lines)
                    first_only = size == SIZES[0] and id == "cascade-words"
                    assert (told.split(". ")[0] if first_only else told) in desk.said(f"#{id}"), keys
            if size != SIZES[0]:
                assert pool_words(desk.frame) in desk.said("#pool-sentence"), keys


def assert_inside_its_pane(drawing: Drawing) -> None:
    pane = drawing.parent
    while pane is not None and pane.id not in PANES:
        pane = pane.parent
    assert pane is not None
    assert pane.content_region.contains_region(drawing.region), drawing.id


def assert_everything_is_seen(desk: Room) -> None:
    for pane in PANES:
        assert pane.capitalize() in desk.pane(f"#{pane}")[0]
    table = desk.pane("#positions-table")
    marks = {"side", "mode"} if desk.desk.size.width == 200 else {"L/S", "X/I"}
    assert marks | {"PnL", "liq", "away"} <= set(table[0].split())
    for name in selectors.names(desk.state):
        assert desk.row(name).strip()
    waterfall = desk.drawn("#pool-waterfall")
    assert [line.split()[0] for line in waterfall[:2]] == ["own", "cash"]
    assert len(waterfall) == 4
    assert waterfall[3].startswith("fund")
    pool = desk.desk.query_one("#pool").content_region
    assert pool.contains_region(desk.desk.query_one("#pool-waterfall").region)
    assert [line.rstrip() for line in desk.pane("#pool-waterfall")] == [line.rstrip() for line in waterfall]
