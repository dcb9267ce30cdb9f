"""Where alerts go: each destination gets them as promised, and none is ever written."""

import pytest

pytest.importorskip("aiohttp", reason="destinations on loopback need aiohttp: pip install 'isocross[live]'")

from aiohttp import web
from click.testing import CliRunner

from isocross_tui.cli import notices
from isocross_tui.cli.main import main
from tests.isocross.live.loopback import on_loopback

pytestmark = pytest.mark.usefixtures("home")
ALERT = ["watch", "guide-cross", "--at", "BTC<60001", "--once"]
TOLD = "BTC is at 60,000.00, below 60,001.00"
TOKEN = "t0ken"


@pytest.fixture
def posted():
    """An address that keeps what is posted to it, and refuses what is posted to /no."""
    kept = []

    async def take(request):
        kept.append(await request.json())
        return web.Response(status=403 if request.path.startswith("/no") else 204)

    app = web.Application()
    app.router.add_post("/{path:.*}", take)
    with on_loopback(app) as url:
        yield url, kept


def test_an_address_takes_json(posted):
    url, kept = posted
    assert CliRunner().invoke(main, [*ALERT, "--notify", f"{url}/{TOKEN}"]).exit_code == 1
    assert kept == [{"word": "ALERT", "told": TOLD, "source": "guide-cross"}]


def test_apprise_sends_and_destinations_come_from_the_environment(posted, monkeypatch):
    pytest.importorskip("apprise", reason="needs apprise: pip install 'isocross[live]'")
    url, kept = posted
    monkeypatch.setenv("ISOCROSS_NOTIFY", f"{url.replace('http', 'json')}/{TOKEN}")
    CliRunner().invoke(main, ALERT)
    (found,) = kept
    assert (found["title"], found["message"]) == ("isocross ALERT", f"{TOLD} (guide-cross)")


def test_a_stale_source_is_an_alert_too(posted):
    url, kept = posted
    words = ["watch", "hyperliquid:0x" + "a" * 40, "--ratio", "0.5", "--url", "http://127.0.0.1:9", "--once"]
    CliRunner().invoke(main, [*words, "--notify", url])
    assert [alert["word"] for alert in kept] == ["STALE"]


def test_an_account_that_is_well_is_not_sent(posted):
    url, kept = posted
    CliRunner().invoke(main, ["watch", "guide-cross", "--at", "BTC<1", "--once", "--notify", url])
    assert kept == []


@pytest.mark.parametrize(
    ("path", "told"),
    [("{url}/no/t0ken", "it answered with 403"), ("http://127.0.0.1:9/t0ken", "connection refused"),
     ("http://t0ken:port/", "it cannot be reached"), ("desktop", "there is no terminal here")],
)  # fmt: skip
def test_a_destination_that_does_not_take_it_is_one_sentence_without_its_name(posted, path, told):
    done = CliRunner().invoke(main, [*ALERT, "--notify", path.format(url=posted[0])])
    assert done.stderr == f"destination 1 did not take the alert: {told}.\n"
    assert (done.exit_code, TOKEN in done.output) == (1, False)


def test_what_is_no_destination_is_refused_without_its_name(monkeypatch):
    done = CliRunner().invoke(main, [*ALERT, "--notify", f"nowhere.{TOKEN}"])
    assert (done.exit_code, TOKEN in done.output) == (2, False)
    assert "--notify 1" in done.output


@pytest.mark.parametrize(
    ("environ", "written"),
    [({"TERM": "xterm"}, "\x1b]9;isocross ALERT: x; y\x07"),
     ({"TERM": "foot"}, "\x1b]777;notify;isocross ALERT;x; y\x07"),
     ({"VTE_VERSION": "7600"}, "\x1b]777;notify;isocross ALERT;x; y\x07")],
)  # fmt: skip
def test_a_terminal_is_asked_for_a_notice_as_it_takes_it(environ, written):
    assert notices.notice("ALERT", "x\x1b\x07; y", environ) == written
