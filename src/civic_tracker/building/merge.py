"""Putting the records of one source together: exact repetitions merge, nothing else does."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from civic_tracker.building.problems import problem
from civic_tracker.model.schema import Observation, Problem, Record

_PROVENANCE = frozenset({"id", "source_record", "source_url", "retrieved"})


def merge_measures(measures: Iterable[Record]) -> tuple[list[Record], int, list[Problem]]:
    """One list without repetitions, how many were merged, and the problems.

    Two entries with one id that say the same are one record. Where the publisher has its own key, or reports events,
    one id is one record whatever else differs (the same event on two pages). Otherwise two entries that share country,
    date and title but differ are two measures, and the later in the document gets a numbered id.
    """
    merged: dict[str, Record] = {}
    families: dict[str, _Family] = {}
    duplicates, problems = 0, []
    for measure in measures:
        family = families.get(measure.id)
        if family is None and measure.id not in merged:
            families[measure.id] = _Family(measure)
            merged[measure.id] = measure
            continue
        family = family or families.setdefault(measure.id, _Family(merged[measure.id]))
        if not family.is_new(measure):
            duplicates += 1
        elif _is_keyed(measure):
            duplicates += 1
            if measure.record_kind == "measure":
                problems.append(_same_key(family.first, measure))
        else:
            while (name := f"{measure.id}-{family.size}") in merged:
                family.size += 1
            numbered = measure.model_copy(update={"id": name})
            merged[name] = numbered
            problems.append(_same_identity(family.first, numbered))
    return list(merged.values()), duplicates, problems


@dataclass(slots=True)
class _Family:
    """The records that share an identity: the first, how many there are, and what each of them says.

    What is said is told by a short digest, so that the thousandth of a family is not compared with all before it.
    """

    first: Record
    size: int = 1
    said: set[bytes] = field(default_factory=set)

    def is_new(self, measure: Record) -> bool:
        """Whether no record of the family says the same; it is one of them from now on."""
        if not self.said:
            self.said.add(_digest(self.first))
        digest = _digest(measure)
        if digest in self.said:
            return False
        self.size += 1
        if not _is_keyed(measure):
            self.said.add(digest)
        return True


def merge_observations(observations: Iterable[Observation]) -> tuple[list[Observation], int, list[Problem]]:
    """One figure for each release, country, period and indicator; a second, different one is a problem."""
    merged: dict[tuple[object, ...], Observation] = {}
    duplicates, problems = 0, []
    for observation in observations:
        key = (observation.release, observation.country, observation.period, observation.indicator)
        known = merged.setdefault(key, observation)
        if known is observation:
            continue
        if (known.value_as_written, known.lower, known.upper) == (
            observation.value_as_written,
            observation.lower,
            observation.upper,
        ):
            duplicates += 1
        else:
            problems.append(_two_figures(known, observation))
    return list(merged.values()), duplicates, problems


def _digest(measure: Record) -> bytes:
    """What tells whether two records say the same, wherever each was found."""
    return hashlib.blake2b(measure.model_dump_json(exclude=set(_PROVENANCE)).encode(), digest_size=16).digest()


def _is_keyed(measure: Record) -> bool:
    return measure.record_kind == "event" or measure.id.split("-")[2].startswith("p")


def _same_identity(first: Record, second: Record) -> Problem:
    reason = f"It shares country, date and title with {first.source_record}, and differs otherwise. Both are kept."
    return _about_id("same_identity", second, reason)


def _same_key(first: Record, second: Record) -> Problem:
    reason = f"It has the publisher's key of {first.source_record}, and differs otherwise. The first is kept."
    return _about_id("same_key", second, reason)


def _about_id(code: str, measure: Record, reason: str) -> Problem:
    return problem(
        code,
        reason,
        source=measure.source,
        entry=measure.source_record,
        kept=True,
        country=measure.country_as_written,
        title=measure.title,
        field="id",
        value=measure.id,
    )


def _two_figures(known: Observation, other: Observation) -> Problem:
    return problem(
        "figures_differ",
        f"{known.source_record} says {known.value_as_written or 'text'}. The first of the two is kept.",
        source=other.source,
        entry=other.source_record,
        kept=False,
        country=other.country_as_written,
        title=other.indicator_as_written,
        field="value",
        value=other.value_as_written,
    )
