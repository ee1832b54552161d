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
from civic_tracker.languages import Language
from civic_tracker.pipeline import Run
from civic_tracker.printing import LiteralConsole
from civic_tracker.report import Report, say_state, shown
from civic_tracker.report_sections import Group, Section
from civic_tracker.report_words import lower_first, on_languages, say_stated_by, say_who
from civic_tracker.sources import all_sources
from civic_tracker.status import lacks_end
from civic_tracker.summary import when
from civic_tracker.text import cut
from civic_tracker.vocabulary import liberties

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
    summary, say = report.summary, report.say
    name = f"[bold]{escape(say.country(summary.country))}[/bold]"
    console.print(say.gettext("{country}: restrictions of civil liberties on record", country=name), soft_wrap=True)
    membership = say.membership(summary.country, report.on)
    as_of = say.gettext(
        "As of {day}. Open Government Partnership: {membership}.", day=say.date(report.on), membership=membership
    )
    console.print(f"{as_of}\n", soft_wrap=True)
    for line in report.headline:
        console.print(f"- {escape(line)}")
    foreign = on_languages(shown(report), say)
    if foreign:
        console.print(f"\n{escape(foreign)}")
    for section in report.sections:
        _show_section(section, report, console)
    console.print(f"\n[bold]{escape(say.gettext('Which sources look at the country'))}[/bold]")
    console.print(_coverage_table(report))
    if summary.observations:
        console.print(
            say.ngettext(
                "{n} published figure: see the HTML report, or --format json.",
                "{n} published figures: see the HTML report, or --format json.",
                len(summary.observations),
            )
        )
    console.print(say.gettext("No entry does not mean no restriction; no recorded end does not mean in force."))
    for source in report.sources:
        licence = say.gettext("Licence: {name}.", name=say.licence(source.licence.name))
        told = say.gettext("Source: {attribution}", attribution=f"{source.attribution} {licence}")
        console.print(escape(told), soft_wrap=True)


def _coverage_table(report: Report) -> Table:
    """What each source says about the country, and why its silence does or does not say anything."""
    say, table = report.say, Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in (
        say.pgettext("label", "Source"),
        say.gettext("What it says"),
        say.pgettext("label", "Records"),
        say.pgettext("label", "Figures"),
        say.gettext("Checked"),
        say.gettext("Covers"),
        say.pgettext("label", "Note"),
    ):
        table.add_column(name, overflow="fold")
    for coverage in report.summary.coverage:
        source = all_sources()[coverage.source]
        last = str(source.span.last or say.pgettext("period", "now"))
        table.add_row(
            source.short_name,
            say.word("coverage", coverage.state),
            say.number(coverage.records),
            say.number(coverage.figures),
            str(coverage.checked or ""),
            say.pgettext("period", "{first} to {last}", first=source.span.first, last=last),
            report.reasons[coverage.source],
        )
    return table


def _show_section(section: Section, report: Report, console: Console) -> None:
    say = report.say
    if section.code or section.groups:
        console.print(f"\n[bold]{escape(section.title)}[/bold]")
    for group in section.groups:
        console.print(escape(f"{group.title}. {group.explanation}".strip()))
        console.print(_record_table(group, report))
    if section.also:
        named = say.gettext("Listed under another freedom, and concerning this one too:")
        console.print(escape(f"{named} {say.listed([one.title for one in section.also])}."))
    if section.spells:
        last = max(section.spells, key=lambda one: str(one.introduced))
        told = say.ngettext(
            "Context: {n} spell of daily series; the last: {title}, from {first} until {last} ({publisher}).",
            "Context: {n} spells of daily series; the last: {title}, from {first} until {last} ({publisher}).",
            len(section.spells),
            title=last.title,
            first=say.date(last.introduced),
            last=say.date(last.ended_on) or say.gettext("no day recorded"),
            publisher=say_stated_by(last, say),
        )
        console.print(escape(told))
    for figure in section.figures if section.code else ():
        told = say.gettext(
            "Context: {figure}: {value} (scale {scale}), {period} ({publisher}).",
            figure=say.indicator(figure),
            value=say.figure(figure),
            scale=say.word("scale", words_for(figure).scale),
            period=say.period(figure.period),
            publisher=f"{say_stated_by(figure, say)} {figure.release}".strip(),
        )
        console.print(escape(told))


def _record_table(group: Group, report: Report) -> Table:
    say, table = report.say, Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, ratio in (
        (say.gettext("Since"), 2),
        (say.gettext("What"), 5),
        (say.pgettext("label", "Freedoms"), 3),
        (say.gettext("Does it end?"), 3),
        (say.pgettext("label", "Who says so"), 3),
    ):
        table.add_column(name, ratio=ratio, overflow="fold")
    for one in group.measures:
        freedoms = ", ".join(map(say.liberty, one.liberties)) or say.gettext("not classified")
        effect = lower_first(say.word("effect", one.effect))
        place = f" ({one.place})" if one.place and one.place not in one.title else ""
        cells = (
            say.date(when(one)) or say.gettext("no date"),
            f"{one.title}{place}",
            say.listed([_marked(freedoms, one.liberties_basis, say), _marked(effect, one.effect_basis, say)]),
            say_state(report, one),
            say.listed([say_who(x, say) for x in (one, *report.company.get(one.id, ()))]),
        )
        table.add_row(*(escape(cut(cell)) for cell in cells))
    return table


def _marked(words: str, basis: schema.Basis, say: Language) -> str:
    return say.gettext("{words} (inferred)", words=words) if basis == "inferred" else words


def report_as_text(report: Report) -> str:
    """The terminal's report as plain text for a file."""
    stream = io.StringIO()
    show_report(report, LiteralConsole(file=stream, width=WIDTH_OF_TEXT, no_color=True))
    return stream.getvalue()
