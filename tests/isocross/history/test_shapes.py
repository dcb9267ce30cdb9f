"""Shapes of a shock, against the published falls relative to bitcoin."""

import re
from decimal import Decimal

import pytest

from isocross.history.crashes import coin_of, crashes
from isocross.history.shapes import FAMILIES, shape_choices, shapes

D = Decimal


def by_id(*symbols: str):
    return {choice.id: choice for choice in shape_choices(symbols)}


@pytest.mark.slow
def test_families_first_then_every_crash():
    ids = [shape.id for shape in shapes() if not shape.id.endswith("-collateral")]
    assert ids == [family.id for family in FAMILIES] + [crash.id for crash in crashes()]
    assert len(crashes()) == 11


def test_one_crash_stands_again_with_the_prints_of_its_collateral():
    """USDe at 0.65, wBETH at 430 and BNSOL at 34.90 dollars, against a dollar and the highs of ether and solana."""
    plain, whole = (next(s for s in shapes() if s.id == id) for id in ("2025-10-10", "2025-10-10-collateral"))
    assert dict(plain.parts).items() < dict(whole.parts).items()
    falls = next(crash for crash in crashes() if crash.id == "2025-10-10").falls
    worth = {"USDE": D(1), "WBETH": falls["ETHUSDT"].start, "BNSOL": falls["SOLUSDT"].start}
    for coin, price in (("USDE", "0.65"), ("WBETH", "430"), ("BNSOL", "34.90")):
        assert abs(worth[coin] * (1 + whole.part_of(coin) * whole.shock) - D(price)) < worth[coin] * D("0.0001")
    assert whole.of_others == plain.of_others


def test_stable_assets_stay_where_a_shape_does_not_know_them():
    shape = next(shape for shape in shapes() if shape.id == "2025-10-10")
    assert (shape.part_of("USDT"), shape.part_of("USDE")) == (0, 0)
    assert shape.part_of("WBETH") == shape.part_of("UNKNOWNUSDT") == shape.of_others


@pytest.mark.parametrize(
    ("shape", "betas"),
    [
        # of each crash alone, worked out beside
        ("furthest", "ETH 1.30 SOL 1.48 DOGE 3.73 XRP 3.33 ADA 3.98 LINK 3.90 LTC 3.65 AVAX 4.19 BNB 1.95"),
        ("one-breaks", "ETH 1.30 SOL 2.47 DOGE 1.52 XRP 1.31 ADA 1.03 LINK 1.58 LTC 1.25 AVAX 1.37 BNB 1.40"),
        ("2021-05-19", "ETH 1.45 SOL 1.73 DOGE 1.80 XRP 1.55 ADA 1.61 LINK 1.66 LTC 1.64 AVAX 1.73 BNB 1.47"),
        ("2020-03-12", "ETH 1.07 DOGE 0.91 XRP 0.99 ADA 1.06 LINK 1.23 LTC 0.97 BNB 1.17"),
    ],
)
def test_a_shape_has_the_published_parts(shape, betas):
    words = betas.split()
    published = {f"{coin}USDT": D(part) for coin, part in zip(words[::2], words[1::2], strict=True)}
    choice = by_id(*published)[shape]
    assert all(abs(choice.betas[symbol] - part) <= D("0.01") for symbol, part in published.items())


def test_the_three_families_are_apart():
    medians = {shape.id: shape.of_others for shape in shapes()}
    assert D("0.8") < medians["equally"] < D("1.2")
    assert D("1.3") < medians["further"] < D("1.8")
    assert D("3") < medians["furthest"] < D("4")


def test_a_crash_gives_back_its_own_falls():
    choice = by_id("BTCUSDT", "ETHUSDT", "AVAXUSDT")["2025-10-10"]
    falls = next(crash for crash in crashes() if crash.id == "2025-10-10").falls
    assert choice.shock is not None
    for symbol in ("BTCUSDT", "ETHUSDT", "AVAXUSDT"):
        part = choice.betas.get(symbol, D(1))
        assert abs(part * choice.shock - falls[symbol].move) < D("0.0005")
    assert "BTC −16.8 %" in choice.words


def test_a_coin_that_was_not_there_goes_as_the_median_of_the_alts_and_it_says_so():
    known = {shape.id: shape for shape in shapes()}["furthest"]
    alts = sorted(part for coin, part in known.parts.items() if coin != "BTC")
    choice = by_id("PF_XBTUSD", "ETH-USDT-SWAP", "HYPEUSDT")["furthest"]
    assert choice.betas == {"ETH-USDT-SWAP": known.parts["ETH"], "HYPEUSDT": alts[len(alts) // 2]}
    assert len(alts) % 2 == 1
    assert choice.remark == ("From 2025-10-10 (Binance spot). Not there, so taken as the median of the altcoins: HYPE.")


def test_the_words_of_a_choice_fit_in_two_lines_and_count_what_they_leave_out():
    for choice in shape_choices([f"{coin}USDT" for coin in ("BTC", "ETH", "SOL", "BNB", "XRP", "DOGE", "ADA")]):
        assert len(choice.words) <= 92
        told = re.fullmatch(r".*?: (.*), (\d) more", choice.words)
        assert told is None or len(told[1].split(", ")) + int(told[2]) == 7
        assert (told is None) is (choice.shock is None)


@pytest.mark.parametrize(
    ("symbol", "coin"),
    [
        ("BTCUSDT", "BTC"),
        ("BTC", "BTC"),
        ("PF_XBTUSD", "BTC"),
        ("XBTUSDTM", "BTC"),
        ("BTC/USDT:USDT", "BTC"),
        ("ETH-USDT-SWAP", "ETH"),
        ("SOL-PERP", "SOL"),
        ("1000PEPEUSDT", "PEPE"),
        ("1INCHUSDT", "1INCH"),
        ("XDGUSD", "DOGE"),
    ],
)
def test_the_coin_of_a_symbol(symbol, coin):
    assert coin_of(symbol) == coin


def test_a_crash_of_collateral_is_offered_to_accounts_that_have_some_of_it():
    plain = {choice.id for choice in shape_choices(["BTCUSDT", "ETHUSDT"])}
    backed = {choice.id for choice in shape_choices(["BTCUSDT", "USDE"])}
    assert backed - plain == {"2025-10-10-collateral"}
