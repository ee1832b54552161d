"""One request and its answer: to an address that was judged, within limits of time and size, or a failure.

This speaks through urllib3's connections and not through a session of requests: a session reads the whole body of a
redirect before anyone can limit it (``Session.resolve_redirects``), and it resolves the name again when it connects.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException, IncompleteRead

import certifi
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)

from civic_tracker.fetching.guard import Target
from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.policy import Policy
from civic_tracker.fetching.unpacking import too_large, unpacking
from civic_tracker.limits import MEGABYTE
from civic_tracker.text import shorten

_PIECE = 65_536
_MOST_OF_AN_ERROR = 65_536  # bytes of an error page that are read, to say what it is
_WITH_DOCUMENT = frozenset({200, 203})
_WITHOUT_BODY = frozenset({204, 205, 301, 302, 303, 304, 307, 308})  # or with one that nobody reads


@dataclass
class _Body:
    """The body of an answer as it comes over the wire: ``received`` counts its bytes, also when it breaks off."""

    received: int = 0

    def pieces(self, response: BaseHTTPResponse) -> Iterator[bytes]:
        # Not response.stream(): that waits until a piece is full, and what came of it before a silence is not counted.
        while piece := response.read1(_PIECE, decode_content=False):
            self.received += len(piece)
            yield piece


@dataclass(frozen=True)
class Answer:
    """``fields`` by their names in small letters, ``content`` unpacked, ``received`` bytes of the body on the wire."""

    status: int
    fields: Mapping[str, str]
    content: bytes
    received: int


def ask(target: Target, addresses: list[str], fields: Mapping[str, str], policy: Policy) -> Answer:
    """Send one GET to the first of the addresses that takes the connection, and read what comes.

    Raises:
        Failure: when no whole answer within the policy's limits comes; ``received`` is what came of it.
    """
    body = _Body()
    try:
        connection = _connected(target, addresses, policy)
    except (HTTPError, OSError) as error:
        raise _explained(error, target) from error
    try:
        with _cut_off_after(policy.answer_seconds, connection.sock) as late:
            try:
                answer = _answer(connection, target, fields, policy, body)
            except (Failure, HTTPError, HTTPException, OSError, ValueError) as error:
                if late.is_set():
                    raise _too_slow(policy) from error
                if isinstance(error, Failure):
                    raise
                raise _explained(error, target) from error
            if late.is_set():
                raise _too_slow(policy)  # what we cut off ourselves can look like an end
            return answer
    except Failure as failure:
        failure.received = body.received
        raise
    finally:
        connection.close()


def _answer(
    connection: HTTPConnection, target: Target, fields: Mapping[str, str], policy: Policy, body: _Body
) -> Answer:
    connection.request(
        "GET",
        target.path,
        headers={"Host": target.authority, **fields, "Connection": "close"},
        preload_content=False,
        decode_content=False,
    )
    response = connection.getresponse()
    try:
        received = {name.lower(): value for name, value in response.headers.items()}
        if response.status in _WITHOUT_BODY:
            return Answer(response.status, received, b"", 0)
        if response.status in _WITH_DOCUMENT:
            content = _document(response, received, policy, body)
        else:
            content = _start_of_error(response, body)
        return Answer(response.status, received, content, body.received)
    finally:
        response.close()


def _document(response: BaseHTTPResponse, fields: Mapping[str, str], policy: Policy, body: _Body) -> bytes:
    most = int(policy.max_megabytes * MEGABYTE)
    unpacked = unpacking(fields.get("content-encoding", ""), int(policy.max_megabytes_unpacked * MEGABYTE))
    if response.length_remaining is not None and response.length_remaining > most:
        raise too_large(most)
    for piece in body.pieces(response):
        if body.received > most:
            raise too_large(most)
        unpacked.add(piece)
    return unpacked.end() if body.received else b""


def _start_of_error(response: BaseHTTPResponse, body: _Body) -> bytes:
    """The first bytes of an error page; that it comes whole matters to nobody."""
    encoding = response.headers.get("content-encoding", "")
    start = bytearray()
    with suppress(HTTPError, HTTPException, OSError, ValueError):
        for piece in body.pieces(response):
            start += piece
            if len(start) >= _MOST_OF_AN_ERROR:
                break
    try:
        unpacked = unpacking(encoding, 20 * _MOST_OF_AN_ERROR)
        unpacked.add(bytes(start))
        return unpacked.end()
    except Failure:
        return b""


def _connected(target: Target, addresses: list[str], policy: Policy) -> HTTPConnection:
    refusal: Exception | None = None
    for address in addresses:
        connection = _connection(target, address, policy.connect_seconds)
        try:
            connection.connect()
        except ssl.SSLError:
            connection.close()
            raise  # the publisher was reached; another of its addresses has the same certificate
        except (HTTPError, OSError) as error:
            connection.close()
            refusal = error
        else:
            connection.timeout = policy.read_seconds
            return connection
    raise refusal or OSError("no address to connect to")


def _connection(target: Target, address: str, seconds: float) -> HTTPConnection:
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=seconds)
    return HTTPSConnection(
        address, target.port, timeout=seconds, server_hostname=target.host, ssl_context=trusted_authorities()
    )


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Certificates are checked against what this machine trusts (``SSL_CERT_FILE`` included) and Mozilla's list.

    Some installations of Python come without a list of their own.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@contextmanager
def _cut_off_after(seconds: float, connected: socket.socket | None) -> Iterator[threading.Event]:
    """Shut the connection down after ``seconds``; the event says whether that happened.

    A time limit of the socket begins anew with each byte, so that a slow drip of header or body would never end.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        if connected is not None:
            with suppress(OSError):
                # Not SSLSocket's own: that takes the encryption away under the feet of the thread that reads.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _too_slow(policy: Policy) -> Failure:
    return Failure("unreachable", f"the answer was not complete after {policy.answer_seconds:g} seconds")


def _explained(error: Exception, target: Target) -> Failure:
    """What went wrong, in words that do not name Python's classes."""
    if isinstance(error, ssl.SSLCertVerificationError):
        why = (error.verify_message or "not accepted").rstrip(".")
        return Failure("unreachable", f"the certificate of {target.host} is not valid ({why})")
    if isinstance(error, ssl.SSLError):
        return Failure("unreachable", f"{target.host} does not speak https as it should ({error.reason})", again=True)
    if isinstance(error, ConnectTimeoutError) and not isinstance(error, NewConnectionError):
        return Failure("unreachable", f"{target.host} did not take the connection in time", again=True)
    if isinstance(error, TimeoutError | ReadTimeoutError):
        return Failure("unreachable", f"{target.host} fell silent in the middle of the exchange", again=True)
    root = _root(error)
    if isinstance(root, ConnectionRefusedError):
        return Failure("unreachable", f"{target.host} refused the connection", again=True)
    if isinstance(root, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return Failure("unreachable", f"{target.host} broke the connection off", again=True)
    if isinstance(root, IncompleteRead) and root.expected:
        partial: object = root.partial  # urllib3 gives a number where http.client gives the bytes
        got = f"{len(partial) if isinstance(partial, bytes) else partial} bytes came"
        return Failure("unreachable", f"the answer was cut off ({got}, {root.expected} were missing)", again=True)
    # http.client reads the size of a chunk, a hexadecimal number, without saying what it read.
    if isinstance(root, IncompleteRead) or (isinstance(root, ValueError) and "base 16" in str(root)):
        return Failure("unreachable", "the answer was cut off in the middle", again=True)
    if isinstance(root, OSError):
        return Failure("unreachable", f"{target.host} cannot be reached ({root.strerror or root})", again=True)
    return Failure(
        "unreachable", f"{target.host} does not answer in proper HTTP ({shorten(str(root), 80)})", again=True
    )


def _root(error: BaseException) -> BaseException:
    """The first cause of an error that urllib3 wrapped."""
    seen = set()
    while id(error) not in seen:
        seen.add(id(error))
        inner = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        inner = inner or next((one for one in error.args if isinstance(one, BaseException)), None)
        if inner is None:
            break
        error = inner
    return error
