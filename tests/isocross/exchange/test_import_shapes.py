import itertools
import json
import sys
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.exchange import Options, import_files
from isocross.workspace import Faults, dump, load_text
from tests.brute.picking import pick
from tests.isocross.exchange import payloads
from tests.isocross.exchange import test_import_assets as several
from tests.isocross.exchange.importer import first, imported, refused, told

D = Decimal
UNIFIED = {"positions": payloads.CCXT_POSITIONS, "balance": payloads.CCXT_BALANCE}


def test_ccxt_positions_and_balance():
    result = imported(UNIFIED)
    workspace = result.workspace
    assert first(result) == ("BTCUSDT", "long", "cross", "0.05", "20000", "100")
    assert (workspace.wallet, workspace.venue.profile, workspace.name) == (D("987.975"), "binance", "ccxt account")
    short = workspace.positions[1]
    assert (short.leverage, short.margin, short.side.value) == (3, 200, "short")
    assert [market.mark for market in workspace.markets] == [D("20050.5"), 2950]


def test_ccxt_report_tells_what_was_taken_guessed_and_left_out():
    lines = told(imported(UNIFIED))
    assert [line.partition(":")[0] for line in lines if line.startswith("taken")] == [
        "taken    balance.total.USDT",
        "taken    positions[0]",
        "taken    positions[1]",
    ]
    assert "guessed  positions[0].info: the venue is binance, by the names in its answer" in lines
    assert "guessed  positions[1].contractSize: no contract size is given: 1" in lines
    assert "guessed  positions[1]: ETHUSDT: no leverage is stated: 3, the notional ÷ the margin" in lines
    less = "the wallet is 1,000.5 less the open PnL of 12.525"
    assert f"guessed  balance.total.USDT: {less}" in lines
    assert "left out positions: 1 row without a position" in lines
    assert "left out positions[3]: BTCUSD: it is margined in BTC, and the account is in USDT" in lines
    told_once = "positions margined in BTC: an account has one collateral; `currency` = BTC imports them"
    assert lines.count(f"left out the whole: {told_once}") == 1
    assert any("-C: options are not rehearsed here" in line for line in lines)


def test_ccxt_inverse_contracts_are_dollars_and_settle_in_their_coin():
    sold = {
        "info": {"symbol": "BTCUSD_PERP", "positionAmt": "-2"},
        "symbol": "BTC/USD:BTC",
        "side": "short",
        "contracts": 2.0,
        "contractSize": 100.0,
        "entryPrice": 40000,
        "notional": 0.004,
        "leverage": 5,
        "collateral": "0.0005",
        "unrealizedPnl": "-0.001",
        "marginMode": "isolated",
    }
    balance = {"free": {}, "used": {}, "total": {"BTC": "0.01", "USDT": 5}}
    result = imported([sold], balance)
    workspace = result.workspace
    assert first(result) == ("BTCUSD_PERP", "short", "isolated", "200", "40000", "5")
    assert (workspace.currency, workspace.wallet, workspace.venue.profile) == ("BTC", D("0.011"), "binance")
    assert (workspace.markets[0].mark, workspace.positions[0].margin) == (50000, D("0.0015"))
    assert any("the mark is the size ÷ the notional" in line for line in told(result, "guessed"))
    quanto = sold | {"symbol": "ETH/USD:BTC"}
    assert any("settled in a third coin are not" in line for line in told(imported([quanto], balance), "left out"))


def test_ccxt_balance_prefers_the_venues_own_answer():
    for info, wallet in ((payloads.BINANCE_V2, "1023.72469206"), (payloads.COINEX_BALANCE, "500.63913682756335")):
        balance = payloads.CCXT_BALANCE | {"info": info}
        nameless = [row | {"info": None} for row in payloads.CCXT_POSITIONS]
        assert imported(nameless, balance).workspace.wallet == D(wallet)
    broken = payloads.CCXT_BALANCE | {"info": {"assetPositions": 7}}
    assert imported(nameless, broken).workspace.wallet == D("1000.5")
    other = payloads.CCXT_BALANCE | {"info": payloads.COINEX_BALANCE}
    assert (
        "this is from coinex, and the payload before it is from binance" in refused(payloads.CCXT_POSITIONS, other)[0]
    )


def test_no_number_ever_passes_through_a_float():
    text = json.dumps(UNIFIED).replace("20050.5", "20050.12345678901234567890")
    result = import_files([("f", text.encode())])
    assert result.workspace.markets[0].mark == D("20050.1234567890123456789")


@pytest.mark.parametrize(
    ("documents", "name"),
    [
        ([payloads.BINANCE_V2], "Binance"),
        ([payloads.BYBIT_POSITIONS, payloads.BYBIT_WALLET], "Bybit"),
        ([payloads.COINEX_BALANCE, payloads.COINEX_POSITIONS], "CoinEx"),
        ([payloads.HYPERLIQUID], "Hyperliquid"),
        ([{"clearinghouseState": payloads.HYPERLIQUID, "openOrders": []}], "Hyperliquid"),
        ([{"wallet": payloads.BYBIT_WALLET, "positions": payloads.BYBIT_POSITIONS}], "Bybit"),
        ([UNIFIED], "ccxt"),
    ],
)
def test_the_source_is_guessed_from_the_shape_and_can_be_said(documents, name):
    guessed = imported(*documents)
    assert guessed.workspace.name == f"{name} account"
    assert imported(*documents, source=name.lower()) == guessed
    other = "ccxt" if name != "ccxt" else "bybit"
    said = refused(*documents, source=other)[0]
    assert f"this is an answer of {name}, not of {'ccxt' if other == 'ccxt' else 'Bybit'} (expected " in said


def test_without_positions_the_account_is_its_cash():
    result = imported(payloads.COINEX_BALANCE)
    assert (result.workspace.positions, result.workspace.wallet) == ((), D("500.63913682756335"))
    assert imported([], wallet=D(5)).workspace.wallet == 5


def test_rules_of_a_venue_that_is_not_known_are_the_guides():
    nameless = [row | {"info": None} for row in payloads.CCXT_POSITIONS]
    result = imported(nameless, wallet=D(1000))
    assert result.workspace.venue.profile == "guide"
    assert any("the payload does not say whose it is: the rules are those of guide" in line for line in told(result))
    assert imported(nameless, wallet=D(1000), venue="coinex").workspace.venue.profile == "coinex"
    assert 'no venue is called "giude"; did you mean "guide"?' in refused(nameless, wallet=D(1000), venue="giude")[0]


def test_a_leverage_for_positions_that_have_none():
    rows = [payloads.CCXT_POSITIONS[0] | {"leverage": None, "initialMargin": None}]
    highest = imported({"positions": rows}, wallet=D(1000))
    assert first(highest)[-1] == "150"
    assert any("no leverage is stated: 150, the highest here" in line for line in told(highest, "guessed"))
    alone = [rows[0] | {"marginMode": "isolated", "collateral": None}]
    assert "positions[0].leverage: is missing" in refused({"positions": alone}, wallet=D(9))[0]
    assert first(imported(rows, wallet=D(1000), leverage=D(7)))[-1] == "7"
    rows[0]["leverage"] = 0.5
    assert first(imported(rows, wallet=D(1000)))[-1] == "1"


def test_names_are_shown_escaped():
    row = payloads.CCXT_POSITIONS[0] | {"symbol": "\x1b[31m/USD:\x1b"}
    result = imported([row], wallet=D(9))
    assert all(line.isprintable() for line in told(result))
    row = payloads.BINANCE_RISK[0] | {"symbol": "\ud800USDT"}
    assert "\\ud800" in refused([row], wallet=D(9))[0]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "f:1:1: this is not JSON: there is no value (expected "),
        (b"{", "f:1:2: this is not JSON: there is no name in an object (expected "),
        (b"[1,\n]", "f:2:1: this is not JSON: "),
        (b"\xff", "f:1: the byte 0xff (number 1) is not UTF-8"),
        (b"17", "f: this is not the payload of an account"),
        (b"null", "f: this is not the payload of an account"),
        (b'"x"', "f: this is not the payload of an account"),
        (b"{}", "f: this is not the payload of an account"),
        (b"[NaN]", "f: [0]: NaN is not a number"),
        (b'{"assetPositions": [], "marginSummary": {"accountValue": Infinity}}', "Infinity is not a number"),
        (b'{"assetPositions": [], "never read": -Infinity}', "-Infinity is not a number"),
        (b'{"assetPositions": [], "a": {"b": 1, "c": 2, "b": 1}}', "f: a.b: this name is in its table twice"),
        (b'{"assetPositions": [], "marginSummary": {"accountValue": 1e999999999999999999999}}', "is out of range"),
        (b'{"assetPositions": [], "marginSummary": {"accountValue": %s}}' % (b"9" * 5000), "is out of range"),
        (b'{"assetPositions": [], "marginSummary": {"accountValue": "%s"}}' % (b"9" * 5000), "is not a number"),
    ],
)
def test_what_is_no_payload_gets_one_clear_message(data, line):
    with pytest.raises(Faults) as caught:
        import_files([("f", data)])
    assert line in str(caught.value), str(caught.value)
    assert len(caught.value.faults) == 1


def test_a_byte_order_mark_is_stepped_over():
    data = b"\xef\xbb\xbf" + json.dumps(payloads.HYPERLIQUID).encode()
    assert import_files([("f", data)]).workspace.wallet == D("13109.495728")


ROW = '{"symbol":"BTCUSDT","positionAmt":"1","entryPrice":"1","leverage":"1","marginType":"cross"},'
HOSTILE = {
    "nested lists": "[" * 40_000,
    "more nested lists": "[" * 1_000_000,
    "nested tables": '{"a":' * 40_000,
    "numbers": "[" + "1," * 400_000 + "1]",
    "empty tables": "[" + "{}," * 45_000 + "{}]",
    "positions": "[" + ROW * 30_000 + "{}]",
    "bad positions": "[" + ROW.replace('"1"', '"x"') * 30_000 + "{}]",
    "empty positions": "[" + ROW.replace('"1"', '"0"') * 30_000 + "{}]",
    "one long number": "[" + "9" * 3_000_000 + "]",
    "one long text": '{"code":0,"msg":"' + "x" * 3_000_000 + '"}',
    "long name": "[" + ROW.replace("BTCUSDT", "x" * 3_000_000).rstrip(",") + "]",
    "large": " " * 5_000_000,
    "long header": "market," * 500_000,
    "long cell": "market,side,mode,quantity,entry,leverage\n" + "x" * 3_000_000,
    "many lines": "market,side,mode,quantity,entry,leverage\n" + "x,long,cross,1,1,1\n" * 150_000,
    "bad lines": "market,side,mode,quantity,entry,leverage\n" + "x,y,z,a,b,c\n" * 4_900,
    "open quote": "market,side,mode,quantity,entry,leverage\n" + '"' + "x\n" * 1_000_000,
}


CALLS_AT_MOST = 6_000_000
"""About six for each byte of the largest one; work that grows with the square of a payload needs far more."""


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_payload_is_answered_soon(name):
    lines, calls = [], itertools.count()
    sys.setprofile(lambda *_: next(calls))
    try:
        import_files([("hostile", HOSTILE[name].encode())], None, Options(wallet=D(1)))
    except Faults as faults:
        lines = str(faults).splitlines()
    finally:
        sys.setprofile(None)
    assert next(calls) < CALLS_AT_MOST
    assert bool(lines) == (name != "empty positions")
    assert len(lines) <= 21
    assert all(len(line) < 500 and line.isprintable() for line in lines)


NAMES = """
symbol positionAmt entryPrice leverage marginType assetPositions position szi coin type value marginSummary accountValue
retCode result list side size avgPrice code data market open_interest margin_mode ccy available contracts contractSize
marginMode total free USDT info positions balance
"""
KEYS = st.sampled_from(NAMES.split())
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.sampled_from(
        ["0", "1", "-2.5", "1e5", "", "long", "short", "cross", "isolated", "BTCUSDT", "x", "1e-30", "9" * 50]
    ),
    st.text(max_size=4),
    st.floats(),
)
TREES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=30
)
WHOLE = [
    payloads.BINANCE_RISK,
    payloads.BINANCE_V2,
    payloads.BINANCE_V3,
    payloads.BYBIT_POSITIONS,
    payloads.BYBIT_WALLET,
    payloads.COINEX_POSITIONS,
    payloads.COINEX_BALANCE,
    payloads.HYPERLIQUID,
    payloads.CCXT_POSITIONS,
    UNIFIED,
    several.OKX_UNIFIED,
    several.KRAKEN_FLEX,
    several.binance(several.ETH),
    several.bybit(several.USDT, several.BTC, several.SOL),
    several.STATES | {"spotClearinghouseState": several.SPOT, "userAbstraction": "unifiedAccount"},
]


def answered(data):
    """Import these bytes: a workspace that can be read back, or Faults."""
    try:
        result = import_files([("f", data)], None, Options(wallet=D(1000)))
    except Faults as faults:
        assert all(line.isprintable() for line in str(faults).splitlines())
        return
    assert load_text(dump(result.workspace)) == result.workspace
    assert all(line.isprintable() for line in told(result))


@given(st.binary(max_size=200))
def test_any_bytes_are_imported_or_have_faults(data):
    answered(data)


@pytest.mark.slow
@given(TREES)
def test_any_json_is_imported_or_has_faults(tree):
    answered(json.dumps(tree).encode())


def leaves(tree, path=()):
    """The path of every value of a tree that is none itself."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found = [path] if path else []
    return found + [leaf for key, value in inside for leaf in leaves(value, (*path, key))]


def replaced(tree, path, value):
    """The tree with one value replaced."""
    if not path:
        return value
    copy = tree.copy()
    copy[path[0]] = replaced(tree[path[0]], path[1:], value)
    return copy


@pytest.mark.slow
@settings(max_examples=100)
@given(st.data())
def test_a_damaged_payload_is_imported_or_has_faults(data):
    whole = pick(data.draw, WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        paths = leaves(whole)
        if paths:
            whole = replaced(whole, pick(data.draw, paths), data.draw(TREES))
    answered(json.dumps(whole).encode())
