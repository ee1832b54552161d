"""The commands of whoever keeps a dataset fresh: schedule, and doctor, which says what needs a person."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from civic_tracker import clock
from civic_tracker.cli.console import AsJson, DataDir, deliver, folder_of, out, print_json, print_table, progress
from civic_tracker.errors import UsageError
from civic_tracker.store import workspace

if TYPE_CHECKING:
    from civic_tracker.refreshing.diagnosis import Diagnosis, SourceFacts


def schedule(
    context: typer.Context,
    scheduler: Annotated[str, typer.Argument(help="github, systemd or cron.")],
    at: Annotated[
        str, typer.Option("--at", metavar="HH:MM", help="Time of day; UTC on GitHub, else the machine's own.")
    ] = "05:17",
    user: Annotated[str, typer.Option("--user", help="systemd: who runs it; must own the folder.")] = "civic-tracker",
    target: Annotated[
        Path | None, typer.Option("--out", help="Folder to write the files into. Without it they are printed.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Print what makes a machine refresh every day: a GitHub workflow, two systemd units, or a line for cron.

    The reports, the exports and cron's log lie beside the folder of the dataset.

    Example: civic-tracker schedule systemd --at 05:17 --data-dir /srv/civic-tracker/data
    """
    from civic_tracker.disk import storage
    from civic_tracker.refreshing import schedule as schedules

    known = next((one for one in schedules.SCHEDULERS if one == scheduler.strip().lower()), None)
    if known is None:
        raise UsageError(f"There is no scheduler '{scheduler}'. There are: {', '.join(schedules.SCHEDULERS)}.")
    folder = workspace.data_folder(folder_of(context, data_dir)).absolute()
    files = schedules.files(known, at=at, program=_program(schedules.MODULE), data=folder, user=user)
    if target is None:
        deliver("\n".join(files.values()).encode(), None, readable=True)
        return
    storage.write_together(target, {name: text.encode() for name, text in files.items()}, kinds=schedules.is_ours)
    for name in files:
        out.print(f"Written: {escape(str(target / name))}")


def doctor(
    context: typer.Context,
    runs: Annotated[
        Path | None, typer.Option("--runs", help="Folder of the reports. Without it: runs/, also beside the dataset.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Look at the dataset, its sources, the last run and the disk, and say what to do next. Changes nothing.

    Exit status: 0 nothing to do; 1 something to look at; 2 the dataset is broken, or wrong use.

    Example: civic-tracker doctor
    """
    from civic_tracker.refreshing import doctor as doctors

    given = folder_of(context, data_dir)
    with progress() as status:
        status.update("looking")
        folder = workspace.data_folder(given)
        found = doctors.examine(folder, runs or _runs_of(folder, given), today=clock.stored_day())
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _show(found)
    if found.exit_status:
        raise typer.Exit(found.exit_status)


def _runs_of(folder: Path, given: Path | None) -> Path:
    """Where a refresh leaves its reports; where there are none, beside the dataset, as scheduled jobs do."""
    usual = workspace.runs_folder(given)
    return usual if usual.is_dir() else folder.absolute().parent / "runs"


def _program(module: str) -> str:
    """How this very program is called by its full path."""
    beside = Path(sys.executable).with_name("civic-tracker")
    found = str(beside) if beside.is_file() else shutil.which("civic-tracker")
    return found or f"{sys.executable}{module}"


def _show(found: "Diagnosis") -> None:
    names = ["Source", "State", "Loaded", "Newest document", "Here", "Stale since", "Last failure"]
    print_table("Sources", names, map(_row, found.sources), spare=("Here",))
    for line in (found.last_run_words, found.disk_words, found.mapping_words, found.lock_words, found.file_words):
        out.print(escape(line), soft_wrap=True)
    if not found.findings:
        out.print("\nNothing to do.")
        return
    out.print("\nWhat to do next")
    for one in found.findings:
        out.print(f"- [bold]{one.level}[/bold]: {escape(one.what)}\n  {escape(one.next)}", soft_wrap=True)


def _row(one: "SourceFacts") -> tuple[object, ...]:
    age = f"{one.newest_document} ({one.days_old} days)" if one.newest_document else ""
    here = f"{one.snapshots_here} of {one.snapshots_needed}" if one.snapshots_needed else ""
    stale = f"{one.stale_since} ({one.stale_kind})" if one.stale_since else ""
    failure = f"{one.last_failure.day} {one.last_failure.kind}" if one.last_failure else ""
    return one.source, one.state, one.loaded, age, here, stale, failure
