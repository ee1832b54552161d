"""What the columns of a workbook are called, and which values they have, in a language."""

from collections.abc import Collection, Mapping

from civic_tracker.languages import WORDS, Language
from civic_tracker.sources import all_sources
from civic_tracker.spreadsheet_columns import IN_WORDS, named_after_a_value
from civic_tracker.spreadsheet_meanings import meanings
from civic_tracker.vocabulary import liberties

KINDS_OF_WORDS = {
    "instrument": "instrument",
    "effect": "effect",
    "status": "status",
    "state": "act state",
    "evidence": "evidence",
    "record_kind": "record kind",
    "stage": "stage",
    "assessment": "assessment",
    "title_by": "title by",
    "declares_emergency": "answer",
    "ogp_membership": "membership",
    "membership": "membership",
    "region": "region",
    "kind": "change",
    "counted_by": "counted by",
}
"""Columns of codes, and the kind of ``WORDS`` or ``SUMMARY_WORDS`` that has the words for them."""

SUMMARY_WORDS: Mapping[str, Mapping[str, str]] = {
    "counted by": {
        "all": "All records",
        "liberty": "By freedom",
        "instrument": "By kind of instrument",
        "status": "By status on the day",
        "effect": "By effect",
        "source": "What each source says",
    },
    "total": {
        "all": "Records",
        "acts": "Acts that the records tell of",
        "restricting": "Records that describe a restriction",
        "confirmed": "Records confirmed on a tracker's own page or a copy of it",
        "declares_emergency": "Records that declare or renew an emergency",
        "unclassified": "Records for which no freedom is known",
        "undated": "Records without any date",
        "spells": "Runs of days at one level (context, in no other count)",
    },
}
REASONS = (
    "Only an excerpt of this source is loaded; it may hold more.",
    "The country is not on the list of countries that this source covers.",
    "Nothing of this source is loaded.",
    "It is not known which countries this source covers.",
    "Only an excerpt of this source is loaded, so its silence says nothing.",
    "No entry of this source was seen; its publisher names these records on another page.",
    "The source covers the country and records nothing. That is not a finding of no restriction.",
)
"""The sentences with which a summary explains what a source says or does not say."""

LABELS = {
    "act": "Id of the act",
    "acts": "Acts",
    "after": "After",
    "assessment": "Publisher's assessment",
    "assessment_as_written": "Assessment as written",
    "before": "Before",
    "column": "Name of the column",
    "confirmed": "Confirmed records",
    "counted_by": "Counted by",
    "country": "Country",
    "country_as_written": "Country as written",
    "country_name": "Country in English",
    "daily": "Published for each day",
    "dates_mentioned": "Dates in the text",
    "day": "Day",
    "declares_emergency": "Declares an emergency",
    "declares_emergency_basis": "Emergency: how known",
    "description": "Publisher's text",
    "differing_days": "Days that differ",
    "effect": "Effect",
    "effect_as_written": "Effect as written",
    "effect_basis": "Effect: how known",
    "emergencies": "Declare an emergency",
    "ended_on": "Ended on",
    "ending_as_written": "End as written",
    "ending_understood": "Words about the end understood",
    "ends": "Recorded end",
    "ends_by_place": "Ends by place",
    "evidence": "Where it was read",
    "field": "Field",
    "figures": "Figures",
    "first": "First",
    "flags": "Publisher's flags",
    "history": "Later steps",
    "id": "Id of the record",
    "indicator": "Figure",
    "indicator_as_written": "Figure as written",
    "instrument": "Kind of instrument",
    "instrument_as_written": "Instrument as written",
    "instrument_name": "Name of the instrument",
    "introduced": "Introduced",
    "introduced_as_written": "Introduction as written",
    "kind": "What happened",
    "label": "Column",
    "language": "Language of the title",
    "last_confirmed": "Last recorded as being there",
    "latest": "Latest",
    "liberties": "Freedoms",
    "liberties_basis": "Freedoms: how known",
    "liberties_inferred": "Freedoms inferred",
    "liberty": "Freedom",
    "licence": "Licence",
    "links": "All links",
    "lower": "Lower bound",
    "may_have_ended": "May have ended",
    "meaning": "Meaning",
    "membership": "Open Government Partnership",
    "note": "Note",
    "ogp_membership": "Open Government Partnership",
    "on": "As of",
    "penalty_as_written": "Penalty as written",
    "period": "Period",
    "period_as_written": "Period as written",
    "place": "Place",
    "reason": "Explanation",
    "record_ids": "Ids of the records",
    "record_kind": "Kind of record",
    "records": "Records",
    "region": "Region",
    "release": "Release",
    "restricting": "Describe a restriction",
    "retrieved": "Retrieved on",
    "scale": "Scale",
    "sheet": "Sheet",
    "since": "Day of the end",
    "source": "Source",
    "source_name": "Source",
    "source_record": "Place in the document",
    "source_url": "Page where it was read",
    "sources": "Sources",
    "spells": "Runs of days",
    "stage": "Stage",
    "state": "State of the act",
    "stated_by": "Who says so",
    "status": "Does it still stand?",
    "status_on": "Status as of",
    "table": "Table",
    "tags_as_written": "Categories as written",
    "title": "Title",
    "title_by": "Whose words the title is",
    "unclassified": "No freedom known",
    "undated": "Without a date",
    "updates": "Publisher's updates",
    "updates_count": "Number of updates",
    "upper": "Upper bound",
    "value": "Value",
    "value_as_written": "Value as written",
    "values": "Values",
    "with_end": "With a recorded end",
    "without_end": "With no recorded end",
}


def label(name: str, language: Language, beside: Collection[str] = ()) -> str:
    """The column's label; that of a column of codes says so when its words stand ``beside`` it on the sheet."""
    if name.endswith(IN_WORDS):
        return _plain_label(name.removesuffix(IN_WORDS), language)
    plain = _plain_label(name, language)
    if f"{name}{IN_WORDS}" not in beside and (name != "source" or "source_name" not in beside):
        return plain
    # Translators: the label of a column of codes; the column of the same name without "code" holds words.
    return language.gettext("{label} (code)", label=plain)


def values(name: str, language: Language) -> list[str]:
    """The codes that the column can have, each with its word: ``law = Ley``."""
    if name in ("liberties", "liberties_inferred", "liberty"):
        return [f"{code} = {language.liberty(code)}" for code in liberties()]
    if name.endswith("_basis"):
        return [f"{code} = {language.word('basis', code)}" for code in WORDS["basis"]]
    kind = KINDS_OF_WORDS.get(name, "")
    if kind == "answer":
        return [f"{code} = {language.word(kind, code)}" for code in ("yes", "no", "unknown")]
    words = {**SUMMARY_WORDS, **WORDS}.get(kind, {}) if kind != "region" else {}
    return [f"{code} = {language.pgettext(kind, english)}" for code, english in words.items()]


def summary_word(kind: str, code: str, language: Language) -> str:
    """The word for what a row of a summary counts."""
    english = SUMMARY_WORDS[kind][code]
    return language.pgettext(kind, english)


def messages() -> list[tuple[str, str]]:
    """The messages of this module's tables, as context and English text."""
    found = [("label", text) for text in LABELS.values()]
    found += [("reason", text) for text in REASONS]
    found += [(kind, text) for kind, words in SUMMARY_WORDS.items() for text in words.values()]
    return found + [("meaning", text) for text in meanings()]


def _plain_label(name: str, language: Language) -> str:
    kind, _, value = name.partition("_")
    if name in named_after_a_value():
        return _label_of_value(kind, value, language)
    if name.endswith("_precision"):
        of = _plain_label(name.removesuffix("_precision"), language)
        return language.gettext("{label}: precision", label=of)
    if kind == "link" and value.isdigit():
        return language.gettext("Link {number}", number=value)
    return language.pgettext("label", LABELS[name]) if name in LABELS else name


def _label_of_value(kind: str, value: str, language: Language) -> str:
    if kind == "liberty":
        return language.gettext("Freedom: {word}", word=language.liberty(value))
    if kind == "instrument":
        return language.gettext("Instrument: {word}", word=language.word(kind, value))
    if kind == "status":
        return language.gettext("Status: {word}", word=language.word(kind, value))
    return language.gettext("Source: {word}", word=all_sources()[value].short_name)
