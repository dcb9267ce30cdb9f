from decimal import Decimal

import pytest

from isocross.rules.catalogue import profile_ids
from isocross.workspace import book_of, dump, load_file, load_text, shipped

D = Decimal


def test_the_guides_accounts_are_shipped():
    assert {"guide-cross", "guide-isolated", "guide-mixed"} <= set(shipped())


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_workspace_opens_under_every_venue(name):
    workspace = load_file(shipped()[name])
    assert load_text(dump(workspace)) == workspace
    for venue in (workspace.venue.profile,) if workspace.assets else profile_ids():
        assert book_of(workspace, venue).positions == workspace.positions


def test_the_cross_account_is_the_guides():
    workspace = load_file(shipped()["guide-cross"])
    book = book_of(workspace)
    assert workspace.name == "The guide's cross account"
    assert [position.margin for position in book.positions] == [D(300), D(200)]
    assert (book.wallet, book.unused, book.pool_cash) == (D(1000), D(500), D(1000))
    assert (workspace.scenario.shock, workspace.scenario.betas) == (D("-0.3"), {"ETHUSDT": D(0)})


def test_the_isolated_short_has_two_hundred():
    book = book_of(load_file(shipped()["guide-isolated"]))
    assert (book.positions[0].margin, book.unused) == (D(200), D(800))


def test_in_the_mixed_account_one_position_is_set_apart():
    book = book_of(load_file(shipped()["guide-mixed"]))
    assert (book.pool_cash, book.unused) == (D(800), D(500))
