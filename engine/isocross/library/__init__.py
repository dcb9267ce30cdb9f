"""What a script or a notebook holds: accounts, rehearsals and frames, with the names that `import isocross` promises.

An `Account` is a workspace that can be changed and rehearsed; each change gives a new one. Its `AccountRehearsal` has a
`RehearsalFrame` for every shock or place, with exact Decimals and the very JSON of the command line. `studies` asks
what takes many rehearsals: advice, a comparison, a frontier, counts of past crashes.

In: paths, names, codes, texts; shocks as strings, Decimals or whole numbers of per cent. Out: values that never change,
and an `IsocrossError` in plain words for all that is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.library.account import Account, MoveRefused
    from isocross.library.frame import RehearsalFrame, UnknownPositionError
    from isocross.library.importing import import_account
    from isocross.library.numbers import NumberError
    from isocross.library.opening import load
    from isocross.library.rehearsed import AccountRehearsal
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Account",
    "AccountRehearsal",
    "MoveRefused",
    "NumberError",
    "RehearsalFrame",
    "UnknownPositionError",
    "import_account",
    "load",
]
