"""Records that describe one act put together: best pairs first, never two of one source, decisions before all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Pair = tuple[str, str]

TOO_UNLIKE = 0.1
"""Two groups are not put together over one good pair when another pair between them scores less than this."""

NO_SECOND_CHOICE = 0.1
"""A record joins no record of a source that scores so much less than its best one there, even if that one is taken."""


@dataclass(slots=True)
class _Groups:
    """Which records stand together at a moment; a group is named after one of its records."""

    leader: dict[str, str]
    members: dict[str, list[str]] = field(default_factory=dict)

    def of(self, record: str) -> str:
        while self.leader[record] != record:
            self.leader[record] = self.leader[self.leader[record]]
            record = self.leader[record]
        return record

    def join(self, one: str, other: str) -> None:
        kept, gone = sorted((one, other), key=lambda name: (-len(self.members[name]), name))
        self.leader[gone] = kept
        self.members[kept] += self.members.pop(gone)


def clusters(
    sources: Mapping[str, str],
    scores: Mapping[Pair, float],
    *,
    same_from: float,
    decided_same: Iterable[Pair] = (),
    decided_apart: Iterable[Pair] = (),
    undated: frozenset[str] = frozenset(),
) -> list[tuple[str, ...]]:
    """The acts: every record stands in exactly one, most of them alone.

    Args:
        sources: the source of each record; no act holds two records of one source, unless a person decided so.
        scores: how surely two records are one act; pairs that are not here were not worth comparing.
        same_from: the score from which on two records are one act.
        decided_same: pairs that a person decided to be one act; these hold whatever the scores say.
        decided_apart: pairs that a person decided to be two; a decided sameness of the same pair is for the caller to
            refuse.
        undated: records without a day; such a one joins one group and never ties two together.

    The answer does not depend on the order in which records or pairs are given.
    """
    groups = _Groups({record: record for record in sources}, {record: [record] for record in sources})
    apart: dict[str, set[str]] = {}
    for left, right in decided_apart:
        apart.setdefault(left, set()).add(right)
        apart.setdefault(right, set()).add(left)
    for left, right in sorted(decided_same):
        if left in sources and right in sources and groups.of(left) != groups.of(right):
            groups.join(groups.of(left), groups.of(right))
    best: dict[tuple[str, str], float] = {}
    for (left, right), score in scores.items():
        for record, partner in ((left, right), (right, left)):
            best[record, sources[partner]] = max(score, best.get((record, sources[partner]), 0.0))
    for score, (left, right) in sorted((-score, pair) for pair, score in scores.items() if score >= same_from):
        if max(best[left, sources[right]], best[right, sources[left]]) + score >= NO_SECOND_CHOICE:
            continue
        one, other = groups.of(left), groups.of(right)
        if any(end in undated and len(groups.members[group]) > 1 for end, group in ((left, one), (right, other))):
            continue
        if one != other and _may_join(groups.members[one], groups.members[other], sources, scores, apart):
            groups.join(one, other)
    return sorted(tuple(sorted(members)) for members in groups.members.values())


def _may_join(
    ones: list[str],
    others: list[str],
    sources: Mapping[str, str],
    scores: Mapping[Pair, float],
    apart: Mapping[str, set[str]],
) -> bool:
    if {sources[one] for one in ones} & {sources[other] for other in others}:
        return False
    for one in ones:
        for other in others:
            if other in apart.get(one, ()):
                return False
            if scores.get((min(one, other), max(one, other)), 1.0) < TOO_UNLIKE:
                return False
    return True
