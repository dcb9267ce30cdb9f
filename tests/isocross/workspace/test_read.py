import json
import os
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Mode, Side
from isocross.workspace import Faults, PathKind, TierEntry, load_bytes, load_file, load_text, shipped

ROOT = Path(__file__).resolve().parents[3]

GOOD = """\
format = 1
name = "Two positions"
venue = "guide"
wallet = 1000

[[markets]]
symbol = "BTCUSDT"
mark = 60000

[[positions]]
id = "one"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.015
entry = 60000
leverage = 3

[[positions]]
market = "ETHUSDT"
side = "short"
mode = "isolated"
quantity = 0.2
entry = 3000
leverage = 3

[scenario]
path = "what-if"
shock = -0.30
betas = { ETHUSDT = 1.3 }

[view]
theme = "night"
selected = "one"
step = 0.01
"""

TIERS = """\
tiers = [
    { from = 0, rate = 0.004, max_leverage = 125 },
    { from = 50000, rate = 0.005, max_leverage = 100, deduction = 50 },
]
"""


def faults(text):
    with pytest.raises(Faults) as caught:
        load_text(text, "desk.toml")
    return str(caught.value).splitlines()


def fault(text):
    """The only fault of a text."""
    told = faults(text)
    assert len(told) == 1, told
    return told[0]


def changed(old, new, text=GOOD):
    assert old in text
    return text.replace(old, new, 1)


def with_tiers(tiers=TIERS):
    return changed("mark = 60000\n", "mark = 60000\n" + tiers)


def test_a_workspace_is_read_exactly():
    workspace = load_text(with_tiers())
    one, two = workspace.positions
    assert (workspace.name, workspace.wallet, workspace.currency) == ("Two positions", Decimal(1000), "USDT")
    assert (one.id, one.side, one.mode, one.quantity) == ("one", Side.LONG, Mode.CROSS, Decimal("0.015"))
    assert (two.id, two.given_margin, two.margin) == ("eth", None, Decimal(200))
    assert workspace.markets[0].tiers[1] == TierEntry(*map(Decimal, ("50000", "0.005", "100", "50")))
    assert (workspace.scenario.path, workspace.scenario.shock) == (PathKind.WHAT_IF, Decimal("-0.3"))
    assert workspace.scenario.betas == {"ETHUSDT": Decimal("1.3")}
    assert (workspace.view.theme, workspace.view.selected, workspace.view.step) == (
        "night",
        "one",
        Decimal("0.01"),
    )


def test_only_wallet_and_positions_are_required():
    workspace = load_text("wallet = 0\npositions = []")
    assert (workspace.name, workspace.venue.profile, workspace.positions) == ("Untitled", "guide", ())
    told = faults("")
    assert told == [
        "desk.toml:1:1: wallet: is missing (expected an amount of money, 0 or more)",
        "desk.toml:1:1: positions: is missing (expected tables [[positions]], or an empty list)",
    ]


def test_a_file_without_a_name_is_called_after_itself(tmp_path):
    path = tmp_path / "my desk.toml"
    path.write_text("wallet = 0\npositions = []")
    assert load_file(path).name == "my desk"


def test_ids_are_made_from_the_markets():
    rows = [
        ("BTCUSDT", None),
        ("BTCUSDT", None),
        ("BTCUSDT", "btc-2"),
        ("ETH-USDT-SWAP", None),
        ("SOL/USDT:USDT", None),
        ("PF_XBTUSD", None),
        ("USDT", None),
        ("ODD", None),
    ]
    text = "wallet = 1\n"
    for symbol in {symbol for symbol, _ in rows}:
        text += f'[[markets]]\nsymbol = "{symbol}"\n'
    for symbol, own in rows:
        given = f'id = "{own}"\n' if own else ""
        text += (
            f'[[positions]]\n{given}market = "{symbol}"\nside = "long"\nmode = "cross"\n'
            "quantity = 1\nentry = 1\nleverage = 1\n"
        )
    ids = [position.id for position in load_text(text).positions]
    assert ids == ["btc", "btc-3", "btc-2", "eth", "sol", "xbt", "usdt", "odd"]


def test_a_margin_that_is_the_initial_margin_is_the_default():
    text = changed('mode = "isolated"\n', 'mode = "isolated"\nmargin = 200.0\n')
    assert load_text(text) == load_text(GOOD)
    less = changed('mode = "isolated"\n', 'mode = "isolated"\nmargin = 150.5\n')
    assert load_text(less).positions[1].given_margin == Decimal("150.5")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("format = 1", "format = 2", "1:10: format: format 2 is newer than this isocross can read; update"),
        ("format = 1", "format = 0", "1:10: format: 0 is not a format (expected 1)"),
        ("format = 1", 'format = "1"', '1:10: format: "1" is not a format'),
        ("format = 1", "format = true", "1:10: format: true is not a format"),
        ("format = 1", "format = 1.0", "1:10: format: 1.0 is not a format"),
        ('"Two positions"', '"a\\u001b[2J"', '2:8: name: "a\\u001b[2J" has characters that cannot be printed'),
        ('"Two positions"', f'"{"x" * 201}"', "2:8: name: "),
        ('"Two positions"', "7", "2:8: name: 7 is not a text"),
        ('"guide"', '"giude"', '3:9: venue.profile: no venue is called "giude"; did you mean "guide"?'),
        ('"guide"', "3", "3:9: venue: 3 is not a venue (expected the id of a venue, or a table"),
        ('"guide"', "{ profile = 3 }", "3:21: venue.profile: 3 is not the id of a venue"),
        ('"guide"', "{ close_fe = 0 }", "3:11: venue.close_fe: this is not a rule that a file can change; did you"),
        ('"guide"', "{ close_fee = 2 }", "3:23: venue.close_fee: cannot be 2 (expected"),
        ('"guide"', "{ close_fee = nan }", "3:23: venue.close_fee: nan is not a finite number"),
        ('"guide"', "{ line = [] }", "3:18: venue.line: a list is not a number"),
        ('"guide"', "{ tier_method = 'falt' }", "3:25: venue.tier_method: cannot be "),
        ("wallet = 1000", "wallet = -1", "4:10: wallet: -1 is below 0 (expected an amount of money, 0 or more)"),
        ("wallet = 1000", "wallet = nan", "4:10: wallet: nan is not a finite number"),
        ("wallet = 1000", "wallet = 1.0000000000000000001", "has more than 18 decimals"),
        ("wallet = 1000", "wallet = 1000\nfund = -1", "5:8: fund: -1 is below 0"),
        ("wallet = 1000", "wallet = 1000\nstrict = 1", "5:10: strict: 1 does not fit here (expected true or"),
        ("wallet = 1000", 'wallet = 1000\ncurrency = ""', "5:12: currency: the name is empty"),
        ("wallet = 1000", "wallet = 1000\nwalet = 1", '5:1: walet: there is no such key; did you mean "wallet"?'),
        ("wallet = 1000", "wallet = 199", "the isolated margins (eth) sum to 200, more than the wallet of 199"),
        ('"BTCUSDT"', '"BTC USDT"', '7:10: markets[0].symbol: "BTC USDT" has a blank in it'),
        ("mark = 60000", "mark = 0", "8:8: markets[0].mark: 0 is not above 0 (expected a positive price"),
        ("mark = 60000", "mark = false", "8:8: markets[0].mark: false is not a number"),
        (
            "mark = 60000",
            'kind = "inverse"',
            'positions[0].market: "BTCUSDT" is coin-margined, and the account is in "USDT"',
        ),
        ("mark = 60000", 'kind = "spot"', '8:8: markets[0].kind: "spot" is not a kind of contract'),
        ("mark = 60000", "tiers = []", "8:9: markets[0].tiers: there is no tier"),
        ("mark = 60000", "tiers = 3", "8:9: markets[0].tiers: 3 is not a list of tiers"),
        ("mark = 60000", "tiers = [3]", "8:10: markets[0].tiers[0]: 3 is not a table"),
        ("mark = 60000", '[[markets]]\nsymbol = "BTCUSDT"', "is described already, at line 7"),
        ('side = "long"', 'side = "lnog"', '13:8: positions[0].side: "lnog" is not known here; did you mean "long"?'),
        ('mode = "cross"', 'mode = "both"', '14:8: positions[0].mode: "both" is not known here (expected "cross" or'),
        ('mode = "cross"', "mode = 1", "14:8: positions[0].mode: 1 is not known here"),
        ("quantity = 0.015", 'quantity = "abc"', '15:12: positions[0].quantity: "abc" is not a number (expected a'),
        ("quantity = 0.015", "quantity = 0", "15:12: positions[0].quantity: 0 is not above 0"),
        ("quantity = 0.015", "quantity = -0.0", "15:12: positions[0].quantity: 0 is not above 0"),
        ("quantity = 0.015", "quantity = -1", "15:12: positions[0].quantity: -1 is not above 0"),
        ("quantity = 0.015", "quantity = nan", "15:12: positions[0].quantity: nan is not a finite number"),
        ("quantity = 0.015", "quantity = inf", "15:12: positions[0].quantity: inf is not a finite number"),
        ("quantity = 0.015", "quantity = 1e400000", "15:12: positions[0].quantity: 1e400000 is too large"),
        ("quantity = 0.015", "quantity = 1e-13", "15:12: positions[0].quantity: 0.0000000000001 is too small"),
        ("quantity = 0.015", "quantity = 1e19", "is too large"),
        ("quantity = 0.015", "quantity = 10000000000000000000", "is too large"),
        ("quantity = 0.015", f"quantity = 0x{'f' * 5000}", "a whole number of about 6000 digits is too large"),
        ("quantity = 0.015", "quantity = 1e99999999999999999999", "1e99999999999999999999 is out of range"),
        ("quantity = 0.015", f"quantity = 1.{'1' * 40}", "has more than 40 digits"),
        ("quantity = 0.015", "quantity = 1979-05-27", "15:12: positions[0].quantity: 1979-05-27 is not a number"),
        ("quantity = 0.015\n", "", "10:1: positions[0].quantity: is missing (expected a positive number of"),
        ("quantity =", "quantiti =", "quantity: is missing"),
        ("leverage = 3", "leverage = 0.5", "17:12: positions[0].leverage: 0.5 is below 1"),
        ("leverage = 3", "leverage = 101", "101 is above the highest leverage for a notional of 900 (expected at"),
        ("leverage = 3", "leverage = 3\nmargin = 0", "18:10: positions[0].margin: 0 is not above 0"),
        (
            'market = "ETHUSDT"',
            'id = "one"\nmarket = "ETHUSDT"',
            "the id of another position already, at line 11",
        ),
        ("shock = -0.30", "shock = -1", "29:9: scenario.shock: -1 is not above -1 (expected a common move above"),
        ('path = "what-if"', 'path = "wick"', '27:1: scenario.low: is missing, and a "wick" path needs it'),
        ('path = "what-if"', 'path = "replay"', '27:1: scenario.window: is missing, and a "replay" path needs it'),
        ('path = "what-if"', 'path = "gaps"', '28:8: scenario.path: "gaps" is not known here; did you mean "gap"?'),
        (
            "shock = -0.30",
            "legs = [-0.6, 0.1, -0.5]",
            "29:20: scenario.legs[2]: the legs up to here add up to -1.0 (expected more",
        ),
        ("shock = -0.30", "legs = [{ step = 1 }]", "29:11: scenario.legs[0].step: no market of this file has this"),
        ("shock = -0.30", "funding = 1", "29:11: scenario.funding: 1 is not below 1 (expected a rate such as"),
        ("shock = -0.30", 'candle = "low"', '29:10: scenario.candle: "low" is not known here (expected "near-first"'),
        ("shock = -0.30", 'stand_in = { BTC = "X" }', "29:14: scenario.stand_in.BTC: no market of this file has this"),
        ("shock = -0.30", "moves = [{ at = 0.1 }]", "29:10: scenario.moves[0].do: is missing"),
        (
            "shock = -0.30",
            'moves = [{ at = 1, do = "flip", position = "two" }]',
            '29:44: scenario.moves[0].position: no position has the id "two"',
        ),
        (
            "shock = -0.30",
            'moves = [{ at = 1, do = "deposit" }]',
            '29:10: scenario.moves[0].amount: is missing, and "deposit" needs it',
        ),
        (
            "shock = -0.30",
            'moves = [{ at = 0.0000000000001, do = "flip", position = "one" }]',
            "29:17: scenario.moves[0].at: 0.0000000000001 is too small",
        ),
        ("{ ETHUSDT = 1.3 }", "{ ETHUSD = 1.3 }", "30:11: scenario.betas.ETHUSD: no market of this file has this"),
        ("{ ETHUSDT = 1.3 }", "{ ETHUSDT = inf }", "30:21: scenario.betas.ETHUSDT: inf is not a finite number"),
        ("{ ETHUSDT = 1.3 }", "3", "30:9: scenario.betas: 3 is not a table"),
        ('theme = "night"', "theme = 1", "33:9: view.theme: 1 is not a text"),
        (
            'selected = "one"',
            'selected = "on"',
            '34:12: view.selected: no position has the id "on"; did you mean',
        ),
        ("step = 0.01", "step = 0", "35:8: view.step: 0 is not above 0"),
        ("step = 0.01", "setp = 1", '35:1: view.setp: there is no such key; did you mean "step"?'),
    ],
)
def test_each_fault_is_named_with_its_place(old, new, told):
    lines = faults(changed(old, new))
    assert any(told in line for line in lines), lines
    assert all(line.startswith("desk.toml:") for line in lines)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("shock = 30", "scenario.shock: 30 would be +3,000 %, beyond the 500 % that a file may have; 30.0 % is 0.3 ("),
        ("shock = -30", "scenario.shock: -30 would be −3,000 %, beyond the 500 % that a file may have; −30.0 % is -0."),
        ("low = -35", "scenario.low: -35 would be −3,500 %"),
        ("back = 7.5", "scenario.back: 7.5 would be +750 %, beyond the 500 % that a file may have; 7.5 % is 0.075 ("),
        ("legs = [-0.1, -30]", "scenario.legs[1]: -30 would be −3,000 %"),
        ("legs = [{ jump = 12 }]", "scenario.legs[0]: 12 would be +1,200 %"),
        (
            "[view]\nstep = 10",
            "view.step: 10 would be +1,000 %, beyond the 500 % that a file may have; 10.0 % is 0.1 (",
        ),
    ],
)
def test_a_move_that_is_meant_as_per_cent_is_refused_with_both_spellings(row, told):
    with pytest.raises(Faults) as failed:
        load_text(f"wallet = 1\npositions = []\n[scenario]\n{row}\n")
    assert told in str(failed.value)


def test_the_largest_move_of_a_file_is_read():
    assert load_text("wallet = 1\npositions = []\n[scenario]\nshock = 5\n").scenario.shock == 5


@pytest.mark.parametrize(
    ("tiers", "told"),
    [
        (
            "{ from = 1, rate = 0, max_leverage = 1 }",
            "9:19: markets[0].tiers[0].from: the first tier does not",
        ),
        ("{ from = 0, rate = 1, max_leverage = 1 }", "9:29: markets[0].tiers[0].rate: 1 is not below 1"),
        ("{ from = 0, rate = -0.1, max_leverage = 1 }", "9:29: markets[0].tiers[0].rate: -0.1 is below 0"),
        ("{ from = 0, rate = 0, max_leverage = 0.9 }", "9:47: markets[0].tiers[0].max_leverage: 0.9 is below 1"),
        ("{ from = 0, rate = 0 }", "9:10: markets[0].tiers[0].max_leverage: is missing"),
        (
            "{ from = 0, rate = 0, max_leverage = 9 }, { from = 0, rate = 0, max_leverage = 9 }",
            "9:61: markets[0].tiers[1].from: the tiers do not rise (expected more than 0",
        ),
        (
            "{ from = 0, rate = 0, max_leverage = 9 }, { from = 10, rate = 0.1, max_leverage = 9, deduction = 1.1 }",
            "9:107: markets[0].tiers[1].deduction: 1.1 makes the maintenance margin negative at 10",
        ),
        ("{ start = 0, rate = 0, max_leverage = 9 }", "markets[0].tiers[0].start: there is no such key"),
    ],
)
def test_a_ladder_fits_together(tiers, told):
    lines = faults(with_tiers(f"tiers = [{tiers}]\n"))
    assert any(told in line for line in lines), lines


def test_a_file_ladder_decides_over_the_venue():
    text = with_tiers("tiers = [{ from = 0, rate = 0.1, max_leverage = 2 }]\n")
    assert "3 is above the highest leverage for a notional of 900 (expected at most 2)" in fault(text)


def test_faults_of_all_kinds_come_at_once():
    text = changed("wallet = 1000", "wallet = 10")
    text = changed('"guide"', '"binance"', text)
    text = changed("leverage = 3", "leverage = 500", text)
    text = changed('"ETHUSDT"', '"ETHUSDTT"', text)
    text = changed("step = 0.01", "step = true", text)
    told = faults(text)
    assert [line.split(":")[1] for line in told] == ["4", "17", "20", "30", "35"]
    assert 'neither this file nor binance knows the market "ETHUSDTT"; did you mean "ETHUSDT"?' in told[2]


def test_a_market_that_could_not_be_read_has_no_second_fault():
    text = changed("leverage = 3", "leverage = 110", with_tiers())
    assert load_text(text)
    assert "markets[0].mark: -1 is not above 0" in fault(changed("mark = 60000", "mark = -1", text))
    assert "markets[0].mark: -1" in fault(changed("mark = 60000", "mark = -1", text.replace("BTCUSDT", "ODD")))


@pytest.mark.slow
def test_a_newer_format_is_the_only_fault():
    assert "newer" in fault(changed("format = 1", "format = 7\nlater = true\n[later_still]"))


@pytest.mark.parametrize("part", ["markets", "positions"])
def test_a_list_of_tables_is_no_other_thing(part):
    text = f"wallet = 1\n{part} = 3\n" + ("positions = []" if part == "markets" else "")
    assert f"2:{len(part) + 4}: {part}: 3 is not a list (expected tables [[{part}]])" in fault(text)
    text = text.replace("= 3", "= [1, {}]")
    assert f"{part}[0]: 1 is not a table" in faults(text)[0]


@pytest.mark.parametrize("part", ["scenario", "view"])
def test_a_table_is_no_other_thing(part):
    assert f"{part}: true is not a table" in fault(f"wallet = 1\npositions = []\n{part} = true")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("wallet = ", 'desk.toml:1:10: this is not TOML: there is no value (expected a number, a "text", '),
        ("a = cross", 'desk.toml:1:5: this is not TOML: "cross" is not a value (expected a number, a "text", true, '),
        ("= 5", "desk.toml:1:1: this is not TOML: no key begins here"),
        ("a 5", 'desk.toml:1:3: this is not TOML: there is no "=" after the key (expected key = value)'),
        ("a = 1 2", "desk.toml:1:7: this is not TOML: there is more after the value"),
        ("a = 1\na = 2", "desk.toml:2:6: this is not TOML: this key has a value already (expected each key once)"),
        ("a = {b = 1, b = 2}", "this key has a value already (expected each key once)"),
        ("[a]\n[a]", "desk.toml:2:3: this is not TOML: this table is there already (expected each table once)"),
        ("a = {b = 1}\na.c = 2", "this table is complete already (expected all keys of a table in one place)"),
        ("[a", "the name of a table is not closed (expected [name])"),
        ("[[a]", "the name of a table is not closed (expected [[name]])"),
        ("a.=1", "this is not a key (expected letters, digits, - and _, or a quoted text)"),
        ("a = [1 2]", "a list is not closed (expected a comma or ])"),
        ("a = {b = 1", "a table is not closed (expected a comma or })"),
        ('a = "\\q"', "a single backslash cannot be here (expected \\\\)"),
        ('a = "\\u12"', "a character by its number is not complete (expected four digits after \\u, eight after \\U)"),
        ('a = "\\ud800"', "no character has this number"),
        ('a = "', "desk.toml:1:6: this is not TOML: a text is not closed (expected a quotation mark at its end)"),
        ('a = "x\ny"', "a text is not closed (expected a quotation mark at its end)"),
        ("a\r", 'desk.toml:1:2: this is not TOML: there is no "=" after the key'),
        ("a = '\x00'", "desk.toml:1:6: this is not TOML: a character cannot be here"),
        ("a" + ".a" * 33 + " = 1", "desk.toml:1:66: a key has too many dots (expected at most 32 dots)"),
        ("a = " + "[" * 33, "desk.toml:1:37: lists and tables are nested too deep (expected at most 32 levels)"),
        ("\na = " + "9" * 5000, "desk.toml:2:5: a number has far too many digits (expected at most 40 digits)"),
        ("a = 0b" + "1" * 101, "wallet: is missing"),
        ("a = [" + "1," * 50_000 + "]", "there is too much in this file"),
        ("#" * (1024 * 1024 + 1), "desk.toml: the file is too large (expected at most 1 MiB)"),
    ],
)
def test_a_text_that_is_no_document_gets_one_clear_message(text, told):
    assert told in faults(text)[0]


def test_many_dots_and_brackets_where_they_mean_nothing_are_fine():
    quiet = "." * 100 + "[" * 100
    numbers = "[" + ", ".join(["1.5"] * 60) + "]"
    text = f"# {quiet}\nwallet = 1\npositions = []\nname = '{quiet}'\n"
    assert load_text(text).name == quiet
    assert load_text(text.replace(f"'{quiet}'", f'"""{quiet[:150]}"" \\""""')).name == quiet[:150] + '"" "'
    assert "a: there is no such key" in fault(text + f"a = {numbers}")


def test_what_is_not_utf8_is_named_by_line_and_byte():
    with pytest.raises(Faults, match=r"desk\.toml:2:9: the byte 0xff \(number 20\) is not UTF-8"):
        load_bytes(b"wallet = 1\nname = '\xff'", "desk.toml")


def test_a_byte_order_mark_is_named():
    with pytest.raises(Faults, match=r"desk\.toml:1:1: the file begins with a byte order mark"):
        load_bytes(b"\xef\xbb\xbfwallet = 1", "desk.toml")


def file_fault(path):
    with pytest.raises(Faults) as caught:
        load_file(path)
    return str(caught.value)


def test_files_that_cannot_be_read(tmp_path):
    assert file_fault(tmp_path / "none.toml").endswith("none.toml: there is no such file")
    told = file_fault("nosuch")
    assert told.startswith("nosuch: there is no such file (expected a workspace file, or one that is shipped: basket, ")
    assert all(name in told for name in shipped())
    assert file_fault("gude-cross") == 'gude-cross: there is no such file; did you mean "guide-cross"?'
    assert "this is a folder" in file_fault(tmp_path)
    assert "this file cannot be read: not a directory" in file_fault(Path(__file__) / "x.toml")
    assert "this file cannot be read: not the name of a file" in file_fault("a\0b")
    assert "this file cannot be read: file name too long" in file_fault("x" * 5000)
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)
    assert "this file cannot be read" in file_fault(loop)


def test_a_pipe_or_a_device_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    assert "this is a pipe or a device" in file_fault(pipe)
    assert "this is a pipe or a device" in file_fault("/dev/zero")


def test_a_file_without_permission(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("the superuser may read every file")
    path = tmp_path / "secret.toml"
    path.write_text(GOOD)
    path.chmod(0)
    assert "this file may not be read" in file_fault(path)


def test_permission_refused_by_the_system_is_said_so(monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert "this file may not be read" in file_fault("any.toml")


def test_an_error_while_reading_is_a_fault(monkeypatch, tmp_path):
    path = tmp_path / "desk.toml"
    path.write_text(GOOD)
    own, fstat = path.stat().st_ino, os.fstat

    def fail(descriptor):
        status = fstat(descriptor)
        if status.st_ino == own:
            raise OSError(5, "Input/output error")
        return status

    monkeypatch.setattr(os, "fstat", fail)
    with pytest.raises(Faults, match="input/output error"):
        load_file(path)


def test_ten_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "large.toml"
    with path.open("wb") as file:
        file.truncate(10_000_000)
    assert "the file is too large, 10,000,000 bytes (expected at most 1 MiB)" in file_fault(path)


def test_a_file_of_the_largest_size_is_read(tmp_path):
    path = tmp_path / "full.toml"
    path.write_bytes(GOOD.encode().ljust(1024 * 1024, b"#"))
    assert load_file(path).name == "Two positions"
    path.write_bytes(GOOD.encode().ljust(1024 * 1024 + 1, b"#"))
    assert "too large" in file_fault(path)


POSITION = '[[positions]]\nmarket="BTCUSDT"\nside="long"\nmode="cross"\nquantity=0\nentry=1\nleverage=2\n'

HOSTILE = {
    "dots": "a" + ".a" * 20_000 + "=1",
    "nested": "a=" + "[" * 2000 + "]" * 2000,
    "headers": "[x." + ".".join("a" * 31) + "]\n" + "".join("a." * 31 + f"k{i}=1\n" for i in range(15_000)),
    "keys": "".join(f"k{i}=1\n" for i in range(150_000)),
    "some keys": "".join(f"k{i}=1\n" for i in range(39_000)),
    "venue": "wallet=1\n[venue]\n" + "".join(f"k{i}=1\n" for i in range(39_000)),
    "betas": "wallet=1\n[scenario.betas]\n" + "".join(f"k{i}=1\n" for i in range(39_000)),
    "rows": "positions=[" + "1," * 39_000 + "]",
    "positions": "wallet=1\n" + POSITION * 3000,
    "tables": "[[positions]]\n" * 70_000,
    "hexadecimal": "wallet=0x" + "f" * 1_000_000,
    "digits": "wallet=" + "9" * 1_000_000,
    "exponent": "wallet=1e400000",
    "strings": '""' * 500_000,
    "open strings": '"""' * 340_001,
    "backslashes": '"""' + "\\" * 1_000_000,
    "newlines": "\n #" * 340_000,
    "long key": "k" * 1_000_000 + "=1",
    "long venue": "wallet=1\npositions=[]\nvenue='" + "x" * 1_000_000 + "'",
    "long name": "wallet=1\nname='" + "x" * 1_000_000 + "'",
}

ANSWERS = """
import json, sys
from isocross.workspace import Faults, load_bytes
while size := sys.stdin.buffer.readline():
    try:
        load_bytes(sys.stdin.buffer.read(int(size)), "hostile.toml")
        print("[]", flush=True)
    except Faults as faults:
        print(json.dumps(str(faults).splitlines()), flush=True)
"""
SOON_S = 60


@pytest.fixture(scope="module")
def reader():
    """A process that reads one file after the other: a crash of the interpreter is not one of the tests."""
    with subprocess.Popen(
        [sys.executable, "-c", ANSWERS], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield process
        process.stdin.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_soon(name, reader):
    text = HOSTILE[name].encode()
    late = threading.Timer(SOON_S, reader.kill)
    late.start()
    reader.stdin.write(b"%d\n%b" % (len(text), text))
    reader.stdin.flush()
    answer = reader.stdout.readline()
    late.cancel()
    assert answer, "no answer: it took too long, or the interpreter died"
    lines = json.loads(answer)
    assert 1 <= len(lines) <= 21
    assert all(len(line) < 600 and line.isprintable() for line in lines)


PIECES = st.sampled_from(
    [*GOOD.split("\n"), "\n", '"', "'", '"""', "[", "]", "{", "}", "=", ",", "nan", "1e999", "\\", "\x1b", "é", "#"]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map("\n".join))
def test_any_text_is_a_workspace_or_has_printable_faults(text):
    try:
        load_text(text)
    except Faults as faults:
        assert all(line.isprintable() for line in str(faults).splitlines())
        assert all(fault.line for fault in faults.faults)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.text(max_size=4))
def test_a_damaged_file_is_a_workspace_or_has_faults(at, length, instead):
    try:
        load_text(GOOD[:at] + instead + GOOD[at + length :])
    except Faults as faults:
        assert all(fault.line for fault in faults.faults)


@pytest.mark.slow
@given(st.binary(max_size=200))
def test_any_bytes_are_a_workspace_or_have_faults(data):
    try:
        load_bytes(data)
    except Faults as faults:
        assert faults.faults
