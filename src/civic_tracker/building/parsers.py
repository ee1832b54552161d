"""Which adapter reads the documents of a source."""

import importlib
from collections.abc import Callable
from typing import cast

from civic_tracker.declared.sources import Source
from civic_tracker.documents.document import Document
from civic_tracker.documents.entries import Parsed
from civic_tracker.errors import UsageError

Parser = Callable[[Document], Parsed]


def parser_of(source: Source) -> Parser:
    """The function that reads the source's documents.

    Raises:
        UsageError: for a source that has no documents of its own.
    """
    if not source.adapter:
        raise UsageError(f"The source '{source.id}' has no document to import; it is kept in data/starter/.")
    module = importlib.import_module(f"civic_tracker.adapters.{source.adapter}")
    return cast(Parser, module.parse)
