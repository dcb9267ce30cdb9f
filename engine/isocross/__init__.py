"""isocross: rehearse leveraged futures accounts, exactly.

    import isocross as ix

    account = ix.load("guide-cross")
    frame = account.rehearse().frame("-30%")
    frame.account.equity                 # an exact Decimal
    frame["btc"].liquidation_price       # None where there is none

What stands in `__all__` is a promise; the rooms behind it are free to change. A name is imported when it is asked for,
so `import isocross` loads this module alone. Everything that is refused is an IsocrossError; a file that cannot be
opened is its Faults, each with line, key and what was expected.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from isocross.errors import IsocrossError
    from isocross.library.account import Account, MoveRefused
    from isocross.library.frame import RehearsalFrame, UnknownPositionError
    from isocross.library.importing import import_account
    from isocross.library.numbers import NumberError
    from isocross.library.opening import account, load
    from isocross.library.rehearsed import AccountRehearsal
    from isocross.library.shown import shown
    from isocross.library.studies import advise, compare, explain, frontier, lessons, limits, odds, price
    from isocross.toml.faults import Fault, Faults

__version__ = "0.2.0"

__all__ = [
    "Account",
    "AccountRehearsal",
    "Fault",
    "Faults",
    "IsocrossError",
    "MoveRefused",
    "NumberError",
    "RehearsalFrame",
    "UnknownPositionError",
    "__version__",
    "account",
    "advise",
    "compare",
    "explain",
    "frontier",
    "import_account",
    "lessons",
    "limits",
    "load",
    "odds",
    "price",
    "shown",
]

_WHERE: Final = {
    "Account": "library.account",
    "AccountRehearsal": "library.rehearsed",
    "Fault": "toml.faults",
    "Faults": "toml.faults",
    "IsocrossError": "errors",
    "MoveRefused": "library.account",
    "NumberError": "library.numbers",
    "RehearsalFrame": "library.frame",
    "UnknownPositionError": "library.frame",
    "advise": "library.studies",
    "compare": "library.studies",
    "explain": "library.studies",
    "frontier": "library.studies",
    "import_account": "library.importing",
    "limits": "library.studies",
    "load": "library.opening",
    "odds": "library.studies",
    "price": "library.studies",
    "shown": "library.shown",
}
"""The module of each name."""

_CALLED: Final = {"account": "library.opening", "lessons": "library.studies"}
"""Functions that are called like a room of this package: the room itself can be called."""


class _CalledRoom(ModuleType):
    """A room that is a function too, so that `isocross.account(...)` works whatever was imported before."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        return _found(self.__name__.rpartition(".")[2], _CALLED)(*given, **named)


class _Package(ModuleType):
    """This package: where Python puts a room into it, the room learns to be called."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _CALLED and isinstance(value, ModuleType):
            value.__class__ = _CalledRoom
        super().__setattr__(name, value)


def _found(name: str, where: dict[str, str]) -> Any:
    return getattr(import_module(f"{__name__}.{where[name]}"), name)


def __getattr__(name: str) -> Any:
    if name in _CALLED:
        return import_module(f"{__name__}.{name}")
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = _found(name, _WHERE)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Package
