"""How we behave towards publishers: who we say we are, how often we ask, how long we wait, how much we accept."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from civic_tracker import clock
from civic_tracker.limits import MAX_MEGABYTES
from civic_tracker.version import __version__

PROJECT_ADDRESS = "https://github.com/civic-tracker/civic-tracker"
ROBOT = "civic-tracker"  # the name to which a publisher's robots.txt can address its rules


def _utc_now() -> datetime:
    return clock.now()


@dataclass(frozen=True)
class Policy:
    """Limits of one run. Times are seconds; megabytes are millions of bytes.

    ``answer_seconds`` limits one answer from its request to its last byte, however regularly its bytes drip in.
    ``tries`` counts the requests for one document, redirects not included. ``longest_wait`` is the longest
    ``Retry-After`` that we sit out within a run; a publisher who asks for more is left alone until the next one.
    ``allow_private`` names hosts that may resolve to private or loopback addresses; it is for tests.
    """

    user_agent: str = f"{ROBOT}/{__version__} (+{PROJECT_ADDRESS})"
    seconds_between_requests: float = 1.0
    longest_crawl_delay: float = 30.0
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    answer_seconds: float = 180.0
    tries: int = 4
    first_back_off: float = 2.0
    longest_back_off: float = 60.0
    longest_wait: float = 120.0
    redirects: int = 5
    max_megabytes: float = MAX_MEGABYTES
    max_megabytes_unpacked: float = MAX_MEGABYTES
    allow_private: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Clock:
    """What the time is and how to let it pass; tests put their own in its place and wait for nothing.

    ``monotonic`` measures waiting, so that a clock set back by its owner stretches no wait; ``utc_now`` dates a receipt
    and reads a ``Retry-After`` that names an hour.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    utc_now: Callable[[], datetime] = _utc_now
