"""A session of requests for one exchange: to the addresses that were judged, until a deadline, and nowhere else.

What requests would do by itself and must not do here: resolve a name again when it connects, follow a redirect and read
its whole body, take passwords from ``.netrc``, and limit the time between two bytes only.
"""

import os
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, SSLError

from civic_tracker.fetching.outcomes import Failure
from civic_tracker.text import shorten


class Deadline:
    """Shuts connections down once ``seconds`` have passed.

    A time limit of a socket begins anew with each byte, so that a slow drip of a handshake, a header or a body would
    never end.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._late = threading.Event()
        self._watching = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._watching:
            for connected in self._watched:
                connected.close()
            self._watched.clear()

    @property
    def passed(self) -> bool:
        return self._late.is_set()

    def watch(self, connected: socket.socket) -> None:
        """Shut this connection down, too, when the time is over, or now if it is.

        A second handle of the same connection is kept: encryption takes the first one away from its socket, and an
        ``SSLSocket`` must not be shut down under the feet of the thread that reads it.
        """
        with self._watching:
            self._watched.append(connected.dup())
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        self._late.set()
        with self._watching:
            for connected in self._watched:
                with suppress(OSError):
                    connected.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class _Route:
    """The IP addresses that were judged, to be tried in turn, and the time that there is."""

    addresses: Sequence[str]
    deadline: Deadline


class _Connection(HTTPConnection):
    """Connects to a judged address, while the name stays what certificate and Host field are about."""

    def __init__(self, *arguments: Any, route: _Route, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._route = route
        self._address = ""

    def connect(self) -> None:
        refusal: Exception | None = None
        for address in self._route.addresses:
            self._address = address
            try:
                super().connect()
            except (ssl.SSLError, SSLError):
                raise  # the publisher was reached; another of its addresses has the same certificate
            except (HTTPError, OSError) as error:
                refusal = error
                if self.sock is not None:  # and not the connection, which may have a request begun
                    self.sock.close()
                    self.sock = None
            else:
                return
        raise refusal or OSError("no address to connect to")

    def _new_conn(self) -> socket.socket:
        # urllib3 has no public name for this one step; its own connections through SOCKS replace it, too.
        try:
            connected = socket.create_connection((self._address, self.port), self.timeout)
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"{self._address} took no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error
        self._route.deadline.watch(connected)
        return connected


class _SecureConnection(_Connection, HTTPSConnection):
    """The same, encrypted: ``connect`` goes on to that of urllib3's own."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """Sends each request once, on the route."""

    def __init__(self, route: _Route) -> None:
        self._route = route
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        super().init_poolmanager(*arguments, ssl_context=trusted_authorities(), **named)
        self._lead(self.poolmanager)

    def _lead(self, manager: PoolManager) -> None:
        pools = {"http": partial(_Pool, route=self._route), "https": partial(_SecurePool, route=self._route)}
        manager.pool_classes_by_scheme = pools  # type: ignore[assignment]  # it calls them, and asks nothing else


class _Session(requests.Session):
    """Leaves redirects to the caller, who judges where they lead."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: asked not to follow a redirect, requests still reads the whole of its body to prepare the next step."""


@contextmanager
def session_to(addresses: Sequence[str], deadline: Deadline) -> Iterator[requests.Session]:
    """A session for one request; of its answer no cookie and no connection is left for the next."""
    with _Session() as session:
        session.trust_env = False  # no password of .netrc; no proxy, which would choose the address in our place
        session.headers.clear()
        adapter = _Adapter(_Route(addresses, deadline))
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        yield session


@cache
def trusted_authorities() -> ssl.SSLContext:
    """Whom we believe that a certificate is genuine: the authorities of this machine, or those in ``SSL_CERT_FILE``;
    Mozilla's list, since some installations of Python come without one; and those in ``REQUESTS_CA_BUNDLE``.

    Raises:
        Failure: when that file or folder cannot be read.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    bundle = os.environ.get("REQUESTS_CA_BUNDLE")
    if bundle:
        try:
            context.load_verify_locations(**{"capath" if Path(bundle).is_dir() else "cafile": bundle})
        except OSError as error:  # an ssl.SSLError, too
            cause = f"REQUESTS_CA_BUNDLE names '{shorten(bundle, 200)}', which cannot be read. Correct it"
            raise Failure("unreachable", cause) from error
    return context
