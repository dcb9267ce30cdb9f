"""A venue's answers that are opened on a desk: which files they are, and the cash that none of them says."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from isocross.records import dataclass
from isocross.regular import is_absent
from isocross.workspace import Faults
from isocross.workspace.code import is_code
from isocross.workspace.load import Source
from isocross.workspace.resolve import resolve
from isocross_tui.forms.account import NotReadableError, positive
from isocross_tui.screens.form import Verdict

if TYPE_CHECKING:
    from isocross.exchange import Imported

ENDINGS = (".json", ".csv")
"""How files end that are no workspaces and go through the importer."""


@dataclass(frozen=True, slots=True)
class Cash:
    """What is typed beside an answer that does not say it."""

    wallet: Decimal | None = None
    currency: str | None = None
    """What the account is in; None: what most positions are in."""

    @classmethod
    def typed(cls, text: str) -> Cash:
        """Read an amount and its currency, both or the first; raises NotReadableError in words."""
        words = text.split()
        if len(words) > 2:
            raise NotReadableError("the wallet is an amount and, where there are several, its currency")
        wallet = positive(words[0], "wallet") if words else None
        return cls(wallet, words[1].upper() if len(words) > 1 else None)


NO_CASH = Cash()
_AMPLE = Cash(Decimal(10**12))
"""Cash enough for any account."""


def imported(name: str, cash: Cash) -> Imported | None:
    """The account in a venue's answers or a table of positions; None for what is opened as it is. Raises Faults.

    Args:
        name: what is opened: a file, or several of one moment with blanks between.
        cash: what the answers do not say.
    """
    paths = _answers(name)
    if not paths:
        return None
    from isocross.exchange import Options, import_files, read_bytes  # noqa: PLC0415 - only an account of a venue pays for it
    from isocross_tui.forms.pasted import ON_THE_DESK  # noqa: PLC0415 - the same

    options = Options(wallet=cash.wallet, currency=cash.currency, ways=ON_THE_DESK)
    return import_files([(path.name, read_bytes(str(path))) for path in paths], options=options)


def _answers(name: str) -> list[Path]:
    """The files of answers that are named; none where something else is."""
    if is_code(name):
        return []
    path, is_shipped = resolve(name)
    words = _words(name)
    several = len(words) > 1 and all(word.lower().endswith(ENDINGS) for word in words)
    if several and is_absent(path):
        return [resolve(word)[0] for word in words]
    return [] if is_shipped or path.suffix.lower() not in ENDINGS else [path]


def _words(name: str) -> list[str]:
    try:
        return shlex.split(name)
    except ValueError:
        return []


def judge_source(values: Mapping[str, str], open_source: Callable[[str], Source]) -> Verdict:
    """Whether a file can be opened, by what opens it, and what is wrong with it if not."""
    if not values["path"]:
        return Verdict("A file name is missing.", False)
    try:
        cash = Cash.typed(values["wallet"])
        taken = imported(values["path"], cash)
        workspace = open_source(values["path"]).workspace if taken is None else taken.workspace
    except NotReadableError as error:
        return Verdict(f"{error}.", False)
    except Faults as faults:
        lacks_wallet = cash.wallet is None and _lacks_wallet(values["path"])
        return Verdict(
            "The answer does not state the wallet: type all cash below." if lacks_wallet else str(faults), False
        )
    held = len(workspace.positions)
    return Verdict(f"Opens “{workspace.name}” with {held} position{'' if held == 1 else 's'}.", True)


def _lacks_wallet(name: str) -> bool:
    """Whether a venue's answer lacks nothing but the wallet."""
    try:
        return imported(name, _AMPLE) is not None
    except Faults:
        return False
