"""The command ``review``: a maintainer decides what a refused country name of a source means."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from civic_tracker import paths
from civic_tracker.cli.console import AsJson, DataDir, folder_of, out, print_json
from civic_tracker.errors import UsageError
from civic_tracker.model.schema import Problem
from civic_tracker.store import workspace

_KINDS = frozenset({"country_not_matched", "country_read_as"})


def review(
    context: typer.Context,
    source: Annotated[str | None, typer.Option("--source", help="The source that writes the name.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The name as that source writes it.")] = None,
    meaning: Annotated[
        str | None, typer.Option("--as", metavar="COUNTRY", help="What it means: a code or name.")
    ] = None,
    never: Annotated[bool, typer.Option("--never", help="It never means a country.")] = False,
    why: Annotated[str, typer.Option("--why", help="A note for those who read the table.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the change and write nothing.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Decide what refused country names mean, one by one, or one by its name.

    Example: civic-tracker review --source idea_gsod --name "East Germany" --never --why "a dissolved state"
    """
    from civic_tracker.declared.sources import get_source

    declared = get_source(source).id if source else None
    if name is not None:
        if declared is None or (meaning is None) == (not never):
            raise UsageError("Give --source, --name, and one of --as COUNTRY or --never.")
        _decide(declared, name, None if never else meaning, why, dry_run=dry_run)
        return
    waiting = _waiting(folder_of(context, data_dir), declared)
    if as_json:
        print_json(
            [{"source": s, "name": n, "reason": one.reason, "may_mean": one.suggestion} for (s, n), one in waiting]
        )
        return
    if not waiting:
        out.print("No country name waits for a decision.")
    for (owner, written), problem in waiting:
        out.print(f"\n{owner}: [bold]{escape(written)}[/bold]\n{escape(problem.reason)}", soft_wrap=True)
        if problem.suggestion:
            out.print(f"May mean: {escape(problem.suggestion)}", soft_wrap=True)
        answer = typer.prompt(
            "Code or name of the country, 'never', 'stop', or Enter to skip", default="", show_default=False
        )
        if answer.strip().lower() == "stop":
            return
        if answer.strip():
            chosen = None if answer.strip().lower() == "never" else answer
            _decide(owner, written, chosen, why, dry_run=dry_run)


def _waiting(folder: Path | None, source: str | None) -> list[tuple[tuple[str, str], Problem]]:
    """Each refused name of each source once, with the first problem that reports it."""
    from civic_tracker.countries import decisions

    found: dict[tuple[str, str], Problem] = {}
    for problem in workspace.load(folder).problems:
        decided = decisions.decided(problem.source, problem.value)
        if problem.code in _KINDS and problem.value and not decided and source in (None, problem.source):
            found.setdefault((problem.source, problem.value), problem)
    return sorted(found.items())


def _decide(source: str, name: str, meaning: str | None, why: str, *, dry_run: bool) -> None:
    from civic_tracker.countries import decisions

    if not paths.in_checkout() and not dry_run:
        raise UsageError("Decisions are written into mappings/ of a checkout; this is an installed program.")
    iso3 = workspace.country_code(meaning) if meaning is not None else ""
    decision = decisions.Decision(source, name, iso3, why)
    change = decisions.with_decision(decision)[1] if dry_run else decisions.record(decision)
    out.print(escape(change) if change else "The table says so already.", soft_wrap=True, end="")
    if change and not dry_run:
        out.print("Written. Next: civic-tracker run")
