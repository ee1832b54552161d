"""From documents to the dataset: parse, normalise, merge, count, write. The same inputs give the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from civic_tracker import clock
from civic_tracker.building.former import Former, read_former, refuse_what_cannot_be_made_again
from civic_tracker.building.history import changes_of_figures, changes_of_measures, first_load
from civic_tracker.building.normalise import Origin
from civic_tracker.building.parsers import parser_of
from civic_tracker.building.records import Part, Records, records_of
from civic_tracker.building.starter import read_starter, starter_files
from civic_tracker.countries.decisions import Decision
from civic_tracker.countries.decisions import unused as unused_names
from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.declared.terms import Term, Terms, load_terms
from civic_tracker.disk import storage
from civic_tracker.disk.storage import Content
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed, countries_in, entries_in
from civic_tracker.errors import CivicTrackerError, DatasetError
from civic_tracker.model.changes import Change
from civic_tracker.model.schema import Observation, Problem, Record
from civic_tracker.store import dataset as store
from civic_tracker.store.batches import by_batch, needed
from civic_tracker.store.contents import Dataset, Import, SourceState, Staleness
from civic_tracker.store.layout import snapshots, source_of

Say = Callable[[str], None]


@dataclass(slots=True)
class Run:
    """What a run did: the dataset it made, the files that changed, what it kept as it was, rows nobody used.

    ``remarks`` are sentences about what was damaged and has been made again.
    """

    dataset: Dataset
    changed: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    unused: list[Term] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did with each file; ``failed`` holds one line per file that could not be read."""

    imported: list[Import]
    already: list[str]
    failed: list[str]
    run: Run | None


def rebuild(
    folder: Path, *, say: Say = lambda _: None, day: date | None = None, accept: frozenset[str] = frozenset()
) -> Run:
    """Normalise the starter facts and every imported document, and write the dataset.

    A source whose imported documents are not on this machine keeps the records it has. ``day`` is the day that the
    history names for what changed; today without it. The files in ``accept``, of those that cannot be made again, are
    taken as they stand: after a correction by hand, or where nobody has what they held.

    Raises:
        DatasetError: when the folder cannot be read or written. The dataset is then as it was.
    """
    with store.locked(folder):
        former = read_former(folder, accept=accept)
        run = build(folder, former, list(all_sources().values()), day=day or clock.stored_day(), say=say)
    if run.kept:
        kept = store.load(folder, sources=frozenset(run.kept))
        run.dataset.measures += kept.measures
        run.dataset.observations += kept.observations
        run.dataset.problems += kept.problems
        _sort(run.dataset)
    return run


def import_documents(
    folder: Path, source: Source, documents: Sequence[Document], *, retrieved: date, say: Say = lambda _: None
) -> ImportResult:
    """Bring documents of one source into the dataset; what cannot be read is reported and changes nothing."""
    parse = parser_of(source)
    with store.locked(folder):
        former = read_former(folder)
        there = {(one.source, one.sha256) for one in former.imports}
        good: list[tuple[Document, Parsed]] = []
        already, failed = [], []
        for document in documents:
            say(f"reading {document.name}")
            if (source.id, document.sha256) in there:
                store.keep_snapshot(folder, document.content)  # it may have been lost or damaged since
                already.append(document.name)
                continue
            try:
                parsed = parse(document)
            except CivicTrackerError as error:
                failed.append(str(error))
                continue
            if len(parsed):
                there.add((source.id, document.sha256))
                good.append((document, parsed))
            else:
                failed.append(f"{document.name}: holds no entry of {source.name}. The page may have changed.")
        if not good:
            return ImportResult([], already, failed, None)
        refuse_what_cannot_be_made_again(folder, former)
        new = adopted(folder, source, good, retrieved, former.imports)
        former.dataset.imports += new
        # A first import makes the whole dataset; later ones leave the other sources as they are.
        affected = [source] if store.exists(folder) else list(all_sources().values())
        parsed_now = {(source.id, document.sha256): parsed for document, parsed in good}
        run = build(folder, former, affected, day=clock.stored_day(), say=say, parsed=parsed_now)
    return ImportResult(new, already, failed, run)


def adopted(
    folder: Path,
    source: Source,
    documents: Sequence[tuple[Document, Parsed]],
    retrieved: date,
    imports: Sequence[Import],
) -> list[Import]:
    """Keep documents as received, and say where they came from; the dataset is not yet built from them.

    The batch is numbered after the documents that came before, so that a page that returns to an earlier version is a
    batch of its own.
    """
    batch = str(1 + sum(one.source == source.id for one in imports))
    complete = is_complete(source, [parsed for _, parsed in documents])
    return [
        Import(
            source=source.id,
            batch=batch,
            sha256=store.keep_snapshot(folder, document.content),
            name=document.name,
            url=document.url,
            retrieved=retrieved,
            release=parsed.release,
            entries_sha256=parsed.sha256,
            complete=complete,
            entries=entries_in([parsed]),
            asides=sum(aside.rows for aside in parsed.asides),
        )
        for document, parsed in documents
    ]


def is_complete(source: Source, parsed: Sequence[Parsed]) -> bool:
    """Whether documents that came together hold at least what the source's declaration calls healthy."""
    if source.health is None:
        return False
    return entries_in(parsed) >= source.health.least_entries and countries_in(parsed) >= source.health.least_countries


def unused_terms(folder: Path) -> list[Term]:
    """Rows of ``terms.csv`` that no entry of the sources in the dataset uses; nothing is written."""
    terms = load_terms()
    made = Dataset()
    imports = store.read_imports(folder)
    for source in all_sources().values():
        own = needed(imports, source.id)
        if all(storage.has_snapshot(snapshots(folder), one.sha256) for one in own):
            _normalise_source(folder, source, own, terms, made, {})
    return terms.unused({source for source, state in made.states.items() if state.count.entries})


def unused_decisions(dataset: Dataset) -> list[Decision]:
    """Decisions about country names that no entry of their source met."""
    written: dict[str, set[str]] = {source: set() for source, state in dataset.states.items() if state.count.entries}
    records: list[Record | Observation | Problem] = [*dataset.measures, *dataset.observations, *dataset.problems]
    for record in records:
        written.setdefault(record.source, set()).add(record.country_as_written)
    return unused_names(written)


def build(
    folder: Path,
    former: Former,
    sources: Sequence[Source],
    *,
    day: date,
    say: Say = lambda _: None,
    stale: Mapping[str, Staleness | None] = MappingProxyType({}),
    parsed: Mapping[tuple[str, str], Parsed] = MappingProxyType({}),
) -> Run:
    """Normalise these sources, and those whose files are damaged, from their documents and write them.

    The files of all others stay. The dataset of ``former`` holds the imports and receipts to build from, and the
    states and the history to go on from; ``stale`` holds the marks that a refresh sets or takes away, ``parsed``, by
    source and SHA-256, the documents that the caller has just parsed. The caller holds the folder's lock.

    Raises:
        DatasetError: when a document is missing and nothing holds what it gave, or the folder cannot be written. The
            dataset is then as it was.
    """
    refuse_what_cannot_be_made_again(folder, former)
    terms = load_terms()
    before = _before(folder, former)
    known = former.dataset
    known.states = before.states
    run = Run(replace(known, changes=list(known.changes), states=dict(known.states)), remarks=former.remarks)
    affected = {source.id: source for source in sources} | {name: all_sources()[name] for name in former.damaged}
    for source in (one for one in all_sources().values() if one.id in affected):
        own = needed(known.imports, source.id)
        missing = [one for one in own if not storage.has_snapshot(snapshots(folder), one.sha256)]
        is_renewed = any((source.id, one.sha256) in parsed for one in own)
        if missing and source.id in known.states and is_renewed:
            say(f"normalising {source.id}")
            _normalise_source(folder, source, own, terms, run.dataset, parsed, elsewhere=missing, former=former)
        elif missing and source.id in known.states:
            run.kept[source.id] = f"{len(missing)} of its {len(own)} imported documents are not on this machine"
        elif missing:
            raise DatasetError(
                f"{folder}: the document {missing[0].name} ({missing[0].sha256[:12]}) of {source.id} is missing, "
                "and there are no records to keep. Import it again."
            )
        else:
            say(f"normalising {source.id}")
            _normalise_source(folder, source, own, terms, run.dataset, parsed)
    for name, mark in stale.items():
        if name in run.dataset.states:
            run.dataset.states[name] = run.dataset.states[name].model_copy(update={"stale": mark})
    rebuilt = frozenset(affected) - run.kept.keys()
    # An excerpt leaves most rows of the tables unused, which says nothing about them.
    run.unused = terms.unused({source for source in rebuilt if run.dataset.states[source].complete})
    _sort(run.dataset)
    files = store.record_files(run.dataset, rebuilt)
    altered = rebuilt & store.altered(folder, files)
    run.dataset.changes += _history(folder, former, before, run.dataset, altered, day)
    stay = frozenset(run.dataset.states.keys() - rebuilt)
    mended = {name: Content.of(one) for name, one in former.mended.items() if source_of(name) in stay}
    run.changed = store.save(run.dataset, folder, untouched=stay, files=files | mended)
    return run


def _before(folder: Path, former: Former) -> Dataset:
    """The states before the run, with the records of those sources whose files are damaged, made from their documents.

    Where only the manifest is gone, the files of records that can be read go before what the documents give today:
    tables and code may have changed since.
    """
    made = Dataset(states=dict(former.dataset.states))
    stale = {name: state.stale for name, state in made.states.items()}
    terms = load_terms()
    for name in former.damaged:
        own = needed(former.imports, name)
        if own or former.dataset.states.get(name) or not former.has_manifest:
            _normalise_source(folder, all_sources()[name], own, terms, made, {})
            made.states[name] = made.states[name].model_copy(update={"stale": stale.get(name)})
    if not former.has_manifest:
        _put_in_place_of(made, store.read_files_as_they_are(folder, frozenset(former.damaged)))
    return made


def _put_in_place_of(made: Dataset, found: Dataset) -> None:
    """Let records that were found stand instead of those that were made, source by source."""
    measures, figures = ({one.source for one in rows} for rows in (found.measures, found.observations))
    made.measures = [one for one in made.measures if one.source not in measures] + found.measures
    made.observations = [one for one in made.observations if one.source not in figures] + found.observations


def _copy_of_records(dataset: Dataset) -> Dataset:
    return Dataset(measures=list(dataset.measures), observations=list(dataset.observations))


def _history(
    folder: Path, former: Former, before: Dataset, made: Dataset, altered: frozenset[str], day: date
) -> list[Change]:
    """What changed in the sources whose files will; the first dataset has no history."""
    if not before.states or not altered:
        return []
    sound = altered - former.damaged.keys()
    there = store.read_records(folder, former.files, sound, into=_copy_of_records(before))
    imported = {(one.source, one.batch) for one in former.imports}
    changes = []
    for source in sorted(altered):
        now_there = made.states[source]
        if source not in before.states or not before.states[source].count.entries:
            if now_there.count.entries:
                changes.append(first_load(source, now_there.measures, now_there.observations, day=day))
            continue
        old = [one for one in there.measures if one.source == source]
        new = [one for one in made.measures if one.source == source]
        fresh = any((source, one.batch) not in imported for one in made.imports if one.source == source)
        changes += changes_of_measures(old, new, day=day, new_documents=fresh)
        was = [one for one in there.observations if one.source == source]
        now = [one for one in made.observations if one.source == source]
        changes += changes_of_figures(source, was, now, day=day)
    return changes


def _normalise_source(
    folder: Path,
    source: Source,
    imports: list[Import],
    terms: Terms,
    into: Dataset,
    parsed: Mapping[tuple[str, str], Parsed],
    elsewhere: Sequence[Import] = (),
    former: Former | None = None,
) -> None:
    """Put the records of a source into ``into``; documents that are ``elsewhere`` keep the records they gave."""
    here = [one for one in imports if one not in elsewhere]
    batches = [
        tuple(_part(folder, source, one, parsed.get((source.id, one.sha256))) for one in batch)
        for batch in by_batch(here)
    ]
    complete = any(one.complete for one in imports)
    if not complete:
        starter = tuple(
            Part(read_starter(path), Origin(record=f"starter/{path.name}", ours=True))
            for path in starter_files(source.id)
        )
        batches = [starter, *batches] if starter else batches
    records = records_of(source, batches, terms)
    if elsewhere and former:
        there = store.read_records(folder, former.files, frozenset({source.id}), into=Dataset())
        there.words = store.read_words(folder, source.id)
        records = _with_former(records, there, elsewhere)
    documents = [part for parts in batches for part in parts if not part.origin.ours]
    into.measures += records.measures
    into.observations += records.observations
    into.problems += records.problems
    into.words += records.words
    into.states[source.id] = SourceState(
        count=records.count,
        measures=len(records.measures),
        observations=len(records.observations),
        complete=complete,
        documents=len(imports),
        retrieved=max((part.origin.retrieved for part in documents if part.origin.retrieved), default=None),
        stale=into.states[source.id].stale if source.id in into.states else None,
    )


def _with_former(records: Records, former: Dataset, elsewhere: Sequence[Import]) -> Records:
    """The records, and those that documents which are not on this machine gave before; each counts as an entry."""
    marks = tuple(_name(one) for one in elsewhere)
    ids = {one.id for one in records.measures}
    keys = {(one.release, one.country, one.period, one.indicator) for one in records.observations}
    measures = [one for one in former.measures if one.source_record.startswith(marks) and one.id not in ids]
    figures = [
        one
        for one in former.observations
        if one.source_record.startswith(marks) and (one.release, one.country, one.period, one.indicator) not in keys
    ]
    count = records.count
    counted = {
        "entries": count.entries + len(measures) + len(figures),
        "measures": count.measures + len(measures),
        "figures": count.figures + len(figures),
    }
    return Records(
        records.measures + measures,
        records.observations + figures,
        records.problems + [one for one in former.problems if one.entry.startswith(marks)],
        count.model_copy(update=counted),
        records.words + [one for one in former.words if one.entry.startswith(marks)],
    )


def _part(folder: Path, source: Source, one: Import, parsed: Parsed | None) -> Part:
    if parsed is None:
        content = storage.read_snapshot(snapshots(folder), one.sha256)
        parsed = parser_of(source)(Document(name=one.name, content=content, url=one.url))
    return Part(parsed, Origin(record=_name(one), url=one.url, retrieved=one.retrieved))


def _name(one: Import) -> str:
    """What records call the document they come from."""
    return f"sha256:{one.sha256[:16]}"


def _sort(dataset: Dataset) -> None:
    dataset.measures.sort(key=lambda one: (one.source, one.country, str(one.introduced or one.period or "9"), one.id))
    dataset.observations.sort(
        key=lambda one: (one.source, one.release, one.country, str(one.period), one.indicator, one.source_record)
    )
    dataset.words.sort(key=lambda one: (one.source, one.entry, one.field, one.words))
    dataset.problems.sort(key=lambda one: (one.source, one.code, one.entry, one.field, one.value))
