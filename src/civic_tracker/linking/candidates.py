"""Which records are compared at all: of one country and two sources, about one kind of thing, within a span of days.

What a record costs does not grow with the number of records: it is compared with the nearest ones of each other source.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from civic_tracker.linking.profile import Profile

WINDOW = timedelta(days=60)
"""Extensions and amendments of a measure are recorded weeks later, so the span is wider than for one act alone."""

NEAREST = 30
"""Of each other source and kind, at most so many before and after a record's day; so many undated ones in all."""

ANY_KIND = ""


@dataclass(slots=True)
class _Shelf:
    """The records of one source in one country about one kind, in the order of days; undated ones apart."""

    days: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    undated: list[str] = field(default_factory=list)


def candidates(profiles: Mapping[str, Profile]) -> Iterator[tuple[str, str]]:
    """Pairs of ids worth comparing, each once, the smaller id first, in the order of ids."""
    shelves: dict[str, dict[str, dict[str, _Shelf]]] = {}
    for name in sorted(profiles, key=lambda name: (profiles[name].start is None, profiles[name].start, name)):
        one = profiles[name]
        for kind in _kinds(one):
            shelf = shelves.setdefault(one.country, {}).setdefault(one.source, {}).setdefault(kind, _Shelf())
            if one.start is None:
                shelf.undated.append(name)
            else:
                shelf.days.append(one.start.toordinal())
                shelf.ids.append(name)
    found: set[tuple[str, str]] = set()
    for name, one in profiles.items():
        for source, kinds in shelves[one.country].items():
            if source != one.source:
                found.update((min(name, other), max(name, other)) for other in _near(one, kinds))
    yield from sorted(found)


def _near(one: Profile, kinds: Mapping[str, _Shelf]) -> Iterable[str]:
    wanted = kinds if ANY_KIND in _kinds(one) else {*_kinds(one), ANY_KIND}
    for kind in wanted:
        shelf = kinds.get(kind)
        if shelf is None:
            continue
        if one.start is None:
            yield from shelf.ids[:NEAREST]
            yield from shelf.undated[:NEAREST]
            continue
        yield from shelf.undated[:NEAREST]
        day = one.start.toordinal()
        here = bisect_left(shelf.days, day)
        for place in range(here, min(here + NEAREST, len(shelf.days))):
            if shelf.days[place] - day > WINDOW.days:
                break
            yield shelf.ids[place]
        for place in range(here - 1, max(here - 1 - NEAREST, -1), -1):
            if day - shelf.days[place] > WINDOW.days:
                break
            yield shelf.ids[place]


def _kinds(one: Profile) -> frozenset[str]:
    return one.kinds or frozenset({ANY_KIND})
