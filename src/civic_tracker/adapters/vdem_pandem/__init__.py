"""V-Dem PanDem: violations of democratic standards and the measures behind them."""

from civic_tracker.adapters.vdem_pandem.table import parse

__all__ = ["parse"]
