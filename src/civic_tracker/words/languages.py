"""What people see, in their language: words, names, dates, numbers and lists.

English is the language of the source. The others are ``locale/<code>/LC_MESSAGES/civic_tracker.po``, read as they are:
nothing is compiled, so nothing compiled can be out of date. Dates, numbers and lists follow Unicode CLDR through Babel.
What a publisher wrote is never translated. ``scripts/translations.py`` collects the messages; see docs/translating.md.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from civic_tracker import countries
from civic_tracker.building.figures import words_for
from civic_tracker.declared import members, vocabulary
from civic_tracker.errors import UsageError
from civic_tracker.findings.acts import STATE_WORDS
from civic_tracker.model.changes import Kind
from civic_tracker.model.dates import PartialDate
from civic_tracker.model.periods import Period
from civic_tracker.model.schema import Observation
from civic_tracker.model.status import STATUS_WORDS

SOURCE = "en"
LOCALES = Path(__file__).parent / "locale"
DOMAIN = "civic_tracker.po"
COLUMNS_FOR = frozenset({"en", "es", "fr"})
"""The languages that the tables in ``mappings/`` have a column of names for."""

CHANGE_WORDS: dict[Kind, str] = {
    "appeared": "Appeared",
    "changed": "Changed by the publisher",
    "reread": "Read differently by this project",
    "withdrawn": "No longer listed by the publisher",
    "replaced": "Bundled fact replaced by the publisher's entry",
    "figures": "Figures changed",
    "loaded": "Source loaded for the first time",
}


def _plain(words: Mapping[Any, str]) -> dict[str, str]:
    return dict(words)


WORDS: Mapping[str, Mapping[str, str]] = {
    "instrument": _plain(vocabulary.INSTRUMENT_WORDS),
    "effect": _plain(vocabulary.EFFECT_WORDS),
    "stage": _plain(vocabulary.STAGE_WORDS),
    "status": _plain(STATUS_WORDS),
    "act state": _plain(STATE_WORDS),
    "coverage": _plain(vocabulary.COVERAGE_WORDS),
    "reason": _plain(vocabulary.REASON_WORDS),
    "source state": vocabulary.SOURCE_STATE_WORDS,
    "membership": _plain(vocabulary.MEMBERSHIP_WORDS),
    "evidence": _plain(vocabulary.EVIDENCE_WORDS),
    "response policy ground": vocabulary.GROUND_WORDS,
    "failure": _plain(vocabulary.FAILURE_WORDS),
    "change": _plain(CHANGE_WORDS),
    "record kind": {"measure": "Measure", "event": "Event", "spell": "Run of days at one level"},
    "basis": {"published": "stated by the source", "inferred": "inferred from the title", "none": "not known"},
    "precision": {"day": "day", "month": "month", "year": "year"},
    "answer": {"yes": "yes", "no": "no", "unknown": "unknown", "true": "yes", "false": "no"},
    "title by": {"publisher": "the publisher", "civic-tracker": "this project"},
    "assessment": {
        "concerning": "Concerning",
        "to_watch": "To watch",
        "none_flagged": "None flagged",
        "election": "Election",
        "positive": "Positive",
        "negative": "Negative",
    },
    "scale": {
        words: words for words in ("yes/no", "0 or 3", "-2 to +2", "1-7, kinds", "count", "words")
    },  # of a figure; one of numbers alone is the same in every language
    "region": {name: name for name in members.REGIONS},
}
"""English words by kind and code; the kind is the context (``msgctxt``) of the message."""

# English dates are written as in most of the world: 15 March 2020.
_CLDR_NAMES = {"en": "en_001"}
# Spanish "y" becomes "e" before the sound i, as in CLDR's rules for lists in Spanish (ICU's ListFormatter).
_SOUND_I = re.compile(r"[ií]|h[ií](?![ae])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language that people read. ``translated`` are the messages, as context and text, that its file holds.

    A message is the English text; ``{names}`` in it are filled from the keyword arguments.
    """

    code: str
    locale: Locale
    catalogue: NullTranslations
    translated: frozenset[tuple[str, str]]

    def gettext(self, message: str, /, **values: object) -> str:
        return _fill(self.catalogue.gettext(message), values)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The form for a number, which the text may name as ``{n}``."""
        return _fill(self.catalogue.ngettext(one, many, number), {"n": self.number(number)} | values)

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """As ``gettext``, for a text that means different things in different places."""
        return _fill(self.catalogue.pgettext(context, message), values)

    def word(self, kind: str, code: str) -> str:
        """The word for a code of the schema; a code that has none, such as the score ``+2``, stands for itself.

        Raises:
            KeyError: for a kind that ``WORDS`` does not have.
        """
        return _word(self, kind, code)

    def named(self, kind: str, english: str) -> str:
        """A name of our tables, for a language they have no column for: by its file, else English, marked ``[en]``."""
        if self.code == SOURCE or (kind, english) in self.translated:
            return self.catalogue.pgettext(kind, english)
        return f"{english} [{SOURCE}]"

    def liberty(self, code: str) -> str:
        words = vocabulary.liberties()[code]
        own = {"en": words.name_en, "es": words.name_es, "fr": words.name_fr}.get(self.code)
        return own or self.named("liberty", words.name_en)

    def indicator(self, observation: Observation) -> str:
        """The name of what a figure is about; the column as published, where our table does not name it."""
        words = words_for(observation)
        own = {"en": words.name_en, "es": words.name_es, "fr": words.name_fr}.get(self.code)
        column = observation.indicator_as_written
        if own or words.name_en == column:
            return own or column
        # A row for many columns has the column's name behind its own.
        plain = words.name_en.removesuffix(f" {column}")
        return self.named("indicator", plain) + (f" {column}" if plain != words.name_en else "")

    def country(self, iso3: str) -> str:
        """The country's name: OGP's for its members, then that of our tables, then CLDR's, else English, marked."""
        return _country(self, iso3)

    def language(self, code: str) -> str:
        """The name of a language of a publisher's text; empty when not known."""
        return str(self.locale.languages.get(code, code)) if code else ""

    def licence(self, name: str) -> str:
        """The name of a licence as its source's declaration has it; *none stated* and the like are translated."""
        return self.catalogue.pgettext("licence", name)

    def source_words(self, sentence: str) -> str:
        """A sentence of a source's declaration: one of ``Source.sentences``, or empty."""
        return self.catalogue.pgettext("source", sentence) if sentence else ""

    def topic(self, name: str) -> str:
        """OGP's name of a policy area or challenge area, as ``mappings/liberties.csv`` has it."""
        return self.catalogue.pgettext("ogp topic", name) if name else ""

    def membership(self, iso3: str, on: date) -> str:
        """The country's state in the Open Government Partnership on a day, and since when."""
        words = self.word("membership", members.membership_state(iso3, on))
        member = members.member(iso3, on)
        if not member or not member.since or not member.counted:
            return words
        # Translators: membership of the Open Government Partnership, and its day, month or year.
        return self.gettext("{membership}, since {day}", membership=words, day=self.date(member.since))

    def date(self, value: PartialDate | date | None) -> str:
        """A date in words, as precise as it is known: ``27 de marzo de 2020``, ``marzo de 2020``, ``2020``."""
        return _date(self, value) if value else ""

    def period(self, period: Period) -> str:
        """A period in words: ``marzo de 2020``, ``3.er trimestre de 2020``, or two of these."""
        return _period(self, period.text)

    def number(self, value: float) -> str:
        """A number with the language's marks, and with all its decimals."""
        return _number(self, value)

    def figure(self, observation: Observation) -> str:
        """A published figure with at most three significant digits of a fraction; words stay as published."""
        if observation.value is None:
            return observation.value_as_written
        value = observation.value
        return self.rounded(value) if "." in observation.value_as_written else self.number(value)

    def rounded(self, value: float) -> str:
        """A number with three significant digits."""
        return self.number(float(f"{value:.3g}"))

    def listed(self, words: Sequence[str]) -> str:
        """``a; b; c``, for entries that are sentences of their own or have commas in them."""
        return ("\u202f; " if self.code == "fr" else "; ").join(words)

    def join(self, words: Sequence[str]) -> str:
        """``a, b and c``."""
        text = format_list(list(words), style="standard", locale=self.locale)
        if self.code == "es" and len(words) > 1 and _SOUND_I.match(words[-1]):
            return f"{text.removesuffix(words[-1]).removesuffix(' y ')} e {words[-1]}"
        return text


def available() -> tuple[str, ...]:
    """The codes of the languages there are, English first: a language is there when its file is."""
    return (SOURCE, *sorted(path.parents[1].name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}")))


@cache
def language(code: str) -> Language:
    """The language of a code.

    Raises:
        UsageError: with the languages there are.
    """
    if code not in available():
        raise UsageError(f"There is no language '{code}'. The languages are: {', '.join(available())}.")
    return read_language(code, LOCALES / code / "LC_MESSAGES" / DOMAIN)


def read_language(code: str, path: Path) -> Language:
    """The language whose messages are in a file; English has none."""
    locale = Locale.parse(_CLDR_NAMES.get(code, code))
    if code == SOURCE:
        return Language(code, locale, NullTranslations(), frozenset())
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    told = frozenset((one.context or "", _first(one.id)) for one in catalogue if one.id and one.string)
    return Language(code, locale, GNUTranslations(compiled), told)


@lru_cache(maxsize=10_000)
def _word(wanted: Language, kind: str, code: str) -> str:
    english = WORDS[kind].get(code)
    return wanted.catalogue.pgettext(kind, english) if english else code


@cache
def _country(wanted: Language, iso3: str) -> str:
    known = countries.territory(iso3)
    if wanted.code in COLUMNS_FOR:
        member = members.member(known.iso3, date.max)  # names do not depend on the day
        names = member or known
        return {"en": names.name_en, "es": names.name_es, "fr": names.name_fr}[wanted.code]
    return wanted.locale.territories.get(known.iso2) or f"{known.name_en} [{SOURCE}]"


@lru_cache(maxsize=16_384)
def _date(say: Language, value: PartialDate | date) -> str:
    if not value.month:
        return str(value.year)
    whole = date(value.year, value.month, value.day or 1)
    if not value.day:
        return format_skeleton("yMMMM", whole, locale=say.locale)
    # Translators: how the first day of a month is written, as a pattern of CLDR; "long" if as any other day.
    first = say.pgettext("date", "long")
    return format_date(whole, first if value.day == 1 else "long", locale=say.locale)


@lru_cache(maxsize=16_384)
def _period(say: Language, text: str) -> str:
    begin, _, end = text.partition("/")
    if not end:
        return _span(say, begin)
    # Translators: an interval between two dates, each of which may be a day, a month, a quarter or a year.
    return say.pgettext("period", "{first} to {last}", first=_span(say, begin), last=_span(say, end))


def _span(say: Language, text: str) -> str:
    year, _, quarter = text.partition("-Q")
    if not quarter:
        return say.date(PartialDate.from_iso(text))
    return format_skeleton("yQQQQ", date(int(year), 3 * int(quarter), 1), locale=say.locale)


@lru_cache(maxsize=16_384)
def _number(say: Language, value: float) -> str:
    return format_decimal(value, locale=say.locale, decimal_quantization=False)


def _first(message: str | Sequence[str]) -> str:
    return message if isinstance(message, str) else message[0]


def _fill(text: str, values: Mapping[str, object]) -> str:
    return text.format(**values) if values else text
