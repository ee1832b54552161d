"""Commands that read: report, summary, members, sources, problems, match."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from civic_tracker.cli.console import AsJson, DataDir, On, deliver, err, folder_of, out, print_json, print_table
from civic_tracker.errors import UsageError
from civic_tracker.store import workspace

IN_WORDS = ("text", "md", "html", "pdf")
IN_CODES = ("json", "csv")
"""The formats of a report: those that speak a language, and those that are the same in every one."""


def report(
    context: typer.Context,
    country: Annotated[str, typer.Argument(help="ISO code, or name in English, Spanish or French.")],
    on: On = None,
    form: Annotated[str, typer.Option("--format", help="text, md, html, pdf, json or csv.")] = "text",
    output: Annotated[Path | None, typer.Option("--out", help="File to write. Without it: the terminal.")] = None,
    code_of_language: Annotated[
        str, typer.Option("--language", help="Of the words around the records: en, es, fr. JSON and CSV have codes.")
    ] = "en",
    since: Annotated[
        str | None, typer.Option("--since", metavar="DAY", help="Tell changes from this day on. A month without it.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """What the trackers record about one country.

    Example: civic-tracker report Kenya --format html --out kenya.html
    Example: civic-tracker report Perú --language es --format html --out peru.html
    Example: civic-tracker report Kenya --format pdf --out kenya.pdf
    """
    from civic_tracker.publish import csv_files, terminal
    from civic_tracker.publish.report import compose as reports
    from civic_tracker.publish.report import pdf
    from civic_tracker.words import languages

    code, day = workspace.country_code(country), workspace.day(on)
    if form not in (*IN_WORDS, *IN_CODES):
        raise UsageError(f"There is no format '{form}'. The formats are: {', '.join((*IN_WORDS, *IN_CODES))}.")
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise UsageError("A PDF cannot be shown on a terminal. Name a file to write: --out report.pdf")
    wanted = languages.language(code_of_language).code
    in_words = wanted if form in IN_WORDS else languages.SOURCE
    first_day = workspace.day(since) if since else None
    if first_day and first_day > day:
        raise UsageError(f"--since {first_day} is after the day asked about, {day}. Give an earlier day.")
    dataset = workspace.load(folder_of(context, data_dir), country=code)
    made = reports.build_report(dataset, code, day, in_words, first_day)
    if form == "text" and output is None and not out.is_log:
        terminal.show_report(made, out)
        return
    renderings = {
        "text": lambda: terminal.report_as_text(made).encode(),
        "md": lambda: reports.to_markdown(made).encode(),
        "html": lambda: reports.to_html(made).encode(),
        "pdf": lambda: pdf.to_pdf(reports.to_html(made), made.say, tell=err.print),
        "json": lambda: reports.to_json(made).encode(),
        "csv": lambda: csv_files.measures_csv(reports.records(made), day),
    }
    deliver(renderings[form](), output, readable=form in {"text", "md"})


def summary(
    context: typer.Context,
    on: On = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """One line for each OGP member on a day, in the order of names: no ranking.

    Example: civic-tracker summary --on 2020-12-31
    """
    from civic_tracker.declared import members
    from civic_tracker.findings.summary import summarise
    from civic_tracker.store.contents import Dataset, by_country

    day = workspace.day(on)
    dataset = workspace.load(folder_of(context, data_dir))
    parts, nothing = by_country(dataset), Dataset(states=dataset.states)
    summaries = [summarise(parts.get(one.country, nothing), one.country, day) for one in members.members(day)]
    if as_json:
        print_json([one.model_dump(mode="json", exclude={"observations"}) for one in summaries])
        return
    rows = [
        (
            one.name,
            one.country,
            one.records,
            one.restricting,
            one.emergencies,
            one.without_end,
            one.with_end,
            one.first or "",
            one.latest or "",
            ", ".join(tally.value for tally in one.by_liberty),
        )
        for one in sorted(summaries, key=lambda one: one.name)
    ]
    names = "Country|Code|Records|Restricting|Emergencies|No end recorded|End recorded|First|Latest|Liberties"
    spare = ("Liberties", "Latest", "First", "Emergencies")
    print_table(f"OGP members on {day}", names.split("|"), rows, numeric=range(2, 7), spare=spare)
    out.print("Counts are of records, not acts. No record does not mean no restriction.")


def members_(
    on: On = None,
    local: Annotated[bool, typer.Option("--local", help="List the local members known here instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Who is a member of the Open Government Partnership on a day.

    Example: civic-tracker members --on 2020-05-15
    """
    from civic_tracker.declared import members

    day = workspace.day(on)
    if local:
        places = members.local_members_in(day.year)
        if as_json:
            print_json([asdict(place) for place in places])
            err.print(members.local_list_is_a_part())
            return
        rows = [
            (place.name, place.country, place.joined or "not seen", place.left or "", place.intake) for place in places
        ]
        columns = ["Name", "Country", "Joined", "Left", "Intake"]
        print_table(f"Local members known here, in {day.year}", columns, rows)
        out.print(members.local_list_is_a_part())
        return
    listed = sorted(members.members(day), key=lambda one: one.name_en)
    if as_json:
        print_json([one.model_dump(mode="json") for one in listed])
        return
    table = [
        (one.name_en, one.country, one.state, one.since or "", one.region or "not seen", one.confirmed_as_of)
        for one in listed
    ]
    print_table(
        f"Open Government Partnership on {day}",
        ["Country", "Code", "State", "Since", "Region", "Last confirmed"],
        table,
        spare=("Last confirmed",),
    )
    counted = sum(one.counted for one in listed)
    uncertain = len(listed) - counted
    out.print(f"{counted} members" + (f", and {uncertain} uncertain on that day" if uncertain else ""))
    announced = [member.name_en for member in listed if member.state == "withdrawal_announced"]
    if announced:
        out.print(f"Withdrawal announced, and not seen to be in effect: {', '.join(announced)}")


def sources(context: typer.Context, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """The sources: what each is, its licence, and what of it is loaded.

    Example: civic-tracker sources
    """
    from civic_tracker.declared.sources import all_sources
    from civic_tracker.store import dataset as store

    folder = workspace.readable_folder(folder_of(context, data_dir))
    states = store.read_manifest(folder).sources if store.exists(folder) else {}
    if as_json:
        print_json(
            [
                source.model_dump(mode="json")
                | {"loaded": states[source.id].model_dump(mode="json") if source.id in states else None}
                for source in all_sources().values()
            ]
        )
        return
    rows = []
    for source in all_sources().values():
        state = states.get(source.id)
        loaded = "nothing"
        if state and (state.measures or state.observations):
            kind = "complete" if state.complete else "excerpt"
            loaded = f"{kind}: {state.measures} records, {state.observations} figures"
        if state and state.stale:
            loaded += f"; stale since {state.stale.since} ({state.stale.kind})"
        span = f"{source.span.first} to {source.span.last or 'now'}"
        rows.append((source.id, source.name, source.short_name, source.state, span, source.licence.name, loaded))
    names = ["Id", "Name", "Publisher", "State", "Covers", "Licence", "Loaded here"]
    print_table("Sources", names, rows, spare=("Publisher", "Licence", "Covers"))


def problems(
    context: typer.Context,
    source: Annotated[str | None, typer.Option("--source", help="Of one source only.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Of one kind only.")] = None,
    unused: Annotated[
        bool, typer.Option("--unused", help="List the mapping rows that no entry used, instead.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """What could not be understood, with its place and reason.

    Example: civic-tracker problems --source icnl
    """
    from civic_tracker.building.problems import PROBLEMS
    from civic_tracker.declared.sources import get_source

    folder = folder_of(context, data_dir)
    wanted = get_source(source).id if source else None
    if code and code not in PROBLEMS:
        raise UsageError(f"There is no kind of problem '{code}'. The kinds are: {', '.join(PROBLEMS)}.")
    if unused:
        _show_unused(folder, wanted, as_json)
        return
    found = [
        one
        for one in workspace.load(folder).problems
        if (wanted is None or one.source == wanted) and (code is None or one.code == code)
    ]
    if as_json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    rows = [
        (
            one.source,
            one.code,
            one.entry,
            one.value or one.title,
            one.reason,
            one.suggestion,
            "yes" if one.entry_kept else "no",
        )
        for one in found
    ]
    print_table("Problems", ["Source", "Kind", "Entry", "Value", "Reason", "May mean", "Kept"], rows, heading=3)
    kinds = {one.code for one in found}
    for name in sorted(kinds):
        out.print(f"{name}: {PROBLEMS[name]}", soft_wrap=True)
    out.print(f"{len(found)} problems" if found else "No problems.")


def match(
    names: Annotated[list[str], typer.Argument(help="Names or codes of countries.")],
    source: Annotated[
        str | None,
        typer.Option("--source", help="Read them as this source writes them; ogp means OGP's own names and prefixes."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Which country a name means; exit status 1 when a name was refused.

    Example: civic-tracker match "Corea del Norte" Congo
    """
    from civic_tracker import countries
    from civic_tracker.countries.country_of import refusal_words
    from civic_tracker.declared import members
    from civic_tracker.declared.sources import get_source

    owner = "ogp" if source == "ogp" else get_source(source).id if source else None
    answers = [(name, countries.match(name, source=owner)) for name in names]
    local = {name: members.find_local(name) for name in names} if owner == "ogp" else {}
    if as_json:
        print_json(
            [
                {
                    "name": name,
                    "iso3": answer.iso3,
                    "how": answer.how,
                    "score": answer.score,
                    "reason": answer.reason,
                    "parent": answer.parent,
                    "became": answer.became,
                    "suggestions": [
                        {"iso3": one.iso3, "name": one.name, "score": one.score} for one in answer.suggestions
                    ],
                    "local_members": [
                        {"name": place.name, "country": place.country, "left": place.left}
                        for place in local.get(name, ())
                    ],
                }
                for name, answer in answers
            ]
        )
    else:
        rows = [
            (
                name,
                answer.iso3 or "refused",
                countries.territory(answer.iso3).name_en if answer.iso3 else refusal_words(name, answer),
                answer.how,
                ", ".join(f"{one.name} ({one.iso3})" for one in answer.suggestions) if not answer.iso3 else "",
            )
            for name, answer in answers
        ]
        print_table("Matches", ["Name", "Code", "Country or reason", "How", "May mean"], rows)
        for name, places in local.items():
            for one in places:
                left = f", left in {one.left}" if one.left else ""
                out.print(f"{escape(name)}: local member of OGP in {countries.territory(one.country).name_en}{left}")
        if any(places or not answer.iso3 for (_, answer), places in zip(answers, local.values(), strict=False)):
            out.print(members.local_list_is_a_part())
    if any(answer.iso3 is None and not local.get(name) for name, answer in answers):
        raise typer.Exit(1)


def _show_unused(folder: Path | None, source: str | None, as_json: bool) -> None:
    from civic_tracker.building import pipeline

    chosen = workspace.readable_folder(folder)
    cells = [
        ("terms.csv", one.source, one.field, one.term, one.gives, one.value) for one in pipeline.unused_terms(chosen)
    ]
    cells += [
        ("country_decisions.csv", one.source, "country", one.name, "country", one.iso3)
        for one in pipeline.unused_decisions(workspace.load(folder))
    ]
    wanted = [row for row in cells if source is None or row[1] == source]
    names = ["table", "source", "field", "term", "gives", "value"]
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in wanted])
        return
    print_table("Rows of mappings/ that no entry used", [name.capitalize() for name in names], wanted)
