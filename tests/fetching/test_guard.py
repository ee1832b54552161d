"""Which addresses may be asked."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.fetching.guard import Target, is_public, judged_addresses, redirected, shown, target_of
from civic_tracker.fetching.outcomes import Failure

_INNER = [
    "0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",
    "192.0.2.1", "192.168.0.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "233.252.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:192.168.1.1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2001:db8::1",
    "2002:7f00:1::1", "2002:a00:7::1", "fc00::1", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
    "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", _INNER)
def test_what_is_not_on_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_a_public_address_is_accepted(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_within_an_ipv6_one_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    for inside in (
        f"::ffff:{address}",
        str(ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address))),
    ):
        assert is_public(inside) == is_public(str(address))


@given(st.ip_addresses())
def test_nothing_private_is_ever_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast


def test_one_private_address_condemns_the_name() -> None:
    target = target_of("https://tracker.example/")
    with pytest.raises(Failure, match=r"tracker\.example \(10\.0\.0\.1\)"):
        judged_addresses(target, (), lambda _: ["93.184.216.34", "10.0.0.1"])
    assert judged_addresses(target, (), lambda _: ["93.184.216.34"]) == ["93.184.216.34"]
    assert judged_addresses(target, ("tracker.example",), lambda _: ["10.0.0.1"]) == ["10.0.0.1"]


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("HTTP://Tracker.Example", Target("http://tracker.example/", "http", "tracker.example", 80, "/")),
        ("https://tracker.example:443/a#b", Target("https://tracker.example/a", "https", "tracker.example", 443, "/a")),
        ("http://a.example./?q=a b", Target("http://a.example/?q=a%20b", "http", "a.example", 80, "/?q=a%20b")),
        ("http://[2606:4700::1]:8080/", Target("http://[2606:4700::1]:8080/", "http", "2606:4700::1", 8080, "/")),
        (
            "https://web.archive.org/web/2022id_/http://a.example/",
            Target(
                "https://web.archive.org/web/2022id_/http://a.example/",
                "https",
                "web.archive.org",
                443,
                "/web/2022id_/http://a.example/",
            ),
        ),
    ],
)  # fmt: skip
def test_an_address_is_read_as_browsers_read_it(address: str, target: Target) -> None:
    assert target_of(address) == target


@pytest.mark.parametrize(
    "address",
    ["", "tracker.example", "//x", "file:///etc/passwd", "gopher://x/", "http://", "http://a:99999/", "http://[::1"],
)
def test_what_is_no_web_address_is_refused(address: str) -> None:
    with pytest.raises(Failure):
        target_of(address)


@given(st.text(max_size=80))
def test_any_redirect_leads_to_a_web_address_or_is_refused(location: str) -> None:
    try:
        target = redirected(target_of("https://tracker.example/a/b"), location)
    except Failure as failure:
        assert failure.kind == "refused"  # noqa: PT017
    else:
        assert target.scheme == "https"
        assert target.url.startswith("https://")
        assert target.path.startswith("/")
        assert target.url.isascii()
        assert not set(target.path) & set(" \r\n\t\0")
        assert target_of(target.url) == target


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_message_shows_no_password(name: str, secret: str) -> None:
    if not set(name + secret) & set("/?#@ \t\r\n\\") and (name + secret).isprintable() and len(secret) > 3:
        assert f"{name}:{secret}@" not in shown(f"http://{name}:{secret}@tracker.example/")
