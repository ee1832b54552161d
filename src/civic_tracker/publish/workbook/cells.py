"""What a cell of a workbook can hold, and what Excel allows: texts that fit, days that are dates, links that open."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlsplit, urlunsplit

from civic_tracker.model.dates import PartialDate
from civic_tracker.model.periods import Period
from civic_tracker.text import clean_text, web_address

# <https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3>
MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
MOST_LINKS = 65_530
LONGEST_LINK = 2_079
_FIRST_DAY = date(1900, 3, 1)  # before it, Excel counts a 29 February 1900 that never was
_DAY_ZERO = date(1899, 12, 30).toordinal()  # so that later days have Excel's numbers all the same
# Cleaning would make common blanks of the no-break ones that French puts before its marks.
_NO_BREAK = str.maketrans("", "", "\u00a0\u202f")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NOT_IN_A_HOST = re.compile(r"[\s\"<>\\^`{|}]")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a click opens; it is shown as it is."""

    address: str


Cell = str | int | float | date | PartialDate | Period | Link | None


def fitting(text: str, shortened: str) -> str:
    """The text without control characters, and cut to what a cell can hold, with a mark that says so.

    Excel counts in units of UTF-16, in which an emoji has two.
    """
    if not text.isprintable() and not text.translate(_NO_BREAK).isprintable():
        text = clean_text(text)
    if len(text) * 2 <= LONGEST_TEXT or units(text) <= LONGEST_TEXT:
        return text
    room = LONGEST_TEXT - units(shortened)
    return text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore") + shortened


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@lru_cache(maxsize=65_536)
def link_target(text: str) -> str:
    """What a click on the address opens, as Excel wants it, ASCII but for the host; nothing when it is no link."""
    address = web_address(text)
    if not address:
        return ""
    parts = urlsplit(_BARE_PERCENT.sub("%25", address))
    if _NOT_IN_A_HOST.search(parts.netloc):
        return ""
    path, query, fragment = (quote(part, safe="/%:=&?~#+!$,;'@()*-._|") for part in parts[2:])
    target = urlunsplit((parts.scheme, parts.netloc, path, query, fragment))
    return target if units(target) <= LONGEST_LINK else ""


def day_number(value: date | PartialDate | Period) -> int:
    """Excel's number for a value that is known to the day and is one that Excel can show; 0 for others."""
    if isinstance(value, PartialDate):
        day = value.first_day() if value.day else None
    elif isinstance(value, Period):
        day = value.first if value.first == value.last and len(value.text) == len("2020-03-15") else None
    else:
        day = value
    return day.toordinal() - _DAY_ZERO if day and day >= _FIRST_DAY else 0
