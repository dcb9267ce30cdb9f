"""Figures become sentences: what happened, what would happen next, and how a number was worked out.

A sentence is written from the figures of an event or a study alone, never from the screen, so the desk, the command
line and a script read the same words. `events` tells one event, `latest` the last one, `outlook` where an account is
and what comes next, `advice`, `twin`, `replay` and `frontier` the results of the studies, and `glossary` what each
term means and how it is worked out. `why` shows the arithmetic.

In: values of the rooms below. Out: plain text: a price drops or rises, a position is liquidated. Nothing is computed
here that is not a number put into a sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.words.advice import (
        advice_sentence,
        answer_sentence,
        costs,
        names_of,
        survival_sentence,
        triage_sentence,
    )
    from isocross.words.events import in_brief, sentence, where
    from isocross.words.frontier import cell_words, point_words
    from isocross.words.glossary import GLOSSARY, Term, term_of_column
    from isocross.words.latest import last_event, last_event_in_brief
    from isocross.words.outlook import (
        Story,
        account_warning,
        pool_words,
        venue_ratio_words,
        warning,
    )
    from isocross.words.replay import NOBODY, verdict
    from isocross.words.twin import FELL, FIGURES, Figure, crossover_words, refusal_words, refusals_words
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "FELL",
    "FIGURES",
    "GLOSSARY",
    "NOBODY",
    "Figure",
    "Story",
    "Term",
    "account_warning",
    "advice_sentence",
    "answer_sentence",
    "cell_words",
    "costs",
    "crossover_words",
    "in_brief",
    "last_event",
    "last_event_in_brief",
    "names_of",
    "point_words",
    "pool_words",
    "refusal_words",
    "refusals_words",
    "sentence",
    "survival_sentence",
    "term_of_column",
    "triage_sentence",
    "venue_ratio_words",
    "verdict",
    "warning",
    "where",
]
