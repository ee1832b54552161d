"""What asking for a document can come to: new bytes, the same bytes, or a failure of a known kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from civic_tracker.errors import CivicTrackerError
from civic_tracker.model.runs import Receipt

if TYPE_CHECKING:
    from civic_tracker.documents.document import Document  # takes Beautiful Soup along, which receipts do not need

Expects = Literal["page", "table", "json"]
Kind = Literal["unreachable", "refused", "not_found", "not_the_format"]


@dataclass(frozen=True)
class Fetched:
    """A document that is new to us. ``requests`` and ``bytes`` are what it cost the publisher.

    ``requests`` counts all that were sent for it: redirects, repeated tries, and the host's robots.txt when this was
    the first document of that host. ``bytes`` counts the bodies of all their answers as they came over the wire,
    compressed, also of those that broke off.
    """

    document: Document
    receipt: Receipt
    requests: int
    bytes: int


@dataclass(frozen=True)
class Unchanged:
    """The publisher says that nothing changed (304), or sent the bytes that the receipt stands for.

    The receipt is the one that was given, so that an unchanged world changes no file; only where it held neither ETag
    nor Last-Modified, and the publisher now sends one, is that filled in.
    """

    receipt: Receipt
    requests: int
    bytes: int


class FetchError(CivicTrackerError):
    """A document could not be had; the message is one line with the address, the cause and what can be done.

    ``requests`` and ``bytes`` are what the attempt cost, as in ``Fetched``.
    """

    def __init__(self, message: str, *, kind: Kind, address: str, requests: int = 0, bytes: int = 0) -> None:  # noqa: A002
        super().__init__(message)
        self.kind: Kind = kind
        self.address = address
        self.requests = requests
        self.bytes = bytes


class Failure(Exception):  # noqa: N818
    """Why one answer cannot be used, before anyone has said which document it was for; stays within this package.

    ``again`` says whether the same request may succeed in a moment; ``wait`` is what the publisher asked for, in
    seconds; ``received`` counts the bytes of a body that broke off.
    """

    def __init__(self, kind: Kind, cause: str, *, again: bool = False, wait: float | None = None) -> None:
        super().__init__(cause)
        self.kind: Kind = kind
        self.cause = cause
        self.again = again
        self.wait = wait
        self.received = 0
