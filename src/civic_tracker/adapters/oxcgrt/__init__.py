"""OxCGRT: levels of policies, one a country and day."""

from civic_tracker.adapters.oxcgrt.series import parse

__all__ = ["parse"]
