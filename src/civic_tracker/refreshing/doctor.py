"""What a person should know about a dataset that refreshes itself, and what to do next; nothing is changed."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date
from pathlib import Path

from pydantic import ValidationError

from civic_tracker.building import pipeline
from civic_tracker.countries.decisions import decided
from civic_tracker.declared.sources import Source, all_sources
from civic_tracker.declared.vocabulary import FAILURE_WORDS, say_date
from civic_tracker.disk import storage
from civic_tracker.disk.journal import JOURNAL, read_journal
from civic_tracker.disk.locks import holder_of
from civic_tracker.errors import CivicTrackerError, DatasetError
from civic_tracker.refreshing.diagnosis import (
    Diagnosis,
    Disk,
    Failed,
    Finding,
    LastRun,
    Level,
    Loaded,
    MappingCoverage,
    SourceFacts,
    say_size,
)
from civic_tracker.refreshing.refresh import RunReport
from civic_tracker.refreshing.schedule import next_step
from civic_tracker.store import dataset as store
from civic_tracker.store import intact
from civic_tracker.store.batches import needed
from civic_tracker.store.contents import Dataset, Import, Manifest, SourceState
from civic_tracker.store.layout import is_ours, repair_of, snapshots

_GRAVITY: dict[Level, int] = {"note": 0, "look": 1, "broken": 2}  # also the exit status
_MANY_DAYS = 8  # a weekly job that is a day late is no news
_MANY_REPORTS = 400  # a year of daily runs
_LEAST_FREE = 200_000_000
_REBUILD = "civic-tracker run"
_REPAIR = f"Restore the file from version control, or rebuild it with: {_REBUILD}"


def examine(folder: Path, runs: Path, *, today: date) -> Diagnosis:
    """Look at everything; nothing is written, and nothing that is broken ends it. ``today`` is a day of UTC."""
    findings: list[Finding] = []
    holder = holder_of(folder)
    if holder:
        findings.append(
            _look(f"The dataset is being written by {holder}.", "Wait until that has ended, and ask again.")
        )
    manifest = _manifest(folder, findings)
    interrupted = storage.needs_recovery(folder)
    damaged: list[str] = []
    checked = 0
    imports: list[Import] = []
    if manifest and not interrupted and not holder:
        checked, damaged = _damaged(folder, manifest, findings)
        with suppress(DatasetError):  # a damaged list of documents is among the findings already
            imports = store.read_imports(folder)
    reports = list(_reports(runs))
    facts = tuple(
        _source_facts(folder, source, manifest, imports, reports, today, findings)
        for source in (all_sources().values() if manifest else ())
    )
    _unfinished(facts, findings)
    last = _last_run(runs, reports, today, findings)
    disk = _disk(folder, findings)
    whole = bool(manifest) and not interrupted and not holder and not damaged
    mappings = _coverage(folder, facts, findings) if whole else MappingCoverage()
    findings.sort(key=lambda one: -_GRAVITY[one.level])
    return Diagnosis(
        data_dir=str(folder),
        sources=facts,
        last_run=last,
        disk=disk,
        mappings=mappings,
        lock=holder,
        files_checked=checked,
        damaged=tuple(damaged),
        findings=tuple(findings),
        exit_status=max((_GRAVITY[one.level] for one in findings), default=0),
    )


def _look(what: str, then: str) -> Finding:
    return Finding(level="look", what=what, next=then)


def _broken(what: str, then: str) -> Finding:
    return Finding(level="broken", what=what, next=then)


def _note(what: str, then: str) -> Finding:
    return Finding(level="note", what=what, next=then)


def _manifest(folder: Path, findings: list[Finding]) -> Manifest | None:
    """The dataset's manifest; ``None`` where there is none that can be read, and a finding that says why."""
    if folder.exists() and not folder.is_dir():
        findings.append(_broken(f"{folder}: is a file, not a folder.", "Choose another folder with --data-dir."))
        return None
    if not store.exists(folder):
        then = "Make one with: civic-tracker refresh (until then, reading shows the bundled facts)"
        findings.append(_look(f"{folder}: holds no dataset yet.", then))
        return None
    if storage.needs_recovery(folder):
        findings.append(_journal(folder))
        with suppress(DatasetError):
            return store.read_manifest(folder)
        return None
    try:
        return store.read_manifest(folder)
    except DatasetError as error:
        findings.append(_from(error))
        return None


def _journal(folder: Path) -> Finding:
    try:
        read_journal(folder, is_ours)
    except DatasetError as error:
        return _from(error)
    except OSError as error:
        return _broken(f"{folder / JOURNAL}: cannot be read ({error.strerror}).", f"Delete it, then: {_REBUILD}")
    return _look(
        "The last write was interrupted; the new files lie ready beside the old ones.",
        f"Nothing by hand: the next command that may write puts them in place, for example {_REBUILD}",
    )


def _from(error: CivicTrackerError) -> Finding:
    """An error that says itself what to do, as a finding."""
    what, mark, then = str(error).partition(". ")
    return _broken(f"{what}." if mark else what, then or _REPAIR)


def _damaged(folder: Path, manifest: Manifest, findings: list[Finding]) -> tuple[int, list[str]]:
    """How many files were compared with the manifest, and those that hold something else."""
    damaged = []
    for name, digest in manifest.files.items():
        try:
            mended = intact.content_of(folder / name, digest, repair_of(folder, name))
        except DatasetError as error:
            damaged.append(name)
            findings.append(_from(error))
        else:
            if mended is not None:
                what = f"{folder / name}: has other line ends than it was written with, and nothing else is different."
                then = "Nothing by hand: it is read as it was, and the next command that writes puts it right."
                findings.append(_note(what, then))
    return len(manifest.files), damaged


def _reports(runs: Path) -> Iterator[RunReport]:
    """The reports of the runs, newest first; one that cannot be read is passed over."""
    paths = sorted((path for path in runs.glob("*.json") if path.name != "latest.json"), reverse=True)
    for path in paths[:_MANY_REPORTS]:
        with suppress(OSError, ValidationError):
            yield RunReport.model_validate_json(path.read_bytes())


def _last_run(runs: Path, reports: Sequence[RunReport], today: date, findings: list[Finding]) -> LastRun | None:
    try:
        newest = RunReport.model_validate_json((runs / "latest.json").read_bytes())
    except FileNotFoundError:
        if not reports:
            findings.append(
                _look(
                    f"No report of a refresh in {runs}.", "Refresh once, and let it be done daily: docs/scheduling.md"
                )
            )
            return None
        newest = reports[0]
    except (OSError, ValidationError):
        findings.append(
            _look(f"{runs / 'latest.json'}: is no report of a run.", "Delete it; the next refresh writes it.")
        )
        return None
    run = LastRun(
        ended=newest.ended.astimezone(UTC),
        days_ago=(today - newest.ended.astimezone(UTC).date()).days,
        exit_status=newest.exit_status,
        error=newest.error,
        failed=tuple(one.source for one in newest.sources if one.failure),
    )
    if run.exit_status > 1:
        what = f"The last refresh ended with {run.exit_status}: {run.error or 'no reason was given'}"
        findings.append(_look(what, "Put right what it names, then: civic-tracker refresh"))
    if run.days_ago > _MANY_DAYS:
        then = "See whether the scheduled job still runs: docs/scheduling.md"
        findings.append(_look(f"The last refresh was {run.days_ago} days ago.", then))
    if run.days_ago < 0:
        then = "Check the clock of this machine."
        findings.append(_look(f"The last refresh is dated {run.ended:%Y-%m-%d}, which is not yet.", then))
    return run


def _source_facts(
    folder: Path,
    source: Source,
    manifest: Manifest | None,
    imports: Sequence[Import],
    reports: Sequence[RunReport],
    today: date,
    findings: list[Finding],
) -> SourceFacts:
    state = manifest.sources.get(source.id) if manifest else None
    failure = _last_failure(reports, source.id)
    documents = needed(imports, source.id)
    here = _snapshots_here(folder, source.id, documents, findings)
    stale = state.stale if state else None
    if stale:
        address = source.refresh.address if source.refresh else ""
        why = failure.reason if failure and failure.kind == stale.kind else FAILURE_WORDS[stale.kind]
        what = f"{source.id} is stale since {say_date(stale.since)} ({stale.kind}): {why}"
        findings.append(_look(what, next_step(stale.kind, source.id, address)))
    return SourceFacts(
        source=source.id,
        state=source.state,
        loaded=_loaded(state),
        newest_document=state.retrieved if state else None,
        days_old=(today - state.retrieved).days if state and state.retrieved else None,
        stale_since=stale.since if stale else None,
        stale_kind=stale.kind if stale else None,
        last_failure=failure,
        snapshots_needed=len(documents),
        snapshots_here=here,
    )


def _loaded(state: SourceState | None) -> Loaded:
    if not state or not (state.measures or state.observations):
        return "nothing"
    return "complete" if state.complete else "excerpt"


def _last_failure(reports: Sequence[RunReport], source: str) -> Failed | None:
    for report in reports:
        for one in report.sources:
            if one.source == source and one.failure:
                return Failed(day=report.started.astimezone(UTC).date(), kind=one.failure, reason=one.reason)
    return None


def _snapshots_here(folder: Path, source: str, needed: Sequence[Import], findings: list[Finding]) -> int:
    """How many of the documents are stored here undamaged."""
    here, absent = 0, 0
    for one in needed:
        if not storage.has_snapshot(snapshots(folder), one.sha256):
            absent += 1
            continue
        try:
            storage.read_snapshot(snapshots(folder), one.sha256)
            here += 1
        except DatasetError as error:
            then = "Import the same document again, or copy the file anew from a backup of data/local/."
            findings.append(_look(f"{str(error).partition('. ')[0]}.", then))
    if absent:
        what = f"Documents of {source} that are not on this machine: {absent} of {len(needed)}."
        then = "Its records stay as they are when rebuilt offline. To rebuild them, copy data/local/ from where it is."
        findings.append(_note(what, then))
    return here


def _unfinished(facts: Sequence[SourceFacts], findings: list[Finding]) -> None:
    """What is not loaded, or only in part, by what can be done about it; what is stale has a finding of its own."""
    for loaded, words in (("nothing", "Nothing is loaded of"), ("excerpt", "Only an excerpt is loaded of")):
        named = [all_sources()[one.source] for one in facts if one.loaded == loaded and not one.stale_since]
        asked = [source.id for source in named if source.refresh]
        if asked:
            findings.append(_look(f"{words} {', '.join(asked)}.", f"civic-tracker refresh {' '.join(asked)}"))
        saved = [source.id for source in named if not source.refresh and source.health and source.adapter]
        if saved:
            then = f"A refresh cannot get it. Download or save the file, then: civic-tracker import {saved[0]} FILE"
            findings.append(_note(f"{words} {', '.join(saved)}.", then))


def _disk(folder: Path, findings: list[Finding]) -> Disk:
    local = _size(folder / "local")
    dataset = _size(folder) - local
    there = next((path for path in (folder, *folder.absolute().parents) if path.is_dir()), Path("/"))
    free = None
    with suppress(OSError):
        free = shutil.disk_usage(there).free
    places = [path for path in (folder, folder / "local", folder / "measures") if path.is_dir()] or [there]
    writable = all(os.access(path, os.W_OK | os.X_OK) for path in places)
    if free is not None and free < max(dataset, _LEAST_FREE):
        then = "Free some: a refresh writes new files beside the old ones before it takes these away."
        findings.append(_look(f"Only {say_size(free)} are free.", then))
    if not writable:
        then = "Refresh as the user who owns the folder, or work on a copy: --data-dir FOLDER"
        findings.append(_look(f"{there}: may not be written by this user.", then))
    return Disk(dataset=dataset, local=local, free=free, writable=writable)


def _size(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(root) / name).lstat().st_size
    return total


def _coverage(folder: Path, facts: Sequence[SourceFacts], findings: list[Finding]) -> MappingCoverage:
    """What the mapping tables leave unexplained. The dataset is undamaged, and read whole here."""
    try:
        dataset = store.load(folder)
    except DatasetError as error:
        findings.append(_from(error))
        return MappingCoverage()
    terms = _unknown_terms(dataset, findings)
    countries = _refused_countries(dataset, findings)
    try:
        complete = {one.source for one in facts if one.loaded == "complete"}
        rows = sum(one.source in complete for one in pipeline.unused_terms(folder))
    except CivicTrackerError:  # a document that is damaged is among the findings already
        return MappingCoverage(unknown_terms=terms, refused_countries=countries)
    if rows:
        then = "See civic-tracker problems --unused. Change a row when its publisher renamed the term."
        findings.append(_note(f"Rows of mappings/terms.csv that no entry uses: {rows}.", then))
    return MappingCoverage(unknown_terms=terms, refused_countries=countries, unused_rows=rows)


def _unknown_terms(dataset: Dataset, findings: list[Finding]) -> int:
    entries = [one for one in dataset.problems if one.code == "unknown_term"]
    terms = {(one.source, one.field, one.value) for one in entries}
    if terms:
        what = f"Terms that mappings/terms.csv does not know: {len(terms)}, in {len(entries)} entries."
        findings.append(_look(what, "See civic-tracker problems --code unknown_term, add a row for each, then run."))
    return len(terms)


def _refused_countries(dataset: Dataset, findings: list[Finding]) -> int:
    refused = {(one.source, one.value) for one in dataset.problems if one.code == "country_not_matched" and one.value}
    waiting = [one for one in refused if not decided(*one)]
    if waiting:
        findings.append(
            _look(f"Country names that were refused: {len(waiting)}.", "Decide what they mean: civic-tracker review")
        )
    return len(waiting)
