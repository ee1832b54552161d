"""The records of one source from all its documents, and the proof that every entry is accounted for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from civic_tracker.building.figures import observation_of
from civic_tracker.building.merge import merge_measures, merge_observations
from civic_tracker.building.normalise import Origin, measure_of, out_of_scope
from civic_tracker.building.problems import problem
from civic_tracker.declared.sources import Source
from civic_tracker.declared.terms import Terms
from civic_tracker.documents.entries import Aside, Parsed
from civic_tracker.leaving import quoted
from civic_tracker.model.releases import release_order
from civic_tracker.model.schema import Observation, Problem, Record, SourceCount, WholeWords
from civic_tracker.model.status import when

Batch = tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One parsed document, with where it comes from."""

    parsed: Parsed
    origin: Origin


@dataclass(frozen=True, slots=True)
class Records:
    """What the documents of one source give."""

    measures: list[Record]
    observations: list[Observation]
    problems: list[Problem]
    count: SourceCount
    words: list[WholeWords] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """The records of one batch of documents, before they are merged."""

    measures: list[Record] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    words: list[WholeWords] = field(default_factory=list)
    asides: int = 0
    joined: int = 0
    rejected: int = 0


def records_of(source: Source, batches: Sequence[Batch], terms: Terms) -> Records:
    """The records of all batches. Within a batch exact repetitions merge; a later batch renews what it holds again.

    Raises:
        AssertionError: when an entry is neither a record, nor merged, nor set aside, nor rejected. It never may.
    """
    readings = [_read(source, batch, terms) for batch in batches]
    problems = [one for reading in readings for one in reading.problems]
    superseded = _leave_out_earlier_releases(readings)
    if superseded:
        reason = f"Measures of earlier releases that gave way to those of the newest: {superseded}."
        problems.append(problem("release_superseded", reason, source=source.id, entry="releases", kept=True))
    replaced = _leave_out_replaced_starters(batches, readings)
    if replaced:
        reason = f"Starter facts that gave way to the publisher's own entries of the same country and date: {replaced}."
        problems.append(problem("starter_replaced", reason, source=source.id, entry="starter", kept=True))
    measures: dict[str, Record] = {}
    observations: dict[tuple[str, str, str, str], Observation] = {}
    merged = clashes = 0
    for reading in readings:
        kept, repeated, met = merge_measures(reading.measures)
        figures, repeated_figures, clashing = merge_observations(reading.observations)
        renewed = sum(one.id in measures for one in kept)
        measures |= {one.id: one for one in kept}
        by_key = {(one.release, one.country, str(one.period), one.indicator): one for one in figures}
        renewed += sum(key in observations for key in by_key)
        observations |= by_key
        merged += repeated + repeated_figures + renewed
        clashes += len(clashing)
        problems += met + clashing
    count = SourceCount(
        source=source.id,
        entries=sum(len(part.parsed) for batch in batches for part in batch) - replaced,
        measures=len(measures),
        figures=len(observations),
        duplicates=merged,
        joined=sum(reading.joined for reading in readings),
        superseded=superseded,
        asides=sum(reading.asides for reading in readings),
        rejected=sum(reading.rejected for reading in readings) + clashes,
    )
    if not count.balanced:
        raise AssertionError(f"entries of {source.id} were lost: {count!r}")
    words = [one for reading in readings for one in reading.words]
    return Records(list(measures.values()), list(observations.values()), problems, count, words)


def _read(source: Source, batch: Batch, terms: Terms) -> _Reading:
    reading = _Reading()
    for part in batch:
        asides = list(part.parsed.asides)
        for entry in part.parsed.entries:
            if outside := out_of_scope(entry, source, terms):
                asides.append(Aside(entry.locator, outside, entry.rows))
                continue
            measure, met = measure_of(entry, source, part.origin, terms, part.parsed.release, whole=reading.words)
            reading.problems += met
            if measure:
                reading.measures.append(measure)
                reading.joined += entry.rows - 1
            else:
                reading.rejected += entry.rows
        reading.asides += sum(aside.rows for aside in asides)
        reading.problems += _remarks(source, part, asides)
        refused: list[Problem] = []
        for figure in part.parsed.figures:
            observation, met = observation_of(figure, source, part.origin, part.parsed.release, whole=reading.words)
            refused += met
            if observation:
                reading.observations.append(observation)
            else:
                reading.rejected += 1
        reading.problems += _together(refused)
    return reading


def _leave_out_earlier_releases(readings: Sequence[_Reading]) -> int:
    """Take out the measures of all releases but the newest that has any; return how many.

    A publisher that codes the past anew replaces what it said before; figures stay, each under its release.
    """
    newest = max((one.release for reading in readings for one in reading.measures), key=release_order, default="")
    superseded = 0
    for reading in readings:
        staying = [one for one in reading.measures if one.release in {"", newest}]
        superseded += len(reading.measures) - len(staying)
        reading.measures = staying
    return superseded


def _leave_out_replaced_starters(batches: Sequence[Batch], readings: Sequence[_Reading]) -> int:
    """Take out the starter facts that the publisher's own documents cover; return how many.

    A starter fact gives way where the documents have at least as many entries of the same country and date (for
    events, the same month): one entry of two says nothing about the other.
    """

    def about(measure: Record) -> tuple[str, str]:
        return measure.country, str(when(measure) or "")

    pairs = list(zip(batches, readings, strict=True))
    starters = [reading for batch, reading in pairs if batch and batch[0].origin.ours]
    documents = [reading for batch, reading in pairs if not (batch and batch[0].origin.ours)]
    published = Counter(about(measure) for reading in documents for measure in reading.measures)
    ours = Counter(about(measure) for reading in starters for measure in reading.measures)
    replaced = 0
    for reading in starters:
        staying = [one for one in reading.measures if published[about(one)] < ours[about(one)]]
        replaced += len(reading.measures) - len(staying)
        reading.measures = staying
    return replaced


def _together(problems: list[Problem]) -> list[Problem]:
    """One problem for the figures of a document that fail alike: an unknown column fails in every row."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for one in problems:
        alike.setdefault((one.code, one.field, one.value), []).append(one)
    return [
        same[0].model_copy(update={"reason": f"{same[0].reason} {len(same)} figures alike."}) if same[1:] else same[0]
        for same in alike.values()
    ]


def _remarks(source: Source, part: Part, asides: Sequence[Aside]) -> list[Problem]:
    """The adapter's notes on a document, its asides by reason, and the fields nobody reads."""
    remarks = [("document_remark", remark, "") for remark in part.parsed.remarks]
    places: dict[str, list[str]] = {}
    rows: Counter[str] = Counter()
    for aside in asides:
        places.setdefault(aside.reason, []).append(aside.locator)
        rows[aside.reason] += aside.rows
    remarks += [
        (
            "document_remark",
            f"{rows[reason]} entries set aside: {reason} ({', '.join(where[:5])}{', …' if where[5:] else ''})",
            "",
        )
        for reason, where in places.items()
    ]
    extra = Counter(name for entry in part.parsed.entries for name in entry.extra)
    remarks += [
        ("field_not_read", f"{number} entries have {quoted(name)}.", name) for name, number in sorted(extra.items())
    ]
    return [
        problem(code, reason, source=source.id, entry=part.origin.record, kept=True, field=name)
        for code, reason, name in remarks
    ]
