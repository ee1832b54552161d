"""civic-tracker: the measures that restrict civil liberties, from several trackers, in one schema.

The Python interface is small, and returns pandas frames::

    import civic_tracker
    measures = civic_tracker.load_measures()
    summary = civic_tracker.summarise("Kenya", on="2020-12-31")
"""

from typing import TYPE_CHECKING, Any

from civic_tracker.version import __version__

if TYPE_CHECKING:
    from civic_tracker.publish.frames import load_measures, load_observations, load_spells, summarise

__all__ = ["__version__", "load_measures", "load_observations", "load_spells", "summarise"]


def __getattr__(name: str) -> Any:
    # pandas takes most of a second to import: only those who ask for frames wait for it.
    if name in {"load_measures", "load_observations", "load_spells", "summarise"}:
        from civic_tracker.publish import frames

        return getattr(frames, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
