"""Standard output and error as this program uses them: any encoding, closed, full, or with nobody who reads on.

A command does its work whatever becomes of what it prints: a refresh whose log cannot be written has still refreshed.
Text that a stream cannot take is thrown away, and once the command has ended, ``trouble`` says what happened. Where the
reader has gone, as ``head`` does after its lines, that is no trouble at all.
"""

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from civic_tracker.publish.printing import NEAREST, is_unicode

_NAMES = ("stdout", "stderr")
_ASCII = "civic_tracker_ascii"  # by its own name, Click takes ASCII for a mistake and writes UTF-8 instead


def _find(name: str) -> codecs.CodecInfo | None:
    found = codecs.lookup("ascii")
    return codecs.CodecInfo(**_parts(found), name=name) if name == _ASCII else None


def _parts(codec: codecs.CodecInfo) -> dict[str, Any]:
    names = ("encode", "decode", "streamreader", "streamwriter", "incrementalencoder", "incrementaldecoder")
    return {name: getattr(codec, name) for name in names}


codecs.register(_find)


class _Outlet(io.RawIOBase):
    """A stream that takes everything, and remembers why it could not pass it on; closing it leaves the other open."""

    def __init__(self, raw: io.RawIOBase | None) -> None:
        super().__init__()
        self._raw = raw
        self._reader_gone = False
        self.failure = ""

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw is not None and self._raw.isatty()

    def fileno(self) -> int:
        if self._raw is None:
            raise io.UnsupportedOperation("this stream is closed")
        return self._raw.fileno()

    def write(self, content: Any) -> int:
        size = memoryview(content).nbytes
        if self._raw is None:
            self.failure = "it is closed"
        if self._raw is None or self.failure or self._reader_gone:
            return size
        try:
            written = self._raw.write(content)
        except OSError as error:
            if _is_broken_pipe(error):
                self._reader_gone = True
            else:
                self.failure = error.strerror or str(error)
            return size
        return size if written is None else written


def _is_broken_pipe(error: OSError) -> bool:
    """Windows calls it an invalid argument."""
    return isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL)


@contextmanager
def any_streams() -> Iterator[None]:
    """Let both streams of this block take any text; what stood there before is put back after it."""
    _occupy_closed()
    former: dict[str, TextIO | None] = {name: getattr(sys, name) for name in _NAMES}
    for name, stream in former.items():
        setattr(sys, name, _willing(stream))
    try:
        yield
    finally:
        for name, stream in former.items():
            getattr(sys, name).flush()
            setattr(sys, name, stream)


def _occupy_closed() -> None:
    """Let no file of the program get the number of a stream that is closed, lest a child process print into it."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # the standard streams are 0, 1 and 2
        pass
    os.close(number)


def trouble() -> str:
    """Why what was printed did not arrive, in words; nothing where it did, or where its reader stopped reading."""
    sys.stdout.flush()
    outlet = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return outlet.failure if isinstance(outlet, _Outlet) else ""


def print_bytes(content: bytes) -> None:
    """Print a file as it is; where a terminal of another encoding shows it, as text."""
    if sys.stdout.isatty() and not is_unicode(sys.stdout.encoding):
        sys.stdout.write(content.decode("utf-8-sig", errors="replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _willing(stream: TextIO | None) -> TextIO:
    """A stream that never fails: for one that is closed, too; what a test put there stays as it is."""
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(_Outlet(None)), encoding="utf-8", errors=NEAREST)
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # with PYTHONUNBUFFERED there is no buffer around it
    if not isinstance(stream, io.TextIOWrapper) or not isinstance(raw, io.RawIOBase):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Outlet(raw)),
        encoding=_ASCII if codecs.lookup(stream.encoding).name == "ascii" else stream.encoding,
        errors=NEAREST,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
