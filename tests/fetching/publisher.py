"""A web server on loopback that plays a publisher: each path does what the test declares, also what no server should.

::

    with Publisher() as publisher:
        publisher.at("/tracker", answers(status=503), answers(PAGE))  # first this, then that, and that for ever
        client.fetch(publisher.address("/tracker"), expects="page")
        assert [one.path for one in publisher.asked] == ["/robots.txt", "/tracker", "/tracker"]
"""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_LONGEST = 3600.0  # seconds that a misbehaving answer lasts at most; a test ends it by ending its publisher


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; ``moment`` is the real monotonic clock's, in seconds."""

    path: str
    fields: Message
    moment: float


class Exchange(BaseHTTPRequestHandler):
    """One request being answered; a behaviour writes to ``wfile``, or to ``connection`` itself."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        behaviour = self.server.publisher.next_behaviour(self)
        with contextlib.suppress(OSError):
            behaviour(self)
        self.close_connection = True

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, the base names it so
        """Say nothing on the terminal."""

    def head(self, status: int, fields: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()

    @property
    def over(self) -> threading.Event:
        """Set when the test ends: misbehaviour that lasts must not outlive it."""
        return self.server.publisher.over


Behaviour = Callable[[Exchange], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    publisher: "Publisher"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what many tests are about."""


@dataclass
class Publisher:
    """Answers 404 where nothing is declared, also for robots.txt; ``tls`` makes it speak https."""

    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    _behaviours: dict[str, list[Behaviour]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), Exchange)
        self._server.publisher = self
        if self.tls:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def address(self, path: str = "/") -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}{path}"

    def at(self, path: str, *behaviours: Behaviour) -> str:
        """Declare what the path does at each request in turn, the last for ever; return its address."""
        self._behaviours[path] = list(behaviours)
        return self.address(path)

    def asked_for(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def next_behaviour(self, exchange: Exchange) -> Behaviour:
        with self._lock:
            self.asked.append(Asked(exchange.path, exchange.headers, time.monotonic()))
            waiting = self._behaviours.get(exchange.path.split("?")[0]) or [answers(status=404)]
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]


def answers(content: bytes = b"", *, status: int = 200, media: str = "text/html", **fields: str) -> Behaviour:
    """A proper answer. Field names are written with underscores: ``content_encoding="gzip"``."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}

    def behave(exchange: Exchange) -> None:
        exchange.head(status, {"Content-Type": media, "Content-Length": str(len(content)), **named})
        exchange.wfile.write(content)

    return behave


def answers_if_changed(
    content: bytes, *, etag: str = "", last_modified: str = "", media: str = "text/html"
) -> Behaviour:
    """What a publisher does that understands conditional requests (RFC 9110, 13)."""
    marks: dict[str, Any] = {name: mark for name, mark in (("ETag", etag), ("Last-Modified", last_modified)) if mark}

    def behave(exchange: Exchange) -> None:
        same_etag = etag and exchange.headers["If-None-Match"] == etag
        same_date = not exchange.headers["If-None-Match"] and exchange.headers["If-Modified-Since"] == last_modified
        if same_etag or (last_modified and same_date):
            exchange.head(304, marks)
        else:
            answers(content, media=media, **marks)(exchange)

    return behave


def redirects(to: str, *, status: int = 302, content: bytes = b"") -> Behaviour:
    return answers(content, status=status, location=to)


def chunked(*chunks: bytes, whole: bool = True, **fields: str) -> Behaviour:
    """An answer in chunks (RFC 9112, 7.1); one that is not ``whole`` stops before the closing chunk."""

    def behave(exchange: Exchange) -> None:
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        exchange.head(200, {"Content-Type": "text/html", "Transfer-Encoding": "chunked", **named})
        for chunk in chunks:
            exchange.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if whole:
            exchange.wfile.write(b"0\r\n\r\n")

    return behave


def says(raw: bytes) -> Behaviour:
    """Any bytes at all, then the end of the connection."""

    def behave(exchange: Exchange) -> None:
        exchange.wfile.write(raw)

    return behave


def resets(after: bytes = b"") -> Behaviour:
    """Some bytes, then a reset of the connection in the middle."""

    def behave(exchange: Exchange) -> None:
        exchange.wfile.write(after)
        exchange.wfile.flush()
        time.sleep(0.02 if after else 0)  # a reset overtakes what was just sent
        # With SO_LINGER on and zero seconds, closing sends RST and not FIN.
        exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        exchange.rfile.close()
        exchange.connection.close()

    return behave


def stalls(after: bytes = b"") -> Behaviour:
    """Some bytes, then silence with the connection open."""

    def behave(exchange: Exchange) -> None:
        exchange.wfile.write(after)
        exchange.over.wait(_LONGEST)

    return behave


def drips(start: bytes, drop: bytes = b"x", every: float = 0.02) -> Behaviour:
    """Some bytes, then a drop every few hundredths of a second, for ever."""

    def behave(exchange: Exchange) -> None:
        exchange.wfile.write(start)
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end and not exchange.over.wait(every):
            exchange.wfile.write(drop)

    return behave


def pours(start: bytes, block: bytes = b"x" * 65_536) -> Behaviour:
    """Some bytes, then as much as the client takes."""
    return drips(start, block, every=0)
