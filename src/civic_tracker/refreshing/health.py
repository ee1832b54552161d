"""Whether a document that was fetched looks like the source it should be: the least it holds, and what it lost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from civic_tracker.declared.sources import Refresh
from civic_tracker.documents.entries import Parsed, RawEntry, RawFigure, countries_in, entries_in
from civic_tracker.model.runs import FailureKind
from civic_tracker.model.schema import Problem, SourceCount


@dataclass(frozen=True, slots=True)
class Failing:
    """Why a document is not taken over."""

    kind: FailureKind
    reason: str


def fill_rates(parsed: Sequence[Parsed]) -> dict[str, float]:
    """By field, the share of entries (or figures) in which it is filled; only fields that some entry fills."""
    items: list[RawEntry | RawFigure] = []
    for part in parsed:
        items += [*part.entries, *part.figures]
    if not items:
        return {}
    rates = {}
    for name in type(items[0]).__slots__:
        filled = sum(bool(getattr(one, name, "")) for one in items)
        if filled and name not in {"locator", "extra", "remarks"}:
            rates[name] = round(filled / len(items), 3)
    return rates


def check(
    expected: Refresh,
    parsed: Sequence[Parsed],
    count: SourceCount,
    problems: Sequence[Problem],
    *,
    before: int | None,
    accept_shrink: bool,
) -> Failing | None:
    """The first expectation that a document fails, or ``None``.

    ``problems`` are those that the document's entries met; ``before`` is what :func:`entries_in` says of the last good
    document of its kind, ``None`` when there was none.
    """
    entries = entries_in(parsed)
    if not entries:
        return Failing("site_changed", "The page answered, and holds no entry.")
    if not accept_shrink:
        if before and entries < before * (1 - expected.greatest_drop):
            return Failing("shrunk", f"It holds {entries} entries; the last good document held {before}.")
        if entries < expected.least_entries:
            return Failing("shrunk", f"It holds {entries} entries; at least {expected.least_entries} are expected.")
        named = countries_in(parsed)
        if named < expected.least_countries:
            return Failing("shrunk", f"It names {named} countries; at least {expected.least_countries} are expected.")
    rates = fill_rates(parsed)
    for field, least in sorted(expected.least_filled.items()):
        rate = rates.get(field, 0.0)
        if rate < least:
            reason = f"The field '{field}' is filled in {rate:.0%} of the entries; {least:.0%} are expected."
            return Failing("suspicious", reason)
    rejected = count.rejected / entries
    if rejected > expected.most_rejected:
        reason = f"{rejected:.0%} of the entries could not become records; at most {expected.most_rejected:.0%} may."
        return Failing("suspicious", reason)
    if text := text_in_terms(expected, count, problems):
        return text
    unknown = [one for one in problems if one.code == "unknown_term"]
    share = len({one.entry for one in unknown}) / entries
    if share > expected.most_unknown:
        ((field, term), _) = Counter((one.field, one.value) for one in unknown).most_common(1)[0]
        shown = f"'{term}'" if term else "a text"
        reason = (
            f"{share:.0%} of the entries have a term that mappings/terms.csv does not know, most often {shown} as "
            f"{field}; at most {expected.most_unknown:.0%} may. Look at the page, and add rows for what it renamed."
        )
        return Failing("suspicious", reason)
    repeated = count.duplicates / entries
    if repeated > 0.5:
        return Failing("suspicious", f"{repeated:.0%} of the entries repeat another one.")
    return None


def text_in_terms(expected: Refresh, count: SourceCount, problems: Sequence[Problem]) -> Failing | None:
    """The failure of a document in which text stands where terms, names and titles belong, or ``None``.

    Text of one entry is kept back and reported; text of many means that the page has another form than its adapter
    reads.
    """
    kept_back = [one for one in problems if one.code in {"text_kept_back", "title_shortened"}]
    share = len({one.entry for one in kept_back}) / max(count.entries, 1)
    if share <= expected.most_text:
        return None
    ((field, _),) = Counter(one.field for one in kept_back).most_common(1)
    reason = (
        f"{share:.0%} of the entries hold text where a term, a name or a title belongs, most often as {field}; at most "
        f"{expected.most_text:.0%} may. Look at the page: its form may have changed."
    )
    return Failing("suspicious", reason)
