"""The history in the reader's language: one entry for a record on a day, however many of its fields changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import ValidationError

from civic_tracker.declared.sources import all_sources
from civic_tracker.declared.vocabulary import liberties
from civic_tracker.model.changes import TEXT_CHANGED, Change
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.schema import Record
from civic_tracker.text import clean, shorten
from civic_tracker.words.labels import KINDS_OF_WORDS, label
from civic_tracker.words.languages import Language
from civic_tracker.words.report_words import say_who

_LONGEST_TITLE, _LONGEST_VALUE = 300, 160
_DATES = frozenset({"introduced", "period", "ends", "ended_on"})
_ANSWERS = frozenset({"ending_understood", "may_have_ended"})
# Lists of small records: that they changed is said, and not how.
_LISTS = frozenset({"history", "ends_by_place", "dates_mentioned"})
_FIGURES = re.compile(r"(\d+) new, (\d+) changed, (\d+) gone")
_LOADED = re.compile(r"(\d+) measures, (\d+) figures")


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the history in words. ``record`` is empty where it is about figures or a source."""

    day: date
    country: str
    record: str
    title: str
    text: str


def tell_changes(changes: Iterable[Change], say: Language) -> list[Told]:
    """The entries of these changes, the newest first."""
    return [
        Told(one.day, one.country, one.id, say_title(lines[-1], say), " ".join(sentences_of(lines, say, None)))
        for lines in sorted(entries_of(changes).values(), key=newest_first)
        for one in lines[:1]
    ]


def entries_of(changes: Iterable[Change]) -> dict[tuple[str, ...], list[Change]]:
    """The changes of each entry, in their order: of one kind, to one record or release, on one day."""
    entries: dict[tuple[str, ...], list[Change]] = {}
    for one in changes:
        key = (one.day.isoformat(), one.source, one.kind, one.id, "" if one.id else one.field)
        entries.setdefault(key, []).append(one)
    return entries


def newest_first(lines: Sequence[Change]) -> tuple[int, str, str, str, str, str]:
    """What orders entries: the newest first, then by country and source."""
    one = lines[0]
    return -one.day.toordinal(), one.country, one.source, one.id, one.kind, one.field


def say_title(one: Change, say: Language) -> str:
    """What happened, and to which record, source or release."""
    kind = say.word("change", one.kind)
    what = shorten(one.title or one.id, _LONGEST_TITLE) if one.id else f"{_source(one.source)} {clean(one.field)}"
    # Translators: the title of an entry of a feed: what happened, and to which record, source or release.
    return say.pgettext("feed", "{kind}: {title}", kind=kind, title=what.strip())


def sentences_of(lines: Sequence[Change], say: Language, measure: Record | None) -> list[str]:
    """What changed from what to what, where, and who is the source."""
    one = lines[0]
    found = [f"{say.country(one.country)}."] if one.country else []
    found += [_say_change(line, say) for line in lines]
    if one.kind == "withdrawn":
        found.append(say.pgettext("feed", "That does not say that the measure ended."))
    if told := measure or _gone(one):
        found.append(say.pgettext("feed", "Who says so: {names}.", names=say_who(told, say)))
    found.append(say.pgettext("feed", "Source: {name}.", name=_source(one.source)))
    return list(filter(None, found))


def _gone(one: Change) -> Record | None:
    """The record that the history keeps of a measure which is no longer there, if today's schema can read it."""
    if not one.record:
        return None
    try:
        return Record.model_validate(one.record)
    except ValidationError:
        return None


def _say_change(one: Change, say: Language) -> str:
    if one.kind in {"figures", "loaded"}:
        return _say_counts(one.after, say)
    if not one.field:
        return ""
    field = label(one.field, say)
    before, after = (_say_value(one.field, value, say) for value in (one.before, one.after))
    if one.field in _LISTS or one.after == TEXT_CHANGED:
        return say.pgettext("feed", "{field}: changed.", field=field)
    if not before:
        return say.pgettext("feed", "{field}: now “{after}”, before empty.", field=field, after=after)
    if not after:
        return say.pgettext("feed", "{field}: now empty, before “{before}”.", field=field, before=before)
    return say.pgettext("feed", "{field}: now “{after}”, before “{before}”.", field=field, after=after, before=before)


def _say_counts(words: str, say: Language) -> str:
    """The counts of ``changes.changes_of_figures`` and ``changes.first_load``; other words stand as they are."""
    if found := _FIGURES.fullmatch(words):
        new, changed, gone = (say.number(int(number)) for number in found.groups())
        return say.pgettext(
            "feed", "Figures: {new} new, {changed} changed, {gone} gone.", new=new, changed=changed, gone=gone
        )
    if found := _LOADED.fullmatch(words):
        measures, figures = (say.number(int(number)) for number in found.groups())
        return say.pgettext("feed", "Records: {measures}; figures: {figures}.", measures=measures, figures=figures)
    return shorten(words, _LONGEST_VALUE)


@lru_cache(maxsize=16_384)
def _say_value(field: str, value: str, say: Language) -> str:
    """A value of the history in words; what a publisher wrote, and what an earlier schema had, as it stands there."""
    if not value:
        return ""
    if field in _DATES:
        try:
            return say.date(PartialDate.from_iso(value))
        except ValueError:
            return shorten(value, _LONGEST_VALUE)
    if field == "liberties":
        codes = value.split(", ")
        return say.join([say.liberty(code) if code in liberties() else shorten(code) for code in codes])
    if field in _ANSWERS:
        return say.word("answer", value.lower())
    if field == "language":
        return say.language(clean(value))
    kind = "basis" if field.endswith("_basis") else KINDS_OF_WORDS.get(field, "")
    return shorten(say.word(kind, value) if kind else value, _LONGEST_VALUE)


def _source(name: str) -> str:
    known = all_sources().get(name)
    return known.short_name if known else clean(name)
