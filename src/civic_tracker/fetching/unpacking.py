"""Undoing the compression of an answer while it arrives, so that no bomb ever unpacks beyond its limit."""

import zlib
from typing import Protocol

from civic_tracker.fetching.outcomes import Failure
from civic_tracker.text import shorten

ACCEPTED = "gzip, deflate"  # what we ask for, and all that we unpack

_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_BLOCK = 1 << 20
_MOST_MEMBERS = 1_000


class Unpacking(Protocol):
    def add(self, piece: bytes) -> None:
        """Take the next bytes as received."""

    def end(self) -> bytes:
        """The whole document."""


def unpacking(encoding: str, limit: int) -> Unpacking:
    """What undoes a Content-Encoding (RFC 9110, 8.4) into at most ``limit`` bytes.

    Raises:
        Failure: for an encoding that was not asked for.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _Plain(limit)
    if name in {"gzip", "x-gzip"}:
        return _Packed(limit, gzip=True)
    if name == "deflate":
        return _Packed(limit, gzip=False)
    raise Failure("not_the_format", f"is compressed as '{shorten(encoding, 40)}', which was not asked for")


def too_large(limit: int) -> Failure:
    return Failure(
        "not_the_format",
        f"is larger than the limit of {limit / 1_000_000:g} MB. Raise max_megabytes in the source's declaration "
        "if it really is that large",
    )


class _Plain:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._content = bytearray()

    def add(self, piece: bytes) -> None:
        self._content += piece
        if len(self._content) > self._limit:
            raise too_large(self._limit)

    def end(self) -> bytes:
        return bytes(self._content)


class _Packed:
    """gzip with any number of members (RFC 1952, 2.2), or deflate with or without its zlib wrapper.

    RFC 9110, 8.4.1.2 notes that some servers leave the wrapper out.
    """

    def __init__(self, limit: int, *, gzip: bool) -> None:
        self._limit = limit
        self._gzip = gzip
        self._content = bytearray()
        self._waiting = b""
        self._members = 0
        self._ended = False
        self._stream = zlib.decompressobj(_GZIP)

    def add(self, piece: bytes) -> None:
        self._waiting += piece
        full = False
        while (self._waiting or full) and not self._ended:
            if self._members == 0 or self._stream.eof:
                if len(self._waiting) < 2:
                    return
                self._begin_member()
            else:
                full = self._unpack()

    def end(self) -> bytes:
        if self._members == 0 or not (self._ended or self._stream.eof):
            raise Failure("unreachable", "the compressed answer ends in the middle", again=True)
        return bytes(self._content)

    def _begin_member(self) -> None:
        if self._members and not (self._gzip and self._waiting.startswith(_GZIP_MAGIC)):
            self._ended = True  # whatever follows, zeros in practice, is no part of the document
            return
        if self._members == _MOST_MEMBERS:
            raise Failure("not_the_format", f"is compressed in more than {_MOST_MEMBERS} parts, which no document is")
        self._members += 1
        if self._gzip:
            self._stream = zlib.decompressobj(_GZIP)
        else:
            wrapped = _has_zlib_header(self._waiting)
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    def _unpack(self) -> bool:
        """Unpack some of what waits; whether more may come of it without further bytes."""
        most = min(_BLOCK, self._limit - len(self._content) + 1)
        try:
            unpacked = self._stream.decompress(self._waiting, most)
        except zlib.error as error:
            raise Failure(
                "unreachable", f"the compressed answer is damaged, or not compressed ({error})", again=True
            ) from error
        self._content += unpacked
        if len(self._content) > self._limit:
            raise too_large(self._limit)
        self._waiting = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return len(unpacked) == most and not self._stream.eof


def _has_zlib_header(start: bytes) -> bool:
    """RFC 1950, 2.2: method 8, and the first two bytes together a multiple of 31."""
    return start[0] & 0x0F == 8 and (start[0] << 8 | start[1]) % 31 == 0
