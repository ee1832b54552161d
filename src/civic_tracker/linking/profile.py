"""What one record says, read once: everything that the comparison of two records needs, taken apart and normalised."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from civic_tracker.countries import territory
from civic_tracker.errors import UsageError
from civic_tracker.linking import reading, words
from civic_tracker.linking.reading import Day
from civic_tracker.linking.record import DECLARATION, LinkRecord

MOVEMENT = frozenset({"curfew", "lockdown", "travel"})
STEPS = ("end", "extend", "relax", "again", "amend", "introduce")
"""In the order in which words decide: a text that extends a ban also speaks of the ban."""

_UPDATE = re.compile(r"\bupdate ?:", re.IGNORECASE)
_SHORTEST_UPDATE = 20
_WORD = re.compile(r"[^\W_]+(?:['.-][^\W_]+)*")
_NAME = re.compile(r"[^\W\d_][\w'’-]{2,}")
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?:;\"“”(\[]\s*|\bUPDATE\s*)$")
# Words of a step that are about another step: what was planned, what may come, what stays forbidden.
_NO_STEP = re.compile(
    r"\b(?:end of|due to end|set to end|(?:only|not)(?: be)? (?:allowed|permitted)|(?:may|can|could|might) be \w+|"
    r"possible(?: further)? extensions?|if necessary|special permission)\b"
)
_REGIME = (
    r"(?:state of \w+|(?:national|sanitary|health|medical)[\w ]{0,12} emergency|emergency(?: \w+)? "
    r"(?:regime|situation|decree|proclamation)|calamity|disaster|estado de \w+|etat d'urgence|urgence sanitaire)"
)
_TO_DECLARE = (
    r"(?:(?:declar|proclaim|introduc|enact|impos|institut|issu|announc|call|decret|extend|prolong|renew|prorog|terminat|"
    r"lift)\w{0,15}+|end(?:s|ed|ing)?)"
)
_DECLARES = re.compile(
    rf"{_TO_DECLARE}[^.;]{{0,60}}\b{_REGIME}|{_REGIME}[^.;]{{0,30}}\b{_TO_DECLARE}|^.{{0,24}}{_REGIME}"
)
_STEP_WORDS = (
    *(("end of policy", "end"), ("ended", "end"), ("phase-out", "relax"), ("relaxed", "relax")),
    *(("extended", "extend"), ("changed", "amend"), ("change of policy", "amend")),
)
_ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\w+/(?=https?://)")
# Pages of the trackers themselves: all their records stand there, so a shared one tells nothing.
_TRACKERS = frozenset({"github.com", "icnl.org", "rti-rating.org", "idea.int", "acaps.org", "coronanet-project.org"})


@dataclass(frozen=True, slots=True)
class Profile:
    """One record, read. Sets hold what was found; an empty set means that nothing was stated."""

    source: str
    id: str
    country: str
    place: str
    start: date | None
    end: date | None
    precision: str
    legal_basis: bool
    kinds: frozenset[str]
    told: frozenset[str]
    regimes: frozenset[str]
    step: str
    is_update: bool
    topics: frozenset[str]
    forms: frozenset[str]
    scope: str
    ends: frozenset[Day]
    days: frozenset[Day]
    clock: frozenset[int]
    heads: frozenset[int]
    lengths: frozenset[int]
    stages: frozenset[int]
    declares: bool
    numbers: frozenset[str]
    articles: frozenset[str]
    names: frozenset[str]
    content: frozenset[str]
    text: str
    now: str
    addresses: frozenset[str]
    hosts: frozenset[str]


def profile(record: LinkRecord) -> Profile:
    """Read one record."""
    parts = _UPDATE.split(record.text)
    newest = parts[-1].strip() if len(parts[-1].strip()) >= _SHORTEST_UPDATE else record.text
    text, now = words.plain(record.text), words.plain(newest)
    unbracketed = now.replace("(", "").replace(")", "")
    label = words.plain(record.category)
    labels = words.values_in("category", label)
    told = words.values_in("kind", now) or words.values_in("kind", text)
    if "movement" in labels:
        labels = labels - {"movement"} | (frozenset() if labels & MOVEMENT else MOVEMENT)
    kinds = labels or told
    forms = words.values_in("form", now)
    regimes = words.values_in("regime", f"{unbracketed} {label}" if record.legal_basis else unbracketed)
    stated = reading.dates(now)
    lengths = reading.durations(now)
    start = record.start.first_day() if record.start and record.start.precision == "day" else None
    named = f"{text} {words.plain(record.instrument)}"
    numbers, articles = reading.instruments(named)
    urls = [_first_published(url) for url in record.urls]
    return Profile(
        source=record.source,
        id=record.id,
        country=record.country,
        place=record.place,
        start=start,
        end=record.end.last_day() if record.end else None,
        precision=record.start.precision if record.start else "none",
        legal_basis=record.legal_basis,
        kinds=kinds,
        told=told,
        regimes=regimes,
        step=_step(record.step, now),
        is_update=bool(record.step),
        topics=words.values_in("topic", now),
        forms=forms,
        scope=_scope(record, now),
        ends=_ends(record, start, stated.until, lengths),
        days=stated.until | stated.others,
        clock=reading.clock_times(now),
        heads=reading.head_counts(now),
        lengths=lengths,
        stages=reading.stages(now),
        declares=_declares(record, regimes, forms, unbracketed),
        numbers=numbers,
        articles=articles,
        names=_names(record, newest),
        content=frozenset(word for word in _WORD.findall(now) if len(word) > 1 and not words.is_common(word)),
        text=text,
        now=now,
        addresses=frozenset(_address(url) for url in urls if _tells(url)),
        hosts=frozenset(_host(url) for url in urls if _tells(url)),
    )


def _declares(record: LinkRecord, regimes: frozenset[str], forms: frozenset[str], now: str) -> bool:
    """Whether it declares, extends or ends an emergency; of a legal basis, whether it founds a declared one."""
    if record.legal_basis:
        return bool(regimes) or DECLARATION in record.category
    return "under" not in forms and _DECLARES.search(now) is not None


def _step(word: str, now: str) -> str:
    said = words.values_in("step", _NO_STEP.sub(" ", now))
    labelled = next((step for part, step in _STEP_WORDS if part in word), "")
    if labelled == "end" or ("end" in said and "extend" not in said):
        return "end"
    if "allow" in said and "forbid" not in said:
        said |= {"relax"}
    if labelled == "relax" and "extend" not in said:
        return "relax"
    return next((step for step in STEPS if step in said), labelled or "none")


def _scope(record: LinkRecord, now: str) -> str:
    if record.place:
        return "local"
    found = words.values_in("scope", now)
    if len(found) > 1:
        return "unsaid"
    return next(iter(found), "unsaid")


def _ends(record: LinkRecord, start: date | None, until: frozenset[Day], lengths: frozenset[int]) -> frozenset[Day]:
    """Days on which the measure ends, as far as stated: recorded, in words, or as a length of time from its start."""
    ends = set(until)
    if record.end and record.end.day and record.end.month:
        ends.add((record.end.month, record.end.day))
    if start:
        ends |= {(day.month, day.day) for days in lengths for day in [start + timedelta(days=days)]}
        ends.discard((start.month, start.day))
    return frozenset(ends)


def _names(record: LinkRecord, text: str) -> frozenset[str]:
    """Proper names of places and bodies: words with a capital inside a sentence that are no general words."""
    own = _country_words(record.country)
    found = set(_WORD.findall(words.plain(record.place)))
    for hit in _NAME.finditer(text):
        if (
            not hit[0][0].isupper()
            or hit[0].isupper()
            or _STARTS_SENTENCE.search(text[max(0, hit.start() - 12) : hit.start()])
        ):
            continue
        word = words.plain(hit[0]).removesuffix("'s")
        if not word.startswith(own):
            found.add(word)
    return frozenset(word for word in found if not words.is_common(word) and not words.is_title(word))


@lru_cache(maxsize=512)
def _country_words(iso3: str) -> tuple[str, ...]:
    """The beginnings of the country's names: they also begin the words for its people."""
    try:
        entry = territory(iso3)
    except UsageError:
        return ()
    names = {word for language in ("en", "es", "fr") for word in _WORD.findall(words.plain(entry.name(language)))}
    return tuple(sorted({name[:4] for name in names if len(name) >= 4}))


def _address(url: str) -> str:
    parts = urlsplit(url)
    return f"{_host(url)}{parts.path.rstrip('/')}?{parts.query}".lower()


def _first_published(url: str) -> str:
    """The address that a copy in the Internet Archive was made of, else the address itself."""
    return _ARCHIVED.sub("", url)


def _tells(url: str) -> bool:
    return _host(url) not in _TRACKERS


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
