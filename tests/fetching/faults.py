"""What can go wrong between a publisher and us, each with the kind of failure and the words that must come of it.

``FAULTS`` is one declared list, so that a test of a whole refresh can play each of them too, and a command can print
them as a table.
"""

import gzip
import socket
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from civic_tracker.fetching import Expects, Kind, Policy, guard
from tests.fetching.publisher import (
    Behaviour,
    Publisher,
    answers,
    chunked,
    drips,
    pours,
    redirects,
    resets,
    says,
    stalls,
)

PATH = "/dataset"
# Small limits of size, and three tries.
LIMITS = Policy(
    read_seconds=10.0, tries=3, max_megabytes=1, max_megabytes_unpacked=2, allow_private=frozenset({"127.0.0.1"})
)
# For the faults that are about time; for all others a busy machine must not look like a slow publisher.
# Each is impatient in one way only, so that on a busy machine no pause of the publisher's counts as the other fault.
OF_SILENCE = replace(LIMITS, read_seconds=1.0)
OF_LENGTH = replace(LIMITS, answer_seconds=1.0)
_NAMES = {
    "inside.example": ["10.0.0.7"],
    "half-inside.example": ["93.184.216.34", "192.168.1.1"],
    "six.example": ["fd12:3456:789a::1"],
}
_WORDS = b"<p>" + b"The state of emergency was extended by decree until the end of June. " * 20 + b"</p>"
_START = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
_OF_1000 = _START + b"Content-Length: 1000\r\n\r\n<html><body>"
_ZEROS = bytes(8_000_000)


def resolver(host: str) -> list[str]:
    """Names of the tests' own; what is no name, such as an address in figures, as the system reads it."""
    if host.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return _NAMES.get(host) or guard.resolve(host)


def page(title: str, body: bytes = _WORDS) -> bytes:
    head = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>'
    return head.encode() + body + b"</body></html>"


@dataclass(frozen=True)
class Fault:
    """``does`` is what the publisher does at the path; ``elsewhere`` at other paths; ``requests`` how often we ask for
    the path itself. ``{publisher}`` in the address is the server's own, ``{port}`` its port."""

    name: str
    kind: Kind
    words: str
    does: tuple[Behaviour, ...] = ()
    elsewhere: Mapping[str, tuple[Behaviour, ...]] = field(default_factory=dict)
    address: str = "{publisher}" + PATH
    expects: Expects = "page"
    requests: int = 1
    policy: Policy = LIMITS

    def stage(self, publisher: Publisher) -> str:
        """Declare the fault to a publisher; the address to fetch."""
        for path, behaviours in {PATH: self.does, **self.elsewhere}.items():
            publisher.at(path, *behaviours)
        return self.address.format(publisher=publisher.address("").rstrip("/"), port=publisher.port)


def _tried(name: str, words: str, *does: Behaviour) -> Fault:
    """A fault that may pass, so that it is tried three times."""
    return Fault(name, "unreachable", words, does, requests=3)


def _stalls(name: str, *does: Behaviour) -> Fault:
    return replace(_tried(name, "fell silent", *does), policy=OF_SILENCE)


def _drips(name: str, *does: Behaviour) -> Fault:
    """Not tried again: whoever was slow for minutes will be so again."""
    return Fault(name, "unreachable", "not complete after 1 seconds", does, policy=OF_LENGTH)


def _leads_to(name: str, to: str, words: str) -> Fault:
    return Fault(name, "refused", words, (redirects(to),))


def _status(status: int, kind: Kind, words: str, *, requests: int = 1, **fields: Any) -> Fault:
    name = f"status {status}" + "".join(f", {key.replace('_', '-')}: {value}" for key, value in fields.items())
    return Fault(name, kind, words, (answers(b"no", status=status, **fields),), requests=requests)


def _brings(
    name: str, kind: Kind, words: str, content: bytes, expects: Expects = "page", requests: int = 1, **fields: Any
) -> Fault:
    return Fault(name, kind, words, (answers(content, **fields),), expects=expects, requests=requests)


_REACHING = (
    Fault(
        "connection refused",
        "unreachable",
        "refused the connection, 3 times",
        address="http://127.0.0.1:1/",
        requests=0,
    ),
    Fault("unknown name", "unreachable", "the name tracker.invalid", address="http://tracker.invalid/", requests=0),
    Fault("https where none is spoken", "unreachable", "https", address="https://127.0.0.1:{port}/x", requests=0),
    Fault("a private address", "refused", "private or local", address="http://inside.example/", requests=0),
    Fault("one private address of two", "refused", "192.168.1.1", address="http://half-inside.example/", requests=0),
    Fault("a private IPv6 address", "refused", "fd12:3456", address="http://six.example/", requests=0),
    Fault("an address that is no web address", "refused", "http", address="ftp://127.0.0.1/x", requests=0),
    Fault("an address with a password", "refused", "password", address="http://me:secret@127.0.0.1/", requests=0),
    _tried("reset before the answer", "broke the connection off", resets()),
    _tried("reset in the middle", "broke the connection off", resets(_OF_1000)),
    _tried("closed without an answer", "broke the connection off", says(b"")),
    _stalls("stall before the answer", stalls()),
    _stalls("stall in the header", stalls(b"HTTP/1.1 200 OK\r\nContent-")),
    _stalls("stall in the middle", stalls(_OF_1000)),
    _drips("slow drip of the body", drips(_OF_1000)),
    _drips("slow drip of the header", drips(_START + b"X-A: ")),
    _drips("slow drip of chunks", drips(_START + _CHUNKED, b"1\r\nx\r\n")),
    _drips(
        "a trailer without end",
        pours(_START + _CHUNKED + b"6\r\n<html>\r\n0\r\n", b"X: y\r\n" * 1_000),
    ),
    _drips("'continue' for ever", drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n")),
    _tried("closed in the header", "before the document began", says(b"HTTP/1.1 200 OK\r\nContent-Ty")),
    _tried("no HTTP at all", "proper HTTP", says(b"SSH-2.0-OpenSSH_9.6\r\n")),
    _tried("a thousand header fields", "proper HTTP", says(_START + b"X: y\r\n" * 1_000 + b"\r\n")),
    _tried("a header line without end", "proper HTTP", says(_START + b"X: " + b"y" * 100_000)),
    _tried("a chunk whose size has no end", "proper HTTP", says(_START + _CHUNKED + b"1;" + b"x" * 100_000)),
    _tried("a trailer line without end", "proper HTTP", says(_START + _CHUNKED + b"0\r\nX: " + b"y" * 100_000)),
    _tried("two lengths that differ", "proper HTTP", says(_START + b"Content-Length: 5, 7\r\n\r\nhello!!")),
)

_LEADING_AWAY = (
    Fault("redirect to itself", "unreachable", "in a circle", (redirects(PATH, status=301),)),
    Fault("redirect there and back", "unreachable", "in a circle", (redirects("/b"),), {"/b": (redirects(PATH),)}),
    Fault(
        "redirects without end",
        "unreachable",
        "more than 5 times",
        (redirects("/1"),),
        {f"/{number}": (redirects(f"/{number + 1}"),) for number in range(1, 9)},
    ),
    Fault(
        "redirect to itself with a body without end",
        "unreachable",
        "in a circle",
        (pours(b"HTTP/1.1 302 Found\r\nLocation: /dataset\r\n\r\n"),),
        policy=OF_LENGTH,
    ),
    Fault("redirect to an endless address", "refused", "cannot be followed", (redirects("/" + "x" * 9_000),)),
    Fault("redirect to nowhere", "not_the_format", "without saying where to", (answers(status=302),)),
    _leads_to("redirect to a private address", "http://10.0.0.7/", "10.0.0.7"),
    _leads_to("redirect to a private name", "http://inside.example/", "10.0.0.7"),
    _leads_to("redirect to a cloud's metadata", "http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
    _leads_to("redirect to a cloud's own service in public space", "http://168.63.129.16/", "168.63.129.16"),
    _leads_to("redirect to this machine by name", "http://localhost/", "localhost"),
    _leads_to("redirect to this machine as a number", "http://2130706433/", "127.0.0.1"),
    _leads_to("redirect to this machine in IPv6", "http://[::1]/", "::1"),
    _leads_to("redirect to a private address within IPv6", "http://[::ffff:10.0.0.7]/", "private or local"),
    _leads_to("redirect to a file", "file:///etc/passwd", "file:///etc/passwd"),
    _leads_to("redirect to a script", "javascript:alert(1)", "cannot be followed"),
    _leads_to("redirect with a password", "http://me:secret@127.0.0.1/", "cannot be followed"),
    _leads_to("redirect to a broken address", "http://[::1", "cannot be followed"),
    _leads_to("redirect to a sign-in", "/wp-login.php?redirect_to=dataset", "sign-in"),
)

_REFUSING = (
    _status(204, "not_the_format", "status 204"),
    _status(206, "not_the_format", "status 206"),
    _status(304, "not_the_format", "not modified"),
    _status(400, "refused", "status 400"),
    _status(401, "refused", "sign-in"),
    _status(403, "refused", "status 403"),
    _status(404, "not_found", "not found (status 404)"),
    _status(410, "not_found", "gone for good"),
    _status(429, "refused", "slow down (status 429), 3 times", requests=3),
    _status(429, "refused", "in 24 hours", retry_after="86400"),
    _status(429, "refused", "slow down (status 429), 3 times", requests=3, retry_after="soon"),
    _status(451, "refused", "status 451"),
    _status(500, "unreachable", "fails (status 500), 3 times", requests=3),
    _status(501, "unreachable", "status 501"),
    _status(502, "unreachable", "status 502", requests=3),
    _status(503, "unreachable", "status 503", requests=3),
    _status(503, "unreachable", "longer than a run waits", retry_after="Fri, 31 Dec 2100 23:59:59 GMT"),
    _status(504, "unreachable", "status 504", requests=3),
    _status(521, "unreachable", "status 521", requests=3),
    _status(999, "unreachable", "status 999"),
    _status(403, "refused", "check for robots", cf_mitigated="challenge"),
    _status(202, "refused", "check for robots", x_amzn_waf_action="challenge"),
)

_CHALLENGE = b"<script>window._cf_chl_opt={}</script><p>Checking that you are human.</p>"
_CAPTCHA = b'<form><div class="g-recaptcha" data-sitekey="x"></div><button>Go on</button></form>'
_SIGN_IN = b'<form><input name="user"><input type="password" name="secret"></form>'

_IN_PLACE_OF_A_PAGE = (
    _brings("an empty body", "not_the_format", "is empty", b""),
    _brings("a body of blanks", "not_the_format", "is empty", b"\xef\xbb\xbf \r\n\r\n"),
    _brings("a check of Cloudflare's", "refused", "check for robots", page("Just a moment...", _CHALLENGE)),
    _brings(
        "a check of Cloudflare's, status 503",
        "refused",
        "check for robots",
        page("Just a moment...", _CHALLENGE),
        status=503,
    ),
    _brings("a block of Cloudflare's", "refused", "check for robots", page("Attention Required! | Cloudflare")),
    _brings("a captcha", "refused", "check for robots", page("International Center", _CAPTCHA)),
    _brings("a sign-in", "refused", "sign-in", page("Members", _SIGN_IN)),
    _brings("a sign-in with much text", "refused", "sign-in", page("Log in - Tracker", _SIGN_IN + _WORDS)),
    _brings("'not found' with status 200", "not_found", "Page not found", page("Page not found - Tracker")),
    _brings("'not found' in Spanish", "not_found", "no encontrada", page("Página no encontrada")),
    _brings("404 in the title with status 200", "not_found", "404", page("404 | Tracker")),
    _brings("maintenance", "not_the_format", "maintenance", page("Site under maintenance")),
    _brings("an error of the server with status 200", "not_the_format", "500", page("500 Internal Server Error")),
    _brings("a domain for sale", "not_the_format", "for sale", page("tracker.example domain is for sale")),
    _brings("CSV for a page", "not_the_format", "expected an HTML page", b"country,title\nKenya,Curfew\n"),
    _brings("JSON for a page", "not_the_format", "found JSON", b'{"error": "use the new API"}'),
    _brings("a PDF for a page", "not_the_format", "found a PDF", b"%PDF-1.7\n%\xe2\xe3"),
    _brings("a workbook for a page", "not_the_format", ".xlsx", b"PK\x03\x04" + bytes(60)),
    _brings("HTML for CSV", "not_the_format", "found an HTML page", page("Downloads"), "table"),
    _brings("JSON for CSV", "not_the_format", "found JSON", b'[{"country": "Kenya"}]', "table"),
    _brings("a captcha for CSV", "refused", "check for robots", page("Download", _CAPTCHA), "table"),
    _brings("HTML for JSON", "not_the_format", "expected JSON", page("API"), "json"),
    _brings("a workbook for JSON", "not_the_format", "expected JSON", b"PK\x03\x04" + bytes(60), "json"),
    _brings("text for JSON", "not_the_format", "text that begins 'Unknown key'", b"Unknown key", "json"),
)

_DAMAGED = (
    _tried("a length that is too great", "cut off (12 bytes came, 988 were missing)", says(_OF_1000)),
    _tried("a length below zero", "cut off", says(_START + b"Content-Length: -5\r\n\r\n<html>")),
    _tried("chunks cut off", "cut off", chunked(b"<html>", whole=False)),
    _tried("a chunk cut off", "cut off", says(_START + b"Transfer-Encoding: chunked\r\n\r\nff\r\n<html>")),
    _tried("a chunk without a size", "cut off", says(_START + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n<html>")),
    _tried("a page cut off, of unknown length", "without </html>", says(_START + b"\r\n<html><body><p>Ken")),
    _tried("gzip cut off", "ends in the middle", answers(gzip.compress(_WORDS)[:-9], content_encoding="gzip")),
    _tried("gzip damaged", "damaged", answers(gzip.compress(_WORDS)[:-8] + b"\0" * 8, content_encoding="gzip")),
    _tried("text that says it is gzip", "damaged", answers(page("Tracker"), content_encoding="gzip")),
    _tried("deflate cut off", "ends in the middle", answers(zlib.compress(_WORDS)[:-9], content_encoding="deflate")),
    _brings("a gzip bomb", "not_the_format", "limit of 2 MB", gzip.compress(_ZEROS), content_encoding="gzip"),
    _brings("a deflate bomb", "not_the_format", "limit of 2 MB", zlib.compress(_ZEROS), content_encoding="deflate"),
    _brings(
        "gzip of ten thousand parts",
        "not_the_format",
        "1000 parts",
        gzip.compress(b"") * 10_000,
        content_encoding="gzip",
    ),
    _brings("a compression nobody asked for", "not_the_format", "'br'", b"\x8b\x02", content_encoding="br"),
    _brings("twice compressed", "not_the_format", "gzip, gzip", b"\x1f\x8b", content_encoding="gzip, gzip"),
    _brings("a declared length beyond the limit", "not_the_format", "limit of 1 MB", _ZEROS[:1_000_001]),
    Fault("a body without end", "not_the_format", "limit of 1 MB", (pours(_START + b"\r\n<html>"),)),
    Fault(
        "chunks without end",
        "not_the_format",
        "limit of 1 MB",
        (pours(_START + _CHUNKED, b"2000\r\n" + b"x" * 0x2000 + b"\r\n"),),
    ),
)


_RULES_OF_ALL = b"".join(b"Disallow: /%d\n" % number for number in range(4_000)) + b"Disallow: /dataset\n"


def _robots(name: str, kind: Kind, words: str, *does: Behaviour) -> Fault:
    return Fault(name, kind, words, (answers(page("Tracker")),), {"/robots.txt": does}, requests=0)


_RULES = (
    _robots("robots.txt forbids all", "refused", "robots.txt asks", answers(b"User-agent: *\nDisallow: /\n")),
    _robots(
        "robots.txt forbids us",
        "refused",
        "robots.txt asks",
        answers(b"User-agent: *\nAllow: /\n\nUser-agent: civic-tracker\nDisallow: /data*set$\n"),
    ),
    _robots("robots.txt fails", "unreachable", "robots.txt, which comes first", answers(status=500)),
    _robots("robots.txt asks to slow down", "refused", "slow down", answers(status=429)),
    _robots("robots.txt without an answer", "unreachable", "broke the connection off", says(b"")),
    _robots("robots.txt without end", "unreachable", "limit of 2 MB", pours(_START + b"\r\n", b"Allow: /\n" * 5_000)),
    _robots(
        "robots.txt with an endless rule",
        "refused",
        "a rule of more than 8,000 characters",
        answers(b"User-agent: *\nDisallow: /" + b"*a" * 5_000),
    ),
    _robots(
        "robots.txt of 4,000 robots with 4,000 rules, one of them ours",
        "refused",
        "robots.txt asks",
        answers(
            b"".join(b"User-agent: r%d\n" % number for number in range(4_000)) + b"User-agent: *\n" + _RULES_OF_ALL
        ),
    ),
    _robots("robots.txt in a circle", "unreachable", "in a circle", redirects("/robots.txt")),
    _robots("robots.txt on a private address", "refused", "10.0.0.7", redirects("http://10.0.0.7/robots.txt")),
    Fault(
        "robots.txt forbids where a redirect leads",
        "refused",
        "robots.txt asks",
        (redirects("/closed/page"),),
        {"/robots.txt": (answers(b"User-agent: *\nDisallow: /closed/\n"),)},
    ),
)

FAULTS = _REACHING + _LEADING_AWAY + _REFUSING + _IN_PLACE_OF_A_PAGE + _DAMAGED + _RULES
