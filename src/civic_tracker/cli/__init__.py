"""The command line. Each command reads like a sentence, and each table can be had as JSON."""

import sys
from typing import Annotated

import typer
from rich.markup import escape

from civic_tracker import __version__
from civic_tracker.cli import (
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
from civic_tracker.errors import CivicTrackerError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Measures that restrict civil liberties, from several trackers, in one schema.\n\n"
    "Example: civic-tracker report Kenya",
)


@app.callback()
def start(
    context: typer.Context,
    data_dir: DataDir = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        out.print(f"civic-tracker {__version__}")
        raise typer.Exit
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
):
    app.command(name)(command)


app.add_typer(linking.links_app, name="links")


def main() -> None:
    """Run the program; errors that a person can act on become one line, never a traceback."""
    collect_rarely()
    try:
        app()
    except CivicTrackerError as error:
        err.print(f"error: {escape(str(error))}", soft_wrap=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
