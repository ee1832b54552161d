"""Which addresses we may ask: http(s) only, on the public internet, and a redirect never to somewhere worse.

A publisher's page can redirect anywhere, and a name can point anywhere: to the router, to the cloud provider's metadata
service, to a database on this machine. A name is therefore resolved once, every address it has is judged, and the
connection is made to an address that was judged, not to the name.
"""

import re
import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from civic_tracker.fetching.addresses import is_public
from civic_tracker.fetching.outcomes import Failure
from civic_tracker.text import shorten

Resolve = Callable[[str], list[str]]

_MOST_ADDRESSES = 4  # of one host to be tried in turn
_LONGEST = 8_000  # characters of an address; RFC 9110, 4.1 asks for that much, and no publisher needs it
_DEFAULT_PORTS = {"http": 80, "https": 443}
_USER_INFO = re.compile(r"//[^/?#@\s]*@")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\s]")


@dataclass(frozen=True)
class Target:
    """A parsed address. ``url`` is the whole of it without its fragment; ``path`` what is sent in the request line."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port, as the Host field has them (RFC 9110, 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


def shown(address: str, longest: int = 200) -> str:
    """An address as a message shows it: on one line, and without the password that someone put into it."""
    return shorten(_USER_INFO.sub("//", address), longest)


def target_of(address: str) -> Target:
    """Parse an address.

    Raises:
        Failure: when it is no http(s) address with a host, is too long, or carries a user name or password.
    """
    if len(address) > _LONGEST:
        raise Failure("refused", f"is longer than {_LONGEST:,} characters, which no address of a page is")
    try:
        parts = parse_url(address.strip())
    except (HTTPError, ValueError) as error:
        raise Failure("refused", "is not a readable address. Correct it in the source's declaration") from error
    scheme, host = (parts.scheme or "").lower(), (parts.host or "").strip("[]").rstrip(".").lower()
    if scheme not in _DEFAULT_PORTS or not host:
        raise Failure("refused", "is not an http or https address, and others are never followed")
    if parts.auth:
        raise Failure("refused", "carries a user name or password, which is never sent")
    target = Target("", scheme, host, parts.port or _DEFAULT_PORTS[scheme], _BREAKS.sub("", parts.request_uri))
    return Target(f"{target.origin}{target.path}", target.scheme, target.host, target.port, target.path)


def redirected(source: Target, location: str) -> Target:
    """Where a redirect leads.

    Raises:
        Failure: when it names no address that we may follow, or leaves https for http.
    """
    with suppress(UnicodeError):
        # Header fields arrive as Latin-1; an address that is not plain ASCII is UTF-8 in practice.
        location = location.encode("latin-1").decode("utf-8")
    try:
        target = target_of(urljoin(source.url, location.strip()))
    except (Failure, ValueError) as error:
        raise Failure("refused", f"redirects to '{shown(location, 120)}', which cannot be followed") from error
    if source.scheme == "https" and target.scheme == "http":
        raise Failure("refused", f"redirects from https to unprotected http ({target.url}), which is never followed")
    return target


def resolve(host: str) -> list[str]:
    """The IP addresses of a host, in the order in which the system would try them."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def judged_addresses(target: Target, allow_private: Collection[str], resolver: Resolve = resolve) -> list[str]:
    """The IP addresses to connect to, each of which was judged.

    Raises:
        Failure: when the name is unknown, or any of its addresses is not public: an honest publisher has no such one.
    """
    try:
        addresses = resolver(target.host)
    except (OSError, UnicodeError) as error:
        raise Failure(
            "unreachable", f"the name {target.host} is not known (check the network and the spelling)", again=True
        ) from error
    if not addresses:
        raise Failure("unreachable", f"the name {target.host} has no address", again=True)
    inner = next((one for one in addresses if not is_public(one)), None)
    if inner and target.host not in allow_private:
        named = target.host if target.host == inner else f"{target.host} ({inner})"
        raise Failure("refused", f"{named} is a private or local address, which is never asked")
    return addresses[:_MOST_ADDRESSES]
