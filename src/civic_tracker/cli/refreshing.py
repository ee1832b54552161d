"""The commands of a scheduled job: refresh, and changes, which shows what it found."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from civic_tracker import clock
from civic_tracker.cli.console import (
    AsJson,
    DataDir,
    Stopped,
    err,
    folder_of,
    out,
    print_json,
    print_table,
    progress,
    stoppable,
)
from civic_tracker.disk.files import write_file
from civic_tracker.errors import CivicTrackerError, DatasetError, UsageError
from civic_tracker.store import workspace
from civic_tracker.version import __version__

if TYPE_CHECKING:
    from civic_tracker.building.pipeline import Say
    from civic_tracker.refreshing.refresh import RunReport, SourceReport

_COLUMNS = (
    *("Source", "Outcome", "Requests", "Bytes", "Entries", "Least filled"),
    *("Measures", "Figures", "Problems", "Stale since"),
)
_SPARE = ("Least filled", "Bytes", "Requests", "Figures")


def refresh(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Sources; all without them.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Rebuild from stored documents, ask nobody.")] = False,
    accept_shrink: Annotated[
        list[str] | None,
        typer.Option("--accept-shrink", metavar="SOURCE", help="Take over a list that the publisher really cut."),
    ] = None,
    runs: Annotated[Path | None, typer.Option("--runs", help="Folder for the reports. Without it: runs/.")] = None,
    summary: Annotated[
        Path | None, typer.Option("--summary", metavar="FILE", help="Write what happened as Markdown, too.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Ask the publishers what is new, and take over what is healthy.

    Exit status: 0 all well; 1 a source failed and keeps its last good data; 2 wrong use, or the dataset or
    the report cannot be written; 130 or 143 stopped by Ctrl-C or SIGTERM.

    Example: civic-tracker refresh icnl cld-rti
    """
    from civic_tracker.declared.sources import get_source
    from civic_tracker.refreshing.refresh import RunReport

    chosen = [get_source(name) for name in names] if names else None
    accepted = frozenset(get_source(name).id for name in accept_shrink or ())
    if chosen is not None and not accepted <= {source.id for source in chosen}:
        raise UsageError("--accept-shrink names a source that is not refreshed.")
    if offline and (names or accept_shrink):
        raise UsageError("--offline rebuilds everything; give no source and no --accept-shrink with it.")
    if summary and not summary.absolute().parent.is_dir():
        raise UsageError(f"--summary: {summary.parent}: there is no such folder.")
    given = folder_of(context, data_dir)
    folder, reports = workspace.data_folder(given), runs or workspace.runs_folder(given)
    started, began, before = clock.now(), time.monotonic(), _fingerprint(folder)

    def report_of(exit_status: int, **facts: Any) -> RunReport:
        ended = started + timedelta(seconds=time.monotonic() - began)  # a clock that is set meanwhile does not count
        return RunReport(started=started, ended=ended, version=__version__, exit_status=exit_status, **facts)

    with stoppable() as done:
        try:
            with _steps(quiet=as_json) as say:
                facts = _offline(folder, say) if offline else _ask(folder, chosen, accepted, say)
            done()
        except CivicTrackerError as error:
            done()
            _leave(report_of(2, error=str(error)), reports, summary)
            raise
        except Stopped as stop:
            words = f"stopped by {stop.name}; {_became_of(folder, before)}"
            _leave(report_of(stop.exit_status, error=words), reports, summary)
            err.print(words, soft_wrap=True)
            raise typer.Exit(stop.exit_status) from stop
        report = report_of(int(any(one.failure for one in facts["sources"])), **facts)
        path = _leave(report, reports, summary)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _show(report, folder, path)
    if path is None or report.exit_status:
        raise typer.Exit(2 if path is None else report.exit_status)


def changes(
    context: typer.Context,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY", help="From this day on.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="Of one country: ISO code or name.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Of one source.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """What appeared, changed, or was withdrawn, run by run.

    Example: civic-tracker changes --since 2026-11-01 --country KEN
    """
    from civic_tracker.declared.sources import get_source
    from civic_tracker.store import dataset as store

    first = workspace.day(since) if since else date.min
    code = workspace.country_code(country) if country else None
    wanted = get_source(source).id if source else None
    folder = workspace.readable_folder(folder_of(context, data_dir))
    store.read_manifest(folder)
    found = [
        one
        for one in store.read_changes(folder)
        if one.day >= first and (code is None or one.country == code) and (wanted is None or one.source == wanted)
    ]
    if as_json:
        print_json([one.model_dump(mode="json", exclude_defaults=True) for one in found])
        return
    rows = [(one.day, one.source, one.country, one.kind, one.title, one.field, one.before, one.after) for one in found]
    names = ["Day", "Source", "Country", "What", "Title", "Field", "Before", "After"]
    if rows:
        print_table("Changes", names, rows, heading=5)
    out.print(f"{len(found)} changes" if found else "No changes on record.")


def _ask(folder: Path, chosen: Any, accepted: frozenset[str], say: Any) -> dict[str, Any]:
    from civic_tracker.fetching import Client
    from civic_tracker.refreshing.refresh import refresh as ask
    from civic_tracker.store import dataset as store

    with store.locked(folder):
        before = _history_length(folder)
        run, reports = ask(folder, Client(), sources=chosen, accept_shrink=accepted, day=clock.stored_day(), say=say)
        linked, remarks = _linked_too(folder, run.changed, say)
    return {
        "sources": tuple(reports),
        "files_changed": linked,
        "changes": len(run.dataset.changes) - before,
        "remarks": (*run.remarks, *remarks),
    }


def _offline(folder: Path, say: Any) -> dict[str, Any]:
    from civic_tracker.building import pipeline
    from civic_tracker.store import dataset as store

    with store.locked(folder):
        before = _history_length(folder)
        run = pipeline.rebuild(folder, say=say)
        linked, remarks = _linked_too(folder, run.changed, say)
    return {
        "sources": (),
        "files_changed": linked,
        "changes": len(run.dataset.changes) - before,
        "remarks": (*run.remarks, *remarks),
    }


def _linked_too(folder: Path, changed: list[str], say: Any) -> tuple[tuple[str, ...], list[str]]:
    """Link anew what changed; the names of all files that did, and what is to be said about it."""
    from civic_tracker.building.relink import renew
    from civic_tracker.building.silence import say_silent

    linked = renew(folder, say=say)
    files = tuple(sorted({*changed, *(linked.changed if linked else ())}))
    return files, say_silent(linked.without) if linked else []


def _leave(report: "RunReport", folder: Path, summary: Path | None) -> Path | None:
    """Write the report of this run; when that fails, say so and return ``None``: it is no reason to hide the rest."""
    from civic_tracker.refreshing.refresh import write_report

    path = None
    try:
        path = write_report(report, folder)
    except DatasetError as error:
        cause = getattr(error.__cause__, "strerror", None) or error
        words = f"{folder}: cannot take the report of this run ({cause})."
        err.print(f"error: {escape(words)}", soft_wrap=True)
        report = report.model_copy(update={"exit_status": max(report.exit_status, 2), "error": report.error or words})
    if summary is None or _write_summary(report, summary):
        return path
    return None


def _write_summary(report: "RunReport", path: Path) -> bool:
    from civic_tracker.refreshing.schedule import run_in_markdown

    try:
        write_file(path, run_in_markdown(report).encode())
    except OSError as error:
        words = f"{path}: cannot take the summary of this run ({error.strerror})."
        err.print(f"error: {escape(words)}", soft_wrap=True)
        return False
    return True


@contextmanager
def _steps(*, quiet: bool) -> Iterator["Say"]:
    """Say what is being done: on a terminal the line that is shown, in a log a line for each step that has ended."""
    if quiet or err.is_terminal:
        with progress() as status:
            yield status.update
        return
    doing, since = "", time.monotonic()

    def say(next_one: str) -> None:
        nonlocal doing, since
        if doing:
            out.print(f"{escape(doing)}: {time.monotonic() - since:.1f} s", soft_wrap=True)
        doing, since = next_one, time.monotonic()

    yield say
    say("")


def _fingerprint(folder: Path) -> str | None:
    """What tells one state of the dataset from another; ``None`` where there is none that can be read."""
    from civic_tracker.disk import storage
    from civic_tracker.store.layout import MANIFEST

    with suppress(OSError):
        return storage.file_sha256(folder / MANIFEST)
    return None


def _became_of(folder: Path, before: str | None) -> str:
    """What a run that was stopped left of the dataset, in words."""
    from civic_tracker.disk import storage

    if storage.needs_recovery(folder):
        return "the new files lie ready, and the next command puts them in place"
    return "nothing was changed" if _fingerprint(folder) == before else "the new dataset is in place"


def _history_length(folder: Path) -> int:
    from civic_tracker.store import dataset as store

    return len(store.read_changes(folder))


def _show(report: "RunReport", folder: Path, path: Path | None) -> None:
    if report.sources:
        _show_table(report)
    for one in report.sources:
        if one.reason:
            out.print(f"{one.source}: {escape(one.reason)}", soft_wrap=True)
        if one.remark:
            out.print(f"{one.source}: {escape(one.remark)}", soft_wrap=True)
        if one.capture_of and one.outcome == "taken over":
            out.print(f"{one.source}: no longer updated; this is a capture of {one.capture_of}.")
    for remark in report.remarks:
        out.print(escape(remark), soft_wrap=True)
    changed = f"{len(report.files_changed)} files changed" if report.files_changed else "unchanged"
    out.print(f"Dataset ({changed}; {report.changes} lines of history added): {escape(str(folder))}", soft_wrap=True)
    if path:
        out.print(f"Report of this run: {escape(str(path))}", soft_wrap=True)


def _show_table(report: "RunReport") -> None:
    print_table("Refresh", _COLUMNS, map(_row, report.sources), numeric=(2, 3, 4, 6, 7, 8), spare=_SPARE)


def _row(one: "SourceReport") -> tuple[object, ...]:
    """A row of the table. Where no document was read, nothing is said of its entries."""
    rates = sorted((rate, name) for name, rate in one.filled.items())
    least = f"{rates[0][1]} {rates[0][0]:.0%}" if rates else ""
    asked = (one.requests, one.bytes, one.entries or "", least)
    return (
        one.source,
        one.failure or one.outcome,
        *asked,
        one.measures,
        one.figures,
        one.problems,
        one.stale_since or "",
    )
