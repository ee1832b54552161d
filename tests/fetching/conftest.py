"""A publisher, and a clock on which waiting takes no time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from civic_tracker.fetching import Clock, Policy
from tests.fetching.publisher import Publisher

LOOPBACK = Policy(allow_private=frozenset({"127.0.0.1"}))
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Waits:
    """What was slept, in seconds; time passes by nothing else."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)

    @property
    def clock(self) -> Clock:
        return Clock(
            monotonic=lambda: 1_000.0 + sum(self.slept),
            sleep=self.sleep,
            utc_now=lambda: BEGAN + timedelta(seconds=sum(self.slept)),
        )


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with Publisher() as playing:
        yield playing


@pytest.fixture
def waits() -> Waits:
    return Waits()
