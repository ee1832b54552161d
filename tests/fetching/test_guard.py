"""Which addresses may be asked."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civic_tracker.fetching.addresses import is_public
from civic_tracker.fetching.guard import Target, judged_addresses, redirected, shown, target_of
from civic_tracker.fetching.outcomes import Failure

# Every row of IANA's two registries of special-purpose addresses, and the rest that is not the public internet.
_SPECIAL = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/32", "192.0.0.171/32",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32",
    "224.0.0.0/4", "168.63.129.16/32", "192.0.0.192/32",
    "::/128", "::1/128", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:1::1/128",
    "2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28",
    "2001:30::/28", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7",
    "fe80::/10", "fec0::/10", "ff00::/8", "4000::/3", "::/96", "::ffff:0:0:0/96",
]  # fmt: skip


@pytest.mark.parametrize("network", _SPECIAL)
def test_no_address_of_a_special_network_is_public(network: str) -> None:
    addresses = ipaddress.ip_network(network)
    for address in (addresses[0], addresses[-1], addresses[addresses.num_addresses // 2]):
        assert not is_public(str(address))


@pytest.mark.parametrize(
    "address",
    [
        "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "168.63.129.15", "168.63.129.17", "172.32.0.0",
        "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "198.20.0.0", "203.0.114.0", "223.255.255.255",
        "2001:200::", "2001:db7:ffff::1", "2001:db9::1", "2003::1", "3ffe:ffff::1", "3fff:1000::1",
    ],
)  # fmt: skip
def test_the_neighbours_of_a_special_network_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2606:4700::1111%", "nonsense", "", "127.1", "0x7f000001"])
def test_what_is_no_address_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_a_public_address_is_accepted(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4) | st.sampled_from([ipaddress.ip_network(one)[0] for one in _SPECIAL if "." in one]))
def test_an_address_within_an_ipv6_one_is_judged_like_itself(address: ipaddress.IPv4Address) -> None:
    for before in ("::ffff:0:0", "64:ff9b::", "2606:4700::5efe:0:0", "2606:4700::200:5efe:0:0"):
        inside = ipaddress.IPv6Address(int(ipaddress.IPv6Address(before)) + int(address))
        assert is_public(str(inside)) == is_public(str(address)), inside


@given(st.ip_addresses(v=4))
def test_an_address_within_an_abandoned_form_is_never_public(address: ipaddress.IPv4Address) -> None:
    high, low = divmod(int(address), 0x1_0000)
    for inside in (f"::{high:x}:{low:x}", f"::ffff:0:{high:x}:{low:x}", f"2002:{high:x}:{low:x}::1", f"2001::{low:x}"):
        assert not is_public(inside)


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
    ["", "tracker.example", "//x", "file:///etc/passwd", "gopher://x/", "http://", "http://a:99999/", "http://[::1",
     "http://a/" + "x" * 8_000],
)  # fmt: skip
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
