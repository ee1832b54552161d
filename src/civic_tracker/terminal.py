"""Tables and reports on a terminal."""

import io
from typing import get_args

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from civic_tracker import schema
from civic_tracker.dataset import Dataset
from civic_tracker.figures import words_for
from civic_tracker.pipeline import Run
from civic_tracker.report import Report, Section, say_figure, say_period, say_state
from civic_tracker.sources import all_sources
from civic_tracker.status import lacks_end
from civic_tracker.summary import is_confirmed, when
from civic_tracker.vocabulary import COVERAGE_WORDS, EFFECT_WORDS, MEMBERSHIP_WORDS, liberties, say_date

WIDTH_OF_TEXT = 110
WIDTH_FOR_SOURCES = 120


def show_counts(run: Run, console: Console, *, only: str = "") -> None:
    """The conservation law of each source: what became of every entry parsed.

    Measures of an earlier release are shown with the duplicates, and named in the last column.
    """
    table = _table("Every entry is accounted for")
    table.add_column("Source", no_wrap=True)
    for name in ("Parsed", "= measures", "+ figures", "+ duplicates", "+ joined", "+ set aside", "+ problems"):
        table.add_column(name, justify="right")
    table.add_column("Loaded", overflow="fold")
    for source, state in run.dataset.states.items():
        if only and source != only:
            continue
        count = state.count
        remarks = sum(one.source == source and one.entry_kept for one in run.dataset.problems)
        gone = count.duplicates + count.superseded
        numbers = (count.entries, count.measures, count.figures, gone, count.joined, count.asides, count.rejected)
        notes = [
            "complete" if state.complete else "an excerpt" if count.entries else "nothing",
            "kept as it was" if source in run.kept else "",
            f"{count.superseded} of an earlier release" if count.superseded else "",
            f"{remarks} remarks" if remarks else "",
        ]
        table.add_row(source, *map(str, numbers), ", ".join(filter(None, notes)))
    console.print(table)


def show_world(dataset: Dataset, console: Console) -> None:
    """The whole dataset in one table: for each liberty, how many records and countries; by source where it fits."""
    measures = [one for one in dataset.measures if one.record_kind != "spell"]
    sources = [source for source in all_sources() if any(one.source == source for one in measures)]
    if console.width < WIDTH_FOR_SOURCES:
        sources = []
    table = _table("The world, in records (not acts)")
    table.add_column("Liberty", no_wrap=True)
    for name in ("Records", "Countries", "No end recorded", *(all_sources()[source].short_name for source in sources)):
        table.add_column(name, justify="right")
    rows = [(liberties()[code].name_en, code) for code in get_args(schema.Liberty)] + [("Not classified", "")]
    for name, code in rows:
        own = [one for one in measures if (code in one.liberties if code else not one.liberties)]
        by_source = [str(sum(one.source == source for one in own) or "") for source in sources]
        open_ended = sum(lacks_end(one) for one in own)
        table.add_row(name, str(len(own)), str(len({one.country for one in own})), str(open_ended), *by_source)
    console.print(table)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)


def show_report(report: Report, console: Console) -> None:
    """The report of a country, as far as a terminal is fit for it."""
    summary = report.summary
    console.print(f"[bold]{escape(summary.name)}[/bold]: restrictions of civil liberties on record", soft_wrap=True)
    since = ""
    if report.member and report.member.since and report.member.counted:
        since = f" since {say_date(report.member.since)}"
    membership = f"Open Government Partnership: {MEMBERSHIP_WORDS[summary.membership]}{since}."
    console.print(f"As of {say_date(report.on)}. {membership}\n", soft_wrap=True)
    for line in report.headline:
        console.print(f"- {escape(line)}")
    for section in report.sections:
        _show_section(section, report, console)
    console.print("\n[bold]Which sources look at the country[/bold]")
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("Source", "What it says", "Records", "Figures", "Checked", "Covers", "Note"):
        table.add_column(name, overflow="fold")
    for coverage in summary.coverage:
        source = all_sources()[coverage.source]
        table.add_row(
            source.short_name,
            COVERAGE_WORDS[coverage.state],
            str(coverage.records),
            str(coverage.figures),
            str(coverage.checked or ""),
            f"{source.span.first} to {source.span.last or 'now'}",
            coverage.reason,
        )
    console.print(table)
    if summary.observations:
        console.print(f"{len(summary.observations)} published figures: see the HTML report, or --format json.")
    console.print("No entry does not mean no restriction; no recorded end does not mean in force.")
    for source in report.sources:
        console.print(f"Source: {escape(source.attribution)} Licence: {escape(source.licence.name)}.", soft_wrap=True)


def _show_section(section: Section, report: Report, console: Console) -> None:
    if section.code or section.groups:
        console.print(f"\n[bold]{escape(section.title)}[/bold]")
    for group in section.groups:
        console.print(escape(f"{group.title}. {group.explanation}".strip()))
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for name, ratio in (("Since", 2), ("What", 5), ("Freedoms", 3), ("Does it end?", 3), ("Who says so", 3)):
            table.add_column(name, ratio=ratio, overflow="fold")
        for one in group.measures:
            named = ", ".join(liberties()[code].name_en for code in one.liberties) or "not classified"
            if one.liberties_basis == "inferred":
                named += " (inferred)"
            effect = EFFECT_WORDS[one.effect].lower() + (" (inferred)" if one.effect_basis == "inferred" else "")
            place = f" ({one.place})" if one.place and one.place not in one.title else ""
            cells = (
                say_date(when(one)) or "no date",
                f"{one.title}{place}",
                f"{named}; {effect}",
                say_state(report, one),
                "; ".join(
                    x.stated_by + ("" if is_confirmed(x) else " (not confirmed on a tracker's page)")
                    for x in (one, *report.company.get(one.id, ()))
                ),
            )
            table.add_row(*map(escape, cells))
        console.print(table)
    if section.also:
        named = "; ".join(one.title for one in section.also)
        console.print(f"Listed under another freedom, and concerning this one too: {escape(named)}.")
    if section.spells:
        last = max(section.spells, key=lambda one: str(one.introduced))
        console.print(
            f"Context: {len(section.spells)} spells of daily series; the last: {escape(last.title)}, "
            f"from {say_date(last.introduced)} until {say_date(last.ended_on) or 'no day recorded'} "
            f"({escape(last.stated_by)})."
        )
    for figure in section.figures if section.code else ():
        words, stated_by = words_for(figure), f"{figure.stated_by} {figure.release}".strip()
        said = f"{words.name_en}: {say_figure(figure)} (scale {words.scale}), {say_period(figure.period)}"
        console.print(f"Context: {escape(said)} ({escape(stated_by)}).")


def report_as_text(report: Report) -> str:
    """The terminal's report as plain text for a file."""
    stream = io.StringIO()
    show_report(report, Console(file=stream, width=WIDTH_OF_TEXT, highlight=False, no_color=True, emoji=False))
    return stream.getvalue()
