"""What moves the price: steps, a place, the next event, a path, a past crash."""

from __future__ import annotations

from isocross.desk import selectors
from isocross.desk.actions.account import SetMarks
from isocross.desk.actions.path import SetReplay, ToggleLived
from isocross.desk.actions.shock import OPENING, NextStep, ShockBy, ShockMarket, ShockTo, ToEvent, ToHappening
from isocross.format import percent
from isocross.money import ONE
from isocross.rehearsal.cursor import CursorError, place_on
from isocross.rules.market import base_of
from isocross.studies.replays import offers
from isocross_tui.forms.account import NotReadableError
from isocross_tui.forms.shock import markets_asked, path_choices, read_betas, read_marks
from isocross_tui.talk.parsing import market_of, number, share
from isocross_tui.talk.talk import Lines, Talk, TalkError

MOST_STEPS = 10_000


def down(talk: Talk, words: str) -> Lines:
    """Let the price drop."""
    return _by(talk, words, -1)


def up(talk: Talk, words: str) -> Lines:
    """Let the price rise."""
    return _by(talk, words, 1)


def _by(talk: Talk, words: str, sign: int) -> Lines:
    """By so many steps, or by so many per cent of the opening marks; one market alone by a leg of a walk."""
    symbol, _, share_of_it = words.partition(" ")
    if share_of_it:
        return talk.do(ShockMarket(_known_market(symbol, talk), sign * abs(share(share_of_it))))
    if words.endswith("%"):
        if selectors.lived(talk.state) is not None:
            raise TalkError("On a lived path the price goes by steps: say a number of them.")
        return talk.do(ShockTo(talk.state.moment.cursor + sign * abs(share(words))))
    steps = number(words) if words else ONE
    if steps != int(steps) or not 0 < steps <= MOST_STEPS:
        raise TalkError(f"Say a number of steps from 1 to {MOST_STEPS}, or a move such as 5%.")
    return talk.do(ShockBy(sign * int(steps)))


def _known_market(word: str, talk: Talk) -> str:
    """The market of the account that a word means."""
    symbol, known = market_of(word, talk.state), selectors.book(talk.state).markets
    if symbol not in known:
        raise TalkError(f"Say one of {', '.join(known)} and a move such as 5%.")
    return symbol


def to(talk: Talk, words: str) -> Lines:
    """Go to a common move; on a lived path to a place or a time."""
    living = selectors.lived(talk.state)
    if living is None:
        return talk.do(ShockTo(share(words)))
    try:
        return talk.do(ShockTo(place_on(living, words)))
    except CursorError as error:
        raise TalkError(f"{error}.") from None


def following(talk: Talk, words: str) -> Lines:  # noqa: ARG001 - every verb takes its words
    """Go to the next event; of a replay, in any of the modes."""
    return talk.do(ToHappening(1) if talk.state.moment.kind.has_bars else ToEvent(1))


def back(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Go back to the event before."""
    return talk.do(ToHappening(-1) if talk.state.moment.kind.has_bars else ToEvent(-1))


def opening(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Go back to the opening marks."""
    return talk.do(OPENING)


def play(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Go all the way from the opening marks, and tell every event."""
    end = selectors.rehearsal(talk.state).play_end(talk.state.moment.cursor)
    talk.store.dispatch(OPENING)
    return talk.do(ShockTo(end))


def step(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Take the next size of step."""
    talk.store.dispatch(NextStep())
    yield f"A step is {percent(talk.state.step, 0)} now."


# --- paths ---------------------------------------------------------------------------------------


def path(talk: Talk, words: str) -> Lines:
    """Choose how the marks move; without words, what there is to choose from."""
    known = path_choices(talk.state)
    for choice, action in known:
        if words.lower() in {choice.key.lower(), choice.title.lower()}:
            return talk.do(action)
    if words:
        raise TalkError(f"There is not a path “{words}”: say path alone for all of them.")
    return [f"{choice.key}: {choice.title}, {choice.note}." for choice, _ in known]


def lived(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Go to a lived path, or back to what-if."""
    return _entered(talk, ToggleLived())


def markets(talk: Talk, words: str) -> Lines:
    """Tell each market's mark and its part in the shock, or change one: `marks btc 61000`, `betas eth 1.5`."""
    verb, *given = words.split()
    held = markets_asked(talk.state)
    parts, known = talk.state.workspace.scenario.betas, selectors.book(talk.state).markets
    values = {f"mark-{n}": f"{known[symbol].mark:f}" for n, symbol in enumerate(held)}
    values |= {f"beta-{n}": f"{parts.get(symbol, ONE):f}" for n, symbol in enumerate(held)}
    if not given:
        return [
            f"{symbol} opens at {values[f'mark-{n}']} and goes {values[f'beta-{n}']} times the shock."
            for n, symbol in enumerate(held)
        ]
    symbol = market_of(given[0], talk.state)
    if symbol not in held or len(given) != 2:
        raise TalkError(f"Say one of {', '.join(held)} and a number.")
    values[f"{'mark' if verb == 'marks' else 'beta'}-{held.index(symbol)}"] = given[1]
    try:
        return talk.do(SetMarks(read_marks(values, talk.state), read_betas(values, talk.state)))
    except NotReadableError as error:
        raise TalkError(f"{error}.") from None


def marks(talk: Talk, words: str) -> Lines:
    """Tell or change the opening marks."""
    return markets(talk, f"marks {words}")


def betas(talk: Talk, words: str) -> Lines:
    """Tell or change the parts in the shock."""
    return markets(talk, f"betas {words}")


def replay(talk: Talk, words: str) -> Lines:
    """Replay a past crash from its opening; without words, which crashes fit the account."""
    book, own = selectors.book(talk.state), dict(talk.state.workspace.scenario.stand_in)
    found = offers(book, own)
    if not words:
        return [f"{offer.window.id}: {offer.title}. {offer.words}." for offer in found] or [
            "No past crash has the markets of this account."
        ]
    offer = next((offer for offer in found if offer.window.id == words), None)
    if offer is None:
        raise TalkError(f"There is not a crash “{words}” for this account: say replay alone for those that there are.")
    currency = talk.state.workspace.currency
    told = [*_entered(talk, SetReplay(words, offer.stand_in, f"Replay: {offer.title}"))]
    return [*told, *(f"{base_of(market, currency)} follows {other}." for market, other in offer.stand_in.items())]


def _entered(talk: Talk, action: SetReplay | ToggleLived) -> Lines:
    """Go to another path, and tell where that is, also where the cursor has the same figure."""
    before = talk.state.moment.cursor
    yield from talk.do(action)
    if talk.state.moment.cursor == before:
        yield from talk.where()
