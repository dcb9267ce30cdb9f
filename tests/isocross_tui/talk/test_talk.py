"""The desk in words: what a line does is what a key does, and whatever is said, one sentence answers and it goes on."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross.desk.actions import account, orders, path, shock, venue
from isocross.desk.state import State, content
from isocross.desk.store import Store
from isocross.lessons.files import load_lessons
from isocross.workspace.code import code_of
from isocross.workspace.resolve import load
from isocross_tui.cli import docs
from isocross_tui.cli.main import main
from isocross_tui.commands import COMMANDS
from isocross_tui.serve.gate import VisitorGate
from isocross_tui.serve.limits import Limits
from isocross_tui.talk import VERBS, Talk, converse
from isocross_tui.talk.verbs import FOR_THE_EYE, told
from isocross_tui.user.files import open_source

pytestmark = pytest.mark.usefixtures("home")
PAGE = docs.page("talk")


def talking(account: str = "guide-cross", **options) -> Talk:
    return Talk(open_source(account), **options)


def say(talk: Talk, *lines: str) -> list[str]:
    heard: list[str] = []
    converse(talk, lines, heard.append)
    return heard


def run(*words: str, said: str = ""):
    return CliRunner().invoke(main, ["talk", *words], input=said, prog_name="isocross")


# --- the same desk -------------------------------------------------------------------------------


def test_every_command_of_the_desk_has_a_verb_or_is_for_the_eye_only():
    spoken = [command for verb in VERBS for command in verb.commands]
    assert len(set(spoken)) == len(spoken)
    assert {*spoken} | FOR_THE_EYE == {command.id for command in COMMANDS}
    assert not FOR_THE_EYE.intersection(spoken)
    names = [name for verb in VERBS for name in verb.names]
    assert len(set(names)) == len(names)


SAME = {
    "flip eth": (shock.Select("eth"), account.Flip()),
    "flip all": (account.FlipAll(),),
    "down 7": (shock.ShockBy(-7),),
    "up 3": (shock.ShockBy(3),),
    "down 5%": (shock.ShockTo(Decimal("-0.35")),),
    "to -20%": (shock.ShockTo(Decimal("-0.2")),),
    "opening": (shock.OPENING,),
    "back": (shock.ToEvent(-1),),
    "leverage btc 5": (shock.Select("btc"), account.SetLeverage(Decimal(5))),
    "reduce btc 0.005": (shock.Select("btc"), account.Reduce(Decimal("0.005"))),
    "close eth": (shock.Select("eth"), account.Reduce()),
    "drop eth": (shock.Select("eth"), account.DropPosition()),
    "deposit 100": (account.MoveCash(Decimal(100)),),
    "withdraw 100": (account.MoveCash(Decimal(-100)),),
    "venue bybit": (venue.SetVenue("bybit"),),
    "name Another one": (account.Rename("Another one"),),
    "path gap": (path.SetPath(load("guide-cross").scenario.path.GAP, load("guide-cross").scenario.betas, ""),),
    "lived": (path.ToggleLived(),),
    "step": (shock.NextStep(),),
    "cancel all": (orders.CancelOrders(),),
}


@pytest.mark.parametrize("line", SAME)
def test_a_line_does_what_the_action_does(line):
    talk = talking()
    before = talk.state
    assert say(talk, line)
    desk = Store(State.opened(load("guide-cross")), part=lambda state: state.moment)
    for action in SAME[line]:
        desk.dispatch(action)
    assert (talk.state.moment, talk.state.selected, talk.state.step) == (
        desk.state.moment, desk.state.selected, desk.state.step)  # fmt: skip
    assert talk.state != before


def test_a_position_is_opened_edited_and_given_margin_as_it_is_said():
    talk = talking()
    say(talk, "add long 0.5 eth at 2,900 10x isolated", "margin eth-2 +50", "edit eth-2 entry 2950")
    opened = next(p for p in talk.state.workspace.positions if p.id == "eth-2")
    assert (opened.market, opened.side.value, opened.mode.value) == ("ETHUSDT", "long", "isolated")
    assert (opened.quantity, opened.leverage, opened.entry) == (Decimal("0.5"), Decimal(10), Decimal(2950))
    # a second one on the same side is merged as the venue does, unless it is said to be beside
    say(talk, "venue binance")
    heard = say(talk, "add long 0.005 btc at 50000 3x cross")
    assert any("adds it to the long position" in words for words in heard)
    assert next(p.quantity for p in talk.state.workspace.positions if p.id == "btc") == Decimal("0.020")
    say(talk, "add beside long 0.005 btc at 50000 3x cross")
    assert "btc-2" in [p.id for p in talk.state.workspace.positions]


def test_a_debt_has_no_verb_and_talk_says_how_it_comes():
    talk = talking()
    for verb in ("borrow 100 usdt", "repay"):
        assert "deposit that asset to repay it" in say(talk, verb)[0]


def test_an_order_with_a_kind_is_placed_as_it_is_said():
    talk = talking()
    said, *_ = say(talk, "order stop short btc at 55000")
    assert said.startswith("A stop rests in BTCUSDT, due at 55,000.00.")
    say(
        talk,
        "order take-profit short btc at 70000",
        "order trailing short btc 2%",
        "order limit long 0.001 btc at 50000",
    )
    placed = [(o.fills.value, o.trigger, o.trail, o.close_position) for o in talk.state.workspace.orders]
    assert placed == [
        ("stop-market", 55000, None, True),
        ("take-profit", 70000, None, True),
        ("trailing", None, Decimal("0.02"), True),
        ("limit", None, None, False),
    ]
    assert "past already" in say(talk, "order stop short btc at 65000")[0]
    assert any("stop, sell the whole position at 55,000.00" in line for line in say(talk, "orders"))


def test_what_only_an_order_has_is_said_behind_it():
    talk = talking()
    say(
        talk,
        "order stop-limit short btc at 55000 limit 54900 by last fee taker oco exit",
        "order take-profit short 0.001 btc at 70000 slippage 0.5% oco exit",
        "order limit short 0.001 btc at 65000 reduce-only",
        "order trailing short btc 2% from 61000",
    )
    first, second, third, fourth = talk.state.workspace.orders
    assert (first.fills.value, first.trigger, first.price, first.oco) == ("stop-limit", 55000, 54900, "exit")
    assert (first.trigger_by.value, first.fee.value) == ("last", "taker")
    assert (second.slippage, second.oco) == (Decimal("0.005"), "exit")
    assert (third.fills.value, third.reduce_only) == ("limit", True)
    assert (fourth.trail, fourth.trigger) == (Decimal("0.02"), 61000)
    said = say(
        talk, "order stop short btc at 55000 fee none", "order stop short btc oco", "order stop-limit short btc at 5"
    )
    assert said == [
        "“none” is not understood: say one of as its kind, maker, taker.",
        "Something is missing after “oco”.",
        "Price is missing.",
    ]


def test_what_is_previewed_is_not_done_and_what_is_undone_is_as_before():
    talk = talking()
    before = talk.state.moment
    heard = say(talk, "preview btc")
    assert heard[0] == "If it were flipped:"
    assert heard[-1] == "Nothing was changed."
    assert talk.state.moment == before
    say(talk, "flip btc", "undo")
    assert talk.state.moment == before
    say(talk, "redo")
    assert talk.state.workspace.positions[0].mode.value == "isolated"


def test_every_event_on_the_way_is_told_once():
    talk = talking("basket")
    heard = say(talk, "opening", "down 24", "down 1", "down 1")
    told = [words for words in heard if "was liquidated" in words]
    assert [words.split()[0] for words in told] == ["BTC", "ETH", "SOL"]


@pytest.mark.slow
def test_what_was_advised_is_done():
    talk = talking("basket")
    heard = say(talk, "advise -40%")
    assert heard[-1].startswith("Say do and one of margin")
    assert any(words.startswith("A stop of SOL at ") for words in heard)
    say(talk, "to -40%", "do margin", "positions")
    assert all(row.death is None for row in talk.frame.positions)


@pytest.mark.slow
def test_a_stop_is_compared_and_the_advised_one_is_placed():
    talk = talking("basket")
    compared = say(talk, "to -45%", "compare stop btc at 55000")
    assert "BTC with a stop at 55,000.00: equity 3.40, 0 of 3 open." in compared
    say(talk, "advise", "do stop")
    assert [order.market for order in talk.state.workspace.orders] == ["SOLUSDT"]
    assert "A stop is compared on a what-if: say lived to go back to it." in say(
        talk, "lived", "compare stop btc 55000"
    )


# --- lessons and replays -------------------------------------------------------------------------


def test_equity_on_a_path_is_told_of_all_that_was_put_in():
    talk = talking()
    assert "of 1,000.00 USDT" in " ".join(say(talk, "lived", "down 10", "where"))
    assert "of 1,250.00 USDT" in " ".join(say(talk, "deposit 250", "where"))
    assert "of 1,150.00 USDT" in " ".join(say(talk, "withdraw 100", "where"))


def test_one_market_alone_moves_on_a_walk():
    talk = talking("depeg-2025-10-10")
    assert "on a walk" in say(talk, "down usde 35%")[0]
    say(talk, "lived", "down usde 35%", "up 1")
    assert [dict(leg.own) for leg in talk.state.workspace.scenario.legs] == [{"USDE": Decimal("-0.35")}, {}]
    assert "cannot drop that far" in say(talk, "down usde 99%")[0]
    assert "a leg is at most 500 %" in say(talk, "up usde 501%")[0]
    assert "Say one of" in say(talk, "down doge 5%")[0]


def test_the_markets_of_assets_are_told_and_changed_with_the_others():
    talk = talking("depeg-2025-10-10")
    assert any(line.startswith("USDE opens at 1 ") for line in say(talk, "marks"))
    say(talk, "betas usde 0.5", "marks usde 0.99")
    assert talk.state.workspace.scenario.betas["USDE"] == Decimal("0.5")


@pytest.mark.slow
def test_a_lesson_asks_judges_and_gives_the_desk_back_with_its_history():
    talk = talking()
    say(talk, "flip btc")
    before, steps = talk.state, talk.store.history
    known = load_lessons().lessons["the-wick"]
    right = known.steps[0].right
    heard = say(talk, "lesson the-wick")
    assert any(words.startswith("Question 1 of 3") for words in heard)
    assert heard[-1].startswith("Say the number of your guess")
    assert say(talk, str(right))[0].startswith("You were right")
    assert "told already" in say(talk, "answer 1")[0]
    say(talk, "next")
    told = say(talk, str(3 - (known.steps[1].right or 0) % 3))[0]
    assert told.split(":")[0] in {"Not so. The answer", "You were right"}
    assert "not saved" in say(talk, "save lesson.toml")[0]
    say(talk, "leave")
    assert talk.state == before
    assert talk.store.history == steps


def test_a_past_crash_is_replayed_to_a_time():
    talk = talking("crash-2025-10-10")
    heard = say(talk, "opening", "next", "to 2025-10-11T06:20")
    assert any("DOGE was liquidated" in words for words in heard)
    assert heard[-1].startswith("At ")
    assert any(words.startswith("2025-10-10: ") for words in say(talk, "replay"))


# --- what cannot be done -------------------------------------------------------------------------

BAD = [
    "advise BTCUSDT=-3%", "fly", "flipp btc", "down x", "down -3", "down 1.5", "down 99999999", "to", "to nowhere",
    "flip nobody", "why nobody", "add", "add long btc", "add long 1 2 btc", "add long 1 btc at", "edit btc",
    "edit btc quantity -1", "leverage btc", "leverage btc 0", "reduce btc 100", "margin btc lots", "deposit",
    "withdraw 99999", "withdraw -5", "deposit −5", "order", "cancel", "cancel none", "venue nowhere", "name", "new",
    "new 10 a b c", "path nowhere", "marks nobody 3", "marks btc -1", "betas btc 1e99", "replay nowhere",
    "advise x", "advise -400%", "do margin", "frontier btc", "frontier nobody -3%", "open nowhere.toml",
    "save nowhere/x.toml", "card nowhere", "lesson nowhere", "answer", "leave", "help nonsense", "why event",
    "to -1e400", "add long 1e400 btc", "select nobody", "x" * 20_000, "to \x00", "flip \u202e", "terms nonsense",
]  # fmt: skip


@pytest.mark.parametrize("line", BAD, ids=range(len(BAD)))
def test_a_bad_line_is_answered_in_words_changes_nothing_and_the_talk_goes_on(line):
    talk = talking()
    before = talk.state.moment
    heard = say(talk, "opening", line)[1:]
    assert 1 <= len(heard) <= 2
    assert heard[0].endswith((".", "?"))
    assert len(heard[0]) < 400
    say(talk, "to -30%")
    assert talk.state.moment == before


def test_a_line_that_could_not_be_done_or_was_refused_is_in_the_exit_code():
    assert run("guide-cross", said="down 5\n# a remark\n\nflip btc\n").exit_code == 0
    assert run("guide-cross", said="fly\ndown 5\n").exit_code == 1
    assert run("guide-cross", said="withdraw 99999\n").exit_code == 1
    assert run("nowhere.toml").exit_code == 1


@pytest.mark.slow
def test_nothing_of_a_terminal_is_in_what_is_said():
    lines = "\n".join(verb.names[0] for verb in VERBS if verb.names[0] not in {"quit", "card"})
    done = run("guide-mixed", said=f"to -60%\n{lines}\nname \x1b[31mred\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", done.output)
    assert "Traceback" not in done.output
    for mark in ("→", "·", "  "):
        assert mark not in done.output.replace("↔", "")


# --- files ---------------------------------------------------------------------------------------


def test_what_is_saved_can_be_opened_and_what_somebody_else_changed_is_not_overwritten():
    talk = talking()
    assert say(talk, "flip btc", "save mine.toml")[-1] == "Saved to mine.toml."
    assert not talk.state.unsaved
    assert load("mine.toml").positions[0].mode.value == "isolated"
    say(talk, "deposit 50")
    Path("mine.toml").write_text("somebody else's", encoding="utf-8")
    assert "was changed on disk" in say(talk, "save")[0]
    assert Path("mine.toml").read_text(encoding="utf-8") == "somebody else's"
    assert say(talk, "save over mine.toml")[0] == "Saved to mine.toml."
    assert load("mine.toml").wallet == 1050
    # a file that was never on this desk is not taken by its name alone
    other = talking()
    Path("theirs.toml").write_text("theirs", encoding="utf-8")
    say(other, "save theirs.toml")
    assert Path("theirs.toml").read_text(encoding="utf-8") == "theirs"


@pytest.mark.slow
def test_what_is_not_saved_is_asked_about_where_somebody_is_and_told_elsewhere():
    asked = talking(asks=True)
    heard = say(asked, "flip btc", "quit", "stay")
    assert heard[-2].endswith("yes, no, or stay.")
    assert not asked.over
    say(asked, "open basket", "no")
    assert asked.state.workspace.name == load("basket").name
    say(asked, "flip btc", "quit", "yes")
    assert asked.over
    assert load("a-basket-of-three-longs.toml").positions[0].mode.value == "isolated"
    done = run("guide-cross", said="flip btc\n")
    assert done.output.splitlines()[-1].endswith("has changes that were not saved.")
    assert "not saved" not in run("guide-cross", said="down 5\n").output


def ended_without_a_word(*lines: str) -> Talk:
    """A talk on a file of this folder, of which nothing but its journal is left."""
    say(talking(), "save mine.toml")
    talk = talking("mine.toml", asks=True)
    say(talk, *lines)
    assert talk.keeping.recorder is not None
    talk.keeping.recorder.release()
    return talk


@pytest.mark.slow
def test_what_a_talk_did_that_ended_without_a_word_is_offered_and_recovered():
    before = ended_without_a_word("flip btc", "lesson the-wick", "next", "leave", "deposit 50")
    talk = talking("mine.toml", asks=True)
    heard = say(talk, "show", "recover")
    assert "recover, discard, show, or later." in heard[0]
    assert any("wallet" in words for words in heard)
    assert "2 changes recovered; not saved yet." in [words.lower() for words in heard]
    assert content(talk.state.workspace) == content(before.state.workspace)
    say(talk, "undo")
    assert talk.state.workspace.wallet == 1000
    # where it was decided and ended, nothing is offered any more
    say(talk, "quit", "no")
    assert talk.over
    assert say(talking("mine.toml", asks=True), "where")[0].startswith("The guide's cross account, under")


@pytest.mark.slow
def test_what_was_left_is_discarded_or_stays_for_later():
    ended_without_a_word("flip btc")
    later = talking("mine.toml", asks=True)
    say(later, "later", "deposit 10", "quit", "no")
    quitting = talking("mine.toml", asks=True)
    say(quitting, "quit")
    assert quitting.over
    talk = talking("mine.toml", asks=True)
    assert "recover, discard, show, or later." in say(talk, "what")[0]
    say(talk, "discard")
    assert talk.state.workspace.positions[0].mode.value == "cross"
    say(talk, "redo")
    assert talk.state.workspace.positions[0].mode.value == "isolated"


def test_a_code_and_a_card_are_of_the_account_as_it_is():
    talk = talking()
    say(talk, "flip btc")
    assert say(talk, "code") == [code_of(talk.state.document())]
    assert say(talk, "card day")[0].startswith("Written: ")
    assert "<svg" in next(Path().glob("*.svg")).read_text(encoding="utf-8")


def test_it_goes_through_the_gate_that_it_is_given(tmp_path):
    gate = VisitorGate(tmp_path / "visit", Limits())
    (tmp_path / "visit").mkdir(exist_ok=True)
    secret = tmp_path / "secret.toml"
    secret.write_text("wallet = 1\npositions = []\n", encoding="utf-8")
    talk = talking(gate=gate)
    before = talk.state.workspace
    say(talk, f"open {secret}", "open ../secret.toml", f"save {tmp_path / 'out.toml'}", "card")
    assert talk.state.workspace == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["secret.toml"]
    assert not list(Path().glob("*.svg"))


# --- the page ------------------------------------------------------------------------------------


def test_the_conversation_of_the_page_is_what_is_said():
    (sample,) = re.findall(r"^```text\n(> .*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    talk = talking()
    for part in re.split(r"^> ", sample, flags=re.MULTILINE)[1:]:
        line, _, answer = part.partition("\n")
        assert " ".join(say(talk, line)) == " ".join(answer.split())


def test_the_page_has_every_verb():
    rows = [f"| `{told(verb)}` | {verb.help} |" for verb in VERBS]
    assert PAGE.partition("|---|---|\n")[2].split("\n\n")[0].splitlines() == rows, "\n".join(rows)


def test_the_pipe_of_the_page_runs():
    (line,) = re.findall(r"^printf '(.*)' \| isocross talk (\S+)$", PAGE, re.MULTILINE)
    done = run(line[1], said=line[0].replace("\\n", "\n"))
    assert done.exit_code == 0
    assert "All isolated" in done.output
