"""The cascade of one cell, whole, in floats: from due place to due place, as the exact solver goes.

Every decision (whether a threshold is reached, who is first, how much is closed) is made with a bound of how far off
the floats can be. Where it could come out the other way, the cell is unsure, and the exact engine is asked instead. A
bound grows with each event: a place that is off by so much moves cash by that much times what was closed.

All is in one module, for what numba keeps on disk is good for one module. `low` and `high` are the first position of
the pool or of an isolated one, and the one after the last; `cash` is what they have.
"""

from __future__ import annotations

from math import ceil, floor

from isocross.risk.screen import layout as at
from isocross.risk.screen.compiled import compiled
from isocross.risk.screen.layout import Given, Rows, State


@compiled
def _doubt(s: State, is_near: bool) -> None:
    """Say that floats cannot tell."""
    if is_near:
        s.now[0].unsure = 1


@compiled
def _price(g: Given, s: State, i: int, place: float) -> float:
    return g.held[i].mark + s.held[i].slope * place


@compiled
def _tier(g: Given, s: State, i: int, price: float) -> int:
    size = s.held[i].quantity
    if g.held[i].size_by != at.BY_QUANTITY:
        size *= price if g.held[i].size_by == at.BY_NOTIONAL else g.held[i].entry
    tier, last = g.held[i].tier, g.held[i].end_tier - 1
    while tier < last and (size > g.tier[tier + 1].start or (size == g.tier[tier + 1].start and g.held[i].below == 0)):
        tier += 1
    return tier


@compiled
def _stand(g: Given, s: State, i: int, place: float) -> None:
    """Stand a position in its tier."""
    price = _price(g, s, i, place)
    s.held[i].tier = _tier(g, s, i, price)
    if g.held[i].jumps == 1 and g.held[i].size_by == at.BY_NOTIONAL:
        size = s.held[i].quantity * price
        for tier in range(g.held[i].tier + 1, g.held[i].end_tier):
            _doubt(s, abs(size - g.tier[tier].start) <= at.NEAR * size)


@compiled
def _asked(g: Given, s: State, i: int, price: float) -> float:
    """The requirement of a position."""
    tier, quantity = s.held[i].tier, s.held[i].quantity
    fixed = g.tier[tier].fixed + quantity * g.tier[tier].fixed_each
    return fixed + (g.tier[tier].moving + quantity * g.tier[tier].moving_each) * price


@compiled
def _surplus(g: Given, s: State, cash: float, low: int, high: int) -> tuple[float, float]:
    """Equity minus requirement: height and slope in the place."""
    height, slope = cash, 0.0
    for i in range(low, high):
        if s.held[i].is_open == 1:
            size, tier = g.held[i].sign * s.held[i].quantity, s.held[i].tier
            height += size * (g.held[i].mark - g.held[i].start) - _asked(g, s, i, g.held[i].mark)
            slope += (size - g.tier[tier].moving - s.held[i].quantity * g.tier[tier].moving_each) * s.held[i].slope
    return height, slope


@compiled
def _standing(g: Given, s: State, cash: float, low: int, high: int, place: float) -> tuple[float, float]:
    """Equity and requirement at a place."""
    equity, asked = cash, 0.0
    for i in range(low, high):
        if s.held[i].is_open == 1:
            price = _price(g, s, i, place)
            equity += g.held[i].sign * s.held[i].quantity * (price - g.held[i].start)
            asked += _asked(g, s, i, price)
    return equity, asked


@compiled
def _is_above(g: Given, s: State, cash: float, low: int, high: int, place: float) -> bool:
    """Whether it is above its line here, for certain or not."""
    height, slope = _surplus(g, s, cash, low, high)
    here = height + slope * place
    _doubt(s, abs(here) <= s.now[0].error)
    return here > 0


@compiled
def _border(g: Given, s: State, low: int, high: int) -> tuple[float, int]:
    """Where the first of them leaves its tier, and which one; beyond the end: none does."""
    edge, first = at.NEVER, -1
    for i in range(low, high):
        slope, tier = s.held[i].slope, s.held[i].tier + (1 if s.held[i].slope > 0 else 0)
        passes = s.held[i].is_open == 1 and g.held[i].size_by == at.BY_NOTIONAL and slope != 0
        if passes and g.held[i].tier < tier < g.held[i].end_tier:
            border = (g.tier[tier].start / s.held[i].quantity - g.held[i].mark) / slope
            if border < edge:
                edge, first = border, i
    return edge, first


@compiled
def _next_due(g: Given, s: State, cash: float, low: int, high: int, place: float) -> float:
    """Where it next comes to its line, from tier to tier; beyond the end: it does not. The slip is in `now`."""
    empty = True
    for i in range(low, high):
        if s.held[i].is_open == 1:
            empty = False
            _stand(g, s, i, place)
    if empty:
        return at.NEVER
    for _ in range(at.MOST_ROUNDS):
        height, slope = _surplus(g, s, cash, low, high)
        here, error = height + slope * place, s.now[0].error
        _doubt(s, abs(here) <= error)
        s.now[0].slip = at.HAIR
        if here <= 0:
            return place
        root = at.NEVER
        if slope < 0:
            root, s.now[0].slip = -height / slope, error / -slope
        _doubt(s, abs(root - 1) <= s.now[0].slip or abs(height + slope) <= error)
        edge, row = _border(g, s, low, high)
        if (
            row >= 0
            and g.held[row].jumps == 1
            and (abs(edge - 1) <= at.NEAR or abs(edge - root) <= s.now[0].slip + at.NEAR)
        ):
            s.now[0].unsure = 1
        if root <= edge or edge > 1:
            return root if root <= 1 else at.NEVER
        place = max(place, edge)
        s.held[row].tier += 1 if s.held[row].slope > 0 else -1
    s.now[0].unsure = 1
    return at.NEVER


@compiled
def _moved(s: State, i: int, quantity: float) -> None:
    """Take into account that so much was closed or filled at a place that may be off."""
    s.now[0].error += quantity * abs(s.held[i].slope) * s.now[0].slip * 2
    _doubt(s, s.now[0].slip > at.NEAR * 1000)


@compiled
def _to_lot(g: Given, s: State, i: int, quantity: float, up: bool, by_chance: bool) -> float:
    """Round to lots; one that is not made of round figures may be on either side of a whole number of them."""
    lot = g.held[i].lot
    if lot <= 0 or quantity / lot >= at.MANY:
        return quantity
    lots = quantity / lot
    nearest = floor(lots + 0.5)
    if abs(lots - nearest) <= at.NEAR * max(1.0, lots):
        _doubt(s, by_chance)
        return nearest * lot
    return (ceil(lots) if up else floor(lots)) * lot


@compiled
def _down(g: Given, s: State, i: int, step: int, price: float) -> float:
    """How much is closed to come just below the border of the tier that lies so many tiers lower."""
    target = min(_tier(g, s, i, price), s.held[i].floor) - int(g.step[step].amount)
    if target < g.held[i].tier:
        return at.NONE
    border = g.tier[target + 1].start
    by_quantity = g.held[i].size_by == at.BY_QUANTITY
    most = border if by_quantity else border / (price if g.held[i].size_by == at.BY_NOTIONAL else g.held[i].entry)
    kept = _to_lot(g, s, i, most, False, not by_quantity)
    if g.held[i].below == 0 and kept >= most * (1 - at.HAIR):
        kept = kept - g.held[i].lot if g.held[i].lot > 0 else most * (1 - at.HAIR)
    return s.held[i].quantity - kept if 0 < kept < s.held[i].quantity else at.NONE


@compiled
def _by_step(g: Given, s: State, i: int, step: int, price: float) -> float:
    """How much of a position a step closes; below zero: it does not apply."""
    quantity, above = s.held[i].quantity, g.step[step].above
    size = quantity * price
    if g.step[step].kind == at.TIER_DOWN:
        return _down(g, s, i, step, price)
    if g.step[step].kind == at.FRACTION:
        _doubt(s, abs(size - above) <= at.NEAR * above)
        if s.held[i].cut == 1 or size <= above:
            return at.NONE
        s.held[i].cut = 1
        return _to_lot(g, s, i, quantity * g.step[step].amount, True, False)
    wanted = min(max(size * g.step[step].amount, above), g.step[step].most)
    _doubt(s, abs(size - wanted) <= at.NEAR * size)
    return quantity if wanted >= size else max(_to_lot(g, s, i, wanted / price, False, True), g.held[i].lot)


@compiled
def _decide(g: Given, s: State, a: int, cash: float, low: int, high: int, i: int, place: float) -> None:
    """Decide how much of a position is closed: the first step that applies says it; 0: the whole."""
    s.held[i].part = 0.0
    if g.account[a].step == g.account[a].end_step:
        return
    equity, asked = _standing(g, s, cash, low, high, place)
    _doubt(s, abs(equity) <= s.now[0].error)
    for step in range(g.account[a].step, g.account[a].end_step):
        if g.step[step].kind == at.BACKSTOP:
            _doubt(s, equity < (g.step[step].amount + at.NEAR) * asked)
        elif equity > 0:
            part = _by_step(g, s, i, step, _price(g, s, i, place))
            if part >= 0:
                s.held[i].part = part if part < s.held[i].quantity * (1 - at.NEAR) else 0.0
                return


@compiled
def _close(g: Given, s: State, a: int, cash: float, low: int, high: int, i: int, place: float) -> float:
    """Close what was decided of a position; the cash after it."""
    price, part = _price(g, s, i, place), s.held[i].part if s.held[i].part > 0 else s.held[i].quantity
    equity, asked = _standing(g, s, cash, low, high, place)
    share = 1.0
    if g.account[a].by_share == 1 and asked > 0:
        share = _asked(g, s, i, price) * part / s.held[i].quantity / asked
    fee = min(part * price * g.held[i].fee, max(0.0, equity) * share)
    _moved(s, i, part)
    s.now[0].acted = 1
    if s.held[i].part > 0:
        s.held[i].quantity -= part
        _stand(g, s, i, place)
        s.held[i].floor = s.held[i].tier
    else:
        s.held[i].is_open = 0
    return cash + g.held[i].sign * part * (price - g.held[i].start) - fee


@compiled
def _victim(g: Given, s: State, a: int, place: float) -> int:
    """The position of the pool that is closed next."""
    best, least = -1, 0.0
    for i in range(g.account[a].begin, g.account[a].apart):
        if s.held[i].is_open == 0:
            continue
        if g.account[a].victim == at.IN_ORDER:
            return i
        price = _price(g, s, i, place)
        rank = -_asked(g, s, i, price)
        if g.account[a].victim == at.LARGEST_LOSS:
            rank = g.held[i].sign * s.held[i].quantity * (price - g.held[i].start)
        if best >= 0:
            both = s.held[i].quantity * abs(s.held[i].slope) + s.held[best].quantity * abs(s.held[best].slope)
            _doubt(s, abs(rank - least) <= s.now[0].error + both * s.now[0].slip)
        if best < 0 or rank < least:
            best, least = i, rank
    return best


@compiled
def _of_pool(g: Given, s: State, a: int, place: float) -> None:
    """Close victims of a pool at its line until it is above it or empty."""
    low, high = g.account[a].begin, g.account[a].apart
    for _ in range(at.MOST_ROUNDS):
        one = -1 if g.account[a].victim == at.ALL_OF_THEM else _victim(g, s, a, place)
        for i in range(low, high):
            if s.held[i].is_open == 1 and one in (-1, i):
                _decide(g, s, a, s.now[0].cash, low, high, i, place)
        left = 0
        for i in range(low, high):
            if s.held[i].is_open == 1:
                if one in (-1, i):
                    s.now[0].cash = _close(g, s, a, s.now[0].cash, low, high, i, place)
                left += s.held[i].is_open
        if left == 0:
            s.now[0].cash = 0.0 if g.account[a].rest_to_fund == 1 else max(0.0, s.now[0].cash)
            return
        if _is_above(g, s, s.now[0].cash, low, high, place):
            return
    s.now[0].unsure = 1


@compiled
def _of_isolated(g: Given, s: State, a: int, i: int, place: float) -> None:
    """Close parts of an isolated position at its line until it is above it or taken over."""
    for _ in range(at.MOST_ROUNDS):
        _decide(g, s, a, s.held[i].margin, i, i + 1, i, place)
        if s.held[i].part == 0:
            left = _standing(g, s, s.held[i].margin, i, i + 1, place)[0]
            if g.account[a].keeps == 1 and left > 0:
                s.now[0].cash += left - min(s.held[i].quantity * _price(g, s, i, place) * g.held[i].fee, left)
            _moved(s, i, s.held[i].quantity)
            s.held[i].is_open, s.now[0].acted = 0, 1
            return
        s.held[i].margin = _close(g, s, a, s.held[i].margin, i, i + 1, i, place)
        if _is_above(g, s, s.held[i].margin, i, i + 1, place):
            return
    s.now[0].unsure = 1


@compiled
def _of_refilled(g: Given, s: State, i: int, place: float) -> None:
    """Refill a position from unused cash; take it over where there is none."""
    for _ in range(at.MOST_ROUNDS):
        equity = _standing(g, s, s.held[i].margin, i, i + 1, place)[0]
        wanted = max(g.held[i].initial, s.held[i].quantity * _price(g, s, i, place) / g.held[i].leverage) - equity
        unused = max(0.0, s.now[0].cash)
        _moved(s, i, s.held[i].quantity)
        _doubt(s, abs(wanted) <= s.now[0].error or (unused > 0 and abs(unused - wanted) <= s.now[0].error))
        if unused <= 0 or wanted <= 0:
            s.held[i].is_open, s.now[0].acted = 0, 1
            return
        s.held[i].margin += min(unused, wanted)
        s.now[0].cash -= min(unused, wanted)
        if _is_above(g, s, s.held[i].margin, i, i + 1, place):
            return
    s.now[0].unsure = 1


@compiled
def _begin(g: Given, s: State, a: int, moves: Rows, scenarios: int, n: int) -> None:
    """Stand at the opening, and look where each position with cash of its own is due."""
    s.now[0].cash, s.now[0].slip, s.now[0].unsure, s.now[0].acted = g.account[a].cash, 0.0, 0, 0
    scale = abs(g.account[a].cash)
    for i in range(g.account[a].begin, g.account[a].end):
        move = moves[i * scenarios + n]
        s.held[i].quantity, s.held[i].margin, s.held[i].slope = (
            g.held[i].quantity,
            g.held[i].margin,
            g.held[i].mark * move,
        )
        s.held[i].is_open, s.held[i].cut, s.held[i].floor = 1, 0, g.held[i].end_tier
        scale += g.held[i].quantity * (g.held[i].mark * (1 + abs(move)) + g.held[i].start) * 2 + abs(g.held[i].margin)
        _doubt(s, move <= -1)
    s.now[0].error = at.TINY * scale
    for i in range(g.account[a].apart, g.account[a].end):
        s.held[i].due = _next_due(g, s, s.held[i].margin, i, i + 1, 0.0)
        s.held[i].slip = s.now[0].slip


@compiled
def _is_tied(g: Given, s: State, a: int, i: int, pool: float, slip: float) -> bool:
    """Whether another one may be due before the nearest, where its cash is the other's too."""
    if g.held[i].home == at.ISOLATED and g.account[a].keeps == 0:
        return False
    if abs(s.held[i].due - pool) <= s.held[i].slip + slip + at.HAIR and (s.held[i].due > 0 or pool > 0):
        return True
    for j in range(g.account[a].apart, g.account[a].end):
        apart, slips = abs(s.held[i].due - s.held[j].due), s.held[i].slip + s.held[j].slip
        near = j != i and s.held[j].due <= 1 and apart <= slips + at.HAIR
        if near and at.REFILLED in (g.held[i].home, g.held[j].home):
            return True
    return False


@compiled
def _run(g: Given, s: State, a: int) -> None:
    """Go from due place to due place to the end of the way."""
    low, high, place, looks, pool, slip = g.account[a].begin, g.account[a].apart, 0.0, True, at.NEVER, 0.0
    for _ in range(at.MOST_ROUNDS):
        if looks:
            pool = _next_due(g, s, s.now[0].cash, low, high, place)
            slip = s.now[0].slip
        first = -1
        for i in range(high, g.account[a].end):
            if s.held[i].due <= 1 and (first < 0 or s.held[i].due < s.held[first].due):
                first = i
        if s.now[0].unsure == 1 or (first < 0 and pool > 1):
            return
        looks = first < 0 or s.held[first].due > pool
        if looks:
            place, s.now[0].slip = pool, slip
            _of_pool(g, s, a, place)
            continue
        place, before = s.held[first].due, s.now[0].cash
        _doubt(s, _is_tied(g, s, a, first, pool, slip))
        s.now[0].slip = s.held[first].slip
        if g.held[first].home == at.ISOLATED:
            _of_isolated(g, s, a, first, place)
        else:
            _of_refilled(g, s, first, place)
        s.held[first].due = _next_due(g, s, s.held[first].margin, first, first + 1, place)
        s.held[first].slip = s.now[0].slip
        looks = s.now[0].cash != before
    s.now[0].unsure = 1


@compiled
def run_cells(g: Given, s: State, cells: Rows, moves: Rows, scenarios: int) -> None:
    """Work out what becomes of each cell, and write it there; `moves` of markets are by position and scenario."""
    for cell in cells:
        a = cell.account
        _begin(g, s, a, moves, scenarios, cell.scenario)
        _run(g, s, a)
        survivors, equity = 0, s.now[0].cash
        for i in range(g.account[a].begin, g.account[a].end):
            if s.held[i].is_open == 1:
                survivors += 1
                equity += g.held[i].sign * s.held[i].quantity * (_price(g, s, i, 1.0) - g.held[i].start)
                equity += s.held[i].margin if g.held[i].home != at.POOLED else 0.0
        cell.sure, cell.acted = 1 - s.now[0].unsure, s.now[0].acted
        cell.survivors, cell.equity, cell.error = survivors, equity, s.now[0].error
