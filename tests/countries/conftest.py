"""Fixtures of the tests of country names."""

import csv
import os
from pathlib import Path

import pytest

_BESIDE_THE_CHECKOUT = Path(__file__).parents[2] / ".." / "shared" / "benchmarks"


@pytest.fixture(scope="session")
def labelled_names() -> list[dict[str, str]]:
    """Real names with their labels, which are not part of the project; a test that needs them skips without."""
    folder = Path(os.environ.get("CIVIC_TRACKER_BENCHMARKS") or _BESIDE_THE_CHECKOUT).resolve()
    path = folder / "country_names_dev.csv"
    if not path.is_file():
        pytest.skip(f"no labelled names at {path}; set CIVIC_TRACKER_BENCHMARKS to the folder that holds them")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
