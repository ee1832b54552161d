"""Dates as precise as the source gives them: a day, a month, or a year; nothing is ever filled in.

A library that reads dates (dateutil, dateparser) completes what is missing from today's date and guesses the order of
``03/04/2020``. Here a text is either wholly understood or not read at all.
"""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, total_ordering
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from civic_tracker.limits import LONGEST_DATE

Precision = Literal["day", "month", "year"]
NumericOrder = Literal["DMY", "MDY", "YMD"]

FIRST_YEAR, LAST_YEAR = 1900, 2100
_ISO_INSIDE = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?\b")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")

# Month names of the languages that publishers write in, by CLDR; three letters and more identify each.
_MONTHS = (
    "january janvier enero",
    "february fevrier febrero",
    "march mars marzo",
    "april avril abril",
    "may mai mayo",
    "june juin junio",
    "july juillet julio",
    "august aout agosto",
    "september septembre septiembre setiembre sept",
    "october octobre octubre",
    "november novembre noviembre",
    "december decembre diciembre",
)
_ABBREVIATED = (
    "jan janv ene",
    "feb fevr febr",
    "mar",
    "apr avr abr",
    "",
    "jun",
    "jul juil",
    "aug ago",
    "sep",
    "oct",
    "nov",
    "dec dic",
)
_MONTH_OF = {
    name: number
    for table in (_MONTHS, _ABBREVIATED)
    for number, names in enumerate(table, start=1)
    for name in names.split()
}
_WORD = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
# A date inside a text stands alone: "Myanmar 2021" is not March, "Decree 115 March" not the 15th.
_ALONE, _ENDS = r"(?<!\w)", r"(?!\w)"
_DAY_MONTH_YEAR = re.compile(
    rf"{_ALONE}(\d{{1,2}})(?:st|nd|rd|th|er|[ºo])?\s*(?:de\s+|of\s+)?({_WORD})\.?,?\s*(?:de\s+|del\s+)?(\d{{4}}){_ENDS}"
)
_MONTH_DAY_YEAR = re.compile(rf"{_ALONE}({_WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_ENDS}")
_MONTH_YEAR = re.compile(rf"{_ALONE}({_WORD})\.?,?\s*(?:de\s+|del\s+|of\s+)?(\d{{4}}){_ENDS}")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|er|[ºo])?\s*(?:de\s+|of\s+)?({_WORD})\.?")
_MONTH_DAY = re.compile(rf"({_WORD})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?")
_NUMERIC = re.compile(rf"{_ALONE}(\d{{1,4}})([/.-])(\d{{1,2}})\2(\d{{1,4}}){_ENDS}")


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or the year; as text ISO 8601 with reduced precision (``2020-03``)."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"the year {self.year} is outside {FIRST_YEAR}-{LAST_YEAR}")
        if self.day is not None and self.month is None:
            raise ValueError("a day needs a month")
        date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    @classmethod
    def from_iso(cls, text: str) -> "PartialDate":
        """Read ``2020``, ``2020-03`` or ``2020-03-15``.

        Raises:
            ValueError: for any other text, and for a day that does not exist.
        """
        found = _ISO.fullmatch(text)
        if not found:
            raise ValueError(f"'{text}' is not a date of the form 2020, 2020-03 or 2020-03-15")
        return cls(*(int(part) for part in found.groups() if part))

    @property
    def precision(self) -> Precision:
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    def first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        text = f"{self.year:04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
        if self.day is not None:
            text += f"-{self.day:02d}"
        return text

    def __lt__(self, other: "PartialDate") -> bool:
        return (self.first_day(), self.last_day()) < (other.first_day(), other.last_day())

    @classmethod
    def _validate(cls, value: Any) -> "PartialDate":
        return value if isinstance(value, PartialDate) else cls.from_iso(str(value))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$",
            "examples": ["2020", "2020-03", "2020-03-15"],
        }


def parse_date(text: str, *, order: NumericOrder | None = None) -> PartialDate | None:
    """The date that ``text`` states, no more precise than it states it; ``None`` when it is not wholly understood.

    ``order`` is the order of purely numeric dates that a source's declaration states. Without it ``03/04/2020`` is not
    read, while ``2020-04-03`` (ISO 8601) always is. Two-digit years are read only under a declared order, as 20xx.
    """
    return _parsed(text, order) if len(text) <= LONGEST_DATE else None


@lru_cache(maxsize=16_384)
def _parsed(text: str, order: NumericOrder | None) -> PartialDate | None:
    plain = _plain(text)
    try:
        if _ISO.fullmatch(plain):
            return PartialDate.from_iso(plain)
        if found := _DAY_MONTH_YEAR.fullmatch(plain):
            return PartialDate(int(found[3]), _MONTH_OF[found[2]], int(found[1]))
        if found := _MONTH_DAY_YEAR.fullmatch(plain):
            return PartialDate(int(found[3]), _MONTH_OF[found[1]], int(found[2]))
        if found := _MONTH_YEAR.fullmatch(plain):
            return PartialDate(int(found[2]), _MONTH_OF[found[1]])
        if (found := _NUMERIC.fullmatch(plain)) and order:
            return _numeric(found[1], found[3], found[4], order)
    except ValueError:
        return None
    return None


def parse_day_and_month(text: str, *, year: int) -> PartialDate | None:
    """A date written without its year (``26 March``), read with the year that a source's declaration states."""
    if len(text) > LONGEST_DATE:
        return None
    plain = _plain(text)
    try:
        if found := _DAY_MONTH.fullmatch(plain):
            return PartialDate(year, _MONTH_OF[found[2]], int(found[1]))
        if found := _MONTH_DAY.fullmatch(plain):
            return PartialDate(year, _MONTH_OF[found[1]], int(found[2]))
        if plain in _MONTH_OF:
            return PartialDate(year, _MONTH_OF[plain])
    except ValueError:
        return None
    return None


def dates_in(text: str, *, order: NumericOrder | None = None) -> list[tuple[str, PartialDate]]:
    """Every whole date inside a text, in its order, each with the words it was read from."""
    found: list[tuple[str, PartialDate]] = []
    plain = _plain(text)
    patterns = [_DAY_MONTH_YEAR, _MONTH_DAY_YEAR, _MONTH_YEAR, _ISO_INSIDE, _NUMERIC]
    # Each pattern's next hit is looked for only when the last one is passed, so each goes through the text once.
    coming = {pattern: hit for pattern in patterns if (hit := pattern.search(plain))}
    while coming:
        hit = min(coming.values(), key=lambda one: (one.start(), -one.end()))
        value = parse_date(hit[0], order=order)
        if value:
            found.append((hit[0], value))
        for pattern, other in list(coming.items()):
            later = other if other.start() >= hit.end() else pattern.search(plain, hit.end())
            if later:
                coming[pattern] = later
            else:
                del coming[pattern]
    return found


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(letters.casefold().split()).strip(" .;,")


def _numeric(first: str, second: str, third: str, order: NumericOrder) -> PartialDate | None:
    parts = dict(zip(order, (first, second, third), strict=True))
    year = parts["Y"]
    if len(year) not in (2, 4) or any(len(parts[part]) > 2 for part in "DM"):
        return None
    return PartialDate(int(year) if len(year) == 4 else 2000 + int(year), int(parts["M"]), int(parts["D"]))
