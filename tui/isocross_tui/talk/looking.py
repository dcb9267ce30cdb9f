"""What only tells: the account, its positions, what happened, why, and what if."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from isocross.desk import selectors
from isocross.desk.actions.account import CarryOut
from isocross.desk.actions.frontier import LookAt, PutPoint, cell, pair, point
from isocross.desk.actions.orders import PlaceOrder
from isocross.desk.venue_board import Board, told
from isocross.figures.frame import PositionFrame
from isocross.format import counted, grouped, percent, price
from isocross.moves.move import Do, Move
from isocross.paths.glide import ReachError
from isocross.paths.shock import ShockError, parse_shock
from isocross.paths.together import ApartError
from isocross.report.card import Side, card_of_glide, card_of_path
from isocross.report.compare import all_sides
from isocross.report.explain import rules_lines
from isocross.report.walked import walked_json
from isocross.rules.catalogue import under_rules
from isocross.studies.advice import Advisor, advised_shocks
from isocross.studies.odds import account_odds
from isocross.studies.stops import advise_stop, stop_of
from isocross.studies.survive import survive
from isocross.studies.triage import triage
from isocross.studies.twin import Tally
from isocross.studies.walked_odds import walked_odds
from isocross.words import advice as counsel
from isocross.words.frontier import cell_words, point_words
from isocross.words.glossary import GLOSSARY
from isocross.words.outlook import pool_words
from isocross.words.stops import stop_advice_words
from isocross.words.twin import crossover_words, refusals_words
from isocross.words.why.account import account_reasons, mark_reasons
from isocross.words.why.events import event_reasons
from isocross.words.why.position import reasons
from isocross.words.why.reason import Reason
from isocross_tui.talk.parsing import market_of, number, share
from isocross_tui.talk.talk import Lines, Talk, TalkError, spoken


def account(talk: Talk, words: str) -> Lines:  # noqa: ARG001 - every verb takes its words
    """Tell where the account is."""
    frame, state = talk.frame, talk.state
    book, figures, money, whole = frame.book, frame.account, frame.book.amounts, frame.book.whole_amounts
    held = counted(len(book.positions), "position")
    yield f"{state.workspace.name}, {under_rules(book.profile.title)}, {held}."
    yield from talk.where()
    yield (
        f"Wallet {whole(figures.wallet)}, unused {money(figures.unused)}, available {money(figures.available)}, "
        f"maintenance margin {whole(figures.maintenance_margin)}, worst case {whole(figures.worst_case)}."
    )
    if told := pool_words(frame):
        yield told
    yield selectors.story(state).next_words(state.moment.cursor)


def after_the_fact(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Tell what the lived path does to the account, and what would have held it."""
    from isocross.report.autopsy import walk_lines  # noqa: PLC0415 - the importers are slow to load
    from isocross.studies.autopsy import of_own_path  # noqa: PLC0415 - as above

    if selectors.lived(talk.state) is None:
        raise TalkError("Nothing was lived through: lived begins a lived path, and replay 2025-10-10 a past crash.")
    workspace = talk.state.workspace
    lines = (line.strip() for line in walk_lines(workspace.name, of_own_path(workspace)))
    return [spoken(line[0].upper() + line[1:]) for line in lines if line]


def positions(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Tell every position."""
    rows = talk.frame.positions
    return [_told(talk, row) for row in rows] or ["There is no position: add opens one."]


def select(talk: Talk, words: str) -> Lines:
    """Choose the position that later lines are about; up and down of the list are `next` of it."""
    ids = [held.id for held in talk.frame.held.values()]
    if not words and ids:
        at = ids.index(talk.state.selected) + 1 if talk.state.selected in ids else 0
        words = ids[at % len(ids)]
    position = talk.select(words)
    return [_told(talk, row) for row in talk.frame.positions if row.position.id == position.id]


def _told(talk: Talk, row: PositionFrame) -> str:
    """A position as sentences."""
    book, position = talk.frame.book, row.position
    money, tick = book.amounts, book.market_of(row.position).grid
    size, entry = grouped(position.quantity), price(position.entry, tick)
    head = f"{position.id}: {position.side} {size} {position.market} from {entry}"
    held = f"{position.leverage.normalize():f}x {position.mode}, margin {money(row.margin)}"
    status = row.status.value.replace("_", " ")
    story = selectors.story(talk.state).position_words(talk.state.moment.cursor, row)
    if row.ended:
        return f"{head}, {held}. It is {status}, PnL {money(row.told_pnl, plus='+')}. {story}"
    away = "no liquidation price" if row.liquidation_price is None else (
        f"liquidation price {price(row.liquidation_price_shown, tick)}"
    )  # fmt: skip
    nearest = "joint liquidation " if row.joint_is_nearer else ""
    near = "" if row.distance is None else f", {nearest}{percent(row.distance)} away"
    return f"{head}, {held}. It is {status}, PnL {money(row.unrealised_pnl, plus='+')}, {away}{near}. {story}"


def events(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Tell what happened on the way here."""
    return list(talk.events(0, talk.frame)) or ["Nothing has happened up to here."]


# --- why -----------------------------------------------------------------------------------------


def why(talk: Talk, words: str) -> Lines:
    """Tell the arithmetic of a position, of the account, of the price's events, or of the last event."""
    frame, wanted = talk.frame, words.lower()
    if wanted == "account":
        return _reasons(account_reasons(frame))
    if wanted == "price":
        stops = [(stop.at, stop.events) for stop in selectors.told_stops(talk.state)]
        return _reasons(mark_reasons(selectors.what_if(talk.state), stops)) or ["Nothing is liquidated either way."]
    if wanted == "event":
        if not frame.events:
            raise TalkError("Nothing has happened up to here.")
        last = [event for event in frame.events if event.place == frame.events[-1].place]
        return [line for event in last for line in _reasons(event_reasons(frame, event))]
    position = talk.select(words)
    row = next(row for row in frame.positions if row.position.id == position.id)
    profile = frame.book.profile
    return [*_reasons(reasons(frame, row)), *(f"{line.strip()}." for line in rules_lines(profile))]


def _reasons(found: Iterator[Reason] | list[Reason] | tuple[Reason, ...]) -> list[str]:
    """Each figure in one line: its formula, the numbers put in, the source."""
    parts = [(r.title, "; ".join(filter(None, (r.formula, r.substituted, r.source)))) for r in found]
    return [spoken(f"{title}: {told}".replace(" → ", ", so ")) for title, told in parts]


def terms(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Tell what the terms mean, or one of them."""
    found = [term for term in GLOSSARY if words.lower() in term.name.lower()]
    if not found:
        raise TalkError(f"There is not a term “{words}”: say terms alone for all of them.")
    return [f"{t.name}: {t.definition}{f'; {t.formula}' if t.formula else ''}." for t in found]


def odds(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Count how often past crashes reached each liquidation price."""
    here = selectors.rehearsal(talk.state).book_at(talk.state.moment.cursor)
    yield str(walked_json(walked_odds(here))["text"])
    yield from (f"{name} alone: {text}" for name, text in account_odds(talk.frame))


# --- what if -------------------------------------------------------------------------------------


def compare(talk: Talk, words: str) -> Lines:
    """Tell what each mode leaves; `compare venues` under every venue's rules too, `compare stop btc 55000` with one."""
    stop = _stop(talk, words) if words.startswith("stop ") else None
    living, workspace = selectors.lived(talk.state), talk.state.workspace
    if living is not None and stop is not None:
        raise TalkError("A stop is compared on a what-if: say lived to go back to it.")
    if living is not None:
        return [_side(side) for side in card_of_path(workspace, living).sides]
    rehearsal, shock = selectors.what_if(talk.state), talk.state.moment.shock
    told = [_side(side) for side in card_of_glide(workspace, rehearsal, shock).sides]
    twin, results = all_sides(workspace, rehearsal, shock, talk.gate.venues() if words == "venues" else (), stop)
    others = results[3:]
    told += [_venue(r.variant.title, r.tally) for r in others if r.tally is not None]
    told += refusals_words(r.variant for r in others)
    return [*told, crossover_words(twin.of_modes(results[:3], shock), shock)]


def _stop(talk: Talk, words: str) -> tuple[str, Decimal]:
    """The position and the price of `stop btc 55000`, or `stop btc at 55000`."""
    name, _, level = words.removeprefix("stop ").replace(" at ", " ").rpartition(" ")
    return talk.select(name.strip()).id, number(level)


def _side(side: Side) -> str:
    title = f"{side.title[:1].upper()}{side.title[1:]}"
    return spoken(f"{title}: equity {side.left}, {side.told}" if side.left else f"{title}: {side.told}")


def _venue(title: str, tally: Tally) -> str:
    left = tally.amounts(tally.equity)
    return f"{title[:1].upper()}{title[1:]}: equity {left}, {tally.survivors} of {tally.positions} open."


def venues(talk: Talk, words: str) -> Lines:  # noqa: ARG001
    """Tell what the account is under every venue's rules, the safest first."""
    rows = Board(talk.gate.venues()).rows(talk.state)
    return [spoken(told(row, talk.state.selected)) for row in rows]


def advise(talk: Talk, words: str) -> Lines:
    """Tell what to close first, what it takes to survive a move, and which modes leave the most."""
    rehearsal = selectors.what_if_now(talk.state)
    if not rehearsal.book.positions:
        raise TalkError("There is no position to advise on.")
    try:
        move = parse_shock(words, ()) if words else talk.state.moment.ahead
        rehearsal.refuse_too_far(move)
    except (ReachError, ShockError, ApartError) as error:
        raise TalkError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    if not isinstance(move, Decimal):
        raise TalkError("Say one common move, such as: advise -25%.")
    yield counsel.triage_sentence(triage(rehearsal, 1 if move > 0 else -1))
    if not move:
        yield "Say a move to survive, such as: advise -25%."
        return
    solved = survive(rehearsal, move, None)
    yield counsel.survival_sentence(solved, rehearsal.book)
    talk.remedies = {str(answer.kind): CarryOut(tuple(answer.steps)) for answer in solved.answers if answer.steps}
    for answer in solved.answers:
        yield f"{answer.kind}: {counsel.answer_sentence(solved, answer, rehearsal.book)}"
    shocks = advised_shocks(move)
    advice = Advisor(rehearsal).advise(shocks)
    if advice.flips:
        talk.remedies["modes"] = CarryOut(tuple(Move(Do.FLIP, id) for id in advice.flips))
    yield f"{counsel.advice_sentence(advice, rehearsal.book)} {counsel.costs(advice, rehearsal.book)}".rstrip()
    yield counsel.advice_terms(advice)
    stop = advise_stop(rehearsal, shocks)
    yield stop_advice_words(stop, rehearsal.book)
    if stop.position is not None and stop.level is not None and selectors.lived(talk.state) is None:
        talk.remedies["stop"] = PlaceOrder(stop_of(rehearsal.book, stop.position, stop.level))
    if talk.remedies:
        yield f"Say do and one of {', '.join(talk.remedies)} to have it done."


def carry_out(talk: Talk, words: str) -> Lines:
    """Do what was advised last."""
    if not talk.remedies:
        raise TalkError("Nothing was advised yet: say advise and a move, such as: advise -25%.")
    if words not in talk.remedies:
        raise TalkError(f"Say one of {', '.join(talk.remedies)}.")
    remedy, talk.remedies = talk.remedies[words], {}
    return talk.do(remedy)


def frontier(talk: Talk, words: str) -> Lines:
    """Tell what two markets' own moves leave: `frontier btc -30% eth -20%`."""
    given = words.split()
    if not selectors.book_now(talk.state).positions:
        raise TalkError("There is no open position.")
    if given and len(given) not in {2, 4}:
        raise TalkError("Say one or two markets, each with its move, such as: frontier btc -30% eth -20%.")
    if given:
        markets = [market_of(word, talk.state) for word in given[::2]]
        held = list(dict.fromkeys(p.market for p in selectors.book_now(talk.state).positions))
        strange = next((market for market in markets if market not in held), None)
        if strange is not None:
            raise TalkError(f"{strange} is not held: say one of {', '.join(held)}.")
        moves = [share(word) for word in given[1::2]] + [Decimal(0)]
        talk.store.dispatch(LookAt(markets[0], markets[1] if len(markets) > 1 else None))
        talk.store.dispatch(PutPoint((moves[0], moves[1])))
    x, y = pair(talk.state)
    currency = talk.state.workspace.currency
    where = spoken(point_words(x, y, *point(talk.state), currency)).removesuffix(".")
    return [f"{where}: {cell_words(cell(talk.state))}"]
