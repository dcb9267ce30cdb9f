"""What a key may do beyond reading is told by the venue's own words, whatever is installed to use keys with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.live.keys import Key, Secret
from isocross.live.questions import ACCOUNT, RIGHTS, TITLES, allowed
from isocross.live.rights import MADE, beyond_reading

KEY = Key(Secret("plantedKEY"), Secret("s"), Secret(""))
READING = {
    "binance": {"enableReading": True, "enableFutures": False, "ipRestrict": True},
    "bybit": {"result": {"readOnly": 1, "permissions": {"ContractTrade": ["Order", "Position"]}}},
    "okx": {"data": [{"perm": "read_only"}]},
    "gate": [{"key": "planted****", "perms": [{"name": "futures", "read_only": True}]}],
    "kraken": {"permissions": {"general": "READ_ONLY", "transfer": "NO_ACCESS"}},
    "bitmex": [{"id": "plantedKEY", "permissions": []}, {"id": "other", "permissions": ["order"]}],
}
TRADING = {
    "binance": ({"enableReading": True, "enableFutures": True, "enableWithdrawals": True}, "enableFutures"),
    "bybit": ({"result": {"readOnly": 0}}, "readOnly is 0"),
    "okx": ({"data": [{"perm": "read_only,trade"}]}, "trade"),
    "gate": ([{"key": "planted****", "perms": [{"name": "futures", "read_only": False}]}], "futures"),
    "kraken": ({"permissions": {"general": "FULL_ACCESS", "transfer": "NO_ACCESS"}}, "general"),
    "bitmex": ([{"id": "plantedKEY", "permissions": ["order", "withdraw"]}], "order"),
}


def test_every_venue_that_can_be_asked_is_in_these_tables():
    assert set(READING) == set(TRADING) == set(RIGHTS)
    assert set(MADE) == set(TITLES)


@pytest.mark.parametrize("venue", RIGHTS)
def test_a_key_that_only_reads_may_do_nothing_more_and_one_that_trades_is_told(venue):
    assert beyond_reading(venue, READING[venue], KEY) == []
    answer, right = TRADING[venue]
    assert right in (beyond_reading(venue, answer, KEY) or [])


ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["result", "data", "perms"]), inner),
)


@pytest.mark.parametrize("venue", RIGHTS)
@given(answer=ANSWERS)
def test_an_answer_of_another_shape_never_tells_that_a_key_only_reads(venue, answer):
    assert beyond_reading(venue, answer, KEY) != []


@pytest.mark.parametrize("venue", TITLES)
def test_no_question_is_about_an_order_or_a_transfer(venue):
    assert allowed(venue) == {question.url for question in (*ACCOUNT[venue], *filter(None, [RIGHTS.get(venue)]))}
    words = ("order/create", "placeorder", "sendorder", "withdraw", "transfer", "cancel", "set-leverage")
    assert not any(word in url.lower() for url in allowed(venue) for word in words)
