"""What an order did on the way is told as it was: who closed a position, which orders rest no more, what is next."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross_tui.cli.main import main
from isocross_tui.talk import Talk, converse
from isocross_tui.user.files import open_source

pytestmark = pytest.mark.usefixtures("home")
ACCOUNT = """
venue = "binance"
wallet = 1000
positions = [
  { market = "ETHUSDT", side = "long", mode = "isolated", quantity = 1, entry = 2000, leverage = 10 },
]
[[orders]]
kind = "stop-market"
market = "ETHUSDT"
side = "short"
trigger = 1900
oco = "exit"
[[orders]]
kind = "take-profit"
market = "ETHUSDT"
side = "short"
trigger = 2300
oco = "exit"
[[orders]]
kind = "limit"
market = "ETHUSDT"
side = "long"
mode = "isolated"
quantity = 0.5
price = 1950
[scenario]
path = "walk"
legs = [-0.2, 0.1]
"""
STOP = 'kind = "stop-market"\nmarket = "ETHUSDT"\nside = "short"\ntrigger = 1900'
KINDS = {
    STOP: "its stop at 1,900.00",
    STOP.replace("stop-market", "trailing").replace("trigger = 1900", "trail = 0.05"): "its trailing stop at 1,900.00",
    STOP.replace("stop-market", "stop-limit") + "\nprice = 1890": "its stop-limit order at 1,900.00",
}


def said(folder: Path, account: str, *lines: str) -> str:
    (folder / "ord.toml").write_text(account, encoding="utf-8")
    heard: list[str] = []
    converse(Talk(open_source(str(folder / "ord.toml"))), lines, heard.append)
    return "\n".join(heard)


@pytest.mark.parametrize("order", KINDS)
def test_a_position_that_an_order_closed_says_which(tmp_path, order):
    account = ACCOUNT.replace(STOP, order)
    for way in (("to 2",), ("lived", "to -20%")):
        told = said(tmp_path, account, *way, "positions")
        assert f"ETH was closed by {KINDS[order]} (" in told
        assert "by hand" not in told


def test_a_liquidation_and_a_close_by_hand_say_so(tmp_path):
    bare = ACCOUNT[: ACCOUNT.index("[[orders]]")] + ACCOUNT[ACCOUNT.index("[scenario]") :]
    assert "ETH was liquidated at leg 1" in said(tmp_path, bare, "to 2", "positions")
    by_hand = bare + 'moves = [{ at = 0.25, do = "close", position = "eth" }]\n'
    assert "ETH was closed by hand at leg 1, −5.0 %." in said(tmp_path, by_hand, "to 2", "positions")


def test_an_order_that_rests_no_more_says_what_became_of_it(tmp_path):
    told = said(tmp_path, ACCOUNT, "to 2", "orders").splitlines()[-3:]
    assert [line.rsplit(", ", 2)[1].split()[0] for line in told] == ["filled", "cancelled", "filled"]
    assert told[-1].endswith("filled on the way here, held 97.50 at the opening.")
    assert not any("holds" in line or "→" in line for line in told)
    assert said(tmp_path, ACCOUNT, "to 0", "orders").endswith("liquidation price → 1,792.17, holds 97.50.")


def test_what_comes_next_names_the_order_and_its_size(tmp_path):
    assert "Next: 0.5 of ETH is bought by its limit order of 1,950.00 at leg 1, −2.5 %." in said(
        tmp_path, ACCOUNT, "to 0"
    )
    assert "Next: ETH is closed by its stop of 1,900.00 at leg 1, −5.0 %." in said(tmp_path, ACCOUNT, "to 0.2")


def test_the_row_and_the_fee_that_is_not_in_it_are_what_the_account_lost(tmp_path):
    (tmp_path / "ord.toml").write_text(ACCOUNT, encoding="utf-8")
    told = CliRunner().invoke(main, ["report", str(tmp_path / "ord.toml")]).stdout
    assert "−126.42" in told
    assert "No row has the fee to open, 0.49. The PnL of a closed position has the fee to close." in told
    unfilled = ACCOUNT.replace("price = 1950", "price = 1000")
    (tmp_path / "ord.toml").write_text(unfilled, encoding="utf-8")
    assert "the fee to open" not in CliRunner().invoke(main, ["report", str(tmp_path / "ord.toml")]).stdout


def test_the_fee_of_a_fill_comes_out_of_the_numbers_that_are_put_in(tmp_path):
    assert "× taker fee; 1.5 × 1,900.00 × 0.05 % = 1.425." in said(tmp_path, ACCOUNT, "to 2", "why eth")
