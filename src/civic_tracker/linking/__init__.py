"""Do two records of two trackers describe the same act of a public authority, a related one, or different ones?

    from civic_tracker.linking import compare, explain, from_measure, profile

    one, other = profile(from_measure(measure)), profile(from_measure(another))
    compare(one, other)  # Judgement(verdict='same', score=0.93, linked=0.98)
    explain(one, other)  # the reasons, each with its weight

Reading a record (:func:`profile`) is the dear part; do it once per record. Comparing two takes some hundredths of a
millisecond.
"""

from civic_tracker.linking.profile import Profile, profile
from civic_tracker.linking.record import LinkRecord, from_measure, from_row, steps_of
from civic_tracker.linking.score import Judgement, Reason, compare, explain, score

__all__ = [
    "Judgement",
    "LinkRecord",
    "Profile",
    "Reason",
    "compare",
    "explain",
    "from_measure",
    "from_row",
    "profile",
    "score",
    "steps_of",
]
