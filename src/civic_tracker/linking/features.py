"""What an expert would compare: each feature is one question about two records, answered with one of a few words.

A question that has no answer, because one side states nothing, is left out and weighs nothing. All are symmetric. What
each answer weighs, and why, stands in ``mappings/link_weights.csv``.
"""

from collections.abc import Callable, Set

from rapidfuzz import fuzz

from civic_tracker.linking.profile import MOVEMENT, Profile

Answer = tuple[str, str]
OTHER_COUNTRY: Answer = ("country", "other")

_APART = ((0, "0"), (1, "1"), (3, "2-3"), (7, "4-7"), (21, "8-21"))
_SHARES = ((0, "none"), (0.2, "to 0.2"), (0.35, "to 0.35"), (0.5, "to 0.5"), (0.75, "to 0.75"))
_RATIOS = ((40, "to 40"), (50, "to 50"), (60, "to 60"), (70, "to 70"), (85, "to 85"))
_TAKES = {"none": "takes", "introduce": "takes", "again": "takes", "amend": "takes"}
# Kinds that trackers do not take for others, as they do with curfew and lockdown, or isolation and a gathering ban.
_APART_FROM_OTHERS = frozenset({"access", "speech", "surveillance", "military"})
_FEWEST_WORDS = 3
_DAYS_OF_MONTH = 30.4


def answers(a: Profile, b: Profile) -> list[Answer]:
    """Every question that has an answer for the two records; of two countries, that they are of two countries."""
    if a.country != b.country:
        return [OTHER_COUNTRY]
    return [(name, answer) for name, question in FEATURES if (answer := question(a, b))]


def start(a: Profile, b: Profile) -> str:
    """How many days lie between the starts?"""
    if a.start and b.start:
        return _bin(abs((a.start - b.start).days), _APART, "over 21")
    return "undated" if "none" in (a.precision, b.precision) else "month or year"


def undated(a: Profile, b: Profile) -> str:
    """Where a record has no date: is it of a kind that is rare in a country (a declaration), or frequent?"""
    if "none" not in (a.precision, b.precision):
        return ""
    return "declaration" if "emergency" in a.kinds & b.kinds else "other kind"


def swapped(a: Profile, b: Profile) -> str:
    """Are day and month of one start those of the other, exchanged?"""
    if not a.start or not b.start or a.start == b.start or a.start.year != b.start.year:
        return ""
    return "yes" if (a.start.day, a.start.month) == (b.start.month, b.start.day) else ""


def start_told(a: Profile, b: Profile) -> str:
    """Where the starts differ: does the text of one state the start of the other?"""
    if not a.start or not b.start or a.start == b.start:
        return ""
    told = (b.start.month, b.start.day) in a.days or (a.start.month, a.start.day) in b.days
    return "yes" if told else ""


def days_told(a: Profile, b: Profile) -> str:
    """Do both texts state a day in common?"""
    return _shared(a.days, b.days)


def ends(a: Profile, b: Profile) -> str:
    """Do they end on the same day: as recorded, in words (*until 31 May*), or as a length of time from the start?"""
    if not a.ends or not b.ends or a.legal_basis or b.legal_basis:
        return ""
    if a.ends & b.ends:
        return "same"
    near = any(abs((x[0] - y[0]) * _DAYS_OF_MONTH + x[1] - y[1]) < 2 for x in a.ends for y in b.ends)
    return "a day apart" if near else "other"


def extension(a: Profile, b: Profile) -> str:
    """Where one or both tell of an extension: until the same day?"""
    both = (a.step == "extend") + (b.step == "extend")
    if not both or a.legal_basis or b.legal_basis:
        return ""
    of, end = ("one" if both == 1 else "both"), ends(a, b)
    if not end:
        return "both, no end told" if both == 2 else ""
    return f"{of}, other end" if end == "other" else f"{of}, one end"


def clock(a: Profile, b: Profile) -> str:
    """Do they state the same hours of the day?"""
    if not a.clock or not b.clock:
        return ""
    common = len(a.clock & b.clock)
    return "other" if not common else ("one" if common == 1 else "two")


def heads(a: Profile, b: Profile) -> str:
    """Do they state the same limit on the number of people?"""
    return _shared(a.heads, b.heads)


def lengths(a: Profile, b: Profile) -> str:
    """Do they last equally long, where no end can be compared?"""
    return "" if a.ends and b.ends else _shared(a.lengths, b.lengths)


def stage(a: Profile, b: Profile) -> str:
    """Do they name the same phase or alert level?"""
    return _shared(a.stages, b.stages)


def numbers(a: Profile, b: Profile) -> str:
    """Do they name an instrument of the same number?"""
    return _shared(a.numbers, b.numbers)


def articles(a: Profile, b: Profile) -> str:
    """Do they rest on the same article?"""
    return _shared(a.articles, b.articles)


def kind(a: Profile, b: Profile) -> str:
    """Are they filed as the same kind of restriction?"""
    if not a.kinds or not b.kinds:
        return "unknown"
    if a.kinds & b.kinds:
        return "same"
    if a.kinds & MOVEMENT and b.kinds & MOVEMENT:
        return "both movement"
    if a.kinds <= _APART_FROM_OTHERS or b.kinds <= _APART_FROM_OTHERS:
        return "other"
    return "in words only" if (a.kinds | a.told) & (b.kinds | b.told) else "other"


def kind_told(a: Profile, b: Profile) -> str:
    """Do the words of the texts tell of the same kinds?"""
    if not a.told or not b.told or a.legal_basis or b.legal_basis:
        return ""
    if a.told == b.told:
        return "same"
    return "some" if a.told & b.told else "other"


def regime(a: Profile, b: Profile) -> str:
    """Is it the same kind of emergency: constitutional, health, disaster, calamity, alert?"""
    return _shared(a.regimes, b.regimes)


def declares(a: Profile, b: Profile) -> str:
    """Where records are filed as emergencies: do their words declare, extend or end one, or tell of something else?"""
    filed = [one for one in (a, b) if "emergency" in one.kinds]
    if not filed or a.legal_basis or b.legal_basis:
        return ""
    return "all" if all(one.declares for one in filed) else "not all"


def step(a: Profile, b: Profile) -> str:
    """Is it the same step: taking, extending, relaxing or ending a measure?"""
    if a.legal_basis or b.legal_basis:
        return ""
    mine, theirs = sorted((_TAKES.get(a.step, a.step), _TAKES.get(b.step, b.step)))
    return f"{mine} and {theirs}"


def update(a: Profile, b: Profile) -> str:
    """How many of the two are filed as an update or a phase-out?"""
    return ("neither", "one", "both")[a.is_update + b.is_update]


def topics(a: Profile, b: Profile) -> str:
    """Are the same matters named: worship, weddings, sports, transport, prisons?"""
    if not a.topics or not b.topics:
        return "one side" if a.topics or b.topics else ""
    if a.topics == b.topics:
        return "same"
    common = len(a.topics & b.topics)
    if not common:
        return "other"
    return "most" if common > 0.6 * min(len(a.topics), len(b.topics)) else "some"


def scope(a: Profile, b: Profile) -> str:
    """The whole country or a part of it?"""
    mine, theirs = sorted((a.scope, b.scope))
    return f"{mine} and {theirs}"


def place(a: Profile, b: Profile) -> str:
    """Do measures of a part of the country hold in the same part?"""
    if a.place and b.place:
        return "same" if a.names & b.names else "recorded apart"
    mine, theirs = (one.scope == "local" and bool(one.names) for one in (a, b))
    if not mine and not theirs:
        return ""
    if a.names & b.names:
        return "same"
    if mine and theirs:
        return "other"
    return "local against national" if "national" in (a.scope, b.scope) else "local against unsaid"


def names(a: Profile, b: Profile) -> str:
    """Are the same proper names in both texts?"""
    if not a.names or not b.names:
        return ""
    common = len(a.names & b.names)
    if not common:
        return "other"
    return "most" if common > 0.6 * min(len(a.names), len(b.names)) else "some"


def content(a: Profile, b: Profile) -> str:
    """How many of the telling words of the shorter text stand in the other? Words of the field do not count."""
    if a.legal_basis or b.legal_basis or not a.content or not b.content:
        return ""
    fewest, common = min(len(a.content), len(b.content)), len(a.content & b.content)
    if fewest < _FEWEST_WORDS:
        return "few words, shared" if common else "few words"
    return _bin(common / fewest, _SHARES, "over 0.75")


def wording(a: Profile, b: Profile) -> str:
    """How alike are the texts as a whole (rapidfuzz's token_set_ratio)?"""
    if a.legal_basis or b.legal_basis or min(len(a.content), len(b.content)) < _FEWEST_WORDS:
        return ""
    return _bin(fuzz.token_set_ratio(a.now, b.now), _RATIOS, "over 85")


def form(a: Profile, b: Profile) -> str:
    """Is only one of them an order under another act, advice, or a bill?"""
    of_one = a.forms ^ b.forms
    return next((name for name in ("bill", "advice", "under") if name in of_one), "")


def address(a: Profile, b: Profile) -> str:
    """Do they cite the same page, or the same site?"""
    if a.addresses & b.addresses:
        return "same page"
    return "same site" if a.hosts & b.hosts else ""


def basis(a: Profile, b: Profile) -> str:
    """Where one names only its legal basis: is that a declared emergency, and does the other declare one?"""
    if a.legal_basis == b.legal_basis:
        return ""
    one, other = (a, b) if a.legal_basis else (b, a)
    if "emergency" in other.kinds:
        to = "declaration" if other.declares else "filed as emergency"
    else:
        to = "emergency in words" if "emergency" in other.told else "other kind"
    return f"{'declared' if one.declares else 'other law'} and {to}"


def basis_step(a: Profile, b: Profile) -> str:
    """Where one names only its legal basis: which step is the other?"""
    if a.legal_basis == b.legal_basis:
        return ""
    found = (b if a.legal_basis else a).step
    return _TAKES.get(found, found) if found != "amend" else "amend"


def basis_start(a: Profile, b: Profile) -> str:
    """Where one names only its legal basis, dates count for more: how many days apart?"""
    if a.legal_basis == b.legal_basis or not a.start or not b.start:
        return ""
    return _bin(abs((a.start - b.start).days), ((1, "0-1"), (3, "2-3")), "over 3")


def _bin(number: float, edges: tuple[tuple[float, str], ...], beyond: str) -> str:
    for edge, name in edges:
        if number <= edge:
            return name
    return beyond


def _shared(mine: Set[object], theirs: Set[object]) -> str:
    if not mine or not theirs:
        return ""
    return "other" if mine.isdisjoint(theirs) else "same"


_QUESTIONS: tuple[Callable[[Profile, Profile], str], ...] = (
    *(start, undated, swapped, start_told, days_told, ends, extension, clock, heads, lengths, stage, numbers, articles),
    *(kind, kind_told, regime, declares, step, update, topics, scope, place, names, content, wording, form, address),
    *(basis, basis_step, basis_start),
)
FEATURES: tuple[tuple[str, Callable[[Profile, Profile], str]], ...] = tuple((ask.__name__, ask) for ask in _QUESTIONS)
