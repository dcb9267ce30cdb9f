"""Every verb of a talk: how it is said, what it does, and which commands of the desk it is said for."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Final

from isocross.records import dataclass
from isocross_tui.talk import account, files, lessons, looking, shock
from isocross_tui.talk.talk import Lines, Talk, TalkError


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be said."""

    names: tuple[str, ...]
    """The first is the usual one."""
    usage: str
    """What may be behind it."""
    help: str
    """What it does, as a sentence without its end."""
    do: Callable[[Talk, str], Lines]
    commands: tuple[str, ...] = ()
    """Ids of the commands of the desk that it is said for."""


def _following(talk: Talk, words: str) -> Lines:
    """Go on with a lesson, or to the next event."""
    return shock.following(talk, words) if talk.lesson is None else lessons.go_on(talk, talk.lesson)


def _help(_talk: Talk, words: str) -> Lines:
    """Tell every verb, or one."""
    if words:
        verb = verb_named(words)
        return [f"{told(verb)}: {verb.help}."]
    return [f"{told(verb)}: {verb.help}." for verb in VERBS]


def told(verb: Verb) -> str:
    """A verb with what may be behind it."""
    return f"{verb.names[0]} {verb.usage}".rstrip()


VERBS: Final = (
    Verb(("down",), "[5, 5% or eth 5%]", "let the price drop by so many steps or per cent; on a walk, one market alone",
         shock.down, ("shock.down", "shock.far-down", "shock.market")),
    Verb(("up",), "[5, 5% or eth 5%]", "let the price rise by so many steps or per cent; on a walk, one market alone",
         shock.up, ("shock.up", "shock.far-up")),
    Verb(("to", "shock"), "-30%", "go to a common move; on a lived path to a place or a time", shock.to,
         ("shock.type", "replay.jump")),
    Verb(("next",), "", "go to the next event; in a lesson, go on", _following,
         ("shock.next-event", "replay.next")),
    Verb(("back",), "", "go back to the event before", shock.back, ("shock.previous-event", "replay.previous")),
    Verb(("opening",), "", "go back to the opening marks", shock.opening, ("shock.zero",)),
    Verb(("play",), "", "go all the way from the opening marks, and tell every event", shock.play,
         ("shock.play", "replay.play")),
    Verb(("step",), "", "take the next size of step", shock.step, ("shock.step",)),
    Verb(("path",), "[gap]", "choose how the marks move; alone, tell what there is to choose from", shock.path,
         ("shock.path",)),
    Verb(("lived",), "", "go to a lived path, or back to what-if", shock.lived, ("path.lived", "replay.leave")),
    Verb(("marks",), "[btc 61000]", "tell or change the opening marks", shock.marks, ("shock.betas",)),
    Verb(("betas",), "[eth 1.5]", "tell or change each market's part in the shock", shock.betas),
    Verb(("replay",), "[2025-10-10]", "replay a past crash; alone, tell which there are", shock.replay,
         ("view.replay", "replay.window", "replay.take")),
    Verb(("account", "where"), "", "tell where the account is", looking.account, ("view.desk",)),
    Verb(("positions",), "", "tell every position", looking.positions),
    Verb(("select",), "[btc]", "choose the position that later lines are about; alone, the next one", looking.select,
         ("position.up", "position.down")),
    Verb(("events",), "", "tell what happened on the way here", looking.events),
    Verb(("autopsy",), "", "tell what the lived path does to the account, and what would have held it",
         looking.after_the_fact, ("autopsy",)),
    Verb(("why", "explain"), "[btc, account, price or event]", "tell the arithmetic with its numbers", looking.why,
         ("why",)),
    Verb(("terms",), "[refill]", "tell what the terms mean", looking.terms, ("glossary",)),
    Verb(("odds",), "", "count how often past crashes reached each liquidation price", looking.odds,
         ("history.odds",)),
    Verb(("compare",), "[venues or stop btc 55000]", "tell what each mode leaves, or each venue too, or the account "
         "with a stop", looking.compare, ("view.twin", "twin.stop")),
    Verb(("advise",), "[-25%]", "tell what to close first, what survives a move, and which modes leave the most",
         looking.advise, ("view.close-first", "close-first.subject")),
    Verb(("do",), "margin", "do what was advised last", looking.carry_out,
         ("close-first.apply", "close-first.advice", "close-first.stop")),
    Verb(("frontier",), "[btc -30% eth -20%]", "tell what two markets' own moves leave", looking.frontier,
         ("view.frontier", "frontier.markets", "frontier.desk", "frontier.opening", "frontier.left", "frontier.right",
          "frontier.up", "frontier.down", "frontier.far-left", "frontier.far-right", "frontier.far-up",
          "frontier.far-down")),
    Verb(("flip",), "[btc or all]", "flip between cross and isolated", account.flip,
         ("position.flip", "position.flip-all")),
    Verb(("preview",), "[btc]", "tell what a flip would do, and do nothing", account.preview, ("position.preview",)),
    Verb(("add",), "long 1 btc at 60000 10x cross", "open a position", account.add, ("position.add",)),
    Verb(("edit",), "btc quantity 2 entry 50000", "change what was entered of a position", account.edit,
         ("position.edit",)),
    Verb(("drop",), "[btc]", "drop a position, as if it had never been entered", account.drop, ("position.drop",)),
    Verb(("close",), "[btc]", "close a position at its mark", account.close, ("position.close",)),
    Verb(("reduce",), "[btc] 0.5", "close a part of a position at its mark", account.reduce, ("position.reduce",)),
    Verb(("leverage",), "[btc] 20", "set the leverage of a position", account.leverage, ("position.leverage",)),
    Verb(("margin",), "[btc] +50 or -50", "add margin to a position, or remove some", account.margin,
         ("margin.add", "margin.remove")),
    Verb(("auto",), "[btc]", "let an isolated position draw margin by itself, or stop it", account.auto,
         ("margin.auto",)),
    Verb(("deposit",), "100 or 1 eth [at 3000 weight 0.9]", "deposit cash, or an asset; a new one with a price and a "
         "weight where the venue has none", account.deposit, ("cash.deposit",)),
    Verb(("withdraw",), "100 or 1 eth", "withdraw cash, or an asset, that backs no position", account.withdraw,
         ("cash.withdraw",)),
    Verb(("assets",), "", "tell what counts of each asset, and what each move of them leads to", account.assets,
         ("asset.list",)),
    Verb(("collateral",), "[btc]", "let an asset count as collateral, or no more", account.collateral,
         ("asset.switch",)),
    Verb(("convert",), "0.1 btc usdt", "sell some of an asset for another at the opening prices", account.convert,
         ("asset.convert",)),
    Verb(("mode",), "[unified]", "switch the account's mode: standard, unified, multi-assets; alone, tell which there "
         "are", account.mode, ("account.mode",)),
    Verb(("order",), "long 1 btc at 50000 10x cross", "place a resting order", account.order, ("orders.place",)),
    Verb(("orders",), "", "tell the resting orders and what they hold", account.orders, ("orders.list",)),
    Verb(("cancel",), "ORDER or all", "cancel one order, or all", account.cancel, ("orders.cancel-all",)),
    Verb(("venue",), "[bybit or before]", "put the account under another venue's rules; alone, the next one",
         account.venue, ("venue.next", "venue.previous", "venues.take")),
    Verb(("venues",), "", "tell what the account is under every venue's rules, the safest first", looking.venues,
         ("view.venues",)),
    Verb(("name",), "NAME", "give the account another name", account.name, ("account.name",)),
    Verb(("new",), "1000 usdt binance", "begin an account; add opens its positions", account.new, ("account.new",)),
    Verb(("undo",), "", "take back the last step", files.undo, ("history.undo",)),
    Verb(("redo",), "", "do again what was taken back", files.redo, ("history.redo",)),
    Verb(("history",), "", "tell all steps", files.history, ("history.list",)),
    Verb(("open",), "[NAME]", "open a file, a shipped account or a code; alone, tell what there is", files.open_file,
         ("file.open",)),
    Verb(("save",), "[NAME or over NAME]", "save the account", files.save, ("file.save", "file.save-as")),
    Verb(("code",), "", "tell the short code of the account", files.code, ("file.copy-code",)),
    Verb(("card",), "[THEME]", "write a picture to share, as an SVG", files.card, ("view.capture",)),
    Verb(("lesson", "lessons"), "[ID]", "begin a lesson; alone, tell which there are", lessons.lesson,
         ("view.lessons",)),
    Verb(("answer",), "[2]", "answer the question of a lesson; a number alone does so too", lessons.guess),
    Verb(("leave",), "", "leave the lesson", lessons.leave_lesson),
    Verb(("help",), "[VERB]", "tell every verb, or one", _help, ("help", "palette", "tour")),
    Verb(("quit", "exit"), "", "end", files.leave, ("quit",)),
)  # fmt: skip
"""In the order of the help."""

FOR_THE_EYE: Final = frozenset(
    ("live.back", "view.theme", "view.present", "frontier.lens", "frontier.nearer", "frontier.farther", "replay.faster",
     "replay.slower", "replay.chart", "replay.zoom", "rows.order", "rows.filter", "words")
)  # fmt: skip
"""Commands that change only how something looks."""
_BY_NAME: Final = {name: verb for verb in VERBS for name in verb.names}


def verb_named(word: str) -> Verb:
    """The verb of a name; TalkError says which one may be meant."""
    found = _BY_NAME.get(word.lower())
    if found is None:
        close = get_close_matches(word.lower(), _BY_NAME, 1)
        hint = f"did you mean {close[0]}?" if close else "help tells all verbs."
        raise TalkError(f"“{word}” is not understood: {hint}")
    return found


def hear(talk: Talk, line: str) -> Lines:
    """Do what a line says; raises TalkError for what cannot be done."""
    words = line.strip()
    if not words or words.startswith("#"):
        return
    if talk.answer is not None:
        answered, talk.answer = talk.answer, None
        yield from answered(words)
        return
    if words.isdecimal() and talk.lesson is not None:
        words = f"answer {words}"
    name, _, rest = words.partition(" ")
    yield from verb_named(name).do(talk, " ".join(rest.split()))
