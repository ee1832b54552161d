"""Same act, related, or different: a score of two records that explains itself answer by answer.

Two additive models share the questions of :mod:`civic_tracker.linking.features`. One tells *same* from the rest, one
tells *same or related* from *different*. A weight is the change of the log-odds; the sum of all, through the logistic
function, is the score. The weights stand in ``mappings/link_weights.csv`` with a sentence each.
"""

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from math import isfinite

from civic_tracker import paths
from civic_tracker.declared.tables import CellError, once, read_rows
from civic_tracker.errors import DeclarationError
from civic_tracker.linking.features import answers
from civic_tracker.linking.profile import Profile
from civic_tracker.model.schema import Verdict

SAME_FROM = 0.66
"""From this score on two records are the same act. Where on the curve that is, ``docs/linking.md`` tells."""

LINKED_FROM = 0.5
"""From this score of the second model on, two records that are not the same act are related."""

ALWAYS = ("always", "")
COLUMNS = ("feature", "answer", "expected_same", "expected_linked", "same", "linked", "pairs", "meaning")


@dataclass(frozen=True, slots=True)
class Weight:
    """What one answer weighs in the two models, and what it means."""

    same: float
    linked: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer for two records: ``score`` is that of *same*, ``linked`` that of *same or related*, both in 0..1."""

    verdict: Verdict
    score: float
    linked: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of an explanation: what was found, what it weighs for *same* and for *linked*, and what it means."""

    feature: str
    value: str
    weight: float
    linked: float
    sentence: str


@cache
def weights() -> dict[tuple[str, str], Weight]:
    """The weights by feature and answer.

    Raises:
        DeclarationError: when a weight is no number, or a row stands there twice.
    """
    seen: set[str] = set()

    def weight_of(row: dict[str, str]) -> tuple[tuple[str, str], Weight]:
        once(seen, f"{row['feature']}, {row['answer']}", "feature")
        numbers = {name: _number(row[name], name) for name in ("same", "linked")}
        return (row["feature"], row["answer"]), Weight(numbers["same"], numbers["linked"], row["meaning"])

    path = paths.mappings_dir() / "link_weights.csv"
    found = dict(read_rows(path, weight_of, required=COLUMNS, allowed=COLUMNS))
    if ALWAYS not in found:
        raise DeclarationError("link_weights.csv: lacks the row 'always'.")
    return found


def _number(text: str, column: str) -> float:
    with suppress(ValueError):
        if isfinite(number := float(text)):
            return number
    raise CellError(f"has a weight '{text}' that is no number", column)


def compare(a: Profile, b: Profile) -> Judgement:
    """The answer for two records, whichever comes first."""
    table = weights()
    same, linked = table[ALWAYS].same, table[ALWAYS].linked
    for answer in answers(a, b):
        weight = table[answer]
        same += weight.same
        linked += weight.linked
    score, of_linked = _share(same), _share(linked)
    return Judgement(verdict(score, of_linked), score, of_linked)


def score(a: Profile, b: Profile) -> float:
    """How surely two records are the same act, in 0..1."""
    return compare(a, b).score


def verdict(score: float, linked: float) -> Verdict:
    """The answer that two scores give."""
    if score >= SAME_FROM:
        return "same"
    return "related" if linked >= LINKED_FROM else "different"


def explain(a: Profile, b: Profile) -> list[Reason]:
    """Why: every answer with its weight, the heaviest first. The weights add up to the log-odds of the score."""
    table = weights()
    reasons = [
        Reason(*key, weight=table[key].same, linked=table[key].linked, sentence=table[key].meaning)
        for key in (ALWAYS, *answers(a, b))
    ]
    return sorted(reasons, key=lambda reason: (-abs(reason.weight), reason.feature))


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
