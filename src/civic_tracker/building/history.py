"""The lines of the history: records that appeared, changed, or were withdrawn, field by field."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from civic_tracker import leaving
from civic_tracker.model.changes import TEXT_CHANGED, Change, Kind
from civic_tracker.model.schema import Observation, Record
from civic_tracker.store.fitting import fitted, fitting_value

# Where a record was read is no part of what it says.
_PROVENANCE = frozenset({"id", "source_record", "source_url", "retrieved"})


# A publisher's running text is not written into the history: that it changed is said, and not what it was.
_TEXTS = frozenset(leaving.text_fields(Record))


def changes_of_measures(
    before: Iterable[Record], after: Iterable[Record], *, day: date, new_documents: bool
) -> list[Change]:
    """The changes of one source's measures, in the order of ids.

    ``new_documents`` tells a publisher's change from a new reading of the same documents.
    """
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    changes = []
    for name in sorted(old.keys() | new.keys()):
        one = new.get(name) or old[name]
        head: dict[str, Any] = {
            "day": day,
            "source": one.source,
            "country": one.country,
            "id": name,
            "title": one.title,
        }
        if name not in old:
            changes.append(Change(kind="appeared", **head))
        elif name not in new:
            kind: Kind = "replaced" if one.is_starter else "withdrawn"
            record = fitted(one).model_dump(mode="json", exclude_defaults=True, exclude=set(_TEXTS))
            changes.append(Change(kind=kind, record=record, **head))
        else:
            changed: Kind = "changed" if new_documents else "reread"
            for field, was, now in _differences(old[name], new[name]):
                changes.append(Change(kind=changed, field=field, before=was, after=now, **head))
    return changes


def first_load(source: str, measures: int, figures: int, *, day: date) -> Change:
    """The change of a source that had no records before: nothing appeared in the world, we began to look."""
    return Change(day=day, source=source, kind="loaded", after=f"{measures} measures, {figures} figures")


def changes_of_figures(
    source: str, before: Sequence[Observation], after: Sequence[Observation], *, day: date
) -> list[Change]:
    """How many figures of each release appeared, changed or vanished: one line for a release."""
    changes = []
    for release in sorted({one.release for one in [*before, *after]}):
        old, new = (
            {
                (one.country, str(one.period), one.indicator): (one.value_as_written, one.lower, one.upper)
                for one in figures
                if one.release == release
            }
            for figures in (before, after)
        )
        changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
        if old.keys() != new.keys() or changed:
            words = f"{len(new.keys() - old.keys())} new, {changed} changed, {len(old.keys() - new.keys())} gone"
            changes.append(Change(day=day, source=source, kind="figures", field=release, after=words))
    return changes


def _differences(old: Record, new: Record) -> list[tuple[str, str, str]]:
    found = []
    for field in Record.model_fields:
        was, now = getattr(old, field), getattr(new, field)
        if field in _PROVENANCE or was == now:
            continue
        words = (TEXT_CHANGED, TEXT_CHANGED) if field in _TEXTS else (_words(field, was), _words(field, now))
        found.append((field, *words))
    return found


def _words(field: str, value: object) -> str:
    """The value for the history, as it may leave: a record of an earlier version may hold text where a term belongs."""
    if value is None:
        return ""
    leaves = leaving.kinds_of(Record).get(field)
    value = fitting_value(leaves, value) if leaves else value
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
