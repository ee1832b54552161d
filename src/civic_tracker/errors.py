"""Errors that a person can act on: each is one line that names the input and says what to do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

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


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a file of ``sources/`` or ``mappings/``: where, what, and what to do."""

    file: str
    what: str
    line: int | None = None
    column: str = ""

    def __str__(self) -> str:
        line = f"line {self.line}: " if self.line else ""
        column = f"column '{self.column}': " if self.column and f"'{self.column}'" not in self.what else ""
        return f"{self.file}: {line}{column}{self.what}."

    def facts(self) -> dict[str, str | int | None]:
        return asdict(self)


class DeclarationFaultsError(DeclarationError):
    """Everything that is wrong in a file; the message tells the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        others = len(faults) - 1
        more = f" And {others} more: civic-tracker check-sources" if others else ""
        super().__init__(f"{faults[0]}{more}")


class UsageError(CivicTrackerError):
    """The caller asked for something that does not exist: a source, a country, a day."""
