"""Ids of acts that stay when records join, and that come back when a decision is taken back.

Each record in company has a *home*: the record that founded the act which the scores alone put it into. Homes are
remembered from run to run; decisions of people never change them. An act is named after the home of most of its
members, so taking a decision back gives the former acts, byte for byte.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence


def homes_of(clusters: Sequence[Sequence[str]], former: Mapping[str, str]) -> dict[str, str]:
    """The homes of all records in company, given what the scores alone put together and the homes of an earlier run."""
    homes: dict[str, str] = {}
    for members, founder in zip(clusters, founders_of(clusters, former), strict=True):
        if len(members) > 1:
            homes |= {record: former.get(record, founder) for record in members}
    return homes


def founders_of(clusters: Sequence[Sequence[str]], homes: Mapping[str, str]) -> list[str]:
    """The founder of each cluster, in their order: the home of most of its members.

    No two clusters have one founder: it stays with the one that has most of its records, of two such with the one that
    holds the founder itself. A record that is alone founds its own act.
    """
    alone = {members[0] for members in clusters if len(members) == 1}
    claims = []
    for place, members in enumerate(clusters):
        if len(members) > 1:
            votes = Counter(homes[record] for record in members if record in homes)
            claims += [(-count, founder not in members, founder, place) for founder, count in votes.items()]
    founders: dict[int, str] = {}
    taken = set(alone)
    for _, _, founder, place in sorted(claims):
        if place not in founders and founder not in taken:
            founders[place] = founder
            taken.add(founder)
    for place, members in enumerate(clusters):
        if place not in founders:
            free = (one for one in members if one not in taken)
            founders[place] = members[0] if len(members) == 1 else next(free, "+".join(members))
            taken.add(founders[place])
    return [founders[place] for place in range(len(clusters))]


def act_id(country: str, founder: str) -> str:
    """The id of the act that a record founded."""
    return f"act-{country}-{hashlib.blake2s(founder.encode(), digest_size=5).hexdigest()}"
