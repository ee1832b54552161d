"""Putting the records of one source together: exact repetitions merge, nothing else does."""

from collections.abc import Iterable

from civic_tracker.problems import problem
from civic_tracker.schema import Measure, Observation, Problem

_PROVENANCE = frozenset({"id", "source_record", "source_url", "retrieved"})


def merge_measures(measures: Iterable[Measure]) -> tuple[list[Measure], int, list[Problem]]:
    """One list without repetitions, how many were merged, and the problems.

    Two entries with one id that say the same are one record. Where the publisher has its own key, or reports events,
    one id is one record whatever else differs (the same event on two pages). Otherwise two entries that share country,
    date and title but differ are two measures, and the later in the document gets a numbered id.
    """
    merged: dict[str, Measure] = {}
    duplicates, problems = 0, []
    for measure in measures:
        same_id = list(_family(merged, measure.id))
        if any(_says_the_same(known, measure) for known in same_id):
            duplicates += 1
        elif same_id and _is_keyed(measure):
            duplicates += 1
            if measure.record_kind == "measure":
                problems.append(_same_key(same_id[0], measure))
        elif same_id:
            numbered = measure.model_copy(update={"id": f"{measure.id}-{len(same_id) + 1}"})
            merged[numbered.id] = numbered
            problems.append(_same_identity(same_id[0], numbered))
        else:
            merged[measure.id] = measure
    return list(merged.values()), duplicates, problems


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


def _family(merged: dict[str, Measure], wanted: str) -> list[Measure]:
    found, number = [], 1
    while (name := wanted if number == 1 else f"{wanted}-{number}") in merged:
        found.append(merged[name])
        number += 1
    return found


def _says_the_same(one: Measure, other: Measure) -> bool:
    return one.model_dump(exclude=set(_PROVENANCE)) == other.model_dump(exclude=set(_PROVENANCE))


def _is_keyed(measure: Measure) -> bool:
    return measure.record_kind == "event" or measure.id.split("-")[2].startswith("p")


def _same_identity(first: Measure, second: Measure) -> Problem:
    reason = f"It shares country, date and title with {first.source_record}, and differs otherwise. Both are kept."
    return _about_id("same_identity", second, reason)


def _same_key(first: Measure, second: Measure) -> Problem:
    reason = f"It has the publisher's key of {first.source_record}, and differs otherwise. The first is kept."
    return _about_id("same_key", second, reason)


def _about_id(code: str, measure: Measure, reason: str) -> Problem:
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
