"""What a text states in figures: dates, hours of the day, limits on people, durations, numbers of instruments.

All functions take text made by :func:`civic_tracker.linking.words.plain`.
"""

import calendar
import re
from dataclasses import dataclass

from civic_tracker.linking.words import NUMBER_WORDS, patterns
from civic_tracker.model.dates import dates_in, parse_day_and_month

Day = tuple[int, int]
"""Month and day. Texts often leave out the year, and two dates of one act agree in it anyway."""

_ANY_LEAP_YEAR = 2020
_NUMBER = rf"\d{{1,5}}|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))}"
_MONTH = "(?:jan|ene|feb|fev|mar|apr|avr|abr|may|mai|jun|jui|jul|aug|ago|aou|sep|set|oct|out|nov|dec|dic|dez)[a-z]{0,7}"
_DAY_AND_MONTH = re.compile(
    rf"(?<![\w.,:])(?:(\d{{1,2}})(?:st|nd|rd|th|er|[ºo])?\s*(?:de |of )?({_MONTH})|({_MONTH})\.?\s?"
    r"(\d{1,2})(?:st|nd|rd|th)?)(?![\w:%]|\.\d)"
)
_NUMERIC = re.compile(r"(?<![\w./-])\d{1,2}([./-])\d{1,2}\1(?:19|20)\d{2}(?!\w)")
_END_OF_MONTH = re.compile(r"\bend of (?:the month of )?([a-z]{3,10})\b")
_UNTIL = re.compile(
    r"\b(?:until|till?|through|thru|up to|end(?:s|ing|ed)?|lasts?|expires?|jusqu\w*|hasta|ate)\b[^.;]{0,24}$"
)
_FROM = re.compile(r"\b(?:from|since|starting|effective|as of|beginning|announced|declared|desde|a partir|du|depuis)\b")
# Words that open an end only where no word of a day stands behind them: "from 3 to 5 May", but "due to an outbreak on".
_TO = re.compile(
    r"\b(?:to|and|by|au|al)\b(?=[^.;]{0,24}$)(?![^.;]*\b(?:on|of|in|since|from|as of|effective|starting)\b)"
)
_CLOCK = re.compile(
    rf"(?<![\w.,/])(?:(\d{{1,2}})\s?[:.h]\s?(00|15|30|45|59)(?!\d|[./]\d|-\d{{4}})|(\d{{1,2}})(?=\s?[ap]\.?\s?m\b)|(\d{{1,2}})h\b|"
    rf"({'|'.join(list(NUMBER_WORDS)[1:13])})(?=\s?[ap]\.?m\b))\s?(?:([ap])\.?\s?m\b)?"
)
_FOUR_DIGITS = re.compile(r"\b([01]\d|2[0-4])([0-5]\d)\s?(?:hrs?|hours)?\s?(?:and|to|-)\s?([01]\d|2[0-4])([0-5]\d)\b")
_NOON = {"midnight": 0, "noon": 720, "minuit": 0, "medianoche": 0}
_LIMIT = re.compile(
    r"\b(?:more than|over|above|up to|maximum(?: of)?|max\.?|limit(?:ed)? (?:of|to)|at most|exceed(?:ing)?|capped at|"
    r"groups? of|gatherings? (?:of|to)|less than|fewer than|below|increased to|reduced to|to|mas de|plus de|mais de)\s+"
    rf"({_NUMBER})\b(?!\s?(?:%|per ?cent|hours?|days?|weeks?|months?|years?|km|met|[ap]m|[:.]\d|st\b|th\b))"
)
_HEADS = re.compile(rf"\b({_NUMBER})(?:\s?\(\d+\))?\s(?:\w+\s){{0,2}}$")
_DURATION = re.compile(
    rf"\b({_NUMBER}|(?:another|a further|one more)(?=\s(?:hour|day|week|month|year)))(?:\s?\(\w+\))?[\s-](?:\w+\s)?"
    r"(hours?|days?|weeks?|months?|years?|jours?|dias?|semaines?|semanas?|mois|meses|mes)\b"
)
_DAYS_OF = {"hour": 1 / 24, "day": 1, "jour": 1, "dia": 1, "week": 7, "semaine": 7, "semana": 7, "month": 30.42}
_MONTHS = {"mois": 30.42, "mese": 30.42, "mes": 30.42, "year": 365}
_INSTRUMENT = re.compile(
    r"\b(decree|decreto|decretul|decret|law|ley|loi|lei|act|ordinance|ordonnance|order|resolution|resolucion|decision|"
    r"proclamation|regulation|notice|circular|pcm|portaria|bill|ustawa|ligj|lege|zakon)\b"
    r"[^\d.;,]{0,22}?(?:n[°ºo.r]*\s?)?(\d{1,5})(?:\s?[-/]\s?(\d{1,4}))?"
)
_ARTICLE = re.compile(r"\b(?:art(?:icles?|iculos?|\.)?|sections?)\s?(\d{1,3})")


_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_STAGE = re.compile(
    rf"\b(?:(phase|level|stage|tier|fase|nivel|etapa)\s(\d|{'|'.join(list(NUMBER_WORDS)[1:7])})|"
    rf"({'|'.join(_ORDINALS)})\s(phase|stage|level))\b"
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Days that a text states; ``until`` are those after words of ending, ``others`` the rest."""

    until: frozenset[Day]
    others: frozenset[Day]


def dates(text: str) -> Dates:
    """The days that a text states, whole or without their year. Numeric dates are read when one order alone fits."""
    until: set[Day] = set()
    others: set[Day] = set()
    spans: list[tuple[int, int, Day]] = []
    for hit in _NUMERIC.finditer(text):
        read = {date for order in ("DMY", "MDY") for _, date in dates_in(hit[0], order=order)}
        spans += [(hit.start(), hit.end(), (d.month, d.day)) for d in read if len(read) == 1 and d.month and d.day]
    for hit in _DAY_AND_MONTH.finditer(text):
        day, month = hit[1] or hit[4], hit[2] or hit[3]
        if date := parse_day_and_month(f"{day} {month}", year=_ANY_LEAP_YEAR):
            spans.append((hit.start(), hit.end(), (date.month or 1, date.day or 1)))
    for hit in _END_OF_MONTH.finditer(text):
        if date := parse_day_and_month(hit[1], year=_ANY_LEAP_YEAR):
            month_number = date.month or 1
            last = calendar.monthrange(_ANY_LEAP_YEAR + 1, month_number)[1]
            spans.append((hit.start(), hit.end(), (month_number, last)))
    for start, _, value in spans:
        before = text[max(0, start - 32) : start]
        ending = _UNTIL.search(before)
        is_end = not _FROM.search(before, ending.start()) if ending else _TO.search(before) is not None
        (until if is_end else others).add(value)
    return Dates(frozenset(until), frozenset(others))


def clock_times(text: str) -> frozenset[int]:
    """Hours of the day that a text states, in minutes since midnight."""
    found: set[int] = set()
    for hit in _CLOCK.finditer(text):
        hour = int(hit[1] or hit[3] or hit[4] or NUMBER_WORDS[hit[5]])
        if hit[6] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if hit[6] == "p" else 0)
        if hour <= 24:
            found.add((hour * 60 + int(hit[2] or 0)) % 1440)
    for hit in _FOUR_DIGITS.finditer(text):
        if not (hit[1] in {"19", "20"} and hit[3] in {"19", "20"}):
            found |= {(int(hit[1]) * 60 + int(hit[2])) % 1440, (int(hit[3]) * 60 + int(hit[4])) % 1440}
    found |= {minutes for word, minutes in _NOON.items() if word in text}
    return frozenset(found)


def head_counts(text: str) -> frozenset[int]:
    """Numbers of people that a text sets as a limit: what stands before *people*, or after *more than* and the like."""
    found: set[int] = set()
    for hit in patterns("people")["people"].finditer(text):
        if number := _HEADS.search(text[max(0, hit.start() - 40) : hit.start()]):
            found.add(_number(number[1]))
    found.update(_number(hit[1]) for hit in _LIMIT.finditer(text))
    return frozenset(number for number in found if 1 < number <= 10_000 and not 2019 <= number <= 2022)


def durations(text: str) -> frozenset[int]:
    """Lengths of time in whole days; twelve months make a year."""
    found: set[int] = set()
    for hit in _DURATION.finditer(text):
        unit = hit[2].removesuffix("s")
        count = _number(hit[1]) if hit[1][0].isdigit() or hit[1] in NUMBER_WORDS else 1
        days = count * (_DAYS_OF.get(unit) or _MONTHS.get(unit) or 0)
        if 1 <= days <= 1000:
            found.add(round(days))
    return frozenset(found)


def stages(text: str) -> frozenset[int]:
    """Numbers of the phases or alert levels of a plan."""
    return frozenset(_number(hit[2]) if hit[2] else _ORDINALS[hit[3]] for hit in _STAGE.finditer(text))


def instruments(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Numbers of instruments that a text names, without zeros in front, and the numbers of articles."""
    numbers: set[str] = set()
    for hit in _INSTRUMENT.finditer(text):
        first, second = hit[2].lstrip("0"), (hit[3] or "").lstrip("0")
        # "Decree 2020-351" and "Law 55/2020" say the same in either order; the year alone names nothing.
        if _is_year(first):
            first, second = second, first
        if first and not _is_year(first):
            # In "Law 59-231" the year has two digits and stands in front; "Decree 44/20" is of 2020.
            numbers.add(first if _is_year(second) or second in _SHORT_YEARS else f"{first}-{second}".rstrip("-"))
    return frozenset(numbers), frozenset(_ARTICLE.findall(text))


_SHORT_YEARS = frozenset({"19", "20", "21", "22"})


def _is_year(text: str) -> bool:
    return len(text) == 4 and text[:2] in {"19", "20"}


def _number(text: str) -> int:
    return int(text) if text[0].isdigit() else NUMBER_WORDS[text]
