"""The risk desk: the same questions asked of many accounts, and answers that a build can fail on.

`sources` finds the accounts that were named: files, folders, patterns, lines of JSON, tables of positions. One account
that cannot be read is told and the others go on. `tables` and `lines` read the two forms that hold many accounts.
`moves` are the moves that files of limits and grids name, `ruled` reads them. Three rooms ask the questions: `limits`
whether accounts keep to what must hold, `sweep` what becomes of them under many scenarios, `crowd` what they do to each
other on one market.

In: names. Out: each account in its order, or what is wrong with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.risk.named import Named
    from isocross.risk.sources import Input, alone, named_accounts
else:
    __getattr__ = handed_on(__name__)

__all__ = ["Input", "Named", "alone", "named_accounts"]
