"""What if: questions about an account that take many rehearsals to answer.

`autopsy` walks an account through what happened to it, and through it again had it been otherwise.

`twin` sets an account beside its variants: all isolated, all cross, one position flipped, another venue's rules; and
`crossing` finds where one begins to leave more than another. `triage` says which position to close first; `survive`
the least cash, the smallest cut or the highest leverage that stands a move; `advice` the modes that leave the most
under a set of shocks; `reach` is how far an account goes. `preview` shows what a move would change before it is made.
`curves` is equity against the shock, `odds` counts how often past crashes reached a trigger, `replays` holds one path
in every mode. `frontier` does it for two markets at once.

In: a `Book`, never a rehearsal that a screen holds, so that a worker may take its time. Out: values with figures and
no words; `isocross.words` makes the sentences. A study named as its module is asked there: `studies.triage.triage`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.studies.advice import Advice, Advisor, Left, Weighed, advised_curves, advised_shocks
    from isocross.studies.crossing import Crossing, never_apart
    from isocross.studies.curves import (
        EquityCurve,
        curves_by_mode,
        equity_corners,
        equity_curve,
        in_one_mode,
    )
    from isocross.studies.odds import Odds, Reached, account_odds, first_rate, shown_leverage, survived_leverage
    from isocross.studies.preview import Preview, TriggerChange
    from isocross.studies.reach import Reach, Reaches, fallen_by, read_reach
    from isocross.studies.replays import Life, LivedFall, Offer, Standing, lives_of, offers, stand_ins
    from isocross.studies.stops import with_stop
    from isocross.studies.survive import Answer, Survival, Way
    from isocross.studies.triage import Remedy, Triage, TriageRow
    from isocross.studies.twin import AS_IS, Comparison, Fall, Result, Tally, Twin, Variant, tally, under_other_venues
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "AS_IS",
    "Advice",
    "Advisor",
    "Answer",
    "Comparison",
    "Crossing",
    "EquityCurve",
    "Fall",
    "Left",
    "Life",
    "LivedFall",
    "Odds",
    "Offer",
    "Preview",
    "Reach",
    "Reached",
    "Reaches",
    "Remedy",
    "Result",
    "Standing",
    "Survival",
    "Tally",
    "Triage",
    "TriageRow",
    "TriggerChange",
    "Twin",
    "Variant",
    "Way",
    "Weighed",
    "account_odds",
    "advised_curves",
    "advised_shocks",
    "curves_by_mode",
    "equity_corners",
    "equity_curve",
    "fallen_by",
    "first_rate",
    "in_one_mode",
    "lives_of",
    "never_apart",
    "offers",
    "read_reach",
    "shown_leverage",
    "stand_ins",
    "survived_leverage",
    "tally",
    "under_other_venues",
    "with_stop",
]
