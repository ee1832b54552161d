"""Commands that count members of OGP: indicator, verify."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from civic_tracker.cli.console import AsJson, DataDir, folder_of, out, print_json, print_table
from civic_tracker.errors import UsageError
from civic_tracker.store import workspace

if TYPE_CHECKING:
    from civic_tracker.counting.member_counts import MembersWithMeasures
    from civic_tracker.counting.verify import Verdict
    from civic_tracker.declared.sources import Source
    from civic_tracker.model.schema import Observation

SETS = ("ogp-2020",)


def indicator(
    context: typer.Context,
    source: Annotated[str, typer.Option("--source", help="The source that publishes the figures.")],
    where: Annotated[
        str | None,
        typer.Option("--where", help="A condition on figures: = != < <= > >=, in (..), and, or, not, brackets."),
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="As 2020-Q3 or 2020-04-15, or as the publisher names it.")
    ] = None,
    release: Annotated[str, typer.Option("--release", help="The publisher's release, where several are loaded.")] = "",
    members_on: Annotated[
        str | None, typer.Option("--members-on", metavar="DAY", help="Whose membership is meant. Today without it.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List releases, periods and figures instead.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """How many OGP members fulfil a condition on published figures, and which.

    Example: civic-tracker indicator --source vdem-pandem --release V4 --period 2020-Q3 --where 'merepgov = 1'
    """
    from civic_tracker.counting.member_counts import count_members
    from civic_tracker.declared.sources import get_source

    wanted = get_source(source)
    day = workspace.day(members_on)
    observations = workspace.load(folder_of(context, data_dir), sources=frozenset({wanted.id})).observations
    if listing:
        _list(observations, wanted, release, as_json)
        return
    if where is None or period is None:
        raise UsageError("Give --where and --period, or --list to see what there is.")
    found = count_members(observations, wanted, where=where, members_on=day, period=period, release=release)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    release_words = f" {found.release}" if found.release else ""
    period_words = found.period + (f" ({found.period_as_written})" if found.period_as_written != found.period else "")
    out.print(escape(f"{wanted.name}{release_words}, {period_words}: {found.condition}"), soft_wrap=True)
    for variable in found.variables:
        out.print(escape(f"  {variable.column}: {variable.name} (scale {variable.scale})"), soft_wrap=True)
    out.print(f"\n{found.count} of the {found.members} members of OGP on {found.members_on}\n")
    rows = [
        (words, len(countries), _names(countries))
        for words, countries in (
            ("Fulfil it", found.fulfil),
            ("Do not", found.do_not),
            ("Figure missing", found.missing),
            ("Not covered", found.not_covered),
        )
    ]
    print_table("Members", ["", "Number", "Which"], rows, numeric=[1])


def verify(
    context: typer.Context,
    which: Annotated[str, typer.Argument(help="ogp-2020: what OGP printed about its members in 2020 and 2021.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Recompute what OGP printed; exit status 1 when a number differs or its release is not loaded.

    Example: civic-tracker verify ogp-2020
    """
    from civic_tracker.counting import verify as verifying

    if which not in SETS:
        raise UsageError(f"There is no set of statements '{which}'. There is: {', '.join(SETS)}.")
    verdicts = verifying.verify(workspace.load(folder_of(context, data_dir)))
    if as_json:
        print_json([one.model_dump(mode="json") for one in verdicts])
    else:
        rows = [
            (
                one.statement.edition,
                one.statement.statement,
                one.statement.printed,
                "" if one.count is None else one.count,
                one.outcome.replace("_", " "),
                _basis(one),
            )
            for one in verdicts
        ]
        names = ["Edition", "What OGP said", "Printed", "Here", "Outcome", "From"]
        print_table("What OGP printed, recomputed", names, rows, numeric=[3], heading=2)
        for one in verdicts:
            if one.measures:
                out.print(f"{one.statement.id}: {_evidence(one.measures)}", soft_wrap=True)
    if any(one.outcome in {"differs", "not_loaded"} for one in verdicts):
        raise typer.Exit(1)


def _basis(verdict: "Verdict") -> str:
    if verdict.figures:
        found = verdict.figures
        uncovered = _names(found.not_covered) or "none"
        missing = f"; figure missing: {_names(found.missing)}" if found.missing else ""
        return f"{found.source} {found.release}, {found.period}: {found.condition}. Not covered: {uncovered}{missing}"
    if verdict.measures:
        return f"{', '.join(verdict.measures.sources)}, measures until {verdict.measures.until}"
    return verdict.reason


def _evidence(found: "MembersWithMeasures") -> str:
    share = found.count / found.members
    return (
        f"{found.count} of {found.members} members ({share:.0%}); "
        f"confirmed on the publisher's page: {_names(found.confirmed) or 'none'}; "
        f"by other evidence: {_names(found.other) or 'none'}; "
        f"of these, parts of the country only: {_names(found.only_places) or 'none'}."
    )


def _names(countries: Sequence[str]) -> str:
    return " ".join(countries)


def _list(observations: "Sequence[Observation]", source: "Source", release: str, as_json: bool) -> None:
    from civic_tracker.counting.member_counts import releases, variables

    there = releases(observations, source)
    if not there:
        raise UsageError(f"Nothing of {source.name} is loaded. Import it: civic-tracker import {source.id} FILE")
    chosen = {name: periods for name, periods in there.items() if not release or name == release}
    if not chosen:
        loaded = ", ".join(there) or "none"
        raise UsageError(f"{source.name} has no release '{release}' here. Loaded are: {loaded}.")
    figures = {name: variables(observations, source, name) for name in chosen}
    if as_json:
        print_json(
            [
                {
                    "release": name,
                    "periods": [{"period": one, "as_written": written} for one, written in periods.items()],
                    "figures": [one.model_dump(mode="json") for one in figures[name]],
                }
                for name, periods in chosen.items()
            ]
        )
        return
    for name, periods in chosen.items():
        title = f"{source.name} {name}".strip()
        words = ", ".join(f"{one} ({written})" if written else one for one, written in periods.items())
        out.print(escape(f"{title}: periods {words}"), soft_wrap=True)
        rows = [(one.column, one.indicator, one.name, one.scale) for one in figures[name]]
        print_table(title, ["Column", "Our name", "What it says", "Scale"], rows)
