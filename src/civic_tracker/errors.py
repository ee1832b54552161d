"""Errors that a person can act on: each is one line that names the input and says what to do."""

from civic_tracker.text import clean


class CivicTrackerError(Exception):
    """Base of every error this package raises on purpose; the command line prints it without a traceback.

    The message becomes one line, whatever a document's cell that it quotes holds.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(clean(message))


class DocumentError(CivicTrackerError):
    """A publisher's document is not what its adapter reads: says what was expected and what was found."""


class DatasetError(CivicTrackerError):
    """A file of the dataset is missing, damaged, or not ours."""


class NewerFormatError(DatasetError):
    """The dataset was written by a newer program; nothing of it may be overwritten."""


class DeclarationError(CivicTrackerError):
    """A file under ``sources/`` or ``mappings/`` breaks its own rules."""


class UsageError(CivicTrackerError):
    """The caller asked for something that does not exist: a source, a country, a day."""
