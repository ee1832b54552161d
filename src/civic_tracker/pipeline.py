"""From documents to the dataset: parse, normalise, merge, count, write. The same inputs give the same bytes."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from civic_tracker import dataset as store
from civic_tracker import storage
from civic_tracker.adapters import parser_of
from civic_tracker.countries.decisions import Decision
from civic_tracker.countries.decisions import unused as unused_names
from civic_tracker.dataset import Dataset, Import, SourceState
from civic_tracker.documents import Document
from civic_tracker.entries import Parsed
from civic_tracker.errors import CivicTrackerError, DatasetError
from civic_tracker.figures import observation_of
from civic_tracker.merge import merge_measures, merge_observations
from civic_tracker.normalise import Origin, measure_of
from civic_tracker.problems import problem
from civic_tracker.schema import Measure, Observation, Problem, SourceCount
from civic_tracker.sources import Source, all_sources
from civic_tracker.starter import read_starter, starter_files
from civic_tracker.summary import when
from civic_tracker.terms import Term, Terms, load_terms

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One parsed document, with where it comes from."""

    parsed: Parsed
    origin: Origin


@dataclass(slots=True)
class Run:
    """What a run did: the dataset it made, the files that changed, what it kept as it was, rows nobody used."""

    dataset: Dataset
    changed: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    unused: list[Term] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did with each file; ``failed`` holds one line per file that could not be read."""

    imported: list[Import]
    already: list[str]
    failed: list[str]
    run: Run | None


def rebuild(folder: Path, *, say: Say = lambda _: None) -> Run:
    """Normalise the starter facts and every imported document, and write the dataset.

    A source whose imported documents are not on this machine keeps the records it has.

    Raises:
        DatasetError: when the folder cannot be read or written. The dataset is then as it was.
    """
    store.refuse_foreign(folder)
    run = _build(folder, _known_imports(folder), list(all_sources().values()), say)
    if run.kept:
        former = store.load(folder, sources=frozenset(run.kept))
        run.dataset.measures += former.measures
        run.dataset.observations += former.observations
        run.dataset.problems += former.problems
        _sort(run.dataset)
    return run


def import_documents(
    folder: Path, source: Source, documents: Sequence[Document], *, retrieved: date, say: Say = lambda _: None
) -> ImportResult:
    """Bring documents of one source into the dataset; what cannot be read is reported and changes nothing."""
    store.refuse_foreign(folder)
    imports = _known_imports(folder)
    known = {(one.source, one.sha256) for one in imports}
    parse = parser_of(source)
    good: list[Document] = []
    already, failed = [], []
    for document in documents:
        say(f"reading {document.name}")
        if (source.id, document.sha256) in known:
            already.append(document.name)
            continue
        known.add((source.id, document.sha256))
        try:
            parsed = parse(document)
        except CivicTrackerError as error:
            failed.append(str(error))
            continue
        if len(parsed):
            good.append(document)
        else:
            failed.append(f"{document.name}: holds no entry of {source.name}. The page may have changed.")
    if not good:
        return ImportResult([], already, failed, None)
    batch = min(document.sha256 for document in good)[:12]
    new = [
        Import(
            source=source.id,
            batch=batch,
            sha256=store.keep_snapshot(folder, document.content),
            name=document.name,
            url=document.url,
            retrieved=retrieved,
        )
        for document in good
    ]
    # A first import makes the whole dataset; later ones leave the other sources as they are.
    affected = [source] if store.exists(folder) else list(all_sources().values())
    return ImportResult(new, already, failed, _build(folder, imports + new, affected, say))


def unused_terms(folder: Path) -> list[Term]:
    """Rows of ``terms.csv`` that no entry of the sources in the dataset uses; nothing is written."""
    terms = load_terms()
    made = Dataset()
    imports = _known_imports(folder)
    for source in all_sources().values():
        own = [one for one in imports if one.source == source.id]
        if all(storage.has_snapshot(store.snapshots(folder), one.sha256) for one in own):
            _normalise_source(folder, source, own, terms, made)
    return terms.unused({source for source, state in made.states.items() if state.count.entries})


def unused_decisions(dataset: Dataset) -> list[Decision]:
    """Decisions about country names that no entry of their source met."""
    written: dict[str, set[str]] = {source: set() for source, state in dataset.states.items() if state.count.entries}
    records: list[Measure | Observation | Problem] = [*dataset.measures, *dataset.observations, *dataset.problems]
    for record in records:
        written.setdefault(record.source, set()).add(record.country_as_written)
    return unused_names(written)


def _build(folder: Path, imports: list[Import], sources: list[Source], say: Say) -> Run:
    """Normalise these sources and write them; the files of all others stay."""
    former = store.read_manifest(folder).sources if store.exists(folder) else {}
    states = {source: state for source, state in former.items() if source in all_sources()}
    terms = load_terms()
    run = Run(Dataset(imports=imports, states=states))
    for source in sources:
        own = [one for one in imports if one.source == source.id]
        missing = [one for one in own if not storage.has_snapshot(store.snapshots(folder), one.sha256)]
        if missing and source.id in states:
            run.kept[source.id] = f"{len(missing)} of its {len(own)} imported documents are not on this machine"
        elif missing:
            raise DatasetError(
                f"{folder}: the document {missing[0].name} ({missing[0].sha256[:12]}) of {source.id} is missing, "
                "and there are no records to keep. Import it again."
            )
        else:
            say(f"normalising {source.id}")
            _normalise_source(folder, source, own, terms, run.dataset)
    rebuilt = {source.id for source in sources} - run.kept.keys()
    # An excerpt leaves most rows of the tables unused, which says nothing about them.
    run.unused = terms.unused({source for source in rebuilt if run.dataset.states[source].complete})
    _sort(run.dataset)
    run.changed = store.save(run.dataset, folder, untouched=frozenset(run.dataset.states.keys() - rebuilt))
    return run


def _known_imports(folder: Path) -> list[Import]:
    if not store.exists(folder):
        return []
    if storage.needs_recovery(folder):
        storage.recover(folder)
    return store.read_imports(folder)


def _normalise_source(folder: Path, source: Source, imports: list[Import], terms: Terms, into: Dataset) -> None:
    parts = [
        Part(read_starter(path), Origin(record=f"starter/{path.name}", ours=True)) for path in starter_files(source.id)
    ]
    complete = False
    for batch in dict.fromkeys(one.batch for one in imports):
        documents = [_parse_import(folder, source, one) for one in imports if one.batch == batch]
        if _is_complete(source, documents):
            complete = True
            releases = {part.parsed.release for part in documents}
            parts = [part for part in parts if not part.origin.ours and part.parsed.release not in releases]
        parts = [*parts, *documents]
    measures, observations, problems, count = _records(source, parts, terms)
    into.measures += measures
    into.observations += observations
    into.problems += problems
    into.states[source.id] = SourceState(
        count=count,
        measures=len(measures),
        observations=len(observations),
        complete=complete,
        documents=sum(not part.origin.ours for part in parts),
        retrieved=max((part.origin.retrieved for part in parts if part.origin.retrieved), default=None),
    )


def _parse_import(folder: Path, source: Source, one: Import) -> Part:
    content = storage.read_snapshot(store.snapshots(folder), one.sha256)
    parsed = parser_of(source)(Document(name=one.name, content=content, url=one.url))
    return Part(parsed, Origin(record=f"sha256:{one.sha256[:16]}", url=one.url, retrieved=one.retrieved))


def _is_complete(source: Source, parts: list[Part]) -> bool:
    """Whether documents imported together hold at least what the source's declaration calls healthy."""
    if source.health is None:
        return False
    names = {entry.country for part in parts for entry in part.parsed.entries}
    names |= {figure.country or figure.country_code for part in parts for figure in part.parsed.figures}
    entries = sum(len(part.parsed) for part in parts)
    return entries >= source.health.least_entries and len(names) >= source.health.least_countries


def _records(
    source: Source, parts: list[Part], terms: Terms
) -> tuple[list[Measure], list[Observation], list[Problem], SourceCount]:
    """The records of one source from its documents, and the proof that every entry is accounted for."""
    measures: list[tuple[Measure, Part]] = []
    observations: list[Observation] = []
    problems: list[Problem] = []
    tally: Counter[str] = Counter()
    for part in parts:
        problems += _remarks(source, part)
        tally["asides"] += len(part.parsed.asides)
        for entry in part.parsed.entries:
            measure, met = measure_of(entry, source, part.origin, terms)
            problems += met
            if measure:
                measures.append((measure, part))
            else:
                tally["rejected"] += 1
        refused: list[Problem] = []
        for figure in part.parsed.figures:
            observation, met = observation_of(figure, source, part.origin, part.parsed.release)
            refused += met
            if observation:
                observations.append(observation)
            else:
                tally["rejected"] += 1
        problems += _together(refused)
    wanted, replaced = _without_replaced_starters(measures)
    kept, repeated, met = merge_measures(wanted)
    figures, repeated_figures, clashes = merge_observations(observations)
    if replaced:
        reason = f"{len(replaced)} starter facts gave way to the publisher's own entries of the same country and date."
        problems.append(problem("starter_replaced", reason, source=source.id, entry="starter", kept=True))
    count = SourceCount(
        source=source.id,
        entries=sum(len(part.parsed) for part in parts) - len(replaced),
        measures=len(kept),
        figures=len(figures),
        duplicates=repeated + repeated_figures,
        asides=tally["asides"],
        rejected=tally["rejected"] + len(clashes),
    )
    if not count.balanced:
        raise AssertionError(f"entries of {source.id} were lost: {count!r}")
    return kept, figures, problems + met + clashes, count


def _without_replaced_starters(measures: list[tuple[Measure, Part]]) -> tuple[list[Measure], list[Measure]]:
    """The measures without the starter facts that the publisher's own document covers, and those facts.

    A starter fact gives way where the document has at least as many entries of the same country and date (for events,
    the same month): one entry of two says nothing about the other.
    """

    def about(measure: Measure) -> tuple[str, str]:
        return measure.country, str(when(measure) or "")

    published = Counter(about(measure) for measure, part in measures if not part.origin.ours)
    ours = Counter(about(measure) for measure, part in measures if part.origin.ours)
    wanted: list[Measure] = []
    replaced: list[Measure] = []
    for measure, part in measures:
        gives_way = part.origin.ours and published[about(measure)] >= ours[about(measure)]
        (replaced if gives_way else wanted).append(measure)
    return wanted, replaced


def _together(problems: list[Problem]) -> list[Problem]:
    """One problem for the figures of a document that fail alike: an unknown column fails in every row."""
    alike: dict[tuple[str, str, str], list[Problem]] = {}
    for one in problems:
        alike.setdefault((one.code, one.field, one.value), []).append(one)
    return [
        same[0].model_copy(update={"reason": f"{same[0].reason} {len(same)} figures alike."}) if same[1:] else same[0]
        for same in alike.values()
    ]


def _remarks(source: Source, part: Part) -> list[Problem]:
    """The adapter's notes on a document, its asides by reason, and the fields nobody reads."""
    remarks = [("document_remark", remark, "") for remark in part.parsed.remarks]
    places: dict[str, list[str]] = {}
    for aside in part.parsed.asides:
        places.setdefault(aside.reason, []).append(aside.locator)
    remarks += [
        (
            "document_remark",
            f"{len(where)} entries set aside: {reason} ({', '.join(where[:5])}{', …' if where[5:] else ''})",
            "",
        )
        for reason, where in places.items()
    ]
    extra = Counter(name for entry in part.parsed.entries for name in entry.extra)
    remarks += [("field_not_read", f"{number} entries have '{name}'.", name) for name, number in sorted(extra.items())]
    return [
        problem(code, reason, source=source.id, entry=part.origin.record, kept=True, field=name)
        for code, reason, name in remarks
    ]


def _sort(dataset: Dataset) -> None:
    dataset.measures.sort(key=lambda one: (one.source, one.country, str(one.introduced or one.period or "9"), one.id))
    dataset.observations.sort(
        key=lambda one: (one.source, one.release, one.country, str(one.period), one.indicator, one.source_record)
    )
    dataset.problems.sort(key=lambda one: (one.source, one.code, one.entry, one.field, one.value))
