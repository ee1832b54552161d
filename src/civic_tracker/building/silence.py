"""Saying which records kept the links that they had."""

from collections.abc import Sequence

from civic_tracker.declared.sources import all_sources


def say_silent(sources: Sequence[str]) -> list[str]:
    """A sentence about sources some of whose texts are not on this machine; none where all are here."""
    if not sources:
        return []
    names = ", ".join(all_sources()[source].short_name for source in sources)
    return [
        f"Acts: texts of {names} are not on this machine, so those records keep the links that they had and get no new "
        "ones. Where the texts are, civic-tracker run links them."
    ]
