"""From published figures to observations, through ``mappings/indicators.csv``."""

import re
from dataclasses import dataclass
from functools import cache
from typing import get_args

from civic_tracker import leaving, paths
from civic_tracker.building.normalise import Origin, stated_by
from civic_tracker.building.problems import kept_back, problem
from civic_tracker.countries.country_of import country_of
from civic_tracker.declared.sources import Source
from civic_tracker.declared.tables import CellError, once, read_rows
from civic_tracker.documents.entries import RawFigure
from civic_tracker.model.periods import parse_period
from civic_tracker.model.schema import Liberty, Observation, Problem, WholeWords
from civic_tracker.store.fitting import fits, quoted
from civic_tracker.text import clean, clean_text, shorten, web_address

_DECLARED = leaving.kinds_of(Observation)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a published column means; ``scale`` is the publisher's, e.g. ``0-1``; ``liberty`` may be empty."""

    id: str
    name_en: str
    name_es: str
    name_fr: str
    scale: str
    liberty: str


@cache
def indicators() -> dict[tuple[str, str], Indicator]:
    """Indicators by source and column as published."""
    columns = frozenset({"source", "column", "indicator", "name_en", "name_es", "name_fr", "scale", "liberty", "why"})
    seen: set[str] = set()

    def indicator(row: dict[str, str]) -> tuple[tuple[str, str], Indicator]:
        once(seen, f"'{row['column']}' of {row['source']}", "column")
        if row["liberty"] not in {"", *get_args(Liberty)}:
            raise CellError(f"there is no liberty '{row['liberty']}'; give {', '.join(get_args(Liberty))}", "liberty")
        words = (row["indicator"], row["name_en"], row["name_es"], row["name_fr"], row["scale"], row["liberty"])
        return (row["source"], row["column"]), Indicator(*words)

    path = paths.mappings_dir() / "indicators.csv"
    return dict(read_rows(path, indicator, required=columns, allowed=columns))


def indicator_of(source: str, column: str) -> Indicator | None:
    """The indicator that a published column is.

    A row whose column ends in a star stands for all columns that begin so: each is an indicator of its own, with the
    column's name behind the row's.
    """
    found = indicators().get((source, column))
    if found:
        return found
    if not leaving.is_term(column):
        return None
    for (owner, pattern), row in indicators().items():
        if owner == source and pattern.endswith("*") and column.startswith(pattern[:-1]):
            code = re.sub(r"[^a-z0-9]+", "_", column.lower())
            return Indicator(
                f"{row.id}_{code}",
                f"{row.name_en} {column}",
                f"{row.name_es} {column}",
                f"{row.name_fr} {column}",
                row.scale,
                row.liberty,
            )
    return None


def words_for(observation: Observation) -> Indicator:
    """The indicator's names and scale; the column as published, where no row explains it any more."""
    found = indicator_of(observation.source, observation.indicator_as_written)
    column = observation.indicator_as_written
    return found or Indicator(observation.indicator, column, column, column, "", "")


def observation_of(
    figure: RawFigure, source: Source, origin: Origin, release: str, *, whole: list[WholeWords] | None = None
) -> tuple[Observation | None, list[Problem]]:
    """The observation that a published figure is, or ``None`` when it cannot be one, with the problems met.

    ``whole`` takes the words of which only a part leaves this machine.
    """
    problems: list[Problem] = []

    def words(field: str, said: str) -> str:
        cleaned = clean(said)
        if len(cleaned) <= leaving.MOST_WORDS:
            return cleaned  # most are numbers, and there are hundreds of thousands
        leaves = fits(_DECLARED[field], cleaned)
        if leaves != cleaned:
            entry = f"{origin.record} {figure.locator}"
            problems.append(kept_back(source.id, entry, field, cleaned, leaves, country=figure.country))
            if whole is not None:
                whole.append(WholeWords(source=source.id, entry=shorten(entry), field=field, words=cleaned))
        return leaves

    def note(code: str, reason: str, field: str, value: str, suggestion: str = "", *, kept: bool = False) -> None:
        entry = f"{origin.record} {figure.locator}"
        problems.append(
            problem(
                code,
                reason,
                source=source.id,
                entry=entry,
                kept=kept,
                country=figure.country,
                title=figure.indicator,
                field=field,
                value=value,
                suggestion=suggestion,
            )
        )

    indicator = indicator_of(source.id, figure.indicator)
    if indicator is None:
        reason = f"{quoted(figure.indicator)} is not a known figure."
        note("unknown_indicator", reason, "indicator", figure.indicator)
    period = parse_period(clean(figure.period))
    if period is None:
        note("period_missing", f"{quoted(figure.period)} cannot be read as a period.", "period", figure.period)
    country = country_of(figure.country, figure.country_code, source.id)
    if country.code:
        note(country.code, country.reason, "country", country.value, country.nearest, kept=country.iso3 is not None)
    if indicator is None or period is None or country.iso3 is None:
        return None, problems
    evidence = figure.evidence or "publisher"
    fields: dict[str, object] = {
        "source": source.id,
        "release": release,
        "country": country.iso3,
        "country_as_written": words("country_as_written", figure.country or figure.country_code) or country.iso3,
        "period": period,
        "period_as_written": words("period_as_written", figure.period_as_written),
        "daily": figure.daily,
        "indicator": indicator.id,
        "indicator_as_written": words("indicator_as_written", figure.indicator),
        "value": _number(figure.value),
        "value_as_written": words("value_as_written", figure.value),
        "lower": _number(figure.lower),
        "upper": _number(figure.upper),
        "evidence": evidence,
        "stated_by": stated_by(source, evidence, figure.reported_by),
        "source_url": web_address(figure.url) or web_address(origin.url) or source.addresses[0],
        "source_record": f"{origin.record} {figure.locator}",
        "retrieved": origin.retrieved,
        "note": clean_text(figure.note),
    }
    return Observation.model_validate(fields), problems


def _number(text: str) -> float | None:
    """The figure as a number; nothing for a word, and never ``nan`` or infinity."""
    text = text.strip()
    return float(text) if text and _NUMBER.fullmatch(text) else None
