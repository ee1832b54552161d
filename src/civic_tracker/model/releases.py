"""Releases of a publisher, in their order."""

import re
from functools import cache


@cache
def release_order(release: str) -> tuple[list[int], str]:
    """What orders releases: their numbers, since v10 is later than v9."""
    return [int(number) for number in re.findall(r"\d+", release)], release
