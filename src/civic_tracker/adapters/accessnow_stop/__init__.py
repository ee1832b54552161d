"""Access Now, #KeepItOn: internet shutdowns."""

from civic_tracker.adapters.accessnow_stop.workbook import parse

__all__ = ["parse"]
