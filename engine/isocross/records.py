"""Dataclasses that cost little while their modules are imported.

The standard library writes and compiles up to six functions for each dataclass at import, though a command makes values
of half of them: that took longer than anything else a start did. Here the standard library finds the fields, so
`fields`, `replace` and `asdict` know these classes. An `__init__` is written when it is first asked for; the other
functions are closures. Type checkers see the standard decorator. These records and the standard library's own frozen
ones cannot be derived from each other.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

Methods = dict[str, Any]

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - type checkers see the standard decorator
else:

    def dataclass(kind=None, /, **options: bool):  # noqa: ANN001, ANN201
        """Make a class a dataclass, as the standard decorator does: `frozen`, `eq`, `repr` and `slots` are known."""
        return (lambda plain: _record(plain, **options)) if kind is None else _record(kind)


def _record(plain: Any, *, frozen: bool = False, eq: bool = True, repr: bool = True, slots: bool = False) -> Any:
    # a class that has its own `__eq__` has None for `__hash__`, which nobody gave it
    given = {name for name, own in vars(plain).items() if own is not None}
    kind: Any = dataclasses.dataclass(init=False, eq=False, repr=False, slots=slots)(plain)
    methods: Methods = {"__init__": _Unwritten(kind, frozen)}
    methods |= _compared(kind, hashed=frozen) if eq else {}
    methods |= {"__repr__": _shown(kind)} if repr else {}
    methods |= _guarded(kind, slots=slots) if frozen else {}
    for name, method in methods.items():
        if name not in given:
            setattr(kind, name, method)
    return kind


class _Unwritten:
    """An `__init__` that nobody has asked for yet; the written one takes its place."""

    def __init__(self, kind: Any, frozen: bool) -> None:
        self._kind, self._frozen = kind, frozen

    def __get__(self, value: object, _of: type | None = None) -> Any:
        written = _written(self._kind, self._frozen)
        type.__setattr__(self._kind, "__init__", written)
        return written if value is None else written.__get__(value)


class _MadeAnew:
    """What stands in a signature for a default that each value has of its own."""

    def __repr__(self) -> str:
        return "<factory>"


_MADE_ANEW = _MadeAnew()


def _written(kind: Any, frozen: bool) -> Any:
    """Write the `__init__`: what it takes, a line for each field, and `__post_init__` where there is one."""
    known: dict[str, Any] = {"_put": object.__setattr__, "_made_anew": _MADE_ANEW}
    by_place: list[str] = ["self"]
    by_name: list[str] = []
    body: list[str] = []
    for name, field in ((field.name, field) for field in fields(kind)):
        if field.default_factory is not MISSING:
            known[f"_of_{name}"], known[f"_make_{name}"] = _MADE_ANEW, field.default_factory
        elif field.default is not MISSING:
            known[f"_of_{name}"] = field.default
        if field.init:
            (by_name if field.kw_only else by_place).append(f"{name}=_of_{name}" if f"_of_{name}" in known else name)
        elif f"_of_{name}" in known:
            body.append(f"{name} = _of_{name}")
        else:
            continue
        if f"_make_{name}" in known:
            body.append(f"if {name} is _made_anew: {name} = _make_{name}()")
        body.append(f"_put(self, {name!r}, {name})" if frozen else f"self.{name} = {name}")
    if hasattr(kind, "__post_init__"):
        body.append("self.__post_init__()")
    taken = ", ".join([*by_place, *(["*", *by_name] if by_name else [])])
    lines = "\n  ".join(body or ["pass"])
    text = f"def made({', '.join(known)}):\n def __init__({taken}):\n  {lines}\n return __init__"
    around: dict[str, Any] = {}
    exec(text, vars(sys.modules[kind.__module__]), around)
    written = around["made"](**known)
    written.__qualname__ = f"{kind.__qualname__}.__init__"
    written.__annotations__ = {field.name: field.type for field in fields(kind) if field.init} | {"return": None}
    return written


def _values(names: list[str]) -> Callable[[Any], Any]:
    """Make the function that reads these fields of a value at once."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _compared(kind: Any, *, hashed: bool) -> Methods:
    every: tuple[Field[Any], ...] = fields(kind)
    read = _values([field.name for field in every if field.compare])
    key = _values([field.name for field in every if (field.compare if field.hash is None else field.hash)])

    def equals(self: object, other: object) -> bool:
        return read(self) == read(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: object) -> int:
        return hash(key(self))

    return {"__eq__": equals, "__hash__": hash_of if hashed else None}


def _shown(kind: Any) -> Any:
    names = [field.name for field in fields(kind) if field.repr]

    @recursive_repr()
    def show(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({values})"

    return show


def _guarded(kind: Any, *, slots: bool) -> Methods:
    """Refuse what changes a value; slots are filled by what is unpickled."""
    names = {field.name for field in fields(kind)}

    def refuse_to_set(self: object, name: str, value: object) -> None:
        if type(self) is kind or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(kind, self).__setattr__(name, value)

    def refuse_to_delete(self: object, name: str) -> None:
        if type(self) is kind or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(kind, self).__delattr__(name)

    def state_of(self: object) -> list[object]:
        return [getattr(self, field.name) for field in fields(kind)]

    def take_state(self: object, state: list[object]) -> None:
        for field, value in zip(fields(kind), state, strict=True):
            object.__setattr__(self, field.name, value)

    guards: Methods = {"__setattr__": refuse_to_set, "__delattr__": refuse_to_delete}
    return guards | ({"__getstate__": state_of, "__setstate__": take_state} if slots else {})
