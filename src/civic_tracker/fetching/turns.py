"""Whose turn it is: the time that must pass between two requests to one host."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from civic_tracker.fetching.outcomes import Failure
from civic_tracker.fetching.policy import Clock, Policy

_SECONDS = re.compile(r"[0-9]{1,9}")


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` field asks for, as a number or as a date (RFC 9110, 10.2.3).

    Nothing where the field cannot be read.
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return max(0.0, (moment - now).total_seconds())
    except OverflowError:
        return None


def lasting(seconds: float) -> str:
    """A length of time as people say it."""
    return f"{seconds:.0f} seconds" if seconds < 7_200 else f"{seconds / 3_600:.0f} hours"


def back_off(tries_before: int, policy: Policy, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after a failed try: doubled each time, and spread so that two machines do not return together."""
    return min(policy.longest_back_off, policy.first_back_off * 2.0**tries_before) * (0.75 + 0.5 * chance())


class Turns:
    """The earliest moment of the next request to each host, in seconds of the monotonic clock."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock
        self._earliest: dict[str, float] = {}
        self._gaps: dict[str, float] = {}

    def take(self, host: str) -> None:
        """Wait until the host may be asked.

        Raises:
            Failure: when the host asked earlier in this run to be left alone for longer than we wait.
        """
        wait = self._earliest.get(host, 0.0) - self._clock.monotonic() if host in self._earliest else 0.0
        if wait > self._longest:
            raise Failure("refused", f"{host} asked to be left alone for {lasting(wait)} more")
        if wait > 0:
            self._clock.sleep(wait)

    def done(self, host: str) -> None:
        """The exchange with the host ended; the gap begins."""
        self.rest(host, self._gaps.get(host, self._policy.seconds_between_requests))

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for at least these seconds from now."""
        self._earliest[host] = max(self._earliest.get(host, 0.0), self._clock.monotonic() + seconds)

    def widen(self, host: str, seconds: float) -> None:
        """Obey a ``Crawl-delay``, as far as the policy goes."""
        wanted = min(seconds, self._policy.longest_crawl_delay)
        self._gaps[host] = max(self._gaps.get(host, self._policy.seconds_between_requests), wanted)
        self.rest(host, self._gaps[host])

    @property
    def _longest(self) -> float:
        policy = self._policy
        longest = (policy.longest_wait, 1.25 * policy.longest_back_off, policy.longest_crawl_delay)
        return max(*longest, policy.seconds_between_requests)
