"""ICNL's COVID-19 Civic Freedom Tracker."""

from civic_tracker.adapters.icnl.page import parse

__all__ = ["parse"]
