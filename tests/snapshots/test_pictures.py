"""The pictures of the README, and of what terminals without colours or without room get."""

from decimal import Decimal

import pytest
from scenes import stand_still

from isocross.desk.actions.shock import SetTheme, ShockTo
from tests.journeys.screen import Room, room

pytestmark = pytest.mark.usefixtures("no_terminal")
SIZES = {"80x24": (80, 24), "120x36": (120, 36)}


async def say_nothing(desk: Room) -> None:
    """Put away what was said last, which would stand over the keys."""
    desk.desk.clear_notifications()
    await desk.settle()


async def frontier(desk: Room, *keys: str) -> None:
    """Go to the frontier, press some keys, and wait until its map is worked out."""
    await desk.press("3", *keys)
    await desk.desk.workers.wait_for_complete()
    await say_nothing(desk)


async def test_an_isolated_position_that_fell(picture):
    async with room("guide-cross", SIZES["120x36"]) as desk:
        await desk.press("f")
        await desk.shock_to(-40)
        await say_nothing(desk)
        picture(desk, "isolated-fell-120x36-night")


async def test_the_twin_where_one_flip_saves_the_others(picture):
    async with room("basket", SIZES["120x36"]) as desk:
        desk.desk.store.dispatch(SetTheme("day"))
        desk.desk.store.dispatch(ShockTo(Decimal("-0.25")))
        await desk.press("2")
        await say_nothing(desk)
        picture(desk, "twin-basket-120x36-day")


async def test_the_frontier(picture):
    async with room("basket", SIZES["120x36"]) as desk:
        await frontier(desk, "less_than_sign", "pagedown", "pagedown")
        picture(desk, "frontier-120x36-night")


async def test_a_crash_in_both_modes(picture):
    async with room("crash-2025-10-10", SIZES["120x36"]) as desk:
        await desk.press("4", "z", "full_stop", "full_stop", "greater_than_sign")
        await say_nothing(desk)
        picture(desk, "crash-120x36-night")


async def test_a_terminal_that_is_too_small(picture):
    async with room("guide-cross", (50, 14)) as desk:
        picture(desk, "too-small-50x14-night")


@pytest.mark.parametrize("theme", ["night", "day", "mono"])
async def test_one_pane_has_it_all_in_little_room(theme, picture):
    async with room("guide-mixed", (60, 16)) as desk:
        desk.desk.store.dispatch(SetTheme(theme))
        await desk.press("0", "less_than_sign")
        await say_nothing(desk)
        picture(desk, f"compact-60x16-{theme}")


async def test_a_large_screen_has_desk_twin_and_frontier_at_once(picture):
    async with room("guide-mixed", (200, 60)) as desk:
        # the legend first, then a map of the rows it leaves
        await stand_still(desk)
        await say_nothing(desk)
        picture(desk, "large-200x60-night")


@pytest.mark.parametrize("keys", [(), ("3", "n", "n")])
async def test_without_colours(keys, picture):
    async with room("guide-mixed", SIZES["80x24"], colours=False) as desk:
        if keys:
            await frontier(desk, *keys[1:])
        picture(desk, f"{'frontier-first' if keys else 'guide-mixed'}-80x24-no-colours")
