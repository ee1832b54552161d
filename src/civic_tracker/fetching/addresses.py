"""Which IP addresses are of the public internet; the rest is this machine, its network, its cloud, or nothing.

Kept here, and not left to Python's ``is_global`` alone, since that calls some of these public, and which ones differs
from one version of Python to the next.
"""

import ipaddress
from itertools import chain

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# All of https://www.iana.org/assignments/iana-ipv4-special-registry, also what it calls globally reachable: nothing
# there is a web site. Parts of a listed network are not listed again.
_SPECIAL_4 = (
    "0.0.0.0/8",  # "this network"
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # shared by the customers of a provider
    "127.0.0.0/8",  # this machine
    "169.254.0.0/16",  # link-local; the metadata service of most clouds
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # IETF protocols; Oracle's metadata service
    "192.0.2.0/24",  # documentation
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # AMT
    "192.88.99.0/24",  # relays of 6to4, deprecated
    "192.168.0.0/16",  # private
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "240.0.0.0/4",  # reserved, and broadcast
)
_MULTICAST_4 = ("224.0.0.0/4",)
# In public space, but answered by the cloud's own host to each of its machines: Azure's platform service.
_OF_CLOUDS = ("168.63.129.16/32",)

# IANA gives out addresses of this network alone (https://www.iana.org/assignments/ipv6-address-space); whatever lies
# beside it is special, but for the two forms below that stand for an IPv4 address.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
# Of https://www.iana.org/assignments/iana-ipv6-special-registry what lies within it.
_SPECIAL_6 = (
    "2001::/23",  # IETF protocols, Teredo, ORCHID
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4, deprecated: an IPv4 address in the next 32 bits
    "2620:4f:8000::/48",  # AS112
    "3fff::/20",  # documentation
)
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")  # RFC 4291, 2.5.5.2
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214, 6.1: what stands before an IPv4 address at the end

_SPECIAL = tuple(ipaddress.ip_network(one) for one in chain(_SPECIAL_4, _MULTICAST_4, _OF_CLOUDS, _SPECIAL_6))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also when it is an IPv4 address inside an IPv6 one."""
    try:
        ip: _Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        if ip in _MAPPED or ip in _NAT64:
            return _is_public(inside)
        if ip not in _GIVEN_OUT or (int(ip) >> 32 & 0xFFFF_FFFF in _ISATAP and not _is_public(inside)):
            return False
    return _is_public(ip)


def _is_public(ip: _Address) -> bool:
    return ip.is_global and not any(ip in network for network in _SPECIAL)
