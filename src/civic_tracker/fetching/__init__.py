"""Fetching publishers' documents: politely, robustly, and only from the public internet.

``Client.fetch`` gives a new document, or says that nothing changed, or raises a ``FetchError`` of a known kind.
"""

from typing import TYPE_CHECKING, Any

from civic_tracker.fetching.outcomes import Expects, Fetched, FetchError, Kind, Unchanged
from civic_tracker.fetching.policy import PROJECT_ADDRESS, Clock, Policy
from civic_tracker.model.runs import Receipt

if TYPE_CHECKING:
    from civic_tracker.fetching.client import Client

__all__ = [
    "PROJECT_ADDRESS",
    "Client",
    "Clock",
    "Expects",
    "FetchError",
    "Fetched",
    "Kind",
    "Policy",
    "Receipt",
    "Unchanged",
]


def __getattr__(name: str) -> Any:
    # Speaking HTTP takes a fifth of a second to import; only a refresh needs it, and every command reads receipts.
    if name == "Client":
        from civic_tracker.fetching.client import Client

        return Client
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
