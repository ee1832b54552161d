"""Fixtures that several folders of tests share."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
_BESIDE_THE_CHECKOUT = Path(__file__).parents[1] / ".." / "shared" / "recordings"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of real publishers' files, which are not part of the project; a test that needs it skips without."""
    folder = Path(os.environ.get("CIVIC_TRACKER_RECORDINGS") or _BESIDE_THE_CHECKOUT).resolve()
    if not folder.is_dir():
        pytest.skip(f"no recordings at {folder}; set CIVIC_TRACKER_RECORDINGS to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def damaged() -> Callable[[bytes], Iterator[bytes]]:
    """A function that gives some hundreds of damaged copies of a document: cut, doubled, overwritten, emptied."""
    return _damaged


def _damaged(content: bytes, copies: int = 300) -> Iterator[bytes]:
    chance = random.Random(len(content))  # noqa: S311
    pieces = [
        b"<div>",
        b"</p>",
        b'"',
        b",",
        b";",
        b"\n",
        b"\x00",
        b"\xff",
        b"June 2024\n",
        b"Sources:",
        b"| - + 0",
        b"]}",
    ]
    for _ in range(copies):
        copy = bytearray(content)
        for _ in range(chance.randint(1, 6)):
            start, end = sorted(chance.randrange(len(copy) + 1) for _ in range(2))
            end = min(end, start + chance.choice([1, 20, 400]))
            copy[start:end] = chance.choice([b"", bytes(copy[start:end]) * 3, chance.choice(pieces)])
        yield bytes(copy)
