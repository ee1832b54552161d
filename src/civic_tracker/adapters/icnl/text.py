"""The text of one ICNL entry: its lines, the labels in them, and the twin text in another script.

The page says what a value is by a label before it (``Type: order``), by the class of its span, or by both.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from bs4 import Tag

from civic_tracker.adapters.shared.page_lines import PageLine, Run, page_lines

TYPES = ("order", "law", "regulation", "policy", "practice")
NOT_TEXT = ("script", "style", "template")
PROSE = frozenset({"p", "li", "blockquote", "td"})
RETURN = re.compile(r"\s?return to map$", re.IGNORECASE)

_LABEL_TEXT = r"(?:Type:|Issue\(s\):|Issues?:|(?:Date )?Introduced(?::|(?= ?(?:\d|[A-Z][a-z]{2,8}\.? \d))))"
_LABEL = re.compile(_LABEL_TEXT)
LABEL_AT_START = re.compile(rf"\A{_LABEL_TEXT}", re.IGNORECASE)
_GLUED_LABEL = re.compile(rf"(?:(?<=[).”])|(?<=here)) ?(?={_LABEL_TEXT})")
_LABEL_AT_END = re.compile(r"(?:introduced:?|issue\(s\):|issues?:|type:)\s*$", re.IGNORECASE)
_SPAN_LABEL = re.compile(r"(?:date )?introduced\b|issues?\b|type\b", re.IGNORECASE)
_SPAN_KINDS = {"date": "Introduced:", "issue": "Issue(s):", "issues": "Issue(s):"}
# Arabic letters; or what is left of them when UTF-8 was read as Windows-1252: their first byte, D8 to DB, as Ø Ù Ú Û
# before their second, 80 to BF, which is a blank (A0) at the end of a word.
_OTHER_SCRIPT = re.compile(
    r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]"
    r"|[ØÙÚÛ](?:$|[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122])"
)
_OPENINGS = ("(", "[", "«", "“", '"', "‘", "'")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of an entry; ``marked`` when a span's class says what it is."""

    text: str
    links: tuple[str, ...]
    block: Tag
    heading: int
    marked: bool


@dataclass(slots=True)
class _Part:
    """The pieces of a page's line up to the next span that says what it is."""

    runs: list[Run] = field(default_factory=list)
    marked: bool = False


def entry_lines(root: Tag, skip: Collection[int] = ()) -> Iterator[EntryLine]:
    """The text under ``root`` line by line, a span that says what it is on a line of its own with its label.

    ``skip`` holds the ids of elements to leave out. ``return to map``, the page's own link, is never part of a line.
    """
    for line in page_lines(root, leave_out=lambda tag: id(tag) in skip or tag.name in NOT_TEXT):
        for part in _parts(line):
            found = PageLine(line.block, line.heading, tuple(part.runs))
            text, links = RETURN.sub("", found.text), found.links
            if text or links:
                yield EntryLine(text, links, line.block, line.heading, part.marked)


def _parts(line: PageLine) -> list[_Part]:
    parts = [_Part()]
    begun: set[int] = set()
    for run in line.runs:
        for span in run.inside:
            if span.name != "span" or id(span) in begun:
                continue
            begun.add(id(span))
            if label := _label_of(span, in_prose=line.block.name in PROSE):
                if not _LABEL_AT_END.search("".join(before.text for before in parts[-1].runs[-2:])[-40:]):
                    parts.append(_Part([Run(label)]))
                parts[-1].marked = True
        parts[-1].runs.append(run)
    return parts


def _label_of(span: Tag, *, in_prose: bool) -> str:
    """The label that a span's class stands for, a blank when its text has one already; nothing for other spans.

    Outside the description, a class that is also the span's first word is taken for a type that was not seen before.
    """
    first = next(span.stripped_strings, "")
    for name in span.get_attribute_list("class"):
        new_type = not in_prose and name == first.lower()
        label = _SPAN_KINDS.get(str(name)) or ("Type:" if name in TYPES or new_type else "")
        if label and first:
            return " " if _SPAN_LABEL.match(first) else f"{label} "
    return ""


def split_at_labels(text: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first label, and each label's kind (``type``, ``issues`` or ``date``) with its value.

    The first label begins the line or is glued to the end of a sentence; further labels may follow anywhere.
    """
    first = LABEL_AT_START.match(text)
    if not first:
        glued = _GLUED_LABEL.search(text)
        first = _LABEL.match(text, glued.end()) if glued else None
    if not first:
        return text, []
    marks = [first, *_LABEL.finditer(text, first.end())]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    values = [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    return text[: first.start()].strip(), list(zip(map(_kind_of, marks), values, strict=True))


def _kind_of(label: re.Match[str]) -> str:
    word = label[0].lower()
    if "introduced" in word:
        return "date"
    return "type" if word.startswith("type") else "issues"


def split_twin(text: str) -> tuple[str, str]:
    """A text's part in Latin script and its twin before or behind it; a term in brackets or quotes is no twin.

    The cut is where the most words fall on the side of their own script.
    """
    words = text.split(" ")
    scripts = [-1 if _OTHER_SCRIPT.search(word) else int(any(map(str.isalpha, word))) for word in words]
    if -1 not in scripts:
        return text, ""
    sums = list(accumulate(scripts, initial=0))
    behind = max(range(len(sums)), key=lambda cut: (sums[cut], cut))
    before = min(range(len(sums)), key=lambda cut: (sums[cut], cut))
    if sums[behind] + sums[before] >= sums[-1]:
        latin, other = " ".join(words[:behind]), " ".join(words[behind:])
    else:
        latin, other = " ".join(words[before:]), " ".join(words[:before])
    return (text, "") if latin and other.startswith(_OPENINGS) else (latin, other)
