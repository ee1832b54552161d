"""Commands that make or change the dataset: run, import, export."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from civic_tracker.cli.console import AsJson, DataDir, On, err, folder_of, out, print_json, progress
from civic_tracker.errors import CivicTrackerError, UsageError
from civic_tracker.store import workspace


def run(
    context: typer.Context,
    exports: Annotated[Path | None, typer.Option("--out", help="Folder for the exports. Without it: exports/.")] = None,
    on: On = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="FILE", help="Take this file of the dataset as it stands, though damaged."),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Normalise what is there, and write the dataset and the exports.

    Example: civic-tracker run
    Example: civic-tracker run --accept imports.jsonl
    """
    from civic_tracker.building import pipeline
    from civic_tracker.building.relink import renew
    from civic_tracker.building.silence import say_silent
    from civic_tracker.publish import csv_files
    from civic_tracker.store import dataset as store

    day, accepted = workspace.day(on), _kept_files(accept or [])
    chosen = folder_of(context, data_dir)
    folder = workspace.data_folder(chosen)
    target = exports or workspace.exports_folder(chosen)
    # Held until the exports are there, so that they never show another run's dataset.
    with progress() as status, store.locked(folder):
        done = pipeline.rebuild(folder, say=status.update, accept=accepted)
        linked = renew(folder, say=status.update)
        if linked:
            done.dataset.acts, done.dataset.links = linked.acts, linked.links
            done.changed = sorted({*done.changed, *linked.changed})
            done.remarks += say_silent(linked.without)
        status.update("writing exports")
        written = csv_files.export_all(done.dataset, target, day)
    if as_json:
        print_json(_run_facts(done, folder, target, written))
    else:
        _show_run(done, folder, target, written)


def import_(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="Id of the source, e.g. icnl (see: civic-tracker sources).")],
    files: Annotated[list[Path], typer.Argument(help="Saved pages or downloads; a folder means all documents in it.")],
    url: Annotated[str, typer.Option("--url", help="Address the file was saved from, when there is one file.")] = "",
    retrieved: Annotated[
        str | None, typer.Option("--retrieved", metavar="DAY", help="Day the files were saved. Today without it.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Bring a page, capture or download that you have into the dataset.

    Example: civic-tracker import icnl covid19tracker.html --retrieved 2021-05-02
    """
    from civic_tracker.building import pipeline
    from civic_tracker.declared.sources import get_source
    from civic_tracker.documents.document import read_file
    from civic_tracker.documents.saved_files import documents_in
    from civic_tracker.text import web_address

    declared = get_source(source)
    day = workspace.day_of_documents(retrieved)
    if url and not web_address(url):
        raise UsageError(f"'{url}' is not a web address. Give one that begins with https://.")
    found = documents_in(files)
    paths = found.documents
    if url and len(paths) > 1:
        raise UsageError("--url is for one file; import the files one by one, or without it.")
    documents, unreadable = [], []
    for path in paths:
        try:
            documents.append(read_file(path, url=url, max_megabytes=declared.max_megabytes))
        except CivicTrackerError as error:
            unreadable.append(str(error))
    folder = workspace.data_folder(folder_of(context, data_dir))
    with progress() as status:
        result = pipeline.import_documents(folder, declared, documents, retrieved=day, say=status.update)
    failed = [*unreadable, *result.failed]
    if as_json:
        facts: dict[str, Any] = {
            "imported": [one.model_dump(mode="json") for one in result.imported],
            "already_there": result.already,
            "failed": failed,
            "passed_over": found.passed_over,
        }
        if result.run:
            facts["count"] = result.run.dataset.states[declared.id].count.model_dump()
        print_json(facts)
    else:
        for name in result.already:
            out.print(f"{escape(name)}: is already in the dataset; nothing changed.")
        if result.run:
            _show_import(declared.id, result)
        if found.words:
            out.print(escape(found.words))
    for line in failed:
        err.print(f"error: {escape(line)}", soft_wrap=True)
    if failed:
        raise typer.Exit(1 if result.imported or result.already else 2)


def export_(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    country: Annotated[str | None, typer.Option("--country", help="One country only: ISO code or name.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of the reports: en, es or fr.")] = "en",
    on: On = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Write CSV files and reports for national OGP forums.

    Example: civic-tracker export --country KEN --out kenya
    Example: civic-tracker export --country Perú --language es --out peru
    """
    from civic_tracker.publish import csv_files
    from civic_tracker.words.languages import language as spoken

    day, words = workspace.day(on), spoken(language).code
    code = workspace.country_code(country) if country else None
    dataset = workspace.load(folder_of(context, data_dir), country=code)
    written = (
        csv_files.export_country(dataset, code, folder, day, words)
        if code
        else csv_files.export_all(dataset, folder, day, words)
    )
    listing = f"{code}-{csv_files.CONTENTS}" if code else csv_files.CONTENTS
    if as_json:
        print_json({"folder": str(folder), "written": written})
    else:
        out.print(f"{len(written)} files written or changed in {escape(str(folder))}; {listing} lists them all.")


def _kept_files(names: Sequence[str]) -> frozenset[str]:
    """The files of the dataset that nothing can make again, of those a user may name."""
    from civic_tracker.store.layout import KEPT

    for name in names:
        if name not in KEPT:
            raise UsageError(f"--accept: '{name}' is made again when it is damaged. Give one of: {', '.join(KEPT)}.")
    return frozenset(names)


def _run_facts(done: Any, folder: Path, target: Path, written: list[str]) -> dict[str, Any]:
    return {
        "data_dir": str(folder),
        "exports": str(target),
        "data_files_changed": done.changed,
        "export_files_changed": len(written),
        "sources": {source: state.model_dump(mode="json") for source, state in done.dataset.states.items()},
        "kept_as_they_were": done.kept,
        "remarks": done.remarks,
        "problems": len(done.dataset.problems),
        "unused_mapping_rows": len(done.unused),
    }


def _show_run(done: Any, folder: Path, target: Path, written: list[str]) -> None:
    from civic_tracker.declared.sources import all_sources
    from civic_tracker.publish import terminal
    from civic_tracker.words.languages import SOURCE, language
    from civic_tracker.words.report_words import say_stale

    terminal.show_counts(done, out)
    terminal.show_world(done.dataset, out)
    for source, why in done.kept.items():
        out.print(f"{source}: kept as it was, since {why}. Import them again to rebuild it.")
    for remark in done.remarks:
        out.print(escape(remark), soft_wrap=True)
    if done.dataset.problems:
        out.print(f"{len(done.dataset.problems)} problems: see civic-tracker problems")
    if done.unused:
        out.print(f"{len(done.unused)} mapping rows that no entry used: see civic-tracker problems --unused")
    changed = f"{len(done.changed)} files changed" if done.changed else "unchanged"
    out.print(f"Dataset ({changed}): {escape(str(folder))}", soft_wrap=True)
    changed = f"{len(written)} files changed" if written else "unchanged"
    out.print(f"Exports ({changed}): {escape(str(target))}", soft_wrap=True)
    out.print("Next: civic-tracker report Kenya")
    for source, state in done.dataset.states.items():
        if state.stale:
            out.print(escape(say_stale(all_sources()[source], state, language(SOURCE))), soft_wrap=True)


def _show_import(source: str, result: Any) -> None:
    from civic_tracker.publish import terminal

    terminal.show_counts(result.run, out, only=source)
    state = result.run.dataset.states[source]
    whole = "a complete list" if state.complete else "an excerpt: it adds to what is there"
    for remark in result.run.remarks:
        out.print(escape(remark), soft_wrap=True)
    number = len(result.imported)
    noun = "document" if number == 1 else "documents"
    out.print(f"{number} {noun} imported; {source} now holds {whole}.")
    out.print("Next: civic-tracker run")
