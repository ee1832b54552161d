"""From records to acts: compare what is worth comparing, obey what people decided, put together what is one act."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from civic_tracker.errors import DeclarationError
from civic_tracker.linking.candidates import candidates
from civic_tracker.linking.clusters import Pair, clusters
from civic_tracker.linking.decisions import LinkDecision
from civic_tracker.linking.identity import act_id, founders_of, homes_of
from civic_tracker.linking.profile import Profile, profile
from civic_tracker.linking.record import LinkRecord, from_measure, steps_of
from civic_tracker.linking.score import SAME_FROM, compare
from civic_tracker.model.schema import ActRow, LinkRow, Record, Verdict

Say = Callable[[str], None]
DOUBTFUL = (0.35, 0.85)
"""Scores of *same* between these are what people should look at first, those nearest to the threshold before others."""

_WORTH_TWO_PROCESSES = 4_000
_WORTH_KEEPING = 0.1
_BETWEEN = "#"


class Judged(NamedTuple):
    """What two records are to each other; ``step`` names the later step of one of them that the other describes."""

    verdict: Verdict
    score: float
    linked: float
    step: str


@dataclass(frozen=True, slots=True)
class Links:
    """What linking found: the acts of records that are or were in company, and the pairs worth keeping.

    ``compared`` counts the pairs that were looked at; ``changed`` names the files that were written, where any were;
    ``without`` names the sources some of whose texts are not on this machine.
    """

    acts: list[ActRow]
    links: list[LinkRow]
    compared: int = 0
    changed: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run found, which holds where it read more than there is now.

    ``silent`` are the records whose texts are not on this machine, ``links`` and ``acts`` the rows of the earlier run.
    """

    silent: frozenset[str] = frozenset()
    links: Sequence[LinkRow] = ()
    acts: Sequence[ActRow] = ()

    def judged(self, sources: Mapping[str, str]) -> dict[Pair, Judged]:
        """The pairs with a silent record, as they were judged by its text."""
        return {
            (row.left, row.right): Judged(row.verdict, row.score, row.linked, row.step)
            for row in self.links
            if row.left in sources and row.right in sources and self._is_about(row) and not row.decided
        }

    def apart(self) -> list[Pair]:
        """Pairs with a silent record that look like one act, and stood in two: something that is no longer read spoke
        against it.
        """
        act = {row.record: row.act for row in self.acts}
        return [
            (row.left, row.right)
            for row in self.links
            if self._is_about(row)
            and row.score >= SAME_FROM
            and act.get(row.left, row.left) != act.get(row.right, row.right)
        ]

    def _is_about(self, row: LinkRow) -> bool:
        return row.left in self.silent or row.right in self.silent


def link(
    measures: Iterable[Record],
    decisions: Mapping[Pair, LinkDecision],
    former: Mapping[str, str],
    *,
    earlier: Kept = Kept(),  # it cannot change
    say: Say = lambda _: None,
) -> Links:
    """Link measures and one-time acts of several sources; spells and reports of a month are no acts.

    ``former`` holds the homes that ``acts.csv`` remembers; ``earlier`` the records that are not judged again, since
    their texts are elsewhere, and what was found about them. The answer does not depend on the order of the measures.

    Raises:
        DeclarationError: when decisions contradict each other.
    """
    by_country: dict[str, list[Record]] = {}
    for measure in measures:
        if measure.is_act:
            by_country.setdefault(measure.country, []).append(measure)
    judged: dict[Pair, Judged] = {}
    compared = 0
    for found_here, count in _judged_in(by_country, earlier.silent, say):
        judged |= found_here
        compared += count
    countries = {one.id: one.country for own in by_country.values() for one in own}
    sources = {one.id: one.source for own in by_country.values() for one in own}
    judged |= earlier.judged(sources)
    apart = [pair for pair in earlier.apart() if pair[0] in sources and pair[1] in sources]
    obeyed = {pair: one for pair, one in decisions.items() if pair[0] in sources and pair[1] in sources}
    undated = frozenset(
        one.id for own in by_country.values() for one in own if not one.introduced or one.introduced.precision != "day"
    )
    by_scores = clusters(sources, _scores(judged), same_from=SAME_FROM, decided_apart=apart, undated=undated)
    for pair, decision in obeyed.items():
        judged[pair] = _decided(decision)
    found = clusters(
        sources,
        _scores(judged),
        same_from=SAME_FROM,
        decided_same=[pair for pair, one in obeyed.items() if one.answer == "same"],
        decided_apart=[
            *(pair for pair, one in obeyed.items() if one.answer != "same"),
            *(pair for pair in apart if pair not in obeyed),
        ],
        undated=undated,
    )
    _refuse_contradictions(found, obeyed)
    homes = {record: home for record, home in former.items() if record in earlier.silent and record in sources}
    homes |= homes_of(by_scores, former)
    acts = [
        ActRow(act=act_id(countries[record], founder), record=record, home=homes.get(record, record))
        for members, founder in zip(found, founders_of(found, homes), strict=True)
        for record in members
        if len(members) > 1 or record in homes
    ]
    together = {row.record: row.act for row in acts}
    kept = [
        LinkRow(
            left=left,
            right=right,
            verdict=one.verdict,
            score=round(one.score, 4),
            linked=round(one.linked, 4),
            decided=(left, right) in obeyed,
            step=one.step,
        )
        for (left, right), one in sorted(judged.items())
        if (left, right) in obeyed
        or one.verdict != "different"
        or one.score >= DOUBTFUL[0]
        or (left in together and together.get(right) == together[left])
    ]
    return Links(sorted(acts, key=lambda row: row.record), kept, compared)


def _decided(decision: LinkDecision) -> Judged:
    return Judged(decision.answer, float(decision.answer == "same"), float(decision.answer != "different"), "")


def _scores(judged: Mapping[Pair, Judged]) -> dict[Pair, float]:
    return {pair: one.score for pair, one in judged.items() if not one.step}


def _judged_in(
    by_country: Mapping[str, Sequence[Record]], silent: frozenset[str], say: Say
) -> Iterable[tuple[dict[Pair, Judged], int]]:
    """The judged pairs of each country, and how many were compared; in two processes where there is much to do."""
    tasks = [by_country[country] for country in sorted(by_country)]
    say(f"linking {sum(map(len, tasks))} records")
    if sum(map(len, tasks)) < _WORTH_TWO_PROCESSES:
        yield from (judge(task, silent) for task in tasks)
        return
    with ProcessPoolExecutor(max_workers=2) as pool:
        silent_ones = (silent & {one.id for one in task} for task in tasks)
        yield from pool.map(judge, tasks, silent_ones, chunksize=4)


def judge(measures: Sequence[Record], silent: frozenset[str] = frozenset()) -> tuple[dict[Pair, Judged], int]:
    """The pairs of one country's records that may be one act or related, and how many pairs were compared.

    Pairs with a ``silent`` record are left out.
    """
    profiles: dict[str, Profile] = {}
    for measure in measures:
        records: list[LinkRecord] = [from_measure(measure), *steps_of(measure)]
        profiles |= {record.id: profile(record) for record in records}
    judged: dict[Pair, Judged] = {}
    compared = 0
    for left, right in candidates(profiles):
        step = next((one for one in (left, right) if _BETWEEN in one), "")
        if step and _BETWEEN in left and _BETWEEN in right:
            continue  # two later steps: what they belong to is compared itself
        if silent and not silent.isdisjoint((left.split(_BETWEEN)[0], right.split(_BETWEEN)[0])):
            continue
        compared += 1
        found = compare(profiles[left], profiles[right])
        if (step and found.verdict == "different") or max(found.score, found.linked) < _WORTH_KEEPING:
            continue
        # A record that matches a later step of another is related to that one, and not the same.
        verdict: Verdict = "related" if step and found.verdict == "same" else found.verdict
        one, other = sorted((left.split(_BETWEEN)[0], right.split(_BETWEEN)[0]))
        this, known = Judged(verdict, found.score, found.linked, step), judged.get((one, other))
        # What the records themselves are to each other goes before what a later step of one is to the other.
        if known is None or (not this.step, this.score) > (not known.step, known.score):
            judged[one, other] = this
    return judged, compared


def _refuse_contradictions(found: Sequence[Sequence[str]], decisions: Mapping[Pair, LinkDecision]) -> None:
    act = {record: place for place, members in enumerate(found) for record in members}
    for (left, right), one in sorted(decisions.items()):
        if one.answer != "same" and act[left] == act[right]:
            raise DeclarationError(
                f"links.csv: {left} and {right} are decided to be {one.answer}, and other decisions make them one act. "
                "Take one of these decisions out: civic-tracker links forget A B"
            )
