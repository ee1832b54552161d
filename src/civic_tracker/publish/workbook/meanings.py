"""What the columns of a workbook mean, in a sentence or two, in a language."""

from functools import cache

from civic_tracker.model.changes import Change
from civic_tracker.model.schema import CountrySummary, Observation, Record, Tally
from civic_tracker.publish.workbook.columns import ACTS, all_columns
from civic_tracker.words.labels import IN_WORDS, is_named_after_a_value
from civic_tracker.words.languages import Language

# Of columns that no model describes, or whose description only a reader of the schema can use.
_MEANINGS = {
    "country": "ISO 3166-1 alpha-3, XKX for Kosovo.",
    "country_name": "The country's name in English.",
    "counted_by": "What the row counts: all records, or those of a freedom, instrument, status, effect or source.",
    "effect_basis": "Whether the source states it, or words of the title suggest it.",
    "declares_emergency_basis": "Whether the source states it, or words of the title suggest it.",
    "evidence": "Where the record was read: on the publisher's own page, in a copy of it, or elsewhere.",
    "figures": "Published figures of the source.",
    "kind": "What happened to the record.",
    "liberties": "The freedoms concerned.",
    "licence": "Licence of the source.",
    "ogp_membership": "State of the country in the Open Government Partnership on the day of the status.",
    "reason": "Why a source's silence does or does not say anything, and since when its records were not renewed.",
    "scale": "The scale of the figure, by its publisher.",
    "source_name": "Short name of the source.",
    "status": "State of the measure on the day of the status, from the record's own dates.",
    "status_on": "The day that status and membership are about.",
    "value": "The figure as a number; in a summary, the value that the row counts.",
}
# Of columns that are many of a kind; a name with a blank is no column.
_MEANINGS_OF_KINDS = {
    "in words": "The same in words, in the language of this workbook.",
    "a precision": "Whether the date is known to the day, the month or the year.",
    "a link": "A citation that the source gives.",
    "a liberty": "Records that concern this freedom.",
    "a instrument": "Records of this kind of instrument.",
    "a status": "Records with this status on the day.",
    "a source": "What this source says of the country.",
}
# Of an act, whose columns have the names of a record's and say what all its records tell together.
_MEANINGS_OF_ACTS = {
    "act": "It stays the same while records join or leave the act.",
    "differing_days": "Where its records differ in a day: each day, and who gives it. Nothing is averaged.",
    "effect": "What its records agree on; unclear where they differ.",
    "effect_basis": "Whether a record states it, or words of titles suggest it.",
    "evidence": "Where its records were read: on the publishers' own pages, in copies of them, or elsewhere.",
    "instrument": "The kind that its records name; unknown where they differ.",
    "introduced": "The earliest day of introduction that a record gives.",
    "last_confirmed": "The latest day on which a record says that the act was there.",
    "liberties": "The freedoms that its records concern, all together.",
    "liberties_inferred": "Those of the freedoms that no record states and that words of titles suggest.",
    "link_1": "The first citation that its records give.",
    "place": "The part of the country, where all records that name one agree.",
    "record_ids": "The rows of the measures that tell of it.",
    "records": "How many records tell of it.",
    "since": "The day of the recorded end, past or to come; where nobody records one, the day from which other "
    "evidence says that it is over.",
    "source_url": "Page where its first record was read.",
    "sources": "The sources of its records.",
    "state": "How it stands on the day of the workbook, from all its records; where none has an end, also from related "
    "records and daily series.",
    "stated_by": "Everyone who records it.",
    "title": "The title of its most telling record.",
}


def meaning(name: str, language: Language, table: str = "") -> str:
    """What the column of a table holds."""
    english = _english(name, table)
    return language.pgettext("meaning", english) if english else ""


def meanings() -> list[str]:
    """The English texts of all that is explained."""
    found = {_english(name, "") for sheet in all_columns() for name in sheet}
    found |= {_english(name, "acts") for name in ACTS}
    return sorted(found - {""})


def _english(name: str, table: str) -> str:
    if table == "acts" and name in _MEANINGS_OF_ACTS:
        return _MEANINGS_OF_ACTS[name]
    return _english_meanings().get(_shared_meaning(name), "")


@cache
def _english_meanings() -> dict[str, str]:
    described: dict[str, str] = {}
    for model in (Tally, CountrySummary, Change, Observation, Record):
        described |= {name: field.description or "" for name, field in model.model_fields.items()}
    described |= _MEANINGS | _MEANINGS_OF_KINDS
    return {name: text.replace("`", "") for name, text in described.items()}


def _shared_meaning(name: str) -> str:
    """What the meaning of a column is found under: its name, but for columns that are many of a kind."""
    kind, _, value = name.partition("_")
    if name.endswith(IN_WORDS):
        return "in words"
    if is_named_after_a_value(name):
        return f"a {kind}"
    if name.endswith("_precision"):
        return "a precision"
    return "a link" if kind == "link" and value.isdigit() else name
