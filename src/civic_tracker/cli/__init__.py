"""The command line. Each command reads like a sentence, and each table can be had as JSON."""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from civic_tracker.cli import (
    checking,
    counting,
    linking,
    making,
    packaging,
    reading,
    refreshing,
    review,
    scheduling,
    sites,
    spreadsheets,
)
from civic_tracker.cli.console import DataDir, collect_rarely, err, out
from civic_tracker.cli.streams import any_streams, trouble
from civic_tracker.errors import CivicTrackerError
from civic_tracker.version import __version__

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Measures that restrict civil liberties, from several trackers, in one schema.\n\n"
    "Example: civic-tracker report Kenya",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        out.print(f"civic-tracker {__version__}")
        raise typer.Exit


@app.callback()
def start(
    context: typer.Context,
    data_dir: DataDir = None,
    version: Annotated[  # noqa: ARG001
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    context.obj = data_dir


for name, command in (
    ("run", making.run),
    ("refresh", refreshing.refresh),
    ("changes", refreshing.changes),
    ("import", making.import_),
    ("report", reading.report),
    ("summary", reading.summary),
    ("export", making.export_),
    ("package", packaging.package),
    ("spreadsheet", spreadsheets.spreadsheet),
    ("site", sites.site),
    ("serve", sites.serve),
    ("members", reading.members_),
    ("acts", linking.acts),
    ("rollback", linking.rollback),
    ("indicator", counting.indicator),
    ("verify", counting.verify),
    ("sources", reading.sources),
    ("problems", reading.problems),
    ("match", reading.match),
    ("review", review.review),
    ("doctor", scheduling.doctor),
    ("schedule", scheduling.schedule),
    ("check-sources", checking.check_sources),
):
    app.command(name)(command)


app.add_typer(linking.links_app, name="links")


def main() -> None:
    """Run the program; errors that a person can act on become one line, never a traceback."""
    collect_rarely()
    with any_streams():
        status = _run()
        if lost := trouble():
            words = f"standard output cannot be written ({lost}); what was printed is not complete"
            err.print(f"error: {escape(words)}", soft_wrap=True)
            status = max(status, 2)
    sys.exit(status)


def _run() -> int:
    """The exit status of the command that was asked for."""
    try:
        app()
    except CivicTrackerError as error:
        err.print(f"error: {escape(str(error))}", soft_wrap=True)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
