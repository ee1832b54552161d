"""Which imported documents the records of a source come from."""

from collections.abc import Sequence

from civic_tracker.store.contents import Import


def needed(imports: Sequence[Import], source: str) -> list[Import]:
    """The imports of a source that its records come from: no batch that a later, complete one of its release replaced.

    Later means retrieved later: an old capture that is imported today never replaces a newer page.
    """
    wanted: list[Import] = []
    replaced: set[str] = set()
    for batch in reversed(by_batch([one for one in imports if one.source == source])):
        wanted += reversed([one for one in batch if one.release not in replaced])
        replaced |= {one.release for one in batch if one.complete}
    return wanted[::-1]


def by_batch(imports: Sequence[Import]) -> list[list[Import]]:
    """Documents that came together, those retrieved first coming first."""
    batches: dict[str, list[Import]] = {}
    for one in imports:
        batches.setdefault(one.batch, []).append(one)
    return sorted(batches.values(), key=lambda batch: max(one.retrieved for one in batch))
