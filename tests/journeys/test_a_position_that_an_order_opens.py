"""What an order opens on the way is a row like any other: selected and told of; at the opening it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross_tui.cli.main import main
from tests.journeys.screen import room

ACCOUNT = """\
venue = "guide"
wallet = 1000
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.01
entry = 60000
leverage = 5
[[orders]]
market = "ETHUSDT"
kind = "limit"
side = "long"
mode = "isolated"
quantity = 0.1
price = 1900
leverage = 5
[[markets]]
symbol = "ETHUSDT"
mark = 2000
[scenario]
"""
GLIDE = f"{ACCOUNT}shock = -0.1\n"
WALK = f'{ACCOUNT}path = "walk"\nlegs = [-0.05, -0.05, 0.05]\n'
KEYS = ("f", "F", "p", "w", "a", "e", "b", "plus", "l", "O", "c", "2", "4", "V", "M", "g", "S", "P", "3", "y")


def cli(*words: str, told: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=told)


@pytest.fixture
def account(home: Path) -> str:
    Path("opened.toml").write_text(GLIDE, encoding="utf-8")
    return "opened.toml"


@pytest.mark.parametrize("text", [GLIDE, WALK], ids=["glide", "walk"])
async def test_every_key_of_the_desk_works_with_it_selected(home, text):
    Path("opened.toml").write_text(text, encoding="utf-8")
    async with room("opened.toml") as desk:
        await desk.press("down")
        assert desk.state.selected == "eth"
        for key in KEYS:
            await desk.press(key)
            await desk.desk.workers.wait_for_complete()
            assert not desk.desk.store.errors, key
            await desk.press("escape", "escape", "1")
            assert desk.desk.return_code is None, key


async def test_a_flip_says_that_nothing_is_there_at_the_opening(account):
    async with room(account) as desk:
        await desk.press("down", "f")
        assert desk.state.message.text == "An order opens ETH on the way: there is nothing to flip here."
        assert "An order opens ETH on the way" in desk.said("#positions-sentence")


def test_talk_tells_its_arithmetic_and_refuses_to_change_it(account):
    lines = "why eth\npositions\nclose eth\nedit eth size 3\nselect\n"
    told = cli("talk", account, told=lines).output
    assert "+1 × 0.1 × (1,800.00 − 1,900.00) = −10.00." in told
    assert "eth: long 0.1 ETHUSDT from 1,900.00" in told
    assert "An order opens ETH on the way: there is nothing to close here." in told
    assert "An order opens this position on the way: change the order instead." in told


def test_explain_limits_and_the_card_know_it(account):
    why = cli("explain", account, "--position", "eth")
    assert why.exit_code == 0, why.output
    assert "an order opens this position on the way" in why.output
    Path("limits.toml").write_text('[[limit]]\nsurvives = { common = "-40%" }\n', encoding="utf-8")
    broken = cli("limits", account, "--rule", "limits.toml")
    assert broken.exit_code == 1
    assert "ETH is liquidated first" in broken.output
    card = cli("card", account, "--shock", "-60%", "-o", "card.svg")
    assert card.exit_code == 0, card.output
    assert Path("card.svg").is_file()


def test_where_a_mark_has_come_to_zero_no_size_can_be_added(home):
    legs = 'path = "walk"\nlegs = [-0.5]\nbetas = { BTCUSDT = 2 }\n'
    text = ACCOUNT[: ACCOUNT.index("[[orders]]")].replace('"long"', '"short"') + f"[scenario]\n{legs}"
    Path("zero.toml").write_text(text, encoding="utf-8")
    why = cli("explain", "zero.toml", "--position", "btc")
    assert why.exit_code == 0, why.output
    assert "nothing can be bought or sold where the mark of BTCUSDT is zero" in why.output
