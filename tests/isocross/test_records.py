"""Records are dataclasses in all that can be seen of them, and none is written before somebody makes one."""

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field, fields, replace
from dataclasses import dataclass as standard
from typing import ClassVar

import pytest

from isocross.records import dataclass as record


def shapes(dataclass):
    """The same classes, by one decorator or the other."""

    @dataclass
    class Plain:
        name: str
        many: list = field(default_factory=list)

    @dataclass(frozen=True)
    class Frozen:
        name: str
        size: int = 3
        many: tuple = ()
        seen: dict = field(default_factory=dict, compare=False, repr=False)
        kind: ClassVar = "one"

    @dataclass(frozen=True)
    class Derived(Frozen):
        more: int = field(default=1, kw_only=True)
        twice: int = field(init=False)

        def __post_init__(self):
            object.__setattr__(self, "twice", self.more * 2)

    @dataclass(frozen=True, slots=True)
    class Slotted:
        name: str
        size: int = 3

    @dataclass(frozen=True, eq=False)
    class Itself:
        name: str

    @dataclass(repr=False)
    class Silent:
        name: str
        began: int = field(default=7, init=False)

    @dataclass(frozen=True)
    class Own:  # noqa: PLW1641 - the decorator gives it one
        name: str

        def __repr__(self):
            return "own"

        def __eq__(self, other):
            return type(other) is type(self) and self.name == other.name

    @dataclass(frozen=True)
    class Nothing:
        pass

    return [Plain, Frozen, Derived, Slotted, Itself, Silent, Own, Nothing]


PAIRS = list(zip(shapes(record), shapes(standard), strict=True))
NAMES = [kind.__name__ for kind, _ in PAIRS]


def told(call):
    """What a call gives, or how it fails."""
    try:
        return call()
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


@pytest.mark.parametrize(("kind", "twin"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("given", [(), ("a",), ("a", 5), ("a", 3), ("a", 3, (1,), {}, 9)])
@pytest.mark.parametrize("named", [{}, {"more": 4}, {"nobody": 1}, {"name": "b"}])
def test_a_record_takes_and_shows_what_a_dataclass_does(kind, twin, given, named):
    ours, theirs = told(lambda: kind(*given, **named)), told(lambda: twin(*given, **named))
    assert isinstance(ours, tuple) == isinstance(theirs, tuple)
    if isinstance(ours, tuple):
        assert ours == theirs
    else:
        assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
        if kind.__repr__ is not object.__repr__:
            assert repr(ours) == repr(theirs)


@pytest.mark.parametrize(("kind", "twin"), PAIRS, ids=NAMES)
def test_a_record_says_of_itself_what_a_dataclass_does(kind, twin):
    assert str(inspect.signature(kind)) == str(inspect.signature(twin))
    assert [(f.name, f.default, f.type) for f in fields(kind)] == [(f.name, f.default, f.type) for f in fields(twin)]
    assert kind.__match_args__ == twin.__match_args__
    assert (kind.__hash__ is None) == (twin.__hash__ is None)


@pytest.mark.parametrize(("kind", "twin"), PAIRS[:-1], ids=NAMES[:-1])
def test_records_compare_and_hash_as_dataclasses_do(kind, twin):
    for made in (kind, twin):
        one, same, other = made("a"), made("a"), made("b")
        assert (one == same) == (made.__eq__ is not object.__eq__)
        assert one != other
        assert one != "a"
        if made.__hash__ is not None and one == same:
            assert hash(one) == hash(same) != hash(other)
        assert replace(other, name="a") == one or made.__eq__ is object.__eq__


def test_what_is_not_compared_is_neither_hashed_nor_shown():
    frozen = PAIRS[1][0]
    assert frozen("a", seen={1: 2}) == frozen("a")
    assert hash(frozen("a", seen={1: 2})) == hash(frozen("a"))
    assert "seen" not in repr(frozen("a"))
    assert frozen("a").seen is not frozen("a").seen


@pytest.mark.parametrize("kind", [PAIRS[1][0], PAIRS[2][0], PAIRS[3][0]])
def test_a_frozen_record_stays(kind):
    value = kind("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        value.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del value.name


def test_a_plain_class_derived_from_a_frozen_record_keeps_what_is_its_own():
    class Open(PAIRS[1][0]):
        pass

    value = Open("a")
    value.mine = 1
    del value.mine
    with pytest.raises(FrozenInstanceError):
        value.size = 4


@record(frozen=True, slots=True)
class Kept:
    """With slots, and frozen."""

    name: str
    size: int = 3


def test_a_record_with_slots_is_pickled_and_copied():
    value = Kept("a", 5)
    assert pickle.loads(pickle.dumps(value)) == copy.copy(value) == value
    assert not hasattr(value, "__dict__")


def test_an_init_is_written_when_it_is_first_asked_for():
    @record(frozen=True)
    class Late:
        name: str

    assert not inspect.isfunction(vars(Late)["__init__"])
    assert Late("a").name == "a"
    assert inspect.isfunction(vars(Late)["__init__"])
    assert Late.__init__.__qualname__.endswith("Late.__init__")
