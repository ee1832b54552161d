"""Documents that arrive whole, in all the ways in which HTTP lets them."""

import gzip
import json
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civic_tracker.fetching import Client, Expects, Fetched, FetchError, Policy, Receipt, Unchanged, session
from tests.fetching.conftest import LOOPBACK, Waits
from tests.fetching.faults import LIMITS, OF_LENGTH, OF_SILENCE, page
from tests.fetching.publisher import Behaviour, Publisher, answers, chunked, pours, redirects, says, stalls

PAGE = page("Tracker")
CSV = b"country,title\nKenya,Curfew\n"
PACKED = gzip.compress(PAGE)
BARE = zlib.compressobj(wbits=-zlib.MAX_WBITS)
BARE_DEFLATE = BARE.compress(PAGE) + BARE.flush()


def _fetched(publisher: Publisher, waits: Waits, *does: Behaviour, expects: Expects = "page") -> Fetched:
    fetched = Client(LOOPBACK, clock=waits.clock).fetch(publisher.at("/dataset", *does), expects=expects)
    assert isinstance(fetched, Fetched)
    return fetched


@pytest.mark.parametrize(
    "does",
    [
        answers(PAGE),
        answers(PAGE, status=203),
        answers(PACKED, content_encoding="gzip"),
        answers(gzip.compress(PAGE[:50]) + gzip.compress(PAGE[50:]), content_encoding="x-gzip"),
        answers(PACKED + bytes(40), content_encoding="GZIP"),
        answers(zlib.compress(PAGE), content_encoding="deflate"),
        answers(BARE_DEFLATE, content_encoding="deflate"),
        answers(PAGE, content_encoding="identity"),
        chunked(PAGE[:10], PAGE[10:11], PAGE[11:]),
        chunked(*(PACKED[i : i + 1] for i in range(len(PACKED))), content_encoding="gzip"),
        says(b"HTTP/1.0 200 OK\r\n\r\n" + PAGE),
        says(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)),
    ],
    ids=[
        "plain", "status 203", "gzip", "gzip in two parts", "gzip with zeros behind", "deflate",
        "deflate without wrapper", "identity", "chunked", "gzip in chunks of a byte", "HTTP/1.0 without a length",
        "after 'continue'",
    ],
)  # fmt: skip
def test_a_page_arrives_as_the_publisher_wrote_it(publisher: Publisher, waits: Waits, does: Behaviour) -> None:
    assert _fetched(publisher, waits, does).document.content == PAGE


@pytest.mark.parametrize(
    ("content", "expects"),
    [
        (CSV, "table"),
        (b"\xef\xbb\xbf" + CSV, "table"),
        (CSV.decode().encode("utf-16"), "table"),
        (b"PK\x03\x04" + bytes(60), "table"),
        (b' \r\n{"entries": []}', "json"),
        (b"[]", "json"),
        (b"\xef\xbb\xbf[1]", "json"),
        (b"<p>a piece of a page</p>", "page"),
        (PAGE.decode().encode("utf-16"), "page"),
        (b'<?xml version="1.0"?>' + PAGE, "page"),
        (b"<!-- saved -->\n" + PAGE, "page"),
        (page("Covid-19: caf\u00e9").decode().encode("latin-1"), "page"),
    ],
)
def test_the_format_that_was_expected_is_accepted(
    publisher: Publisher, waits: Waits, content: bytes, expects: Expects
) -> None:
    assert _fetched(publisher, waits, answers(content), expects=expects).document.content == content


@pytest.mark.parametrize(
    "content",
    [
        page("Tracker", b'<input type="password">' + b"Decree on assemblies. " * 200),
        page("Tracker", b'<div class="g-recaptcha"></div>' + b"Decree on assemblies. " * 200),
        page("Tracker", b"<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script><p>Curfew</p>"),
        page("Kenya: 404 arrested for breaking the curfew"),
        page("Login data of journalists seized"),
        page("Maintenance of public order act"),
        page("Security checkpoints on all roads"),
        page("Forbidden assemblies: a list"),
        page("Un momento clave para la prensa"),
        page("Errors of the register of associations"),
    ],
    ids=[
        "box to sign in",
        "contact form",
        "Cloudflare's script",
        "404 people",
        "word login",
        "word maintenance",
        "checkpoints",
        "forbidden",
        "momento",
        "errors",
    ],
)
def test_an_honest_page_is_not_taken_for_something_else(publisher: Publisher, waits: Waits, content: bytes) -> None:
    assert _fetched(publisher, waits, answers(content)).document.content == content


def test_the_document_and_its_receipt_say_where_it_came_from(publisher: Publisher, waits: Waits) -> None:
    publisher.at("/new/", answers(PAGE, media="Text/HTML; charset=utf-8", etag='"v1"'))
    address = publisher.at("/dataset", redirects("/new/", status=301))
    fetched = Client(LOOPBACK, clock=waits.clock).fetch(address, expects="page")
    assert isinstance(fetched, Fetched)
    assert fetched.document.url == publisher.address("/new/")
    assert fetched.document.name == f"127.0.0.1:{publisher.port}/new"
    assert (fetched.requests, fetched.bytes) == (3, len(PAGE))
    receipt = fetched.receipt
    assert receipt.model_dump(mode="json") == {
        "address": address,
        "final_address": publisher.address("/new/"),
        "etag": '"v1"',
        "last_modified": "",
        "media_type": "text/html",
        "sha256": fetched.document.sha256,
        "retrieved": "2026-03-01",
    }
    assert Receipt.model_validate_json(json.dumps(receipt.model_dump(mode="json"))) == receipt


def test_the_same_document_after_a_redirect_is_unchanged(publisher: Publisher, waits: Waits) -> None:
    publisher.at("/new", answers(PAGE))
    address = publisher.at("/dataset", redirects("/new"))
    client = Client(LOOPBACK, clock=waits.clock)
    first = client.fetch(address, expects="page")
    assert isinstance(client.fetch(address, expects="page", known=first.receipt), Unchanged)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_without_reading_their_bodies(publisher: Publisher, waits: Waits, status: int) -> None:
    publisher.at("/dataset", pours(b"HTTP/1.1 %d Go\r\nLocation: ../a b/\xc3\xa9?q=1#part\r\n\r\n" % status))
    publisher.at("/a%20b/%C3%A9", answers(PAGE))
    fetched = Client(LOOPBACK, clock=waits.clock).fetch(publisher.address("/dataset"), expects="page")
    assert publisher.paths == ["/robots.txt", "/dataset", "/a%20b/%C3%A9?q=1"]
    assert fetched.bytes == len(PAGE)


def test_a_limit_of_size_of_its_own(publisher: Publisher, waits: Waits) -> None:
    address = publisher.at("/dataset", answers(PAGE))
    client = Client(LOOPBACK, clock=waits.clock)
    with pytest.raises(FetchError, match=r"limit of 0\.001 MB"):
        client.fetch(address, expects="page", max_megabytes=0.001)
    assert isinstance(client.fetch(address, expects="page", max_megabytes=0.01), Fetched)


_OF_1000 = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n"
_OF_CHUNKS = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("does", "received"),
    [
        (says(_OF_1000 + b"<html>"), 3 * 6),
        (stalls(_OF_1000 + b"<html>"), 3 * 6),
        (says(_OF_CHUNKS + b"ff\r\n<html>"), 3 * 6),
        (says(_OF_CHUNKS + b"6\r\n<html>\r\n6\r\n<body>\r\n"), 3 * 12),
        (answers(PACKED[:-9], content_encoding="gzip"), 3 * (len(PACKED) - 9)),
        (answers(b"out of order", status=503), 3 * 12),
        (answers(b"gone", status=404), 4),
        (answers(CSV), len(CSV)),
        (says(b""), 0),
    ],
    ids=[
        "cut off",
        "stall",
        "chunk cut off",
        "chunks cut off",
        "gzip cut off",
        "503",
        "404",
        "wrong format",
        "nothing",
    ],
)
def test_what_came_in_vain_is_counted_in_all_tries(
    publisher: Publisher, waits: Waits, does: Behaviour, received: int
) -> None:
    publisher.at("/robots.txt", answers(b"# rules"))
    with pytest.raises(FetchError) as caught:
        Client(OF_SILENCE, clock=waits.clock).fetch(publisher.at("/dataset", does), expects="page")
    assert caught.value.bytes == len(b"# rules") + received


def test_what_came_before_a_good_answer_is_counted_too(publisher: Publisher, waits: Waits) -> None:
    fetched = _fetched(publisher, waits, says(_OF_1000 + b"<html>"), answers(PAGE))
    assert fetched.bytes == 6 + len(PAGE)


@pytest.mark.parametrize("rules", [answers(status=404), answers(status=403), answers(b"<html>home</html>"), answers()])
def test_where_there_are_no_rules_all_is_allowed(publisher: Publisher, waits: Waits, rules: Behaviour) -> None:
    publisher.at("/robots.txt", rules)
    assert _fetched(publisher, waits, answers(PAGE)).requests == 2


def test_robots_txt_may_be_redirected(publisher: Publisher, waits: Waits) -> None:
    publisher.at("/robots.txt", redirects("/rules.txt"))
    publisher.at("/rules.txt", answers(b"User-agent: *\nDisallow: /dataset"))
    with pytest.raises(FetchError, match=r"robots\.txt asks"):
        _fetched(publisher, waits, answers(PAGE))


def test_a_rule_behind_the_first_500_kilobytes_is_not_read(publisher: Publisher, waits: Waits) -> None:
    publisher.at("/robots.txt", answers(b"# padding\n" * 51_200 + b"User-agent: *\nDisallow: /\n"))
    assert _fetched(publisher, waits, answers(PAGE))


def test_the_connection_goes_to_the_address_that_was_judged(publisher: Publisher, waits: Waits) -> None:
    """A name that points elsewhere a moment later (DNS rebinding) gains nothing: it is resolved once per request."""
    lookups = []

    def resolver(host: str) -> list[str]:
        lookups.append(host)
        return ["127.0.0.1"]

    policy = Policy(allow_private=frozenset({"tracker.example"}))
    publisher.host = "tracker.example"
    fetched = Client(policy, clock=waits.clock, resolver=resolver).fetch(
        publisher.at("/dataset", answers(PAGE)), expects="page"
    )
    assert fetched.requests == len(lookups) == len(publisher.asked) == 2
    assert publisher.asked[0].fields["Host"] == f"tracker.example:{publisher.port}"


def test_a_name_that_turns_private_between_two_requests_is_refused(publisher: Publisher, waits: Waits) -> None:
    answers_of_dns = iter([["127.0.0.1"], ["10.0.0.7"]])
    publisher.host = "localhost.example"
    # Only what resolves to this machine can be served here, so the first answer is allowed by a stand-in for "public".
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("civic_tracker.fetching.guard.is_public", lambda address: address == "127.0.0.1")
        client = Client(Policy(), clock=waits.clock, resolver=lambda _: next(answers_of_dns))
        with pytest.raises(FetchError, match=r"10\.0\.0\.7") as caught:
            client.fetch(publisher.at("/dataset", answers(PAGE)), expects="page")
    assert caught.value.kind == "refused"
    assert publisher.paths == ["/robots.txt"]


def test_of_a_redirect_no_body_is_read(publisher: Publisher, waits: Waits) -> None:
    """Reading it would go on until the deadline."""
    publisher.at("/there", answers(PAGE))
    address = publisher.at("/dataset", pours(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n"))
    fetched = Client(OF_LENGTH, clock=waits.clock).fetch(address, expects="page")
    assert isinstance(fetched, Fetched)
    assert (fetched.document.content, fetched.bytes) == (PAGE, len(PAGE))
    assert publisher.paths == ["/robots.txt", "/dataset", "/there"]


def test_no_password_and_no_cookie_is_taken_along(
    publisher: Publisher, waits: Waits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    publisher.at("/there", answers(PAGE))
    _fetched(publisher, waits, answers(status=302, location="/there", set_cookie="visitor=7; Path=/"))
    for asked in publisher.asked:
        assert asked.fields["Authorization"] is None
        assert asked.fields["Cookie"] is None


def test_a_page_is_asked_for_by_the_very_address_that_was_judged(publisher: Publisher, waits: Waits) -> None:
    path = "/web/2022id_/http://a.example/%7Eb//c?d=%41&e"
    fetched = Client(LOOPBACK, clock=waits.clock).fetch(
        publisher.at(path.split("?")[0], answers(PAGE)) + "?d=%41&e", expects="page"
    )
    assert isinstance(fetched, Fetched)
    assert publisher.paths == ["/robots.txt", path]


def test_the_next_address_is_tried_when_the_first_takes_no_connection(publisher: Publisher, waits: Waits) -> None:
    client = Client(
        Policy(connect_seconds=0.3, allow_private=frozenset({"tracker.example"})),
        clock=waits.clock,
        resolver=lambda _: ["127.0.0.9", "127.0.0.1"],  # the server listens on the second only
    )
    publisher.host = "tracker.example"
    assert isinstance(client.fetch(publisher.at("/dataset", answers(PAGE)), expects="page"), Fetched)


@pytest.fixture(params=["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def authority(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[trustme.CA]:
    """An authority that this machine trusts for the time of the test."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv(request.param, str(tmp_path / "authority.pem"))
    session.trusted_authorities.cache_clear()
    yield authority
    session.trusted_authorities.cache_clear()


def _tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def _secure_client(waits: Waits) -> Client:
    policy = Policy(allow_private=frozenset({"tracker.example", "127.0.0.1"}))
    return Client(policy, clock=waits.clock, resolver=lambda _: ["127.0.0.1"])


def test_https_is_spoken_with_the_name_of_the_host(authority: trustme.CA, waits: Waits) -> None:
    with Publisher(tls=_tls(authority, "tracker.example"), host="tracker.example") as publisher:
        fetched = _secure_client(waits).fetch(publisher.at("/dataset", answers(PAGE)), expects="page")
    assert isinstance(fetched, Fetched)
    assert fetched.document.url.startswith("https://tracker.example:")


@pytest.mark.parametrize("names", [("another.example",), ("127.0.0.1",)])
def test_a_certificate_of_another_host_is_refused(authority: trustme.CA, waits: Waits, names: tuple[str, ...]) -> None:
    with Publisher(tls=_tls(authority, *names), host="tracker.example") as publisher:
        with pytest.raises(FetchError, match=r"certificate of tracker\.example is not valid") as caught:
            _secure_client(waits).fetch(publisher.at("/dataset", answers(PAGE)), expects="page")
        assert publisher.asked == []
    assert caught.value.kind == "unreachable"
    assert waits.slept == []  # it will not be valid in a moment either


def test_a_certificate_that_nobody_vouches_for_is_refused(waits: Waits) -> None:
    with Publisher(tls=_tls(trustme.CA(), "tracker.example"), host="tracker.example") as publisher:
        with pytest.raises(FetchError, match="certificate"):
            _secure_client(waits).fetch(publisher.at("/dataset", answers(PAGE)), expects="page")
        assert publisher.asked == []


def test_a_list_of_authorities_that_is_not_there_is_named(
    publisher: Publisher, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/authorities.pem")
    session.trusted_authorities.cache_clear()
    with pytest.raises(FetchError, match=r"REQUESTS_CA_BUNDLE names '/nowhere/authorities\.pem', which cannot be read"):
        _fetched(publisher, waits, answers(PAGE))
    assert publisher.asked == []


def test_https_is_never_left_for_http(authority: trustme.CA, waits: Waits, publisher: Publisher) -> None:
    publisher.at("/plain", answers(PAGE))
    with Publisher(tls=_tls(authority, "tracker.example"), host="tracker.example") as secure:
        address = secure.at("/dataset", redirects(publisher.address("/plain")))
        with pytest.raises(FetchError, match="from https to unprotected http") as caught:
            _secure_client(waits).fetch(address, expects="page")
    assert caught.value.kind == "refused"
    assert publisher.asked == []


def test_a_slow_drip_over_https_ends_too(authority: trustme.CA, waits: Waits) -> None:
    policy = Policy(answer_seconds=0.4, allow_private=frozenset({"tracker.example"}))
    with Publisher(tls=_tls(authority, "tracker.example"), host="tracker.example") as publisher:
        address = publisher.at("/dataset", pours(b"HTTP/1.1 200 OK\r\nX: ", b""))
        with pytest.raises(FetchError, match="not complete"):
            Client(policy, clock=waits.clock, resolver=lambda _: ["127.0.0.1"]).fetch(address, expects="page")
        assert publisher.outlasted == []


def test_a_slow_drip_of_the_handshake_ends_too(waits: Waits) -> None:
    """A server that begins the first message of the encryption and never ends it."""
    policy = Policy(answer_seconds=0.4, tries=1, allow_private=frozenset({"127.0.0.1"}))
    over, outlasted = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            with suppress(OSError), server.accept()[0] as connected:
                connected.sendall(b"\x16\x03\x03\x40\x00")
                for _ in range(400):
                    over.wait(0.02)
                    connected.sendall(b"\x02")
                outlasted.append(connected)

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        try:
            with pytest.raises(FetchError, match=r"not complete after 0\.4 seconds"):
                Client(policy, clock=waits.clock).fetch(f"https://127.0.0.1:{server.getsockname()[1]}/", expects="page")
        finally:
            over.set()
            dripping.join()
    assert outlasted == []


_START = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
        b"HTTP/1.1 302 Go\r\nLocation: ",
        b"HTTP/1.1 200 OK\r\nContent-Type: ",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; expires=",
        b"HTTP/1.1 429 No\r\nRetry-After: ",
        b"HTTP/1.1 ",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=_START, rest=st.binary(max_size=200) | st.text(max_size=60).map(str.encode))
def test_whatever_a_publisher_sends_nothing_but_our_own_error_comes_of_it(
    publisher: Publisher, start: bytes, rest: bytes
) -> None:
    publisher.at("/dataset", says(start + rest + b"\r\n\r\n"))
    try:
        client = Client(LIMITS, clock=Waits().clock, resolver=lambda host: [host])
        fetched = client.fetch(publisher.address("/dataset"), expects="table")
    except FetchError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert isinstance(fetched, Fetched)
