"""Live accounts by their address: only listed questions leave, and each thing that goes wrong is one sentence."""

import socket
import threading
from decimal import Decimal

import pytest

pytest.importorskip("aiohttp", reason="the venue to test against needs aiohttp: pip install 'isocross[live]'")

from aiohttp import web
from click.testing import CliRunner

from isocross.live.asking import INFO, Asker, AskError
from isocross.live.following import Following
from isocross.live.sources import SourceError, source_named
from isocross.live.walking import walk_of
from isocross.workspace.resolve import load
from isocross_tui.cli.main import main
from isocross_tui.serve.venue import Hyperliquid
from tests.isocross.live.loopback import on_loopback

ADDRESS = "0x" + "ab" * 20
NAME = f"hyperliquid:{ADDRESS}"


class Recorded(Hyperliquid):
    """A venue that remembers what it was asked."""

    mode = "disabled"
    asked: list

    async def _info(self, request):
        question = await request.json()
        self.asked.append((request.method, request.path, question["type"], request.headers.get("Authorization")))
        if question["type"] == "userAbstraction":
            return web.json_response(self.mode)
        return await super()._info(request)


@pytest.fixture
def venue():
    """A venue on loopback with an account that stands still at the opening."""
    made = Recorded(walk_of(load("guide-cross"), "hyperliquid", "2025-10-10", Decimal(0)))
    made.asked = []
    with on_loopback(made.app()) as made.url:
        yield made


def test_an_account_is_read_by_its_address_with_listed_questions_only(venue):
    read = source_named(NAME, venue.url).read().imported.workspace
    opening = venue.walk.frame
    assert [(p.market, p.quantity) for p in read.positions] == [
        (p.position.market.removesuffix("USDT"), p.position.quantity) for p in opening.positions
    ]
    assert {(method, path) for method, path, _, _ in venue.asked} == {("POST", "/info")}
    assert {kind for _, _, kind, _ in venue.asked} == INFO
    assert {key for *_, key in venue.asked} == {None}


@pytest.mark.parametrize("kind", ["order", "withdraw", None])
def test_no_other_question_leaves(venue, kind):
    with pytest.raises(AskError, match="is not a question that isocross asks"):
        Asker("hyperliquid", venue.url).info({"type": kind})
    assert venue.asked == []


@pytest.mark.parametrize("path", ["/v4/orders", "/v4/addresses/../orders", "/v4/addresses/x?y=1"])
def test_no_other_path_of_dydx_is_read(venue, path):
    with pytest.raises(AskError, match="is not a question that isocross asks"):
        Asker("dydx", venue.url).get(path)


@pytest.mark.parametrize(
    ("fault", "told"),
    [("429", "Hyperliquid gets too many requests: the next is in 7 s."),
     ("half", "Hyperliquid answered with half an answer.")],
)  # fmt: skip
def test_a_fault_is_one_sentence_and_the_last_good_state_stays(venue, fault, told):
    now = [1000.0]
    following = Following(source_named(NAME, venue.url, lambda: now[0]), 10, lambda: now[0])
    assert following.ask()
    good = following.reading
    venue.faults = {fault}
    now[0] += 20
    assert not following.ask()
    assert (following.reading, following.trouble) == (good, told)
    assert following.words.startswith("live 2")
    now[0] += 180
    assert (following.is_stale, following.words) == (True, "stale 3 min")


def test_a_venue_that_wants_to_be_left_alone_is(venue):
    now = [0.0]
    following = Following(source_named(NAME, venue.url), 2, lambda: now[0])
    venue.faults = {"429"}
    following.ask()
    venue.faults, asked = set(), len(venue.asked)
    now[0] = 6.9
    assert not following.ask()
    assert len(venue.asked) == asked
    now[0] = 7.0
    assert following.ask()


def test_an_answer_with_an_old_time_is_as_old_as_it_says(venue):
    venue.faults = {"stale"}
    following = Following(source_named(NAME, venue.url), 10)
    assert following.ask()
    assert following.words == "stale 3 min"


def test_a_venue_that_is_not_there_is_one_sentence():
    with pytest.raises(AskError, match=r"^Hyperliquid cannot be reached: connection refused\.$"):
        source_named(NAME, "http://127.0.0.1:9").read()


NO_ADDRESSES = ["guide-cross", "file:///etc/passwd", "ftp://x", "http://", "http://[::1", "http://a:99999", "\x1b"]


@pytest.mark.parametrize("url", NO_ADDRESSES)
@pytest.mark.parametrize("words", [["live", "--once"], ["watch", "--once", "--ratio", "0.7"], ["fidelity"]])
def test_what_is_no_address_of_a_venue_is_refused_before_anything_is_asked(words, url):
    done = CliRunner().invoke(main, [*words, NAME, "--url", url])
    assert done.exit_code == 2
    assert "is not a valid address of a venue" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "its answer was not whole after -1 s"),
        (b"\x1b[31m no status\r\n\r\n", r"\u001b[31m no status"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "half an answer"),
        (b"", "connection"),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(answer, told, monkeypatch):
    monkeypatch.setattr("isocross.live.asking.WHOLE_S", -1)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_once():
            line, _ = listening.accept()
            with line:
                asked = b""
                while b"perpDexs" not in asked:
                    asked += line.recv(65536)
                line.sendall(answer)

        thread = threading.Thread(target=answer_once)
        thread.start()
        with pytest.raises(AskError) as raised:
            Asker("hyperliquid", f"http://127.0.0.1:{listening.getsockname()[1]}").info({"type": "perpDexs"})
        thread.join(10)
    assert told in str(raised.value)
    assert str(raised.value).isprintable()


def test_a_unified_account_stands_on_its_spot_balances(venue):
    venue.mode = "unifiedAccount"
    assert source_named(NAME, venue.url).read().imported.workspace.account == "unified"


def test_a_mode_that_is_not_known_is_told(venue):
    venue.mode = "newMode"
    notes = [note.told() for note in source_named(NAME, venue.url).read().imported.notes]
    assert [told for told in notes if "newMode" in told and told.startswith("left out")]


@pytest.mark.parametrize("name", ["hyperliquid:0x1", "binance:0x" + "a" * 40, "dydx:cosmos1", "hyperliquid"])
def test_what_is_no_address_is_refused(name):
    with pytest.raises(SourceError, match="is not a live account: expected hyperliquid:0x"):
        source_named(name)


@pytest.mark.slow
def test_once_writes_a_workspace(venue, tmp_path):
    file = tmp_path / "book.toml"
    done = CliRunner().invoke(main, ["live", NAME, "--once", "-o", str(file), "--url", venue.url])
    assert done.exit_code == 0, done.stderr
    assert "taken" in done.stderr
    assert load(file).positions == source_named(NAME, venue.url).read().imported.workspace.positions
    again = CliRunner().invoke(main, ["live", NAME, "--once", "-o", str(file), "--url", venue.url])
    assert again.exit_code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [([NAME, "--every", "1s"], "not a time between questions"), ([NAME, "-o", "x"], "expected both"),
     (["hyperliquid:me"], "is not a live account"), ([NAME], "needs a terminal")],
)  # fmt: skip
def test_what_live_cannot_do_is_one_sentence(words, told):
    done = CliRunner().invoke(main, ["live", *words])
    assert done.exit_code == 2
    assert told in done.stderr
