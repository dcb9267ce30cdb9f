from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.desk.store import ERRORS_KEPT, Change, History, Store, once_per_state


@dataclass(frozen=True)
class Counter:
    n: int = 0
    twice: int = 0
    selected: int = 0


@dataclass(frozen=True)
class Add:
    by: int = 1
    group: str | None = None
    undoable: bool = True

    def apply(self, state):
        n = state.n + self.by
        return replace(state, n=n, twice=2 * n)


@dataclass(frozen=True)
class Select:
    which: int
    group: str | None = None
    undoable: bool = False

    def apply(self, state):
        return replace(state, selected=self.which)


@dataclass(frozen=True)
class Do:
    what: Callable[[Counter], Counter]
    group: str | None = None
    undoable: bool = True

    def apply(self, state):
        return self.what(state)


def fail(*_):
    raise RuntimeError("broken")


def n_of(state):
    return state.n


def selected_of(state):
    return state.selected


def keep_selection(current, past):
    return replace(past, selected=current.selected)


steps = st.one_of(
    st.tuples(st.just("add"), st.integers(-1, 2), st.sampled_from([None, None, "shock", "margin"])),
    st.tuples(st.just("select"), st.integers(0, 3), st.none()),
    st.tuples(st.sampled_from(["undo", "redo"]), st.none(), st.none()),
)


@pytest.fixture
def store():
    return Store(Counter())


@pytest.fixture
def calls(store):
    heard = []
    store.subscribe(n_of, heard.append)
    return heard


# ---- notifications


def test_every_callback_of_a_round_sees_the_same_state(store):
    seen = []
    for selector in (n_of, lambda state: state.twice, lambda state: (state.n, state.twice)):
        store.subscribe(selector, lambda _: seen.append(store.state))
        store.subscribe(selector, lambda _: store.dispatch(Add(1)) if store.state.n < 3 else None)

    store.dispatch(Add(1))

    rounds = [seen[i : i + 3] for i in range(0, len(seen), 3)]
    assert all(len(set(map(id, one_round))) == 1 for one_round in rounds)
    assert all(state.twice == 2 * state.n for state in seen)
    assert [one_round[0].n for one_round in rounds] == [1, 2, 3, 4, 5, 6, 7]


def test_every_selector_of_a_round_is_given_the_same_state(store):
    given_states = []
    for _ in range(3):
        store.subscribe(lambda state: given_states.append(state) or state.n, lambda _: None)
    given_states.clear()

    store.dispatch(Add(1))

    assert [id(state) for state in given_states] == [id(store.state)] * 3


def test_a_callback_runs_only_when_its_slice_changed(store, calls):
    store.dispatch(Select(4))
    assert calls == []
    store.dispatch(Add(1))
    assert calls == [1]


def test_slices_are_compared_by_equality(store):
    heard = []
    store.subscribe(lambda state: [state.n % 2], heard.append)
    store.dispatch(Add(2))
    assert heard == []
    store.dispatch(Add(1))
    assert heard == [[1]]


def test_a_callback_is_not_called_at_subscription(store, calls):
    assert calls == []


def test_one_callback_can_be_subscribed_twice(store):
    heard = []
    first = store.subscribe(n_of, heard.append)
    store.subscribe(n_of, heard.append)
    store.dispatch(Add(1))
    first()
    store.dispatch(Add(1))
    assert heard == [1, 1, 2]


def test_unsubscribing_ends_the_calls_and_can_be_repeated(store):
    heard = []
    unsubscribe = store.subscribe(n_of, heard.append)
    unsubscribe()
    unsubscribe()
    store.dispatch(Add(1))
    assert heard == []


def test_a_subscriber_added_during_a_notification_is_not_called_in_that_round(store):
    heard = []
    store.subscribe(n_of, lambda n: store.subscribe(n_of, heard.append) if n == 1 else None)
    store.dispatch(Add(1))
    assert heard == []
    store.dispatch(Add(1))
    assert heard == [2]


def test_a_subscriber_removed_before_its_turn_is_not_called(store):
    heard = []
    store.subscribe(n_of, lambda _: unsubscribe())
    unsubscribe = store.subscribe(n_of, heard.append)
    last = []
    store.subscribe(n_of, last.append)

    store.dispatch(Add(1))

    assert (heard, last) == ([], [1])


def test_a_subscriber_can_remove_itself_and_the_others_are_still_called(store):
    heard = []

    def once(n):
        heard.append(n)
        unsubscribe()

    unsubscribe = store.subscribe(n_of, once)
    last = []
    store.subscribe(n_of, last.append)
    store.dispatch(Add(1))
    store.dispatch(Add(1))
    assert (heard, last) == ([1], [1, 2])


# ---- those who can wait


def test_a_patient_subscriber_hears_at_once_and_then_of_many_changes_together(store, calls):
    heard = []
    store.subscribe(n_of, heard.append, patient=True)
    for _ in range(3):
        store.dispatch(Add(1))
    assert (calls, heard) == ([1, 2, 3], [0])
    store.catch_up()
    assert heard == [0, 3]
    store.catch_up()
    assert heard == [0, 3]


def test_a_patient_subscriber_hears_nothing_of_what_was_taken_back_meanwhile(store):
    heard = []
    store.subscribe(n_of, heard.append, patient=True)
    store.dispatch(Add(1))
    store.dispatch(Add(-1))
    store.catch_up()
    assert heard == [0]


def test_a_patient_subscriber_that_was_ended_hears_nothing_more(store):
    heard = []
    unsubscribe = store.subscribe(n_of, heard.append, patient=True)
    store.dispatch(Add(1))
    unsubscribe()
    store.catch_up()
    assert heard == [0]


def test_what_is_dispatched_while_others_catch_up_waits_and_is_caught_up_with_the_next_time(store, calls):
    heard = []
    store.subscribe(n_of, lambda n: store.dispatch(Add(10)) if n == 1 else None, patient=True)
    store.subscribe(n_of, heard.append, patient=True)
    store.dispatch(Add(1))
    store.catch_up()
    assert (calls, heard) == ([1, 11], [0, 1])
    store.catch_up()
    assert heard == [0, 1, 11]


def test_catching_up_during_a_notification_waits_for_the_end_of_the_round(store):
    log = []
    store.subscribe(n_of, lambda _: store.catch_up())
    store.subscribe(n_of, lambda n: log.append(("patient", n)), patient=True)
    store.subscribe(n_of, lambda n: log.append(("other", n)))
    store.dispatch(Add(1))
    assert log == [("patient", 0), ("other", 1), ("patient", 1)]


def test_a_failing_patient_subscriber_breaks_neither_the_others_nor_whoever_asks(store):
    heard = []
    store.subscribe(n_of, fail, patient=True)
    store.subscribe(n_of, heard.append, patient=True)
    store.dispatch(Add(1))
    store.catch_up()
    assert heard == [0, 1]
    assert [str(error) for error in store.errors] == ["broken", "broken"]


# ---- failures


def test_a_failing_subscriber_breaks_neither_the_others_nor_the_state():
    reported = []
    store = Store(Counter(), on_error=reported.append)
    heard = []
    store.subscribe(n_of, fail)
    store.subscribe(n_of, heard.append)

    store.dispatch(Add(1))

    assert store.state.n == 1
    assert heard == [1]
    assert [str(error) for error in reported] == ["broken"]
    assert list(store.errors) == reported


def test_a_failing_subscriber_is_called_again_at_its_next_change_only(store):
    heard = []
    store.subscribe(n_of, lambda n: heard.append(n) or fail())
    store.dispatch(Add(1))
    store.dispatch(Select(1))
    store.dispatch(Add(1))
    assert heard == [1, 2]


def test_a_failing_selector_breaks_neither_the_others_nor_the_state(store):
    heard, late = [], []
    store.subscribe(lambda state: fail() if state.n == 1 else state.n, late.append)
    store.subscribe(n_of, heard.append)

    store.dispatch(Add(1))
    store.dispatch(Add(1))

    assert heard == [1, 2]
    assert late == [2]
    assert len(store.errors) == 1


def test_a_selector_that_fails_at_subscription_is_called_once_it_works(store):
    late = []
    store.subscribe(lambda state: fail() if state.n == 0 else state.n, late.append)
    assert len(store.errors) == 1
    store.dispatch(Add(1))
    assert late == [1]


def test_errors_kept_are_bounded(store):
    store.subscribe(n_of, fail)
    for _ in range(ERRORS_KEPT + 5):
        store.dispatch(Add(1))
    assert len(store.errors) == ERRORS_KEPT


def test_a_failing_error_handler_breaks_nothing():
    store = Store(Counter(), on_error=fail)
    heard = []
    store.subscribe(n_of, fail)
    store.subscribe(n_of, heard.append)
    store.dispatch(Add(1))
    assert heard == [1]
    assert len(store.errors) == 2


def test_a_failing_action_leaves_state_and_history_as_they_were_and_raises(store, calls):
    store.dispatch(Add(1))
    store.dispatch(Add(1))
    store.undo()
    before = store.state
    del calls[:]

    with pytest.raises(RuntimeError, match="broken"):
        store.dispatch(Do(fail))

    assert store.state is before
    assert (store.can_undo, store.can_redo) == (True, True)
    assert calls == []
    assert not store.errors
    store.dispatch(Add(5))
    assert calls == [6]


def test_a_failing_queued_action_goes_to_the_error_handler():
    reported = []
    store = Store(Counter(), on_error=reported.append)
    store.subscribe(n_of, lambda n: (store.dispatch(Do(fail)), store.dispatch(Add(1))) if n == 1 else None)

    store.dispatch(Add(1))

    assert store.state.n == 2
    assert [str(error) for error in reported] == ["broken"]


def test_what_a_failing_action_queued_is_still_done(store):
    def queue_and_fail(_):
        store.dispatch(Add(3))
        fail()

    with pytest.raises(RuntimeError):
        store.dispatch(Do(queue_and_fail))
    assert store.state.n == 3


def test_a_failing_restore_leaves_state_and_history_as_they_were():
    store = Store(Counter(), restore=fail)
    store.dispatch(Add(1))
    with pytest.raises(RuntimeError):
        store.undo()
    assert store.state.n == 1
    assert (store.can_undo, store.can_redo) == (True, False)


def test_an_interrupt_comes_through_drops_what_waits_and_leaves_the_store_usable(store):
    def interrupt(n):
        if n == 1:
            store.dispatch(Add(100))
            store.dispatch(Do(stop))
            store.dispatch(Add(1000))

    def stop(_):
        raise KeyboardInterrupt

    heard = []
    store.subscribe(n_of, interrupt)
    store.subscribe(n_of, heard.append)
    with pytest.raises(KeyboardInterrupt):
        store.dispatch(Add(1))
    store.dispatch(Add(1))
    assert heard == [1, 101, 102]


# ---- the queue


def test_a_dispatch_during_a_notification_waits_for_the_end_of_the_round(store):
    log = []
    store.subscribe(n_of, lambda n: store.dispatch(Add(10)) if n == 1 else None)
    store.subscribe(n_of, log.append)
    store.dispatch(Add(1))
    assert log == [1, 11]


def test_queued_dispatches_are_done_in_order(store):
    log = []

    def three_more(n):
        log.append(n)
        if n == 1:
            for by in (10, 100, 1000):
                store.dispatch(Add(by))
            assert store.state.n == 1

    store.subscribe(n_of, three_more)
    store.dispatch(Add(1))
    assert log == [1, 11, 111, 1111]
    assert not store.errors


def test_a_dispatch_by_an_action_waits_until_that_action_is_done(store, calls):
    def nested(state):
        store.dispatch(Add(10))
        return replace(state, n=store.state.n + 1)

    store.dispatch(Do(nested))
    assert calls == [1, 11]


def test_undo_and_redo_during_a_notification_are_queued(store, calls):
    answers = []

    def back_and_forth(n):
        if n == 2 and not answers:
            answers.extend([store.undo(), store.redo()])

    store.subscribe(n_of, back_and_forth)
    store.dispatch(Add(1))
    store.dispatch(Add(1))
    assert answers == [False, False]
    assert calls == [1, 2, 1, 2]


# ---- history


def test_undo_and_redo_restore_states_and_notify(store, calls):
    store.dispatch(Add(1))
    store.dispatch(Add(2))
    assert store.undo()
    assert store.undo()
    assert not store.undo()
    assert store.redo()
    assert store.redo()
    assert not store.redo()
    assert calls == [1, 3, 1, 0, 1, 3]


def test_can_undo_and_can_redo_say_what_is_there(store):
    assert (store.can_undo, store.can_redo) == (False, False)
    store.dispatch(Add(1))
    assert (store.can_undo, store.can_redo) == (True, False)
    store.undo()
    assert (store.can_undo, store.can_redo) == (False, True)


def test_a_new_action_after_undo_drops_the_redo_branch(store):
    store.dispatch(Add(1))
    store.undo()
    store.dispatch(Add(5))
    assert not store.redo()
    assert store.state.n == 5


def test_a_non_undoable_action_after_undo_keeps_the_redo_branch(store):
    store.dispatch(Add(1))
    store.undo()
    store.dispatch(Select(7))
    assert store.redo()
    assert store.state.n == 1


def test_a_non_undoable_action_makes_no_history_entry(store):
    store.dispatch(Select(7))
    assert store.state.selected == 7
    assert not store.can_undo


def test_restore_decides_which_parts_of_a_past_state_come_back():
    store = Store(Counter(), restore=keep_selection)
    store.dispatch(Add(1))
    store.dispatch(Select(7))
    store.undo()
    assert store.state == Counter(n=0, selected=7)
    store.dispatch(Select(8))
    store.redo()
    assert store.state == Counter(n=1, twice=2, selected=8)


def test_consecutive_actions_of_one_group_are_one_undo_step(store, calls):
    store.dispatch(Add(10))
    for _ in range(3):
        store.dispatch(Add(1, group="shock"))
    assert calls == [10, 11, 12, 13]
    store.undo()
    assert store.state.n == 10
    store.redo()
    assert store.state.n == 13


@pytest.mark.parametrize("between", [Add(10), Add(10, group="other"), Add(0), Add(0, group="other")])
def test_another_undoable_action_closes_the_group(store, between):
    store.dispatch(Add(1, group="shock"))
    store.dispatch(between)
    before = store.state
    store.dispatch(Add(1, group="shock"))
    store.undo()
    assert store.state == before


def test_a_non_undoable_action_does_not_close_the_group(store):
    store.dispatch(Add(1, group="shock"))
    store.dispatch(Select(3))
    store.dispatch(Add(1, group="shock"))
    store.undo()
    assert store.state == Counter()


def test_an_action_of_the_same_group_that_changes_nothing_does_not_close_it(store):
    for by in (1, 0, 1):
        store.dispatch(Add(by, group="shock"))
    store.undo()
    assert store.state.n == 0


def test_a_group_that_began_with_no_change_still_gets_its_step(store):
    store.dispatch(Add(10))
    store.dispatch(Add(0, group="shock"))
    store.dispatch(Add(1, group="shock"))
    store.undo()
    assert store.state.n == 10


@pytest.mark.parametrize("back_and_forth", [("undo",), ("undo", "redo")])
def test_undo_and_redo_close_the_group(store, back_and_forth):
    store.dispatch(Add(10))
    store.dispatch(Add(1, group="shock"))
    for name in back_and_forth:
        getattr(store, name)()
    before = store.state
    store.dispatch(Add(1, group="shock"))
    store.undo()
    assert store.state == before


def test_an_action_that_returns_an_equal_state_adds_no_history_and_notifies_no_one(store):
    store.dispatch(Add(1))
    store.undo()
    before = store.state
    asked = []
    store.subscribe(asked.append, lambda _: None)
    asked.clear()

    store.dispatch(Do(replace))

    assert store.state is before
    assert asked == []
    assert (store.can_undo, store.can_redo) == (False, True)


def test_undo_is_bounded():
    store = Store(Counter(), limit=3)
    for _ in range(10):
        store.dispatch(Add(1))
    assert [store.undo() for _ in range(4)] == [True, True, True, False]
    assert store.state.n == 7
    assert [store.redo() for _ in range(4)] == [True, True, True, False]
    assert store.state.n == 10


def test_an_action_that_leaves_what_undo_brings_back_as_it_was_makes_no_step():
    store = Store(Counter(), restore=keep_selection, part=n_of)
    heard = []
    store.subscribe(selected_of, heard.append)
    store.dispatch(Add(1))
    store.undo()
    store.dispatch(Do(lambda state: replace(state, selected=9)))
    assert heard == [9]
    assert (store.can_undo, store.can_redo) == (False, True)


def test_an_action_that_only_says_something_closes_the_group():
    store = Store(Counter(), part=n_of)
    store.dispatch(Add(1, group="shock"))
    store.dispatch(Do(lambda state: replace(state, selected=9)))
    store.dispatch(Add(1, group="shock"))
    store.undo()
    assert store.state.n == 1


def test_a_store_can_be_given_a_history():
    store = Store(Counter(), limit=2)
    heard = []
    store.subscribe(n_of, heard.append)
    past, future = [Counter(n) for n in (1, 2, 3)], [Counter(n) for n in (5, 6, 7)]
    store.reset(Counter(4), History(tuple(past), tuple(future)))
    assert store.history == History(tuple(past[1:]), tuple(future[:2]))
    assert [store.redo(), store.redo(), store.redo()] == [True, True, False]
    assert heard == [4, 5, 6]
    store.reset(Counter(0))
    assert store.history == History()


def test_the_history_is_the_states_on_both_sides(store):
    for _ in range(3):
        store.dispatch(Add(1))
    store.undo()
    store.undo()
    assert [s.n for s in store.history.past] == [0]
    assert [s.n for s in store.history.future] == [2, 3]


# ---- observers of the history


@pytest.fixture
def changes(store):
    heard = []
    store.observe(lambda change, state: heard.append((change, state.n)))
    return heard


def test_an_observer_hears_of_every_change_of_the_history_and_of_nothing_else(store, changes):
    store.dispatch(Add(1))
    store.dispatch(Add(1, group="shock"))
    store.dispatch(Add(1, group="shock"))
    store.dispatch(Add(0))
    store.dispatch(Select(3))
    store.undo()
    store.redo()
    store.redo()
    store.reset(Counter(9))
    assert changes == [
        (Change.STEP, 1),
        (Change.STEP, 2),
        (Change.JOINED, 3),
        (Change.UNDONE, 1),
        (Change.REDONE, 3),
        (Change.BEGUN, 9),
    ]


def test_an_observer_hears_before_any_subscriber_and_sees_the_history_as_it_is_then(store):
    log = []
    store.subscribe(n_of, lambda n: log.append(("drawn", n)))
    store.observe(lambda change, state: log.append(("kept", state.n, len(store.history.past))))
    store.dispatch(Add(1))
    store.dispatch(Add(1))
    store.undo()
    assert log == [("kept", 1, 1), ("drawn", 1), ("kept", 2, 2), ("drawn", 2), ("kept", 1, 1), ("drawn", 1)]


def test_a_failing_observer_breaks_neither_the_others_nor_the_state(store):
    heard, kept = [], []
    store.observe(fail)
    store.observe(lambda change, state: kept.append(state.n))
    store.subscribe(n_of, heard.append)
    store.dispatch(Add(1))
    assert (heard, kept, len(store.errors)) == ([1], [1], 1)


def test_what_an_observer_dispatches_waits_for_the_end_of_the_round(store, calls):
    store.observe(lambda change, state: store.dispatch(Add(10)) if state.n == 1 else None)
    store.dispatch(Add(1))
    assert calls == [1, 11]


def test_an_observer_that_was_ended_hears_nothing_more(store):
    heard = []
    end = store.observe(lambda change, state: heard.append(change))
    end()
    end()
    store.dispatch(Add(1))
    assert heard == []


@given(st.data())
def test_a_history_can_be_followed_by_its_changes_alone(data):
    sequence = data.draw(st.lists(steps, max_size=60))
    store = Store(Counter(), restore=keep_selection, part=n_of)
    past, now, future = [], 0, []

    def follow(change, state):
        nonlocal past, now, future
        if change is Change.STEP:
            past, future = [*past, now], []
        elif change is Change.UNDONE:
            past, future = past[:-1], [now, *future]
        elif change is Change.REDONE:
            past, future = [*past, now], future[1:]
        now = state.n

    store.observe(follow)
    for name, value, group in sequence:
        if name == "add":
            store.dispatch(Add(value, group))
        elif name == "select":
            store.dispatch(Select(value))
        else:
            getattr(store, name)()
    assert now == store.state.n
    assert past == [s.n for s in store.history.past]
    assert future == [s.n for s in store.history.future]


# ---- against a model: the line of states that can be reached, and where we stand on it


class Model:
    def __init__(self, limit):
        self.limit, self.line, self.at, self.open, self.selected = limit, [0], 0, None, 0

    def add(self, by, group):
        joins = group is not None and group == self.open
        n = self.line[self.at] + by
        if joins:
            self.line[self.at] = n
        elif by:
            self.line = [*self.line[: self.at + 1], n][-self.limit - 1 :]
            self.at = len(self.line) - 1
        self.open = group if by or joins else None

    def move(self, by):
        if 0 <= self.at + by < len(self.line):
            self.at, self.open = self.at + by, None


@given(st.lists(steps, max_size=60), st.integers(1, 6) | st.just(10_000))
def test_any_sequence_of_actions_equals_a_plain_list_of_states(sequence, limit):
    store, model = Store(Counter(), restore=keep_selection, limit=limit), Model(limit)
    heard, selections = [0], [0]
    store.subscribe(n_of, heard.append)
    store.subscribe(selected_of, selections.append)

    for name, value, group in sequence:
        if name == "add":
            store.dispatch(Add(value, group))
            model.add(value, group)
        elif name == "select":
            store.dispatch(Select(value))
            model.selected = value
        else:
            getattr(store, name)()
            model.move(-1 if name == "undo" else 1)

        n = model.line[model.at]
        assert store.state == Counter(n, 2 * n, model.selected)
        assert (store.can_undo, store.can_redo) == (model.at > 0, model.at < len(model.line) - 1)
        assert (heard[-1], selections[-1]) == (n, model.selected)

    for told in (heard, selections):
        assert all(a != b for a, b in pairwise(told))


@given(st.lists(steps, max_size=20))
def test_what_is_dispatched_inside_a_round_ends_as_if_it_were_dispatched_after_it(sequence):
    def play(store):
        for name, value, group in sequence:
            if name == "add":
                store.dispatch(Add(value, group))
            elif name == "select":
                store.dispatch(Select(value))
            else:
                getattr(store, name)()

    after, inside = Store(Counter()), Store(Counter())
    after.dispatch(Add(1))
    play(after)
    unsubscribe = inside.subscribe(n_of, lambda _: (unsubscribe(), play(inside)))
    inside.dispatch(Add(1))
    assert inside.state == after.state
    assert (inside.can_undo, inside.can_redo) == (after.can_undo, after.can_redo)


# ---- derived values


@pytest.fixture
def computed():
    return []


def test_a_derived_value_is_computed_once_per_state_and_lazily(store, computed):
    double = once_per_state(lambda state: computed.append(state) or state.n * 2)
    heard = []
    for _ in range(3):
        store.subscribe(double, heard.append)
    assert len(computed) == 1

    store.dispatch(Add(1))

    assert heard == [2, 2, 2]
    assert len(computed) == 2


def test_a_derived_value_nobody_asks_for_is_not_computed(store, computed):
    once_per_state(computed.append)
    store.dispatch(Add(1))
    assert computed == []


def test_states_are_told_apart_by_identity(computed):
    derived = once_per_state(computed.append)
    for state in (one := Counter(1), Counter(1), one):
        derived(state)
    assert len(computed) == 2


def test_a_key_names_the_part_the_value_depends_on(computed):
    derived = once_per_state(lambda pair: computed.append(pair) or pair[0].n, key=lambda pair: pair[0])
    book = Counter(5)
    assert [derived((book, cursor)) for cursor in range(3)] == [5, 5, 5]
    assert len(computed) == 1


def test_only_the_last_used_values_are_kept(computed):
    derived = once_per_state(lambda state: computed.append(state.n), keep=2)
    a, b, c = Counter(1), Counter(2), Counter(3)
    for state in (a, b, a, c, a, b):
        derived(state)
    assert computed == [1, 2, 3, 2]


def test_a_kept_value_never_passes_to_another_state():
    derived = once_per_state(n_of)
    assert [derived(Counter(n)) for n in range(100)] == list(range(100))


def test_a_computation_that_fails_is_not_kept(computed):
    def first_fail(state):
        computed.append(state)
        return fail() if len(computed) == 1 else state.n

    derived, state = once_per_state(first_fail), Counter(3)
    with pytest.raises(RuntimeError):
        derived(state)
    assert derived(state) == 3
