"""How much work a regular expression is: a matcher that backtracks as Python's does and counts each step.

Python's ``re`` cannot be asked how many steps it took, and time depends on the machine. So the tree that Python's own
parser makes of a pattern is walked here as its engine walks it, from left to right, greedy or lazy as written, and
every character looked at is one step. Nothing of the engine's shortcuts is imitated: the counts are upper bounds.

``attacks`` makes the texts: each piece that the pattern repeats, or that it may begin with, many times over, behind
what leads to it and before what makes it fail.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

parser: Any = re._parser  # type: ignore[attr-defined]
compiler: Any = re._compiler  # type: ignore[attr-defined]

Then = Callable[[int], bool]
"""What must match from a position on."""

Match = Callable[[int, Then], bool]
"""A piece of a pattern: whether it matches at a position, and what follows behind it."""

Use = Literal["match", "fullmatch", "search"]
"""How a pattern is used; ``search`` stands for all that go through the whole text."""

MOST_STEPS = 1_500_000

IS_LONG = int(os.environ.get("CIVIC_TRACKER_ATTACK_ROUNDS", "1")) > 1
TAILS = ("\x00", "", "\n") if IS_LONG else ("\x00",)
MOST_ATTACKS = 10_000 if IS_LONG else 24
"""On one pattern, taken evenly from all; every one where the environment asks for more than one round."""


class TooMuchWorkError(Exception):
    """More steps than ``MOST_STEPS``."""


@dataclass(slots=True)
class Machine:
    """One pattern, ready to be run on texts; ``steps`` counts what the last run took."""

    pattern: re.Pattern[Any]
    text: str = ""
    steps: int = 0
    groups: dict[int, tuple[int, int]] = field(default_factory=dict)
    tree: Any = None
    _start: Match | None = None
    _known: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        written = self.pattern.pattern
        text = written.decode("latin-1") if isinstance(written, bytes) else written
        flags = self.pattern.flags & ~re.DEBUG
        if isinstance(written, bytes):
            flags |= re.ASCII
        self.tree = parser.parse(text, flags)
        self._start = self._sequence(list(self.tree), self.tree.state.flags)

    def work(self, text: str, use: Use) -> int:
        """Steps to go through a text: from its start only, or again and again from where the last match ended.

        Raises:
            TooMuchWorkError: beyond ``MOST_STEPS``.
        """
        self.text, self.steps, self.groups = text, 0, {}
        assert self._start is not None
        place, ends = 0, [0]

        def found(end: int) -> bool:
            ends[0] = end
            return use != "fullmatch" or end == len(text)

        while place <= len(text):
            matched = self._start(place, found)
            if use != "search":
                break
            place = max(ends[0], place + 1) if matched else place + 1
        return self.steps

    def _step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuchWorkError

    def _sequence(self, nodes: list[Any], flags: int) -> Match:
        pieces = [self._piece(node, flags) for node in nodes]
        if not pieces:
            return lambda place, then: then(place)
        made = pieces[-1]
        for piece in reversed(pieces[:-1]):
            made = _behind(piece, made)
        return made

    def _piece(self, node: Any, flags: int) -> Match:
        kind, value = str(node[0]), node[1]
        if kind in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            is_one = self._one(node, flags)
            return lambda place, then: is_one(place) and then(place + 1)
        if kind == "BRANCH":
            ways = [self._sequence(list(way), flags) for way in value[1]]
            return lambda place, then: any(way(place, then) for way in ways)
        if kind == "SUBPATTERN":
            number, on, off, inner = value
            return self._group(number, self._sequence(list(inner), (flags | on) & ~off))
        if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            return self._repeat(kind, value, flags)
        if kind == "ATOMIC_GROUP":
            return _atomic(self._sequence(list(value), flags))
        if kind in {"ASSERT", "ASSERT_NOT"}:
            return self._look(kind == "ASSERT", value[0], value[1], flags)
        if kind == "AT":
            return self._at(str(value), flags)
        if kind == "GROUPREF":
            return self._again(value)
        raise NotImplementedError(kind)

    def _one(self, node: Any, flags: int) -> Callable[[int], bool]:
        """Whether one character is what a single node takes, asked of Python's own engine, once for each character."""
        asked = _compiled(node, flags)
        known: dict[str, bool] = {}

        def is_one(place: int) -> bool:
            self._step()
            if place >= len(self.text):
                return False
            letter = self.text[place]
            answer = known.get(letter)
            if answer is None:
                answer = known[letter] = asked.match(letter) is not None
            return answer

        return is_one

    def _group(self, number: int | None, inner: Match) -> Match:
        if number is None:
            return inner

        def match(place: int, then: Then) -> bool:
            before = self.groups.get(number)

            def closed(end: int) -> bool:
                held = self.groups.get(number)
                self.groups[number] = (place, end)
                if then(end):
                    return True
                if held:
                    self.groups[number] = held
                return False

            if inner(place, closed):
                return True
            if before:
                self.groups[number] = before
            return False

        return match

    def _repeat(self, kind: str, value: Any, flags: int) -> Match:
        least, most, inner = int(value[0]), int(value[1]), list(value[2])
        if len(inner) == 1 and str(inner[0][0]) in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}:
            return self._repeat_one(kind, least, most, self._one(inner[0], flags))
        body = self._sequence(inner, flags)
        if kind == "POSSESSIVE_REPEAT":
            return self._possessive(least, most, body)
        lazy = kind == "MIN_REPEAT"

        def match(place: int, then: Then, done: int = 0, last: int = -1) -> bool:
            def once_more(end: int) -> bool:
                return match(end, then, done + 1, place)

            if done < least:
                return body(place, once_more)
            may = done < most and place != last
            if lazy:
                return then(place) or (may and body(place, once_more))
            return (may and body(place, once_more)) or then(place)

        return match

    def _repeat_one(self, kind: str, least: int, most: int, is_one: Callable[[int], bool]) -> Match:
        def lazy(place: int, then: Then) -> bool:
            done = 0
            while done < least:
                if not is_one(place + done):
                    return False
                done += 1
            while True:
                if then(place + done):
                    return True
                if done >= most or not is_one(place + done):
                    return False
                done += 1

        def greedy(place: int, then: Then) -> bool:
            done = 0
            while done < most and is_one(place + done):
                done += 1
            if kind == "POSSESSIVE_REPEAT":
                return done >= least and then(place + done)
            while done >= least:
                if then(place + done):
                    return True
                self._step()
                done -= 1
            return False

        return lazy if kind == "MIN_REPEAT" else greedy

    def _possessive(self, least: int, most: int, body: Match) -> Match:
        whole = _atomic(body)

        def match(place: int, then: Then) -> bool:
            done, end = 0, [place]

            def reached(at: int) -> bool:
                end[0] = at
                return True

            while done < most:
                before = end[0]
                if not whole(before, reached) or end[0] == before:
                    break
                done += 1
            return done >= least and then(end[0])

        return match

    def _look(self, wanted: bool, direction: int, inner: Any, flags: int) -> Match:
        body = self._sequence(list(inner), flags)
        width = inner.getwidth()[0]

        def match(place: int, then: Then) -> bool:
            self._step()
            begin = place if direction > 0 else place - width
            found = begin >= 0 and body(begin, lambda _: True)
            return found == wanted and then(place)

        return match

    def _at(self, where: str, flags: int) -> Match:
        def is_word(place: int) -> bool:
            return 0 <= place < len(self.text) and (self.text[place].isalnum() or self.text[place] == "_")

        def holds(place: int) -> bool:
            self._step()
            end, line = len(self.text), bool(flags & re.MULTILINE)
            if where.startswith("AT_BEGINNING"):
                return place == 0 or (line and where == "AT_BEGINNING" and self.text[place - 1] == "\n")
            if where == "AT_END":
                return place == end or (line and self.text[place] == "\n") or self.text[place:] == "\n"
            if where == "AT_END_STRING":
                return place == end
            is_edge = is_word(place - 1) != is_word(place)
            return is_edge == (where == "AT_BOUNDARY")

        return lambda place, then: holds(place) and then(place)

    def _again(self, number: int) -> Match:
        def match(place: int, then: Then) -> bool:
            begin, end = self.groups.get(number, (0, -1))
            if end < 0:
                return False
            self.steps += end - begin
            same = self.text[begin:end]
            return self.text.startswith(same, place) and then(place + len(same))

        return match


def _behind(piece: Match, rest: Match) -> Match:
    return lambda place, then: piece(place, lambda end: rest(end, then))


def _atomic(body: Match) -> Match:
    def match(place: int, then: Then) -> bool:
        end = [-1]

        def reached(at: int) -> bool:
            end[0] = at
            return True

        return body(place, reached) and then(end[0])

    return match


def _compiled(node: Any, flags: int) -> re.Pattern[str]:
    """The pattern of one character that a node stands for."""
    state = parser.State()
    state.flags, state.str = flags, ""
    made = parser.SubPattern(state, [node])
    compiled: re.Pattern[str] = compiler.compile(made, flags)
    return compiled


def samples(nodes: list[Any], flags: int, *, depth: int = 0) -> list[str]:
    """Some shortest texts that a sequence of nodes matches: each branch once, a few letters of each set."""
    made = [""]
    for node in nodes:
        made = list(dict.fromkeys(a + b for a, b in product(made, _samples_of(node, flags, depth))))[:6]
    return made


_LETTERS = " a1A(-.,:é\n\"'<>/;|&[=xz0Z_–"


def _samples_of(node: Any, flags: int, depth: int) -> list[str]:
    kind, value = str(node[0]), node[1]
    if kind == "LITERAL":
        return [chr(value)]
    if kind in {"NOT_LITERAL", "ANY", "IN"}:
        asked = _compiled(node, flags)
        found = [letter for letter in _LETTERS if asked.match(letter)]
        if not found and kind == "IN":
            found = [
                chr(one[1] if str(one[0]) == "LITERAL" else one[1][0])
                for one in value
                if str(one[0]) in {"LITERAL", "RANGE"}
            ]
        return found[:3]
    if kind == "BRANCH":
        return [text for way in value[1][:6] for text in samples(list(way), flags, depth=depth + 1)[:2]]
    if kind == "SUBPATTERN":
        return samples(list(value[3]), flags, depth=depth + 1)
    if kind.endswith("REPEAT"):
        inner = samples(list(value[2]), flags, depth=depth + 1)
        least = int(value[0])
        return [text * least for text in inner[:3]] if least else ["", *inner[:2]]
    if kind == "ATOMIC_GROUP":
        return samples(list(value), flags, depth=depth + 1)
    return [""]


def attacks(machine: Machine) -> Iterator[tuple[str, str, str]]:
    """(what leads to it, the piece to repeat, what makes it fail) for each thing that a pattern repeats."""
    flags = machine.tree.state.flags
    pieces: dict[tuple[str, str], None] = {}
    for lead, piece in _repeated(list(machine.tree), flags, [""]):
        pieces[lead, piece] = None
    begins = samples(list(machine.tree), flags)
    for begin in begins[:4]:
        pieces["", begin] = None
        pieces["", begin[: max(1, len(begin) // 2)]] = None
    for lead, piece in pieces:
        if piece:
            for tail in TAILS:
                yield lead, piece, tail


def _repeated(nodes: list[Any], flags: int, leads: list[str]) -> Iterator[tuple[str, str]]:
    """Every repeated piece of a sequence with the shortest text before it, and that text itself as a piece."""
    for place, node in enumerate(nodes):
        kind, value = str(node[0]), node[1]
        before = [lead + text for lead in leads[:2] for text in samples(nodes[:place], flags)[:2]]
        if kind.endswith("REPEAT"):
            inner = list(value[2])
            for lead in ("", *before[:2]):
                yield "", lead
                for piece in samples(inner, flags)[:3]:
                    yield lead, piece
                    yield "", lead + piece
            yield from _repeated(inner, flags, before)
        elif kind == "BRANCH":
            for way in value[1]:
                yield from _repeated(list(way), flags, before)
        elif kind == "SUBPATTERN":
            yield from _repeated(list(value[3]), flags, before)
        elif kind in {"ATOMIC_GROUP"}:
            yield from _repeated(list(value), flags, before)
        elif kind in {"ASSERT", "ASSERT_NOT"}:
            yield from _repeated(list(value[1]), flags, before)


SHORT, LONG = 48, 800
"""Characters of a first attack, and of one that tells a bounded repetition, linear in the end, from a square."""

LINEAR = 2.9
"""A text twice as long takes at most so many times the steps: two and a little for linear work, four for its square."""


def worst(machine: Machine, use: Use) -> tuple[str, str, str] | None:
    """The first attack whose work grows faster than the text, or ``None`` when none does."""
    every = list(dict.fromkeys(attacks(machine)))
    for attack in every[:: 1 + (len(every) - 1) // MOST_ATTACKS]:
        if not _is_linear(machine, attack, SHORT, use) and not _is_linear(machine, attack, LONG, use):
            return attack
    return None


def _is_linear(machine: Machine, attack: tuple[str, str, str], length: int, use: Use) -> bool:
    lead, piece, tail = attack
    texts = [lead + piece * (size // len(piece) + 1) + tail for size in (length, 2 * length)]
    try:
        short, long = (machine.work(text, use) for text in texts)
    except (TooMuchWorkError, RecursionError):
        return False
    return long <= LINEAR * short + length


sys.setrecursionlimit(max(sys.getrecursionlimit(), 60_000))
