"""Tables and reports on a terminal."""

import io
from collections.abc import Sequence
from typing import get_args

from rich.markup import escape

from civic_tracker.building.figures import words_for
from civic_tracker.building.pipeline import Run
from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.model import schema
from civic_tracker.model.status import lacks_end, when
from civic_tracker.publish.printing import LiteralConsole
from civic_tracker.publish.report.compose import Report, say_state, shown
from civic_tracker.publish.report.sections import Group, Section
from civic_tracker.publish.screen_tables import Columns, fits, show_list, show_table
from civic_tracker.store.contents import Dataset, SourceState
from civic_tracker.words.languages import Language
from civic_tracker.words.report_words import lower_first, on_languages, say_stated_by, say_who

WIDTH_OF_TEXT = 110
WIDTH_FOR_TABLES = 140  # of records: five columns of sentences


_COUNTED = Columns(
    names=(
        *("Source", "Parsed", "= measures", "+ figures", "+ duplicates", "+ joined", "+ set aside", "+ problems"),
        "Loaded",
    ),
    numeric=frozenset(range(1, 8)),
)


def show_counts(run: Run, console: LiteralConsole, *, only: str = "") -> None:
    """The conservation law of each source: what became of every entry parsed.

    Measures of an earlier release are shown with the duplicates, and named in the last column. Where the table does not
    fit, each source is a sentence that leaves out what there is none of.
    """
    rows = [
        (source, *_counts_of(source, state, run))
        for source, state in run.dataset.states.items()
        if only in {"", source}
    ]
    title = "Every entry is accounted for"
    if fits(console, _COUNTED, rows):
        show_table(console, title, _COUNTED, rows)
        return
    console.print(f"[italic]{title}[/italic]")
    for source, parsed, measures, *others, loaded in rows:
        if not parsed:
            continue
        terms = [f" + {number} {name[2:]}" for number, name in zip(others, _COUNTED.names[3:], strict=False) if number]
        console.print(f"- {source}: {parsed} parsed = {measures} measures{''.join(terms)}; {escape(str(loaded))}")
    for loaded in dict.fromkeys(row[-1] for row in rows if not row[1]):
        without = [str(row[0]) for row in rows if not row[1] and row[-1] == loaded]
        console.print(f"- {escape(', '.join(without))}: {escape(str(loaded))}")
    console.print()


def _counts_of(source: str, state: SourceState, run: Run) -> tuple[int | str, ...]:
    count = state.count
    remarks = sum(one.source == source and one.entry_kept for one in run.dataset.problems)
    gone = count.duplicates + count.superseded
    notes = [
        "complete" if state.complete else "an excerpt" if count.entries else "nothing",
        "kept as it was" if source in run.kept else "",
        f"{count.superseded} of an earlier release" if count.superseded else "",
        f"{remarks} remarks" if remarks else "",
    ]
    numbers = (count.entries, count.measures, count.figures, gone, count.joined, count.asides, count.rejected)
    return *numbers, ", ".join(filter(None, notes))


def show_world(dataset: Dataset, console: LiteralConsole) -> None:
    """The whole dataset in one table: for each liberty, how many records and countries; by source where it fits."""
    measures = [one for one in dataset.measures if one.record_kind != "spell"]
    sources = [source for source in all_sources() if any(one.source == source for one in measures)]
    publishers = [all_sources()[source].short_name for source in sources]
    names = ("Liberty", "Records", "Countries", "No end recorded", *publishers)
    rows = []
    for name, code in [(liberties()[code].name_en, code) for code in get_args(schema.Liberty)] + [
        ("Not classified", "")
    ]:
        own = [one for one in measures if (code in one.liberties if code else not one.liberties)]
        by_source = [sum(one.source == source for one in own) or "" for source in sources]
        open_ended = sum(lacks_end(one) for one in own)
        rows.append((name, len(own), len({one.country for one in own}), open_ended, *by_source))
    columns = Columns(names, frozenset(range(1, len(names))), [publishers])
    show_table(console, "The world, in records (not acts)", columns, rows)


def show_report(report: Report, console: LiteralConsole) -> None:
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
    _show_coverage(report, console)
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


def _show_coverage(report: Report, console: LiteralConsole) -> None:
    """What each source says about the country, and why its silence does or does not say anything."""
    say = report.say
    names = (
        say.pgettext("label", "Source"),
        say.gettext("What it says"),
        say.pgettext("label", "Records"),
        say.pgettext("label", "Figures"),
        say.gettext("Checked"),
        say.gettext("Covers"),
        say.pgettext("label", "Note"),
    )
    rows = []
    for coverage in report.summary.coverage:
        source = all_sources()[coverage.source]
        last = str(source.span.last or say.pgettext("period", "now"))
        rows.append(
            (
                source.short_name,
                say.word("coverage", coverage.state),
                say.number(coverage.records) if coverage.records else "",
                say.number(coverage.figures) if coverage.figures else "",
                coverage.checked or "",
                say.pgettext("period", "{first} to {last}", first=source.span.first, last=last),
                report.reasons[coverage.source],
            )
        )
    _show(console, Columns(names), rows)


def _show_section(section: Section, report: Report, console: LiteralConsole) -> None:
    say = report.say
    if section.code or section.groups:
        console.print(f"\n[bold]{escape(section.title)}[/bold]")
    for group in section.groups:
        console.print(escape(f"{group.title}. {group.explanation}".strip()))
        _show_records(group, report, console)
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


def _show_records(group: Group, report: Report, console: LiteralConsole) -> None:
    say = report.say
    names = (
        say.gettext("Since"),
        say.gettext("What"),
        say.pgettext("label", "Freedoms"),
        say.gettext("Does it end?"),
        say.pgettext("label", "Who says so"),
    )
    rows = []
    for one in group.measures:
        freedoms = ", ".join(map(say.liberty, one.liberties)) or say.gettext("not classified")
        effect = lower_first(say.word("effect", one.effect))
        place = f" ({one.place})" if one.place and one.place not in one.title else ""
        rows.append(
            (
                say.date(when(one)) or say.gettext("no date"),
                f"{one.title}{place}",
                say.listed([_marked(freedoms, one.liberties_basis, say), _marked(effect, one.effect_basis, say)]),
                say_state(report, one),
                say.listed([say_who(x, say) for x in (one, *report.company.get(one.id, ()))]),
            )
        )
    _show(console, Columns(names, heading=2), rows)


def _show(console: LiteralConsole, columns: Columns, rows: Sequence[Sequence[object]]) -> None:
    show = show_table if console.width >= WIDTH_FOR_TABLES else show_list
    show(console, "", columns, rows)


def _marked(words: str, basis: schema.Basis, say: Language) -> str:
    return say.gettext("{words} (inferred)", words=words) if basis == "inferred" else words


def report_as_text(report: Report) -> str:
    """The terminal's report as plain text for a file."""
    stream = io.StringIO()
    show_report(report, LiteralConsole(file=stream, width=WIDTH_OF_TEXT, no_color=True))
    return stream.getvalue()
