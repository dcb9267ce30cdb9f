"""A desk without a screen: one line in, sentences out. For screen readers, for logs, and for scripts.

A `Talk` has the store of the desk and its gate for files; a line is a verb with words behind it, and leads to the same
actions as a key. `verbs` has the table of them, and says which commands of the desk each stands for; a test holds that
no command is without a verb. `shock`, `account`, `looking`, `files` and `lessons` do what a line asks; `parsing` reads
its words, and `keeping` has the journal of what is not saved. Nothing is drawn, no colour is used, and the cursor of a
terminal never moves but to the next line.

In: lines. Out: sentences. What cannot be done is one sentence too, and the talk goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.talk.conversation import converse
    from isocross_tui.talk.talk import Talk, TalkError
    from isocross_tui.talk.verbs import VERBS, Verb, hear
else:
    __getattr__ = handed_on(__name__)

__all__ = ["VERBS", "Talk", "TalkError", "Verb", "converse", "hear"]
