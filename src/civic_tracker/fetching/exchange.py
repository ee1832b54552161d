"""One request and its answer: to an address that was judged, within limits of time and size, or a failure."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead

import requests
from requests.exceptions import InvalidURL, RequestException
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ReadTimeoutError,
)

from civic_tracker.fetching.guard import Target
from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.policy import Policy
from civic_tracker.fetching.session import Deadline, session_to
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
        with Deadline(policy.answer_seconds) as deadline, session_to(addresses, deadline) as session:
            try:
                answer = _answer(session, target, fields, policy, body)
            except (Failure, RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
                if deadline.passed:
                    raise _too_slow(policy) from error
                if isinstance(error, Failure):
                    raise
                raise _explained(error, target) from error
            if deadline.passed:
                raise _too_slow(policy)  # what we cut off ourselves can look like an end
            return answer
    except Failure as failure:
        failure.received = body.received
        raise


def _answer(
    session: requests.Session, target: Target, fields: Mapping[str, str], policy: Policy, body: _Body
) -> Answer:
    request = session.prepare_request(requests.Request("GET", target.url, {**fields, "Connection": "close"}))
    request.url = target.url  # as it was judged, and not as requests would write it
    waits = (policy.connect_seconds, policy.read_seconds)
    with session.send(request, stream=True, allow_redirects=False, timeout=waits) as response:
        received = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code in _WITHOUT_BODY:
            return Answer(response.status_code, received, b"", 0)
        if response.status_code in _WITH_DOCUMENT:
            content = _document(response.raw, received, policy, body)
        else:
            content = _start_of_error(response.raw, body)
        return Answer(response.status_code, received, content, body.received)


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


def _too_slow(policy: Policy) -> Failure:
    return Failure("unreachable", f"the answer was not complete after {policy.answer_seconds:g} seconds")


def _explained(error: Exception, target: Target) -> Failure:
    """What went wrong, in words that do not name Python's classes."""
    causes = _causes(error)
    for cause in causes:
        if isinstance(cause, InvalidURL):
            return Failure("refused", "is not a readable address. Correct it in the source's declaration")
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = (cause.verify_message or "not accepted").rstrip(".")
            return Failure("unreachable", f"the certificate of {target.host} is not valid ({why})")
        if isinstance(cause, ssl.SSLError):
            return _may_pass(f"{target.host} does not speak https as it should ({cause.reason})")
        if isinstance(cause, ConnectTimeoutError) and not isinstance(cause, NewConnectionError):
            return _may_pass(f"{target.host} did not take the connection in time")
        if isinstance(cause, TimeoutError | ReadTimeoutError):
            return _may_pass(f"{target.host} fell silent in the middle of the exchange")
    root = causes[-1]
    if isinstance(root, ConnectionRefusedError):
        return _may_pass(f"{target.host} refused the connection")
    if isinstance(root, ConnectionResetError | BrokenPipeError | ConnectionAbortedError):
        return _may_pass(f"{target.host} broke the connection off")
    if isinstance(root, IncompleteRead) and root.expected:
        partial: object = root.partial  # urllib3 gives a number where http.client gives the bytes
        got = f"{len(partial) if isinstance(partial, bytes) else partial} bytes came"
        return _may_pass(f"the answer was cut off ({got}, {root.expected} were missing)")
    # http.client reads the size of a chunk, a hexadecimal number, without saying what it read.
    if isinstance(root, IncompleteRead) or (isinstance(root, ValueError) and "base 16" in str(root)):
        return _may_pass("the answer was cut off in the middle")
    if isinstance(root, OSError) and not isinstance(root, RequestException):
        return _may_pass(f"{target.host} cannot be reached ({root.strerror or root})")
    return _may_pass(f"{target.host} does not answer in proper HTTP ({shorten(str(root), 80)})")


def _may_pass(cause: str) -> Failure:
    return Failure("unreachable", cause, again=True)


def _causes(error: BaseException) -> list[BaseException]:
    """An error of requests, and what urllib3 and Python said before it was wrapped; the first cause is the last."""
    causes: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in causes:
        causes.append(found)
        inner = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
        found = inner or next((one for one in found.args if isinstance(one, BaseException)), None)
    return causes
