from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from isocross.toml.edit import lines_of, sections_of
from isocross.workspace import Faults, Workspace, dump, load_text
from isocross.workspace.saving import merged
from isocross.workspace.writing import (
    account_row,
    market_row,
    order_row,
    position_row,
    scenario_row,
    venue_row,
    view_row,
)
from tests.isocross.workspace.handwritten import Written, edited, files

D = Decimal


def readable(workspace):
    try:
        return load_text(dump(workspace)) == workspace
    except Faults:
        return False


def changed_keys(written: Written, new: Workspace):
    """What of the old text is no longer true: (table, key), and the tables that are gone."""
    old = written.workspace
    before, after = dict(tables(old)), dict(tables(new))
    gone = {owner for owner in before if owner not in after} | moved(before, after)
    changed = {
        (owner, key)
        for owner, row in before.items()
        for key in {*row, *after.get(owner, {})}
        if row.get(key) != after.get(owner, {}).get(key)
    }
    resting = {owner for owner, key in changed if key in ("quantity", "entry", "leverage")}
    return changed | {(owner, "margin") for owner in resting}, gone


def moved(before, after):
    """The positions and orders that stand after one that they stood before: dropped, and entered again."""
    places = {owner: i for i, owner in enumerate(before)}
    found, newest = set(), {"positions": -1, "orders": -1}
    for owner in after:
        kind = owner[0]
        if kind in newest and owner in places:
            if places[owner] < newest[kind]:
                found.add(owner)
            newest[kind] = max(newest[kind], places[owner])
    return found


def tables(w: Workspace):
    yield ("",), {**account_row(w), "venue": str(w.venue), "positions": str(not w.positions)}
    yield ("venue",), venue_row(w.venue)
    yield ("scenario",), {**scenario_row(w.scenario), "betas": str(sorted(w.scenario.betas.items()))}
    yield ("view",), view_row(w.view)
    for market in w.markets:
        yield ("markets", market.symbol), market_row(market)
    for position in w.positions:
        yield ("positions", position.id), position_row(position)
    for order in w.orders:
        yield ("orders", order.id), order_row(order)


def assert_in_order(wanted, found):
    rest = iter(found)
    for line in wanted:
        assert line in rest, f"{line!r} is missing in\n" + "\n".join(found)


@pytest.mark.slow
@given(st.data(), files())
def test_an_edit_changes_its_own_lines_and_no_other(data, written):
    old = load_text(written.text)
    assert old == written.workspace
    assert "".join(map(str, sections_of(written.text))) == written.text
    assert "".join(lines_of(written.text)) == written.text
    assert merged(written.text, old) == written.text
    new = data.draw(edited(old))
    assume(readable(new))
    text = merged(written.text, new)
    assert load_text(text) == new

    changed, gone = changed_keys(written, new)
    blanks = not gone and len(dict(tables(new))) == len(dict(tables(old)))
    kept = [
        line.text
        for line in written.lines
        if line.owner not in gone and (line.owner, line.key) not in changed and (line.text or blanks)
    ]
    while kept and not written.final and not kept[-1]:
        kept.pop()
    assert_in_order(kept, text.splitlines())
    assert ("\r\n" in text) == (written.end == "\r\n")
    assert text.count("\n") == text.count(written.end)
    assert text.endswith("\n") == written.final
