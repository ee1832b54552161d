"""What people decided about pairs of records: ``mappings/links.csv``. A decision goes before any score."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from civic_tracker import paths
from civic_tracker.declared.tables import CellError, read_rows
from civic_tracker.disk import storage
from civic_tracker.errors import UsageError

Answer = Literal["same", "related", "different"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
HEADER = ("left", "right", "answer", "who", "when", "why")


@dataclass(frozen=True, slots=True, order=True)
class LinkDecision:
    """A pair of records, the smaller id first, and what they are to each other: who says so, when, and why."""

    left: str
    right: str
    answer: Answer
    who: str
    when: str
    why: str

    @property
    def pair(self) -> tuple[str, str]:
        return self.left, self.right


def path() -> Path:
    return paths.mappings_dir() / "links.csv"


@cache
def decisions() -> dict[tuple[str, str], LinkDecision]:
    """Every decision by its pair.

    Raises:
        DeclarationError: for an answer that is none, a pair that is decided twice or out of order.
    """
    found: dict[tuple[str, str], LinkDecision] = {}

    def add(row: dict[str, str]) -> None:
        if row["answer"] not in ANSWERS:
            raise CellError(f"has the answer '{row['answer']}'; give {_choices()}", "answer")
        if row["left"] >= row["right"]:
            raise CellError("must name two records, the smaller id first")
        answer = next(one for one in ANSWERS if one == row["answer"])
        one = LinkDecision(row["left"], row["right"], answer, row["who"], row["when"], row["why"])
        if found.setdefault(one.pair, one) is not one:
            raise CellError(f"decides {one.left} and {one.right} a second time")

    read_rows(path(), add, required=HEADER, allowed=HEADER)
    return found


def decide(left: str, right: str, answer: str, *, who: str, when: str, why: str) -> LinkDecision:
    """Write a decision into the table; it replaces an earlier one about the pair.

    Raises:
        UsageError: for an answer that is none, or one record given twice.
    """
    if answer not in ANSWERS:
        raise UsageError(f"There is no answer '{answer}'. Give {_choices()}.")
    if left == right:
        raise UsageError(f"'{left}' is one record; a decision is about two.")
    chosen = next(one for one in ANSWERS if one == answer)
    one = LinkDecision(min(left, right), max(left, right), chosen, who, when, why)
    with _table() as kept:
        kept[one.pair] = one
    return one


def forget(left: str, right: str) -> LinkDecision:
    """Take a decision out of the table again; what the records were to each other before it, they are again.

    Raises:
        UsageError: when nothing was decided about the pair.
    """
    pair = min(left, right), max(left, right)
    with _table() as kept:
        if pair not in kept:
            raise UsageError(f"Nothing was decided about {pair[0]} and {pair[1]}.")
        return kept.pop(pair)


@contextmanager
def _table() -> Iterator[dict[tuple[str, str], LinkDecision]]:
    """The decisions as the table has them now, to be changed; it is written at the end, and nobody else meanwhile."""
    if not paths.in_checkout():
        raise UsageError("Decisions are written into mappings/ of a checkout; this is an installed program.")
    with storage.locked(path().parent, patience=storage.PATIENCE):
        storage.recover(path().parent, paths.is_mapping_table)
        decisions.cache_clear()  # another program may have written since
        kept = dict(decisions())
        yield kept
        _write(kept)


def _write(kept: dict[tuple[str, str], LinkDecision]) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((one.left, one.right, one.answer, one.who, one.when, one.why) for one in sorted(kept.values()))
    storage.write_together(path().parent, {path().name: written.getvalue().encode()}, kinds=paths.is_mapping_table)
    decisions.cache_clear()


def _choices() -> str:
    return ", ".join(ANSWERS[:-1]) + f" or {ANSWERS[-1]}"
