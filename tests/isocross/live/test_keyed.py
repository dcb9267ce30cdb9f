"""Live accounts by a key: only listed GETs leave, a key that can do more is refused, and no key is ever written."""

import io
import logging
import pickle
import traceback
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

pytest.importorskip("aiohttp", reason="the venue to test against needs aiohttp: pip install 'isocross[live]'")
pytest.importorskip("ccxt", reason="keys are used through ccxt: pip install 'isocross[live]'")
pytest.importorskip("keyring", reason="keys are found by keyring: pip install 'isocross[live]'")

import ccxt
import keyring
from aiohttp import web
from click.testing import CliRunner
from keyring.backend import KeyringBackend
from rich.console import Console
from rich.traceback import Traceback

from isocross.live.asking import AskError
from isocross.live.following import Following
from isocross.live.keys import Key, Secret, key_of
from isocross.live.questions import ACCOUNT, RIGHTS, TITLES, allowed
from isocross.live.signing import Signed, sign
from isocross.live.sources import SourceError, source_named
from isocross.live.walking import walk_of
from isocross.workspace.load import Source
from isocross.workspace.resolve import load
from isocross_tui.app import Desk
from isocross_tui.cli.main import main
from isocross_tui.serve.venue import VENUES
from tests.isocross.exchange import payloads, raw_payloads
from tests.isocross.live.loopback import on_loopback

PLANTED = {"KEY": "plantedKEY0123456789", "SECRET": "cGxhbnRlZFNFQ1JFVA==", "PASSPHRASE": "plantedPASS"}
"""The secret is Base64, as Kraken wants it."""
BYBIT = {"/v5/account/wallet-balance": payloads.BYBIT_WALLET, "/v5/position/list": payloads.BYBIT_POSITIONS}
OKX_CONFIG = {"acctLv": "2", "posMode": "net_mode", "perm": "read_only"}
ANSWERS = {
    "binance": {
        "/sapi/v1/account/apiRestrictions": {"enableReading": True, "enableFutures": False},
        "/fapi/v2/account": {"assets": [{"asset": "USDT", "walletBalance": "10000"}], "positions": []},
        "/fapi/v2/positionRisk": payloads.BINANCE_RISK,
        "/fapi/v1/multiAssetsMargin": {"multiAssetsMargin": False},
    },
    "bybit": {"/v5/user/query-api": {"retCode": 0, "result": {"readOnly": 1}}, **BYBIT},
    "okx": {
        "/api/v5/account/config": {"code": "0", "msg": "", "data": [OKX_CONFIG]},
        "/api/v5/account/positions": {"code": "0", "msg": "", "data": [raw_payloads.OKX_LONG]},
        "/api/v5/account/balance": raw_payloads.OKX_BALANCE,
    },
    "gate": {
        "/api/v4/account/main_keys": [
            {"key": "plantedKEY*****", "perms": [{"name": "futures", "read_only": True}]},
            {"key": "another*****", "perms": [{"name": "spot", "read_only": False}]},
        ],
        "/api/v4/futures/usdt/positions": [raw_payloads.GATE_ISOLATED],
        "/api/v4/futures/usdt/accounts": raw_payloads.GATE_ACCOUNT | {"total": "1000"},
        "/api/v4/unified/unified_mode": {"mode": "classic"},
    },
    "kraken": {
        "/api/auth/v1/api-keys/v3/check": {"permissions": {"general": "READ_ONLY", "transfer": "NO_ACCESS"}},
        "/derivatives/api/v3/openpositions": raw_payloads.KRAKEN_POSITIONS,
        "/derivatives/api/v3/accounts": raw_payloads.KRAKEN_ACCOUNTS,
        "/derivatives/api/v3/tickers": raw_payloads.KRAKEN_TICKERS,
    },
    "coinex": {
        "/v2/futures/pending-position": payloads.COINEX_POSITIONS,
        "/v2/assets/futures/balance": payloads.COINEX_BALANCE,
    },
    "bitmex": {
        "/api/v1/apiKey": [{"id": PLANTED["KEY"], "permissions": []}, {"id": "other", "permissions": ["order"]}],
        "/api/v1/position": [raw_payloads.BITMEX_LINEAR],
        "/api/v1/user/margin": raw_payloads.BITMEX_MARGIN,
    },
}
BEYOND = {
    "binance": ({"enableReading": True, "enableWithdrawals": True}, "enableWithdrawals"),
    "bybit": ({"retCode": 0, "result": {"readOnly": 0}}, "readOnly is 0"),
    "okx": ({"code": "0", "data": [OKX_CONFIG | {"perm": "read_only,withdraw,trade"}]}, "trade, withdraw"),
    "gate": ({"key": {"mode": 1}, "perms": [{"name": "futures", "read_only": False}]}, "futures"),
    "kraken": ({"permissions": {"general": "FULL_ACCESS", "transfer": "NO_ACCESS"}}, "general"),
    "bitmex": ([{"id": PLANTED["KEY"], "permissions": ["order"]}], "order"),
}


@pytest.fixture(autouse=True)
def planted(monkeypatch):
    """A key for every venue in the environment."""
    for venue in TITLES:
        for part, text in PLANTED.items():
            monkeypatch.setenv(f"ISOCROSS_{venue}_{part}".upper(), text)


@pytest.fixture
def answering():
    """A server that answers by path from a table and remembers what it was asked."""
    answers, asked = {}, []

    async def answer(request):
        asked.append((request.method, request.path, await request.text(), str(request.headers) + request.query_string))
        found = answers.get(request.path)
        if isinstance(found, web.Response):
            return found
        return web.json_response({"label": "NOT_FOUND"}, status=404) if found is None else web.json_response(found)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    with on_loopback(app) as url:
        yield url, answers, asked


def paths(urls):
    return {"/" + url.split("/", 3)[3] for url in urls}


@pytest.mark.parametrize("venue", TITLES)
def test_an_account_is_read_with_a_key_by_listed_questions_only(answering, venue):
    url, answers, asked = answering
    answers |= ANSWERS[venue]
    read = source_named(venue, url).read().imported
    assert read.workspace.venue.profile == venue
    assert read.workspace.positions
    assert {(method, body) for method, _, body, _ in asked} == {("GET", "")}
    assert {path for _, path, _, _ in asked} == paths(allowed(venue))
    assert all(PLANTED["KEY"] in told for _, path, _, told in asked if not path.endswith("/tickers"))
    assert not any(PLANTED["SECRET"] in told for *_, told in asked)


@pytest.mark.parametrize("venue", RIGHTS)
def test_a_key_that_can_do_more_is_refused_before_anything_else_is_asked(answering, venue):
    url, answers, asked = answering
    answers |= ANSWERS[venue]
    path, (answer, told) = RIGHTS[venue].path, BEYOND[venue]
    answers[path] = answer
    source = source_named(venue, url)
    for _ in range(2):
        with pytest.raises(
            AskError, match=f"can do more than read: {told}. It is not used. Make one .* {TITLES[venue]}"
        ):
            source.read()
    assert {asked_path for _, asked_path, _, _ in asked} == {path}


@pytest.mark.parametrize("venue", RIGHTS)
def test_a_key_of_which_the_venue_says_nothing_is_refused(answering, venue):
    url, answers, _ = answering
    answers[RIGHTS[venue].path] = {"retCode": 0, "result": {}, "code": "0", "data": []}
    answers[RIGHTS["kraken"].path] = {"permissions": {}}
    with pytest.raises(AskError, match="does not say what this key may do"):
        source_named(venue, url).read()


def test_rights_that_are_not_known_are_no_reading(answering):
    url, answers, _ = answering
    answers[RIGHTS["binance"].path] = {"enableReading": True, "permitsTeleport": True}
    with pytest.raises(AskError, match="permitsTeleport"):
        source_named("binance", url).read()


def test_a_venue_that_cannot_be_asked_is_told(answering):
    url, answers, _ = answering
    answers |= ANSWERS["coinex"]
    first = source_named("coinex", url).read().imported.notes[0].told()
    assert first == "guessed  the key: that it can only read: CoinEx has no question for what a key may do"


@pytest.mark.parametrize(
    "signed",
    [Signed("https://api.bybit.com/v5/order/create", {}), Signed("https://evil.example/v5/position/list", {}),
     Signed("https://api.bybit.com/v5/position/list", {}, "POST"),
     Signed("https://api.bybit.com/v5/position/list", {}, "GET", "{}")],
)  # fmt: skip
def test_what_is_not_on_the_list_does_not_leave_whoever_signed_it(answering, signed):
    url, _, asked = answering
    with pytest.raises(AskError, match="is not a question that isocross asks"):
        source_named("bybit", url)._sent(signed)
    assert asked == []


def test_a_redirect_is_not_followed(answering):
    url, answers, asked = answering
    answers[RIGHTS["bybit"].path] = web.Response(status=302, headers={"Location": f"{url}/v5/elsewhere"})
    with pytest.raises(AskError, match="answered with 302"):
        source_named("bybit", url).read()
    assert [path for _, path, _, _ in asked] == [RIGHTS["bybit"].path]


def test_bitmex_is_signed_as_its_documentation_shows():
    key = Key(Secret("id"), Secret("chNOOS4KvNXR_Xq4k4c9qsfoKWvnDecLATCRlcBwyKDYnWgO"), Secret(""))
    question = type(RIGHTS["bitmex"])("www.bitmex.com", "/api/v1/instrument")
    signature = sign("bitmex", question, key, 1518064226).headers["api-signature"]
    assert signature == "c7682d435d0cfe87c16098df34ef2eb5a549d4c5a3c2b1f0f77b8af73423bf00"


@pytest.mark.parametrize("missing", ["KEY", "SECRET"])
def test_a_key_that_is_not_whole_is_one_sentence(monkeypatch, missing):
    monkeypatch.delenv(f"ISOCROSS_BYBIT_{missing}")
    monkeypatch.setattr("isocross.live.keys._kept", lambda *_: None)
    done = CliRunner().invoke(main, ["live", "bybit", "--once"])
    assert done.exit_code == 2
    told = " ".join(done.stderr.split())
    assert f"expected ISOCROSS_BYBIT_{missing} in the environment" in told.replace("│ ", "")
    assert not any(text in done.stderr for text in PLANTED.values())


def test_a_key_is_found_in_the_keyring():
    kept = {("isocross", "bybit-key"): "k", ("isocross", "bybit-secret"): "s"}

    class Memory(KeyringBackend):
        priority = 1

        def get_password(self, service, username):
            return kept.get((service, username))

        def set_password(self, *_):
            """Keep nothing."""

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        assert key_of("bybit", "Bybit", {}).secret.reveal() == "s"
        with pytest.raises(ValueError, match="ISOCROSS_OKX_KEY and ISOCROSS_OKX_SECRET and ISOCROSS_OKX_PASSPHRASE"):
            key_of("okx", "OKX", {})
    finally:
        keyring.set_keyring(before)


def test_a_key_goes_to_no_other_machine():
    with pytest.raises(SourceError, match="is not on this machine: a key goes to Bybit alone"):
        source_named("bybit", "https://bybit.example")


def test_what_the_venue_says_is_told_without_the_key(answering):
    url, answers, _ = answering
    told = {"code": -2015, "msg": f"Invalid API-key {PLANTED['KEY']}, IP, or permissions for action."}
    answers[RIGHTS["binance"].path] = web.json_response(told, status=401)
    with pytest.raises(AskError) as caught:
        source_named("binance", url).read()
    assert str(caught.value) == (
        "Binance refused the question: it answered with 401, "
        "“Invalid API-key (hidden), IP, or permissions for action.”."
    )


def test_an_error_in_an_answer_of_200_is_told(answering):
    url, answers, _ = answering
    answers[RIGHTS["bybit"].path] = {"retCode": 10004, "retMsg": "error sign", "result": {}}
    with pytest.raises(AskError, match="Bybit refused the question: “error sign”"):
        source_named("bybit", url).read()


@pytest.fixture(params=["binance", "bybit"])
def walking(request):
    """A venue on loopback whose account stands still."""
    made = VENUES[request.param](walk_of(load("guide-cross"), request.param, "2025-10-10", Decimal(0)))
    with on_loopback(made.app()) as made.url:
        made.name = request.param
        yield made


def test_the_venue_to_test_against_is_read_with_a_key(walking):
    read, frame = source_named(walking.name, walking.url).read().imported, walking.walk.frame
    assert read.workspace.wallet == frame.account.wallet
    assert [(p.market, p.quantity, p.mode) for p in read.workspace.positions] == [
        (p.position.market, p.position.quantity, p.position.mode) for p in frame.positions
    ]
    assert not [note.message for note in read.notes if "unexplained" in note.message]


def test_a_planted_key_that_may_trade_is_refused_by_the_command(walking):
    walking.faults = {"trading-key"}
    done = CliRunner().invoke(main, ["live", walking.name, "--once", "--url", walking.url])
    assert done.exit_code == 1
    assert "can do more than read" in done.stderr
    assert done.stdout == ""


def test_ccxt_itself_reads_the_venue_to_test_against(walking):
    bot = getattr(ccxt, walking.name)({"apiKey": "k", "secret": "s"})
    frame = walking.walk.frame
    wallet, held = frame.account.wallet, {p.position.market: p.position.quantity for p in frame.positions}
    if walking.name == "binance":
        bot.urls["api"] |= {name: walking.url + f"/fapi/v{n}" for name, n in (("fapiPrivateV2", 2), ("fapiPublic", 1))}
        rows = bot.fapiPrivateV2GetPositionRisk()
        read = {row["symbol"]: abs(Decimal(row["positionAmt"])) for row in rows}
        assert Decimal(bot.fapiPrivateV2GetAccount()["totalWalletBalance"]) == wallet
    else:
        bot.urls["api"] = {"public": walking.url, "private": walking.url}
        bot.options["enableUnifiedAccount"] = bot.options["enableUnifiedMargin"] = True
        rows = bot.privateGetV5PositionList({"category": "linear", "settleCoin": "USDT"})["result"]["list"]
        read = {row["symbol"]: Decimal(row["size"]) for row in rows}
        answer = bot.privateGetV5AccountWalletBalance({"accountType": "UNIFIED"})
        assert Decimal(answer["result"]["list"][0]["totalWalletBalance"]) == wallet
    assert read == held


def test_ccxt_loads_the_markets_of_the_venue_to_test_against_and_adds_margin(walking):
    bot = getattr(ccxt, walking.name)({"apiKey": "k", "secret": "s"})
    if walking.name == "binance":
        bot.urls["api"] = {
            name: walking.url + (urlsplit(url).path if isinstance(url, str) else "")
            for name, url in bot.urls["api"].items()
        }
    else:
        bot.urls["api"] = dict.fromkeys(bot.urls["api"], walking.url)
    frame = walking.walk.frame
    assert {market["id"] for market in bot.load_markets().values()} == set(frame.marks)
    read = {row["info"]["symbol"]: row for row in bot.fetch_positions()}
    for each in frame.positions:
        row = read[each.position.market]
        assert Decimal(str(row["contracts"])) == each.position.quantity
        assert row["side"] == each.position.side
    assert Decimal(str(bot.fetch_balance({"type": "swap"})["total"]["USDT"])) == frame.account.equity
    if walking.name == "binance":
        bot.transfer("USDT", 50, "spot", "linear")
        assert walking.walk.frame.account.wallet == frame.account.wallet + 50


def test_a_secret_shows_itself_to_nobody(answering):
    url, answers, _ = answering
    source = source_named("okx", url)
    assert "planted" not in repr(source) + str(source.key) + f"{source.key.key}"
    signed = sign("okx", ACCOUNT["okx"][0], source.key, 0)
    assert "planted" not in repr(signed)
    with pytest.raises(TypeError):
        pickle.dumps(source.key)
    answers[RIGHTS["okx"].path] = web.Response(text="{")
    try:
        source.read()
    except AskError as error:
        console = Console(file=io.StringIO(), width=200)
        console.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True))
        told = console.file.getvalue() + "".join(traceback.format_exception(error))
    for text in PLANTED.values():
        assert text not in told


async def test_nothing_that_is_written_holds_the_key(answering, tmp_path, monkeypatch, caplog, capsys):
    """The desk is used, saved, pictured and crashed; every file and every word of it is searched."""
    url, answers, _ = answering
    answers |= ANSWERS["bybit"]
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    with caplog.at_level(logging.DEBUG):
        done = CliRunner().invoke(main, ["live", "bybit", "--once", "-o", "book.toml", "--url", url])
        assert done.exit_code == 0, done.stderr
        following = Following(source_named("bybit", url), 1000)
        assert following.ask()
        desk = Desk(Source(following.reading.imported.workspace), following=following)
        async with desk.run_test(size=(120, 36)) as pilot:
            await pilot.press("f", "]", "]")
            (tmp_path / "picture.svg").write_text(desk.export_screenshot())
            code = CliRunner().invoke(main, ["convert", "book.toml", "--to", "code"])
            answers[RIGHTS["bybit"].path] = web.Response(status=500)
            following.ask()
            desk.live._answered()
            await pilot.pause()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"book.toml", "picture.svg"} <= {path.name for path in files}
    written = "".join(path.read_text(errors="replace") for path in files)
    told = capsys.readouterr()
    written += done.output + done.stderr + code.output + caplog.text + told.out + told.err
    written += repr(desk.state) + repr(following) + following.trouble
    for text in PLANTED.values():
        assert text not in written
