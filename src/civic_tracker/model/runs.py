"""What is remembered of a run: kinds of failure, receipts of addresses."""

from datetime import date
from typing import Literal

from pydantic import Field

from civic_tracker.model.schema import Address, Code, Model, TermWords

FailureKind = Literal[
    "unreachable", "refused", "not_found", "not_the_format", "site_changed", "shrunk", "suspicious", "internal"
]


class Receipt(Model):
    """What is remembered of an address from one run to the next.

    Keep it only once the document proved to be readable: the next run shows it to the publisher, and hears that nothing
    has changed.
    """

    address: Address = Field(description="The address that was asked for.")
    final_address: Address = Field(description="The address that answered, after redirects.")
    etag: Code = Field(default="", description="The publisher's own mark of this version; may be empty.")
    last_modified: TermWords = Field(
        default="", description="When the publisher says it changed, as written; may be empty."
    )
    media_type: Code = Field(default="", description="The type that the publisher declares, in small letters.")
    sha256: Code = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes, after decompression.")
    retrieved: date = Field(description="The UTC day of the answer that brought these bytes.")
