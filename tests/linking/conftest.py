"""Fixtures of the tests of linking."""

import os
from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / ".." / "shared" / "benchmarks"


@pytest.fixture(scope="session")
def labelled_pairs() -> tuple[Path, Path]:
    """Records and labelled pairs, which are not part of the project; a test that needs them skips without."""
    folder = Path(os.environ.get("CIVIC_TRACKER_BENCHMARKS") or _BESIDE_THE_CHECKOUT).resolve()
    records, pairs = folder / "links_dev_records.csv", folder / "links_dev.csv"
    if not records.is_file() or not pairs.is_file():
        pytest.skip(f"no labelled pairs at {folder}; set CIVIC_TRACKER_BENCHMARKS to the folder that holds them")
    return records, pairs
