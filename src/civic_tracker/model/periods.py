"""Periods that figures are about: a day, a month, a quarter, a year, or an interval from one of these to another."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, total_ordering
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from civic_tracker.limits import LONGEST_DATE
from civic_tracker.model.dates import PartialDate, parse_date

_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_QUARTER_AS_WRITTEN = re.compile(r"(?:(\d{4})[\s-]*Q([1-4])|Q([1-4])[\s-]*(\d{4}))", re.IGNORECASE)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, as text in the forms of ISO 8601 (``2020``, ``2020-03``, ``2020-03-15``), of its extension for
    quarters (``2020-Q3``), or two of these with a slash between (``2020-Q2/2020-Q4``, both ends included).
    """

    text: str
    first: date = field(compare=False)
    last: date = field(compare=False)

    @classmethod
    def from_iso(cls, text: str) -> "Period":
        """Read a period as it is written in the dataset.

        Raises:
            ValueError: for any other text, and for an interval that ends before it begins.
        """
        begin, slash, end = text.partition("/")
        first, last = _span(begin)
        if slash:
            until, last = _span(end)
            if until < first or last < first:
                raise ValueError(f"the period '{text}' ends before it begins")
        return cls(text, first, last)

    def first_day(self) -> date:
        return self.first

    def last_day(self) -> date:
        return self.last

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: "Period") -> bool:
        return (self.first, self.last, self.text) < (other.first, other.last, other.text)

    @classmethod
    def _validate(cls, value: Any) -> "Period":
        return value if isinstance(value, Period) else read_iso(str(value))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._validate, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        one = r"\d{4}(-Q[1-4]|-\d{2}(-\d{2})?)?"
        return {
            "type": "string",
            "pattern": rf"^{one}(/{one})?$",
            "examples": ["2020", "2020-Q3", "2020-03", "2020-03-15", "2020-03-15/2020-04-20"],
        }


@lru_cache(maxsize=16_384)
def read_iso(text: str) -> Period:
    """``Period.from_iso``, remembered: a table of figures repeats few periods many times."""
    return Period.from_iso(text)


def parse_period(text: str) -> Period | None:
    """The period that a publisher's words state; ``None`` when they are not wholly understood."""
    words = text.strip()
    if len(words) > LONGEST_DATE:
        return None
    if quarter := _QUARTER_AS_WRITTEN.fullmatch(words):
        return read_iso(f"{quarter[1] or quarter[4]}-Q{quarter[2] or quarter[3]}")
    try:
        return read_iso(words)
    except ValueError:
        found = parse_date(words)
        return read_iso(str(found)) if found else None


def _span(text: str) -> tuple[date, date]:
    if quarter := _QUARTER.fullmatch(text):
        month = 3 * int(quarter[2]) - 2
        return (
            PartialDate(int(quarter[1]), month).first_day(),
            PartialDate(int(quarter[1]), month + 2).last_day(),
        )
    found = PartialDate.from_iso(text)
    return found.first_day(), found.last_day()
