"""The first sheet of a workbook: what it is, how to read it, how to cite it, and whose work it rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from civic_tracker.declared import members
from civic_tracker.declared.sources import all_sources
from civic_tracker.publish.workbook.book import Sheet
from civic_tracker.publish.workbook.cells import Link
from civic_tracker.words.languages import Language

_NAMES, _SENTENCES = 30, 110  # widths of the two columns, in characters
Figures = Literal["all", "latest"]


@dataclass(frozen=True, slots=True)
class Cover:
    """What a workbook is about: ``country`` is empty for the world, ``sources`` are the ids of those used.

    ``figures`` are all, or the latest of each indicator.
    """

    title: str
    on: date
    country: str
    sources: Sequence[str]
    figures: Figures


def write_cover(sheet: Sheet, cover: Cover, others: Sequence[Sheet], say: Language) -> None:
    """Fill the sheet: names in the first column, sentences in the second."""
    sheet.worksheet.set_column(0, 0, _NAMES)
    sheet.worksheet.set_column(1, 1, _SENTENCES)
    sheet.worksheet.hide_gridlines(2)
    sheet.put(0, 0, cover.title, "title")
    row = 1
    for name, sentence in _facts(cover, say):
        sheet.put(row, 0, name, "wrapped")
        sheet.put(row, 1, sentence, "wrapped")
        row += 1
    row = _heading(sheet, row + 1, say.gettext("Sheets"))
    for other in others:
        sheet.point_to(row, 0, other)
        left_out = sheet.book.left_out.get(other.name, 0)
        rows = say.ngettext("{n} row", "{n} rows", other.count)
        if left_out:
            rows += "; " + say.gettext("{number} more did not fit", number=say.number(left_out))
        sheet.put(row, 1, rows)
        row += 1
    row = _heading(sheet, row + 1, say.gettext("How to read this"))
    for name, sentence in _explanations(cover, say):
        sheet.put(row, 0, name, "wrapped")
        sheet.put(row, 1, sentence, "wrapped")
        row += 1
    row = _heading(sheet, row + 1, say.gettext("Sources and licences"))
    sheet.put(
        row,
        1,
        say.gettext("Attributions are not translated: they are how each publisher is to be credited."),
        "wrapped",
    )
    row += 1
    for source_id in cover.sources:
        source = all_sources()[source_id]
        sheet.put(row, 0, f"{source.short_name}: {source.name}", "wrapped")
        licence = say.gettext("Licence: {name}.", name=say.licence(source.licence.name))
        own = [say.source_words(sentence) for sentence in (source.licence.basis, *source.notes)]
        sheet.put(row, 1, " ".join((source.attribution, licence, *own)), "wrapped")
        row += 1
        for address in filter(None, (*source.addresses[:1], source.licence.url)):
            sheet.put(row, 1, Link(address))
            row += 1
    sheet.fit_heights({0: _NAMES, 1: _SENTENCES})


def _heading(sheet: Sheet, row: int, text: str) -> int:
    sheet.put(row, 0, text, "heading")
    sheet.worksheet.write_blank(row, 1, None, sheet.book.style("heading"))
    return row + 1


def _facts(cover: Cover, say: Language) -> Iterator[tuple[str, str]]:
    yield say.gettext("As of"), say.date(cover.on)
    if cover.country:
        yield say.gettext("Open Government Partnership"), say.membership(cover.country, cover.on)
    else:
        counted = sum(member.counted for member in members.members(cover.on))
        words = say.ngettext("{n} member on that day", "{n} members on that day", counted)
        yield say.gettext("Open Government Partnership"), words
    citation = say.gettext("civic-tracker. {title}. As of {day}.", title=cover.title, day=say.date(cover.on))
    names = say.join([all_sources()[source].short_name for source in cover.sources]) if cover.sources else ""
    rests = say.gettext("Sources: {names}.", names=names) if names else ""
    yield say.gettext("How to cite"), " ".join(filter(None, (citation, rests)))
    yield "", say.gettext("Cite the source of each record that you use, too: its columns say who states it, and where.")


def _explanations(cover: Cover, say: Language) -> Iterator[tuple[str, str]]:
    yield (
        say.gettext("No entry"),
        say.gettext(
            "No entry does not mean no restriction. The summary tells, for each source, whether it has entries, covers "
            "the country and records none, does not cover it, or whether that is not known."
        ),
    )
    yield (
        say.gettext("No end recorded"),
        say.gettext(
            "No recorded end does not mean in force. Whether a measure still stands is derived, for the day above, "
            "from the dates of its own record; for an event, for which the source records no duration, it is unknown."
        ),
    )
    yield (
        say.gettext("Records"),
        say.gettext(
            "Records are not acts: two sources may record one act, and one act may concern several freedoms. Nothing "
            "here is a score, a rank or a verdict."
        ),
    )
    yield (
        say.gettext("Acts"),
        say.gettext(
            "One row is one act, with every tracker that records it. Where these differ in a day, each day stands "
            "beside who gives it. Proposals, reports about a month and runs of days are not among the acts; the "
            "summary counts a proposal or such a report as one act."
        ),
    )
    yield (
        say.gettext("Inferred"),
        say.gettext("Marks what words of the title suggest and no source states."),
    )
    yield (
        say.gettext("Context"),
        say.gettext(
            "Runs of days at one level, and figures, are context on their publishers' own scales; they are not counted "
            "among the measures."
        ),
    )
    if cover.figures == "latest" and not cover.country:
        yield (
            "",
            say.gettext(
                "Of each figure the latest is here; earlier ones are in the workbooks of the countries and in the CSV "
                "files."
            ),
        )
    elif cover.figures == "latest":
        yield "", say.gettext("Of each figure the latest is here; earlier ones are in the CSV files.")
    yield (
        say.gettext("Titles"),
        say.gettext(
            "A title is in the language of who wrote it, and is not translated; a column beside it names the language. "
            "A publisher's running text is here only where its licence lets it."
        ),
    )
    yield (
        say.gettext("Dates"),
        say.gettext(
            "A date known to the day is a date. One known to the month or the year is a text, such as 2020-03 or 2020; "
            "when sorted, these come after the dates."
        ),
    )
    yield (
        say.gettext("Columns"),
        say.gettext(
            "Row 1 of each table names the columns in this language; row 2 has names that are the same in every "
            "language, and the filters. Columns whose name ends in _label hold words, the others codes; the codebook "
            "explains both."
        ),
    )
