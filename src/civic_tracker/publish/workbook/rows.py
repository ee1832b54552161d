"""The rows of a workbook's measures, figures and changes: words in a language, codes, dates and links."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from civic_tracker.building.figures import words_for
from civic_tracker.declared.sources import all_sources
from civic_tracker.model.changes import TEXT_CHANGED, Change
from civic_tracker.model.schema import Observation, Record
from civic_tracker.model.status import when
from civic_tracker.publish import columns
from civic_tracker.publish.workbook.cells import Cell, Link
from civic_tracker.publish.workbook.columns import CHANGES, LINKS_SHOWN, observation_columns
from civic_tracker.words import labels
from civic_tracker.words.labels import IN_WORDS
from civic_tracker.words.languages import Language

_DATES = ("introduced", "period", "ends", "ended_on", "retrieved")
Row = list[Cell]


@dataclass(frozen=True, slots=True)
class AsText:
    """A record and its row as text, which is the same in every language."""

    measure: Record
    text: Mapping[str, str]


def as_text(measures: Sequence[Record], on: date) -> list[AsText]:
    """The records of each country in the order of their dates; those without a date come last."""
    countries = list(dict.fromkeys(one.country for one in measures))
    place = {iso3: number for number, iso3 in enumerate(countries)}
    ordered = sorted(measures, key=lambda one: (place[one.country], str(when(one) or "9999"), one.id))
    return [AsText(one, columns.measure_row(one, on)) for one in ordered]


def measure_rows(records: Iterable[AsText], names: Sequence[str], on: date, say: Language) -> Iterator[Row]:
    for known in records:
        one, text = known.measure, known.text
        row: dict[str, Cell] = {**text}
        row |= {name: getattr(one, name) for name in _DATES}
        row |= {f"link_{number}": Link(address) for number, address in enumerate(one.links[:LINKS_SHOWN], 1)}
        row |= {"source_url": Link(one.source_url), "status_on": on, "updates_count": one.updates_count}
        row |= in_words(text, say)
        liberties = say.join([say.liberty(code) for code in one.liberties]) if one.liberties else ""
        row["liberties_label"] = how_known(liberties, one.liberties_basis, say)
        row["effect_label"] = how_known(say.word("effect", one.effect), one.effect_basis, say)
        row["language_label"] = say.language(one.language)
        yield [row.get(name) for name in names]


def how_known(words: str, basis: str, say: Language) -> str:
    if not words or basis != "inferred":
        return words
    # Translators: behind a freedom or an effect that no source states.
    return say.gettext("{words} (inferred from the title)", words=words)


def figure_row(one: Observation, say: Language) -> Row:
    text = columns.observation_row(one)
    about = words_for(one)
    row: dict[str, Cell] = {**text}
    row |= {"period": one.period, "value": one.value, "lower": one.lower, "upper": one.upper}
    row |= {"retrieved": one.retrieved, "source_url": Link(one.source_url), "scale": about.scale}
    row |= in_words(text, say)
    row["indicator_label"] = say.indicator(one)
    row["liberty_label"] = say.liberty(about.liberty) if about.liberty else ""
    return [row.get(name) for name in observation_columns()]


def change_row(one: Change, say: Language) -> Row:
    row: dict[str, Cell] = {name: getattr(one, name) for name in Change.model_fields if name != "record"}
    row |= {"kind_label": say.word("change", one.kind), "source_name": short_name(one.source)}
    row |= {"country_label": say.country(one.country) if one.country else ""}
    row["field_label"] = labels.label(one.field, say) if one.kind in {"changed", "reread"} else one.field
    for name in ("before", "after"):
        if row[name] == TEXT_CHANGED:
            row[name] = say.gettext("(the publisher's text)")
    return [row.get(name) for name in CHANGES]


def short_name(source: str) -> str:
    """The source's short name; its id, where the history tells of a source that is no longer declared."""
    return all_sources()[source].short_name if source in all_sources() else source


def in_words(row: Mapping[str, str], say: Language) -> dict[str, Cell]:
    """For each code of a row that has words, the words."""
    found: dict[str, Cell] = {"country_label": say.country(row["country"])}
    for name, kind in labels.KINDS_OF_WORDS.items():
        if row.get(name):
            found[f"{name}{IN_WORDS}"] = say.word(kind, row[name])
    return found
