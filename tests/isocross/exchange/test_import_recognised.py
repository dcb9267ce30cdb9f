import json

import pytest

from isocross.exchange.payload import parse
from isocross.exchange.registry import FORMATS, SOURCES, expected, title
from isocross.exchange.strangers import whose
from tests.isocross.exchange import payloads
from tests.isocross.exchange import raw_payloads as raw
from tests.isocross.exchange.importer import imported, refused

OURS = {
    "binance": [
        payloads.BINANCE_RISK,
        payloads.BINANCE_V2,
        payloads.BINANCE_V3,
        payloads.BINANCE_COIN_RISK,
        payloads.BINANCE_COIN_ACCOUNT,
        raw.BINANCE_PORTFOLIO,
        raw.BINANCE_PORTFOLIO_BALANCE,
    ],
    "bitmex": [[raw.BITMEX_COIN], raw.BITMEX_LINEAR, raw.BITMEX_MARGIN],
    "bybit": [payloads.BYBIT_POSITIONS, payloads.BYBIT_WALLET, payloads.BYBIT_INVERSE],
    "coinex": [payloads.COINEX_POSITIONS, payloads.COINEX_BALANCE],
    "drift": [raw.DRIFT_GATEWAY, raw.DRIFT_HEX, raw.DRIFT_PYTHON, raw.DRIFT_GATEWAY["perp"]],
    "dydx": [{"subaccount": raw.DYDX_SUBACCOUNT}, {"positions": [raw.DYDX_BTC]}, raw.DYDX_MARKETS],
    "gate": [[raw.GATE_CROSS], raw.GATE_ISOLATED, raw.GATE_ACCOUNT],
    "hyperliquid": [payloads.HYPERLIQUID],
    "kraken": [raw.KRAKEN_POSITIONS, raw.KRAKEN_ACCOUNTS, raw.KRAKEN_TICKERS, raw.KRAKEN_COIN],
    "okx": [{"code": "0", "msg": "", "data": [raw.OKX_LONG]}, [raw.OKX_SHORT], raw.OKX_COIN, raw.OKX_BALANCE],
}
KNOWN = [(venue, payload) for venue, known in OURS.items() for payload in known]
STRANGE = [(venue, payload) for venue, known in raw.STRANGERS.items() for payload in known]


def node(payload):
    return parse(json.dumps(payload).encode(), "f")


def test_every_venue_of_the_registry_is_tried_here():
    assert set(OURS) == set(FORMATS)
    assert set(SOURCES) == {"ccxt", *FORMATS, "csv"}


@pytest.mark.parametrize(("venue", "payload"), KNOWN)
def test_an_answer_is_of_one_venue_and_no_other_takes_it_for_its_own(venue, payload):
    taken = [id for id, format in FORMATS.items() if format.reader_of(node(payload)) is not None]
    assert taken == [venue]
    assert whose(node(payload)) is None


@pytest.mark.parametrize(("venue", "payload"), KNOWN)
def test_an_answer_of_another_venue_than_the_one_named_is_refused_by_name(venue, payload):
    other = "kraken" if venue != "kraken" else "okx"
    said = refused(payload, source=other)[0]
    assert f"this is an answer of {title(venue)}, not of {title(other)} (expected {expected(other)})" in said


def test_the_rules_of_another_venue_than_the_payloads_are_not_put_on_it():
    said = refused(payloads.BYBIT_POSITIONS, payloads.BYBIT_WALLET, venue="okx")[0]
    assert "this is an answer of Bybit, not of OKX (expected its own rules; rehearse the imported account" in said
    ccxt = [payloads.CCXT_POSITIONS[0] | {"info": {"symbol": "BTCUSDT", "positionAmt": "0.05"}}]
    assert "this is an answer of Binance, not of Gate" in refused(ccxt, wallet=9, venue="gate")[0]
    assert imported(payloads.BYBIT_POSITIONS, payloads.BYBIT_WALLET, venue="guide").workspace.venue.profile == "guide"


@pytest.mark.parametrize(("venue", "payload"), STRANGE)
def test_a_venue_whose_shape_is_not_read_is_refused_by_name(venue, payload):
    line = f"this is an answer of {venue}, whose raw shape is not read here (expected ccxt's record: "
    assert line in refused(payload, wallet=1)[0]
    assert line in refused({"positions": payload, "balance": payload}, wallet=1)[0]
    assert line in refused(payload, wallet=1, source="binance")[0]


@pytest.mark.parametrize(("venue", "payload"), STRANGE)
def test_no_format_that_is_read_takes_a_strangers_answer_in_a_record_of_ccxt(venue, payload):
    rows = payload.get("data") if isinstance(payload, dict) else payload
    row = rows[0] if isinstance(rows, list) and rows else {}
    if not isinstance(row, dict) or whose(node(row)) is None:
        return  # what is told by its wrapping alone is not in a record
    record = payloads.CCXT_POSITIONS[0] | {"info": row}
    result = imported([record], wallet=1000)
    assert result.workspace.venue.profile == "guide"
    assert any(f"isocross has no rules of {venue} yet" in note.told() for note in result.notes)


def test_payloads_of_two_venues_are_no_account():
    said = refused(payloads.BYBIT_WALLET, [raw.GATE_CROSS])[0]
    assert "f1.json: this is from gate, and the payload before it is from bybit" in said


UNKNOWN = "code: this is an answer of a venue, and none that is known here as one of an account (expected positions or"


@pytest.mark.parametrize(
    ("payload", "line"),
    [
        ({"code": "E1", "message": "bad"}, 'code: this is the error of a venue, not an account: "E1", "bad"'),
        ({"code": "0", "msg": "success", "data": []}, UNKNOWN),
        ({"code": 0, "message": "OK", "data": [{"x": 1}]}, UNKNOWN),
        ({"code": 200, "data": [{"instId": 1}]}, UNKNOWN),
        ({"label": "X", "message": "no"}, "label: Gate answered with an error"),
        ({"errors": [{"msg": "no"}]}, "errors[0].msg: dYdX answered with an error"),
        ({"x": [{"y": 1}]}, "this is not the payload of an account (expected positions or balances"),
        ({"retCode": 0, "result": {"list": [{"orderId": "1", "symbol": "X"}]}}, "these are not positions of Bybit"),
    ],
)
def test_an_answer_without_an_account_says_what_it_is(payload, line):
    assert line in refused(payload, wallet=1)[0]
